"""Replies of WeChat Pay's other calls to this merchant, and members nobody knows: put before a close and before a query."""

import wechat_query as states
import wechat_verify as close
from reply import MISMATCH, required, unknown
from wechat import INSTITUTION, ORDER, call, config, query
from wechat_verify import ALREADY, BASE, CLOSED, OK, PAID, fail, xml

PAYMENT = {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "is_subscribe": "Y", "trade_type": "JSAPI", "bank_type": "CMC", "total_fee": "100", "fee_type": "CNY", "cash_fee": "100",
           "transaction_id": "1009660380201506130728806387", "time_end": "20150613104108"}
REFUND = {"transaction_id": "1009660380201506130728806387", **ORDER, "out_refund_no": "R1217752501", "refund_id": "2008450740201411110000174436", "refund_fee": "100", "total_fee": "100", "cash_fee": "100"}
#: name -> members beside return_code, appid, mch_id, nonce_str and result_code. All but the last name themselves.
CALLS = {
    "unifiedorder": {"trade_type": "NATIVE", "prepay_id": "wx201411101639507cbf6ffd8b0779950874", "code_url": "weixin://wxpay/bizpayurl?pr=1"},
    "unifiedorder-app": {"trade_type": "APP", "prepay_id": "wx201411101639507cbf6ffd8b0779950874"},
    "unifiedorder-h5": {"trade_type": "MWEB", "prepay_id": "wx20141110163950", "mweb_url": "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx20141110163950&package=1"},
    "micropay": {**PAYMENT, "trade_type": "MICROPAY", **ORDER, "attach": "shop 1"},
    "micropay-of-another-order": {**PAYMENT, "trade_type": "MICROPAY", "out_trade_no": "1217752501201407033233368019"},
    "payment-notification": {**PAYMENT, **ORDER},
    "payment-notification-with-coupon": {**PAYMENT, **ORDER, "coupon_fee": "10", "coupon_count": "1", "coupon_id_0": "10000", "coupon_fee_0": "10", "settlement_total_fee": "90"},
    "reverse": {"recall": "N"},
    "reverse-again": {"recall": "Y"},
    "refund": REFUND,
    "refund-accepted": {**REFUND, "settlement_refund_fee": "100", "cash_refund_fee": "100", "coupon_refund_fee": "0", "refund_channel": "ORIGINAL"},
    "refundquery": {"transaction_id": "1009660380201506130728806387", **ORDER, "total_fee": "100", "refund_count": "1", "out_refund_no_0": "R1", "refund_id_0": "2008450740", "refund_fee_0": "100",
                    "refund_status_0": "SUCCESS", "refund_recv_accout_0": "支付用户的零钱", "refund_success_time_0": "2016-07-25 15:26:26"},
    "shorturl": {"short_url": "weixin://wxpay/s/XXXXXX"},
    "authcodetoopenid": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    "profitsharing": {"transaction_id": "4208450740201411110007820472", "out_order_no": "P20150806125346", "order_id": "3008450740201411110007820472"},
    "transfers": {"partner_trade_no": "10013574201505191526582441", "payment_no": "1000018301201505190181489473", "payment_time": "2015-05-19 15:26:59"},
    "sendcoupon": {"coupon_stock_id": "1757", "resp_count": "1", "success_count": "1", "failed_count": "0", "openid": "onqOjjrXT-776SpHnfexGm1_P7iE", "ret_code": "SUCCESS", "coupon_id": "1870"},
    "combined-notification": {**PAYMENT, "attach": "uid=1&order=2", **ORDER},
}
#: What a close reply must not hold, each by itself.
NAMES = {"trade_state": "NOTPAY", "trade_state_desc": "x", "trade_type": "JSAPI", "prepay_id": "wx2014", "code_url": "weixin://x", "mweb_url": "https://x", "transaction_id": "1009660380201506130728806387", "total_fee": "1",
         "cash_fee": "1", "cash_fee_type": "CNY", "fee_type": "CNY", "bank_type": "CMC", "time_end": "20200526152550", "attach": "x", "openid": "o", "is_subscribe": "Y", "refund_id": "50000404922017112502468056157",
         "refund_fee": "1", "refund_count": "1", "refund_status_0": "SUCCESS", "refund_recv_accout_0": "x", "out_refund_no": "1", "out_refund_no_0": "1", "settlement_total_fee": "1", "settlement_refund_fee": "1",
         "coupon_fee": "1", "coupon_count": "1", "coupon_id_0": "1", "recall": "N", "short_url": "weixin://wxpay/s/XXXXXX", "req_info": "x", "partner_trade_no": "1", "payment_no": "1"}
