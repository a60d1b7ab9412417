"""WeChat Pay refund and refundquery: requests, what a correct client reports of the replies, and what is never sent."""

import reply as r
import wechat_verify as close
from refuse import DROP, EMOJI, Refusals
from reply import unknown
from vectors import File
from wechat import INSTITUTION, config, request, signature
from wechat_others import CALLS, PAYMENT
from wechat_verify import BASE, MISCONFIGURED, OK, fail, unsigned, without, xml

NONCE = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
ID = "1217752501201407033233368018"
NUMBERS = {"out_trade_no": ID, "out_refund_no": "R-1217752501"}
ORDER = {**NUMBERS, "total_fee": "100", "refund_fee": "60"}
UNBOUND, BOUND = {"evidence": "signed_unbound"}, {"evidence": "signed_bound"}
PROCESSING, REFUNDED, REFUSED = {"outcome": "processing", **BOUND}, {"outcome": "refunded", **BOUND}, {"outcome": "refused", **UNBOUND}
MISMATCH = unknown("mismatch", evidence="none", hint=None)
BAD = unknown("signature", evidence="none")
PARAMETERS = ("sub_appid", "sub_mch_id", "transaction_id", "out_trade_no", "out_refund_no", "total_fee", "refund_fee", "refund_fee_type", "refund_desc", "refund_account", "notify_url")


def call(order=ORDER, operation="refund", nonce=NONCE):
    return {"operation": operation, "order": order, "msg_id": nonce, "nonce": nonce}


def asked(order=ORDER, nonce=NONCE):
    return call(order, "refund_query", nonce)


def _sent(config, call):
    """A query names the refund alone."""
    order, account = call["order"], config["account"]
    names = PARAMETERS if call["operation"] == "refund" else ("sub_appid", "sub_mch_id", "out_refund_no")
    subs = {name: order.get(name) or account.get(name) for name in ("sub_appid", "sub_mch_id")}
    return {name: str(value) for name, value in {**order, **subs}.items() if name in names and value is not None}