STRANGERS = {"new-field": {"new_field": "x"}, "two": {"a": "1.0", "_z": "1e2"}, "blank": {"new_field": " "}, "our-order": ORDER, "in-capitals": {"TRADE_STATE": "NOTPAY"}, "fee-of-no-kind": {"x_fee": "1"},
             "holds-a-pair": {"new_field": "uid=1&order=2"}}
ROWS = (("closed", OK, CLOSED), ("ORDERCLOSED", fail("ORDERCLOSED"), ALREADY), ("ORDERPAID", fail("ORDERPAID"), PAID), ("ORDERNOTEXIST", fail("ORDERNOTEXIST"), {"outcome": "not_found"}))


def sealed(*fields, **how):
    return close.reply(xml(*fields, **how))


def close_cases():
    """(id, reply, expect)"""
    for id, members in CALLS.items():
        yield f"reply-of-{id}", sealed({**BASE, "result_code": "SUCCESS", **members}), MISMATCH
        yield f"reply-of-{id}-that-names-no-merchant", sealed({"return_code": "SUCCESS", "result_code": "SUCCESS", **members}), MISMATCH
    # Nothing tells these from a close: the query that must follow does.
    yield "reply-of-pappayapply", sealed({**BASE, "result_code": "SUCCESS"}), CLOSED
    yield "reply-of-micropay-ORDERPAID", sealed(fail("ORDERPAID")), PAID
    yield "reply-of-refund-NOTENOUGH", sealed(fail("NOTENOUGH")), unknown("unlisted")
    yield "reply-of-deletecontract", sealed({**OK, "contract_id": "100005698", "plan_id": "123", "contract_code": "100001256"}), MISMATCH
    yield "reply-of-downloadbill", close.reply("﻿交易时间,公众账号ID,商户号\n`2014-11-10 16：33：45,`wx2421b1c4370ec43b,`10000100\n"), unknown("parse")
    yield "reply-of-downloadbill-none", close.reply(close.unsigned({"return_code": "FAIL", "return_msg": "No Bill Exist", "error_code": "20002"})), unknown(evidence="none")
    yield "reply-of-report-unsigned", close.reply(close.unsigned({"return_code": "SUCCESS", "return_msg": "OK", "result_code": "SUCCESS"})), close.BAD
    yield "refund-notification", close.reply(close.unsigned({**BASE, "req_info": "T87GAHG17TGAHG1TGHAHAHA1Y1CIOA9UGJH1GAHV871HAGAGQYQQPOOJMXNBCXBVNMNMAJAA"})), unknown("signature", evidence="none")
    for row, fields, expect in ROWS:
        for id, members in STRANGERS.items():
            yield f"stranger-{id}-{row}", sealed({**fields, **members}), required(expect)
        for name, value in NAMES.items():
            if row == "closed" or name in ("trade_state", "total_fee", "refund_id", "recall", "prepay_id"):
                yield f"of-another-call-{name}-{row}", sealed({**fields, name: value}), MISMATCH
        for name in ("attach", "trade_state", "new_field"):
            yield f"empty-{name}-{row}", sealed({**fields, name: ""}), expect
        yield f"order-of-another-{row}", sealed({**fields, "out_trade_no": "1217752501201407033233368019"}), MISMATCH
        yield f"retmsg-{row}", sealed({**fields, "retmsg": "ok"}), expect
        yield f"device-info-{row}", sealed({**fields, "device_info": "013467007045764"}), expect
    for code, expect in (("SYSTEMERROR", unknown("unlisted", retry="same_request")), ("FREQUENCY_LIMITED", {"outcome": "processing"}), ("PARAM_ERROR", {"outcome": "misconfigured"}), ("OTHER", unknown("unlisted"))):
        yield f"stranger-{code}", sealed(fail(code, new_field="x")), expect


def value_cases():
    """Values of a close reply that hold a pair of the signed text: the same signature is right for the same text as two members, so the
    second one counts as a member too, and is refused where somebody reads that name."""
    for id, text in HARMLESS.items():
        doubted = required if any("=" in part for part in text.split("&")[1:]) else dict
        yield f"value-{id}", sealed({**OK, "return_msg": text}), doubted(CLOSED)
        yield f"value-{id}-ORDERPAID", sealed(fail("ORDERPAID", text)), doubted(PAID)
        yield f"value-{id}-of-a-stranger", sealed({**OK, "new_field": text}), required(CLOSED)
    for name, value in NAMES.items():
        yield f"value-holds-{name}-of-another-call", sealed({**OK, "return_msg": f"OK&{name}={value}"}), unknown(hint=None)
    for name in READ:
        yield f"value-holds-{name}", sealed({**OK, "return_msg": f"x&{name}=y"}), unknown("parse")
        yield f"value-of-a-stranger-holds-{name}", sealed({**OK, "new_field": f"x&{name}=y"}), unknown("parse")
        yield f"value-holds-{name}-ORDERCLOSED", sealed(fail("ORDERCLOSED", f"x&{name}=y")), unknown("parse")
    for name in ("nonce_str", "new_field", "z_field"):
        yield f"value-holds-{name}-that-stands-here", sealed({**OK, "new_field": f"x&{name}=y", "z_field": "1"}), unknown("parse")


#: Texts that are one value however they are read.
HARMLESS = {"pair": "uid=1&order=2", "pairs": "a=1&b=2&c=3", "ampersands": "&&&", "empty-name": "a&=b", "no-equals": "a&err_code", "no-equals-before-another": "a&err_code&b=1", "name-first": "err_code=ORDERPAID", "in-capitals": "a&ERR_CODE=x",
            "blank-before-the-name": "a& err_code=x", "blank-after-the-name": "a&err_code =x", "entity": "a&amp;err_code=x", "longer-name": "a&err_codes=x", "shorter-name": "a&err_cod=x", "name-behind": "a&x_err_code=x",
            "line-between": "a&\nerr_code=x", "url": "https://shop.example/?id=1&goods=2#a=b", "json": '{"a":"x&y=1","list":[{"k":"&v="}]}', "ends-in-ampersand": "uid=1&", "chinese": "备注&订单=1"}
#: Names the library reads or matches.
READ = ("return_code", "return_msg", "result_code", "err_code", "err_code_des", "out_trade_no", "appid", "mch_id", "sub_appid", "sub_mch_id", "sign", "sign_type", "key", "trade_state")