def sign():
    file = File("wechat", "sign", "refund-sign", "refund and refundquery, direct and institution mode: the full request.",
                "signature computed with Python hashlib and hmac, and again with the openssl command line")
    hmac = "HMAC-SHA256"
    whole = {**ORDER, "transaction_id": "1009660380201506130728806387", "refund_fee_type": "CNY", "refund_desc": "商品已售完 <A&B>", "refund_account": "REFUND_SOURCE_RECHARGE_FUNDS",
             "notify_url": "https://shop.example/refunds?a=1&b=2"}
    sub = {**ORDER, "sub_mch_id": "1900000111", "sub_appid": "wx7777777777777777"}
    for id, conf, what in [
        ("refund-md5", config(base="mainland"), call()),
        ("refund-hmac", config(hmac, mode="direct"), call()),
        ("refund-whole", config(hmac), call(whole)),
        ("refund-by-transaction-id", config(), call({**without(ORDER, "out_trade_no"), "transaction_id": "1009660380201506130728806387"})),
        ("refund-amounts-as-numbers", config(), call({**ORDER, "total_fee": 100, "refund_fee": 60})),
        ("refund-all", config(), call({**ORDER, "refund_fee": "100"})),
        ("refund-institution", config(hmac, **INSTITUTION), call()),
        ("refund-institution-order-names-sub-merchant", config(mode="institution"), call(sub)),
        ("refund-shortest", config(), call({"out_trade_no": "1", "out_refund_no": "2", "total_fee": 1, "refund_fee": 1}, nonce="n")),
        ("refund-longest", config(hmac), call({**ORDER, "out_refund_no": "0123456789abcdefABCDEF_-|*@98765" * 2, "total_fee": "9" * 12, "refund_fee": "9" * 12}, nonce="N" * 32)),
        ("query-md5", config(base="mainland"), asked()),
        ("query-hmac", config(hmac), asked()),
        ("query-number-alone", config(), asked({"out_refund_no": "R1"})),
        ("query-of-the-whole-order", config(hmac), asked(whole)),
        ("query-institution", config(**INSTITUTION), asked()),
        ("query-institution-order-names-sub-merchant", config(hmac, mode="institution"), asked(sub)),
    ]:
        text, expect = request(conf, what, {"refund": "/secapi/pay/refund", "refund_query": "/pay/refundquery"}[what["operation"]], _sent(conf, what))
        file.add(f"wechat-refund-sign-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    return file


TAKEN = {**BASE, "result_code": "SUCCESS", "transaction_id": "1009660380201506130728806387", **NUMBERS, "refund_id": "2008450740201411110000174436", "refund_channel": "", "refund_fee": "60", "total_fee": "100",
         "cash_fee": "100", "coupon_refund_fee": "0", "coupon_refund_count": "0", "cash_refund_fee": "60"}
#: The least that a reply must hold.
BARE = {**BASE, "result_code": "SUCCESS", **NUMBERS, "refund_fee": "60"}


def state(word, at=0, **more):
    one = {"out_refund_no": NUMBERS["out_refund_no"], "refund_id": "2008450740201411110000174436", "refund_fee": "60", "refund_status": word, "refund_account": "REFUND_SOURCE_RECHARGE_FUNDS", "refund_recv_accout": "支付用户零钱"}
    return {**BASE, "result_code": "SUCCESS", "transaction_id": "1009660380201506130728806387", "out_trade_no": ID, "total_fee": "100", "refund_count": "1", **{f"{k}_{at}": v for k, v in one.items()}, **more}


STATES = {"SUCCESS": REFUNDED, "PROCESSING": PROCESSING, "REFUNDCLOSE": {**REFUSED, **BOUND}, "CHANGE": unknown("unlisted", hint="paid", **BOUND)}


def sealed(*fields, **how):
    return close.reply(xml(*fields, **how))


def unsigned_cases(good):
    for text in close.MISTAKES:
        yield f"FAIL-{text}", close.reply(unsigned({"return_code": "FAIL", "return_msg": text})), {"outcome": "misconfigured", "evidence": "none"}
    for text in ("系统繁忙", "invalid refund_fee", "OK", ""):
        yield f"FAIL-text-{text or 'empty'}", close.reply(unsigned({"return_code": "FAIL", "return_msg": text})), unknown(evidence="none")
    yield "return-code-FAIL", close.reply(unsigned({**good, "return_code": "FAIL"})), unknown(evidence="none")
    yield "unsigned", close.reply(unsigned(good)), BAD
    for id, sign in {"empty": "", "lower-case": signature(good).lower(), "other-key": signature(good, secret="0" * 32), "hmac": signature(good, "HMAC-SHA256"), "of-a-close": signature(OK)}.items():
        yield f"sign-{id}", sealed(good, sign), BAD
    yield "field-added", sealed({**good, "attach": "x"}, over=good), BAD
    yield "field-removed", sealed(without(good, "nonce_str"), over=good), BAD


def others(good, own):
    """Replies to other calls, which this merchant's key signs as well."""
    for id, members in CALLS.items():
        if id not in own:
            yield f"reply-of-{id}", sealed({**BASE, "result_code": "SUCCESS", **members}), MISMATCH
    yield "reply-of-a-close", sealed(OK), MISMATCH
    yield "reply-of-a-query", sealed({**BASE, **PAYMENT, "out_trade_no": ID, "trade_state": "REFUND", "result_code": "SUCCESS"}), MISMATCH
    for name, value in {"trade_state": "REFUND", "trade_type": "JSAPI", "prepay_id": "wx1", "time_end": "20150613104108", "recall": "N", "contract_id": "1", "success_time": "2020-01-01 00:00:00", "partner_trade_no": "1"}.items():
        yield f"with-{name}", sealed({**good, name: value}), MISMATCH
    for name, other in (("appid", "wx8888888888888889"), ("mch_id", "1900000108"), ("sub_mch_id", "1900000110"), ("out_trade_no", ID[:-1] + "9"), ("out_trade_no", ID + " "), ("total_fee", "101")):
        yield f"{name}-other-{len(other)}", sealed({**good, name: other}), MISMATCH


def refund_cases():
    yield "taken-up", sealed(TAKEN), PROCESSING
    yield "taken-up-bare", sealed(BARE), PROCESSING
    yield "taken-up-names-no-merchant", sealed(without(BARE, "appid", "mch_id", "nonce_str")), PROCESSING
    yield "taken-up-with-coupons", sealed({**TAKEN, "settlement_refund_fee": "50", "settlement_total_fee": "90", "coupon_refund_fee": "10", "coupon_refund_count": "1", "coupon_type_0": "CASH", "coupon_refund_id_0": "1",
                                          "coupon_refund_fee_0": "10", "refund_fee_type": "CNY", "fee_type": "CNY"}), PROCESSING
    yield "taken-up-new-field", sealed({**TAKEN, "new_field": "x"}), PROCESSING
    yield "taken-up-empty-err-code", sealed({**TAKEN, "err_code": ""}), PROCESSING
    for name in ("out_refund_no", "out_trade_no", "refund_fee"):
        yield f"{name}-absent", sealed(without(TAKEN, name)), MISMATCH
        for id, text in (("empty", ""), ("blank-after", TAKEN[name] + " "), ("cut", TAKEN[name][:-1]), ("zero-before", "0" + TAKEN[name])):
            yield f"{name}-{id}", sealed({**TAKEN, name: text}), MISMATCH
    yield "refund-fee-of-all", sealed({**TAKEN, "refund_fee": "100"}), MISMATCH
    yield "refund-fee-in-yuan", sealed({**TAKEN, "refund_fee": "0.60"}), MISMATCH
    yield "of-another-number", sealed({**TAKEN, "out_refund_no": "R-1217752502"}), MISMATCH
    yield "number-in-a-value", sealed({**without(TAKEN, "out_refund_no"), "new_field": f"x&out_refund_no={NUMBERS['out_refund_no']}"}), MISMATCH
    yield "numbered-as-by-a-query", sealed(state("SUCCESS")), MISMATCH
    for code in ("SYSTEMERROR", "NOTENOUGH", "OTHER"):
        yield f"taken-up-with-{code}", sealed({**TAKEN, "err_code": code}), unknown("contradiction", contradiction=True)
    for code in ("NOTENOUGH", "TRADE_OVERDUE", "USER_ACCOUNT_ABNORMAL"):
        yield code, sealed(fail(code)), {**REFUSED, "retry": "never"}
        yield f"{code}-named", sealed(fail(code, **NUMBERS)), {**REFUSED, **UNBOUND}
        yield f"{code}-of-another-refund", sealed(fail(code, out_refund_no="R-2")), MISMATCH
        yield f"{code}-unsigned", close.reply(unsigned(fail(code))), BAD
        for how, text in r.near(code):
            yield f"{code}-{how}", sealed(fail(text)), unknown("unlisted")
    for code in ("SYSTEMERROR", "BIZERR_NEED_RETRY"):
        yield code, sealed(fail(code)), unknown("unlisted", retry="same_request")
    yield "FREQUENCY_LIMITED", sealed(fail("FREQUENCY_LIMITED")), {"outcome": "throttled", **UNBOUND}
    yield "INVALID_REQ_TOO_MUCH", sealed(fail("INVALID_REQ_TOO_MUCH")), {"outcome": "throttled", "retry_after_ms": 60000, **UNBOUND}
    for code in ("ORDERNOTEXIST", "INVALID_TRANSACTIONID"):
        yield code, sealed(fail(code)), {"outcome": "not_found", **UNBOUND}
    # The number may be that of a refund that has happened.
    yield "REFUND_FEE_MISMATCH", sealed(fail("REFUND_FEE_MISMATCH", "订单金额或退款金额与之前请求不一致，请核实后再试")), unknown("unlisted", hint="refunded", retry="after_query")
    yield "refunded-before", sealed(fail("ERROR", "订单已全额退款")), unknown("unlisted", retry="after_query")
    for code in ("INVALID_REQUEST", "TRADE_STATE_ERROR", "REFUNDNOTEXIST", "ORDERCLOSED", "FAIL", "SUCCESS", "0", ""):
        yield f"FAIL-other-{code or 'empty'}", sealed(fail(code)), unknown("unlisted", retry="after_query")
    for code in MISCONFIGURED:
        yield code, sealed(fail(code)), {"outcome": "misconfigured", **UNBOUND}
    for id, code in (("absent", None), ("OK", "OK"), *r.near("SUCCESS")):
        yield f"result-code-{id}", sealed({**without(TAKEN, "result_code"), **({"result_code": code} if code else {})}), unknown("unlisted")
    yield from unsigned_cases(TAKEN)
    yield from others(TAKEN, ("refund", "refund-accepted"))


def query_cases():
    for word, expect in STATES.items():
        yield word, sealed(state(word)), expect
        yield f"{word}-names-no-merchant", sealed(without(state(word), "appid", "mch_id", "nonce_str")), expect
        yield f"{word}-new-field", sealed(state(word, new_field="x", refund_success_time_0="2016-07-25 15:26:26", coupon_refund_fee_0="0")), expect
        for how, text in r.near(word, *STATES):
            yield f"{word}-{how}", sealed(state(text)), unknown("unlisted", hint=None, **BOUND)
        for name in ("out_refund_no_0", "refund_fee_0", "out_trade_no"):
            yield f"{word}-{name}-absent", sealed(without(state(word), name)), MISMATCH
        yield f"{word}-of-another-number", sealed(state(word, out_refund_no_0="R-1217752502")), MISMATCH
        yield f"{word}-of-another-amount", sealed(state(word, refund_fee_0="61")), MISMATCH
        yield f"{word}-as-the-second", sealed(state(word, 1)), MISMATCH
        yield f"{word}-beside-a-second", sealed({**state("PROCESSING", 1), **state(word, refund_count="2")}), MISMATCH
        yield f"{word}-counted-twice", sealed(state(word, refund_count="2")), MISMATCH
        yield f"{word}-not-numbered", sealed({**TAKEN, "refund_status": word}), MISMATCH
        yield f"{word}-unsigned", close.reply(unsigned(state(word))), {**BAD, "hint": {"SUCCESS": "refunded", "PROCESSING": "processing", "CHANGE": "paid"}.get(word)}
        for code in ("SYSTEMERROR", "REFUNDNOTEXIST", "OTHER"):
            hint = {"hint": "refunded"} if word == "SUCCESS" else {}
            yield f"{word}-with-{code}", sealed(state(word, err_code=code)), unknown("contradiction", contradiction=True, **hint)
            yield f"{word}-FAIL-{code}", sealed(state(word, result_code="FAIL", err_code=code)), unknown("contradiction", contradiction=True, **hint)
    for word in ("FAIL", "NOTSURE", "CLOSE", "REFUND", "REFUNDED", "0", "1", ""):
        yield f"state-{word or 'empty'}", sealed(state(word)), unknown("unlisted", hint=None)
    yield "state-absent", sealed(without(state("x"), "refund_status_0")), unknown("unlisted", hint=None)
    yield "state-in-a-value", sealed({**without(state("x"), "refund_status_0"), "new_field": "x&refund_status_0=SUCCESS"}), MISMATCH
    yield "REFUNDNOTEXIST", sealed(fail("REFUNDNOTEXIST")), {"outcome": "not_found", "confirm": "recommended", **UNBOUND}
    yield "REFUNDNOTEXIST-of-another-order", sealed(fail("REFUNDNOTEXIST", out_trade_no="1")), MISMATCH
    for code in ("SYSTEMERROR", "ORDERNOTEXIST", "NOTENOUGH", "INVALID_TRANSACTIONID", "refundnotexist", "REFUND_NOT_EXIST", "0", ""):
        yield f"FAIL-other-{code or 'empty'}", sealed(fail(code)), unknown("unlisted")
    for code in MISCONFIGURED:
        yield code, sealed(fail(code)), {"outcome": "misconfigured", **UNBOUND}
    for id, code, expect in (("absent", None, unknown()), ("FAIL", "FAIL", unknown())):
        yield f"result-code-{id}", sealed({**without(state("SUCCESS"), "result_code"), **({"result_code": code} if code else {})}), expect
    yield from ((id, what, {**expect, **({"hint": "refunded"} if expect == BAD else {})}) for id, what, expect in unsigned_cases(state("SUCCESS")))
    yield from others(state("SUCCESS"), ("refundquery",))


def verify():
    file = File("wechat", "verify", "refund", "Replies to a refund and to its query.", "expectation derived from the vendor's pages of refund and refundquery; signatures by Python hashlib and the openssl command line")
    for id, what, expect in refund_cases():
        file.add(f"wechat-refund-{id}", config=config(), call=call(), reply=what, expect=expect)
    for id, what, expect in r.of_a_query(query_cases()):
        file.add(f"wechat-refund-query-{id}", config=config(), call=asked(), reply=what, expect=expect)
    by_number = {"out_refund_no": NUMBERS["out_refund_no"]}
    for word in ("SUCCESS", "PROCESSING"):
        file.add(f"wechat-refund-query-{word}-by-the-number-alone", config=config(), call=asked(by_number), reply=sealed(state(word)), expect=STATES[word])
        file.add(f"wechat-refund-query-{word}-in-numbers", config=config(), call=asked({**ORDER, "total_fee": 100, "refund_fee": 60}), reply=sealed(state(word)), expect=STATES[word])
    file.add("wechat-refund-by-both-numbers", config=config(), call=call({**ORDER, "transaction_id": TAKEN["transaction_id"]}), reply=sealed(TAKEN), expect=PROCESSING)
    file.add("wechat-refund-by-both-numbers-one-other", config=config(), call=call({**ORDER, "transaction_id": "1"}), reply=sealed(TAKEN), expect=MISMATCH)
    file.add("wechat-refund-by-both-numbers-one-absent", config=config(), call=call({**ORDER, "transaction_id": "1"}), reply=sealed(BARE), expect=MISMATCH)
    alg, subs = "HMAC-SHA256", {"sub_mch_id": "1900000110", "sub_appid": "wx9999999999999999"}
    bare = config(alg, mode="institution", sub_mch_id=subs["sub_mch_id"])
    for id, conf, more in (("hmac", config(alg), {"sign_type": alg}), ("institution", config(alg, **INSTITUTION), subs), ("institution-sub-appid-not-sent", bare, subs)):
        file.add(f"wechat-refund-{id}", config=conf, call=call(), reply=sealed({**TAKEN, **more}, alg=alg), expect=PROCESSING)
        file.add(f"wechat-refund-query-{id}", config=conf, call=asked(), reply=sealed(state("SUCCESS", **more), alg=alg), expect=REFUNDED)
    return file


def refusals():
    file = File("wechat", "refuse", "refund-refuse", "Refunds and their queries that are an error before anything is sent; expect names the kind and the field.", "read off the request rules: lengths, character sets, units, required and unknown members")
    bad = {"empty": "", "blank-before": " 12", "blank-inside": "a b", "chinese": "退款1", "emoji": f"1{EMOJI}", "slash": "a/b", "line-after": "12\n"}
    amounts = {"zero": "0", "zero-number": 0, "negative": -1, "negative-text": "-1", "yuan": "0.60", "fraction": 0.6, "zero-before": "060", "plus": "+60", "power": "6e1", "blank": " 60", "empty": "", "thousands": "1,000",
               "full-width": "６０", "true": True, "list": [60], "13-digits": "1" * 13}
    for operation in ("refund", "refund_query"):
        q = Refusals(file, config(), call(operation=operation))
        q.order(f"{operation}-without-its-number", "out_refund_no", DROP)
        q.order(f"{operation}-its-number-null", "out_refund_no", None)
        q.order(f"{operation}-its-number-65-characters", "out_refund_no", "R" * 65)
        q.order(f"{operation}-order-unknown-member", "refund_id_", "1")
        q.order(f"{operation}-direct-with-sub_mch_id", "sub_mch_id", "1900000110")
        q.top(f"{operation}-order-missing", "order", DROP)
        for name, limit in (("out_trade_no", 32), ("transaction_id", 32), ("refund_fee_type", 8), ("refund_desc", 80), ("refund_account", 30), ("notify_url", 256)):
            q.order(f"{operation}-{name}-too-long", name, "x" * (limit + 1))
            if name not in ORDER and name != "transaction_id":
                q.order(f"{operation}-{name}-empty", name, "")
        for id, value in bad.items():
            for name in ("out_refund_no", "out_trade_no", "transaction_id"):
                q.order(f"{operation}-{name}-{id}", name, value)
        for id, value in amounts.items():
            for name in ("total_fee", "refund_fee"):
                q.order(f"{operation}-{name}-{id}", name, value)
        for id, value in (("emoji", EMOJI), ("blank-after", "x "), ("control", "a\x07b")):
            q.order(f"{operation}-refund_desc-{id}", "refund_desc", value)
    q = Refusals(file, config(), call())
    for name in ("out_trade_no", "total_fee", "refund_fee"):
        q.order(f"refund-{name}-missing", name, DROP)
    q.order("refund-more-than-the-order-cost", "refund_fee", "101")
    Refusals(file, config(), call(operation="reversal")).top("reversal", "operation", "reversal", kind="unsupported")
    return file


REVERSED = {**BASE, "result_code": "SUCCESS", "recall": "N"}
UNDONE = {"outcome": "closed", "confirm": "recommended", **UNBOUND}


def reversal_cases():
    yield "undone", sealed(REVERSED), UNDONE
    yield "undone-names-no-merchant", sealed(without(REVERSED, "appid", "mch_id", "nonce_str")), UNDONE
    yield "undone-names-the-order", sealed({**REVERSED, "out_trade_no": ID}), r.required(UNDONE)
    yield "undone-new-field", sealed({**REVERSED, "new_field": "x"}), r.required(UNDONE)
    yield "undone-device-info", sealed({**REVERSED, "device_info": "1"}), UNDONE
    yield "undone-and-again", sealed({**REVERSED, "recall": "Y"}), unknown("unlisted", retry="after_query")
    for id, text in r.near("N"):
        yield f"recall-{id}", sealed({**REVERSED, "recall": text}), unknown("unlisted")
    yield "recall-absent", sealed(without(REVERSED, "recall")), MISMATCH
    yield "recall-empty", sealed({**REVERSED, "recall": ""}), MISMATCH
    yield "recall-in-a-value", sealed({**without(REVERSED, "recall"), "new_field": "x&recall=N"}), MISMATCH
    for code in ("SYSTEMERROR", "USERPAYING", "OTHER"):
        yield f"undone-with-{code}", sealed({**REVERSED, "err_code": code}), unknown("contradiction", contradiction=True)
        yield f"FAIL-{code}-again", sealed(fail(code, recall="Y")), unknown("unlisted", retry="same_request")
        yield f"FAIL-{code}-enough", sealed(fail(code, recall="N")), unknown("unlisted", retry="after_query")
        yield f"FAIL-{code}", sealed(fail(code)), unknown("unlisted", retry="after_query")
    for code in ("REVERSE_EXPIRE", "TRADE_ERROR", "INVALID_REQUEST", "ORDERNOTEXIST", "ORDERPAID", "NOTENOUGH", "ORDERCLOSED"):
        yield f"FAIL-other-{code}", sealed(fail(code, recall="N")), unknown("unlisted")
    for code in MISCONFIGURED:
        yield code, sealed(fail(code, recall="N")), {"outcome": "misconfigured", **UNBOUND}
        yield f"{code}-again", sealed(fail(code, recall="Y")), unknown("unlisted", retry="same_request")
    for id, code in (("absent", None), ("OK", "OK"), *r.near("SUCCESS")):
        yield f"result-code-{id}", sealed({**without(REVERSED, "result_code"), **({"result_code": code} if code else {})}), unknown("unlisted")
    yield from unsigned_cases(REVERSED)
    for id, what, expect in others(REVERSED, ("reverse", "reverse-again")):
        if id != "with-recall" and not id.startswith("total_fee"):
            yield id, what, expect


def reversals():
    file = File("wechat", "verify", "reverse", "Replies to a reversal.", "expectation derived from the vendor's page of reverse; signatures by Python hashlib and the openssl command line")
    order = {"out_trade_no": ID}
    for id, what, expect in reversal_cases():
        file.add(f"wechat-reverse-{id}", config=config(), call=call(order, "reverse"), reply=what, expect=expect)
    alg, subs = "HMAC-SHA256", {"sub_mch_id": "1900000110", "sub_appid": "wx9999999999999999"}
    bare = config(alg, mode="institution", sub_mch_id=subs["sub_mch_id"])
    for id, conf, more in (("hmac", config(alg), {"sign_type": alg}), ("institution", config(alg, **INSTITUTION), subs), ("institution-sub-appid-not-sent", bare, subs)):
        file.add(f"wechat-reverse-{id}", config=conf, call=call(order, "reverse"), reply=sealed({**REVERSED, **more}, alg=alg), expect=UNDONE)
    return file


def reversal_requests():
    file = File("wechat", "sign", "reverse-sign", "reverse, direct and institution mode: the full request.", "signature computed with Python hashlib and hmac, and again with the openssl command line")
    both = {"out_trade_no": ID, "transaction_id": "1009660380201506130728806387"}
    for id, conf, order in [("md5", config(base="mainland"), {"out_trade_no": ID}), ("hmac", config("HMAC-SHA256"), {"out_trade_no": ID}), ("by-both", config(), both),
                            ("by-transaction-id", config(), {"transaction_id": both["transaction_id"]}), ("institution", config(**INSTITUTION), {"out_trade_no": ID})]:
        subs = {name: conf["account"].get(name) for name in ("sub_appid", "sub_mch_id")}
        named = {name: value for name, value in {**order, **subs}.items() if value}
        text, expect = request(conf, call(order, "reverse"), "/secapi/pay/reverse", named)
        file.add(f"wechat-reversal-{id}", config=conf, call=call(order, "reverse"), string_to_sign=text, expect=expect)
    return file


def reversal_refusals():
    file = File("wechat", "refuse", "reverse-refuse", "Reversals that are an error before anything is sent; expect names the kind and the field.", "read off the request rules: lengths, character sets, required and unknown members")
    q = Refusals(file, config(), call({"out_trade_no": ID}, "reverse"))
    q.order("reverse-without-a-number", "out_trade_no", DROP)
    for name in ("out_trade_no", "transaction_id"):
        for id, value in {"empty": "", "33-characters": "x" * 33, "blank-before": " 12", "chinese": "订单1", "number": 12}.items():
            q.order(f"reverse-{name}-{id}", name, value)
    q.order("reverse-unknown-member", "out_refund_no", "R1")
    q.order("reverse-direct-with-sub_mch_id", "sub_mch_id", "1900000110")
    q.top("reverse-order-missing", "order", DROP)
    return file


def files():
    return [sign(), verify(), refusals(), reversal_requests(), reversals(), reversal_refusals()]