def query_cases():
    """(id, reply, expect)"""
    words = {word: states.STATES[word] for word in ("SUCCESS", "REFUND", "NOTPAY", "CLOSED")}
    for word, expect in words.items():
        for id, text in HARMLESS.items():
            yield f"{word}-attach-{id}", sealed(states.state(word, attach=text)), expect
        for field in ("promotion_detail", "new_field", "trade_state_desc", "device_info", "return_msg"):
            yield f"{word}-{field}-holds-a-pair", sealed(states.state(word, **{field: "uid=1&order=2"})), expect
        for name in READ:
            yield f"{word}-attach-holds-{name}", sealed(states.state(word, attach=f"uid=1&{name}=x")), states.unknown("parse")
        for field in ("promotion_detail", "new_field", "trade_state_desc", "return_msg"):
            yield f"{word}-{field}-holds-trade_state", sealed(states.state(word, **{field: "x&trade_state=CLOSED"})), states.unknown("parse")
        full = {**PAYMENT, "device_info": "1"}
        for name in ("total_fee", "transaction_id", "device_info", "nonce_str", "attach"):
            yield f"{word}-attach-holds-{name}-that-stands-here", sealed(states.state(word, **full, attach=f"uid=1&{name}=x")), states.unknown("parse")
        yield f"{word}-whole", sealed(states.state(word, **full, attach="uid=1&order=2", promotion_detail='{"promotion_detail":[{"goods":"a&b=c"}]}', coupon_count="0", settlement_total_fee="1")), expect
        yield f"{word}-pair-second", sealed(states.state(word, attach="a=1&b=2&trade_state=CLOSED")), states.unknown("parse")
        yield f"{word}-pair-behind-a-bare-name", sealed(states.state(word, attach="a&b&trade_state=CLOSED")), states.unknown("parse")
    for id, members in CALLS.items():
        yield f"reply-of-{id}", sealed({**BASE, "result_code": "SUCCESS", **members}), states.unknown()
    for row, fields, _ in ROWS[:3]:
        yield f"reply-of-a-close-{row}", sealed({**fields, **ORDER}), states.unknown()
    yield "reply-of-pappayapply", sealed({**BASE, "result_code": "SUCCESS"}), states.unknown()
    yield "reply-of-downloadbill", close.reply("`wx2421b1c4370ec43b,`10000100\n"), states.unknown("parse")
    yield "refund-notification", close.reply(close.unsigned({**BASE, "req_info": "T87GAHG17TGAHG1TGHAHAHA1Y1CIOA9UGJH1GAHV871HAGAGQYQQPOOJMXNBCXBVNMNMAJAA"})), states.unknown("signature", evidence="none")


def account_cases(members, whole):
    """The same of HMAC accounts and of institutions: (id, config, fields), for `members` of other calls and `whole` replies."""
    alg, subs = "HMAC-SHA256", {"sub_mch_id": "1900000110", "sub_appid": "wx9999999999999999"}
    for account, conf, more in (("hmac", config(alg), {"sign_type": alg}), ("institution", config(alg, **INSTITUTION), subs)):
        for id, extra in members.items():
            yield f"{account}-{id}", conf, sealed({**whole, **more, **extra}, alg=alg)


def verify():
    """The replies of a close, then those that are another call's, hold more, or may be read in two ways."""
    file = close.verify()
    for id, what, expect in (*close_cases(), *value_cases()):
        file.add(f"wechat-verify-{id}", config=config(), call=call(), reply=what, expect=expect)
    for row, fields, expect in ROWS:
        strangers = {f"stranger-{id}-{row}": members for id, members in STRANGERS.items() if id in ("new-field", "our-order")}
        for id, conf, what in account_cases(strangers, fields):
            file.add(f"wechat-verify-{id}", config=conf, call=call(), reply=what, expect=required(expect))
    for id, conf, what in account_cases({f"reply-of-{id}": members for id, members in CALLS.items()}, {**BASE, "result_code": "SUCCESS"}):
        file.add(f"wechat-verify-{id}", config=conf, call=call(), reply=what, expect=MISMATCH)
    return file


def queries():
    """The same of a query."""
    file = states.verify()
    for id, what, expect in query_cases():
        file.add(f"wechat-query-{id}", config=config(), call=query(), reply=what, expect=expect)
    for word, expect in states.STATES.items():
        values = {f"{word}-attach-pair": {"attach": "uid=1&order=2"}}
        for id, conf, what in account_cases(values, states.state(word)):
            file.add(f"wechat-query-{id}", config=conf, call=query(), reply=what, expect=expect)
    return file
