"""YSEPay: payments and refunds by word, RSA and SM."""

import sm2
from common import File, bound, form, key, near, none, rsa, sm, text_to_sign, unbound

PAYMENT, REFUND = "directpay.status.sync", "refund.status.sync"
RSA = {"partner_id": "unit_test", "private_key": {"base64": key("ysepay_merchant_private")}, "gateway_public_key": {"base64": key("ysepay_platform_public")}}
SM = {"partner_id": "unit_test", "sign_type": "SM", "private_key": {"base64": key("ysepay_merchant_sm2_private")}, "gateway_public_key": {"base64": key("ysepay_platform_sm2_public")}}
SOURCE = "real YSEPay notifications of 2017 to 2021 and clients in the field, transcribed; synthetic values"


def config(account):
    return {"gateway": "ysepay", "base_url": "https://gateway.invalid", "account": account}


def payment(number, status="TRADE_SUCCESS", **more):
    fields = {"notify_type": PAYMENT, "notify_time": "2026-03-01 10:20:30", "out_trade_no": f"JY{number}", "total_amount": "0.10", "trade_no": f"01O{number}", "trade_status": status, "account_date": "20260301",
              "fee": "0.00", "card_type": "", "extra_common_param": "", "sign_type": "RSA", **more}
    return {name: text for name, text in fields.items() if text is not None}


def refund(number, state, **more):
    return payment(number, None, notify_type=REFUND, total_amount=None, out_request_no=f"RF{number}", refund_amount="0.05", refund_state=state, **more)


def signed(fields, key="ysepay_platform_private", digest="sha1"):
    return {**fields, "sign": rsa(key, digest, text_to_sign(fields).encode())}


def signed_sm(fields, write=sm2.der):
    fields = fields | {"sign_type": "SM"}
    return {**fields, "sign": sm(text_to_sign(fields).encode(), write)}


OF_PAYMENT = {"TRADE_SUCCESS": bound("paid"), "TRADE_CLOSED": bound("closed", confirm="required"), "TRADE_PROCESS": bound("processing"),
              "TRADE_PART_REFUND": bound("refunded"), "TRADE_ALL_REFUND": bound("refunded"),
              **{word: bound("unknown", hint="paid") for word in ("WAIT_SELLER_SEND_GOODS", "WAIT_BUYER_CONFIRM_GOODS")},
              **{word: bound("unknown", hint=None) for word in ("TRADE_FAILED", "TRADE_FAILD", "TRADE_ABNORMALITY", "WAIT_BUYER_PAY", "SUCCESS", "success", "")}}
OF_REFUND = {"success": bound("refunded"), **{word: bound("unknown", hint="paid") for word in ("in_process", "fail", "fail_due_manual_close", "fail_to_manual_deal", "SUCCESS", "TRADE_SUCCESS", "")}}


def _words(made):
    for number, (word, expect) in enumerate(OF_PAYMENT.items()):
        dedupe = f"{PAYMENT}|01O{number}|{word}" if word not in ("", "TRADE_PART_REFUND") else None
        told = {"order": {"out_trade_no": f"JY{number}", "trade_no": f"01O{number}"}, "dedupe": dedupe, "amount": {"text": "0.10", "unit": "yuan"}, "time": "2026-03-01 10:20:30"}
        made.add(f"payment-{number}-{word or 'empty'}", form(signed(payment(number, word))), expect | told)
    for number, (word, expect) in enumerate(OF_REFUND.items()):
        dedupe = f"{REFUND}|01O{number}|{word}" if word else None
        told = {"order": {"out_trade_no": f"JY{number}", "out_request_no": f"RF{number}"}, "dedupe": dedupe, "amount": {"text": "0.05", "unit": "yuan"}}
        made.add(f"refund-{number}-{word or 'empty'}", form(signed(refund(number, word))), expect | told)
    for word in ("TRADE_SUCCESS", "TRADE_CLOSED"):
        for how, text in near(word):
            made.add(f"payment-near-{word}-{how}", form(signed(payment(1, text))), bound("unknown", hint=None))
    for how, text in near("success"):
        made.add(f"refund-near-{how}", form(signed(refund(1, text))), bound("unknown", hint="paid"))
    for how, text in near(PAYMENT):
        made.add(f"type-near-{how}", form(signed(payment(1, notify_type=text))), unbound())


def _kinds(made):
    for id, kind in (("payout", "ysepay.df.single.notify"), ("absent", None), ("other", "bindcard.status.sync")):
        made.add(f"kind-{id}", form(signed(payment(1, notify_type=kind))), unbound())
    made.add("part-of-many", form(signed(payment(3, "TRADE_PART_REFUND", notify_time="2026-03-02 10:20:30"))), bound("refunded", dedupe=None, time="2026-03-02 10:20:30"))
    made.add("part-beside-refund-state", form(signed(refund(1, "TRADE_PART_REFUND"))), bound("unknown", hint="paid", dedupe=f"{REFUND}|01O1|TRADE_PART_REFUND"))
    made.add("refund-beside-trade-status", form(signed(refund(1, "fail", trade_status="TRADE_SUCCESS"))), bound("unknown", hint="paid"))
    made.add("payment-without-number", form(signed(payment(1, out_trade_no=None))), unbound())
    made.add("chinese", form(signed(payment(1, extra_common_param="附加 数据&<x>+%"))), bound("paid"))
    made.add("gbk-account-reads-utf-8", form(signed(payment(1, extra_common_param="附加"))), bound("paid"), config=config(RSA | {"charset": "GBK"}))
    made.add("not-encoded", "&".join(f"{k}={v}" for k, v in signed(payment(1, remark="中文", notify_time="2026-03-01 10:20:30")).items() if k != "sign").encode() + b"&" + form({"sign": signed(payment(1, remark="中文"))["sign"]}), bound("paid"))
    made.add("sm-der", form(signed_sm(payment(1))), bound("paid"), config=config(SM))
    made.add("sm-raw", form(signed_sm(payment(1), sm2.raw)), bound("paid"), config=config(SM | {"sm2_encoding": "raw"}))
    made.add("sm-refund", form(signed_sm(refund(1, "success"))), bound("refunded"), config=config(SM))
    made.add("expected", form(signed(payment(1))), bound("paid"), expected={"out_trade_no": "JY1", "total_amount": "0.10"})
    made.add("x-expected-another-order", form(signed(payment(1))), none("mismatch"), expected={"out_trade_no": "JY2"})
    made.add("x-expected-another-amount", form(signed(payment(1))), none("mismatch"), expected={"out_trade_no": "JY1", "amount": "10.00"})


def _forged(made):
    good = payment(1)
    made.add("x-unsigned", form(good), none("signature"))
    made.add("x-merchants-own-key", form(signed(good, "ysepay_merchant_private")), none("signature"))
    made.add("x-sha256-and-said-so", form(signed(good | {"sign_type": "RSA2"}, digest="sha256")), none("signature"))
    made.add("x-sm-at-an-rsa-account", form(signed_sm(good)), none("signature"))
    made.add("x-rsa-at-an-sm-account", form(signed(good)), none("signature"), config=config(SM))
    made.add("x-sm-der-where-raw", form(signed_sm(good)), none("signature"), config=config(SM | {"sm2_encoding": "raw"}))
    made.add("x-field-added", form(signed(good) | {"fund_status": "SUCCESS"}), none("signature"))
    made.add("x-field-taken", form({k: v for k, v in signed(good).items() if k != "fee"}), none("signature"))
    made.add("blank-field-added", form(signed(good) | {"refund_state": " "}), bound("paid"))
    made.add("blank-field-taken", form({k: v for k, v in signed(good).items() if k != "card_type"}), bound("paid"))
    made.add("x-twice", form([*signed(good).items(), ("trade_status", "TRADE_SUCCESS")]), none("parse"))
    made.add("x-twice-encoded", form(signed(good)) + b"&%74rade_status=TRADE_CLOSED", none("parse"))
    made.add("x-gbk", form(signed(payment(1, extra_common_param="附加")), "gbk"), none("charset"))
    made.add("x-signature-url-safe", form({**good, "sign": signed(good)["sign"].replace("+", "-").replace("/", "_").rstrip("=")}), none("signature"))
    made.add("x-plus-lost", form({**good, "sign": signed(payment(3))["sign"].replace("+", " ")}), none("signature"))
    made.add("x-json", b'{"sign":"x","ysepay_trusteeship_sign_cancel_response":{"code":"10000","trade_status":"SUCCESS"}}', none("parse"))
    # A buyer's remark that, read as parameters, tells of another order.
    told = {"out_trade_no": "BIG", "total_amount": "9999.00", "trade_no": "01OBIG", "trade_status": "TRADE_SUCCESS"}
    remark = "x&notify_type=" + PAYMENT + "".join(f"&{k}={v}" for k, v in told.items()) + "&z="
    true = payment(1, card_type=remark)
    whole = text_to_sign(true)
    at = whole.index("&notify_type=" + PAYMENT + "&out_trade_no=BIG")
    before, after = whole[:at], whole[at:].split("&z=", 1)[1]
    name, rest = before.split("=", 1)
    forged = {name: rest, "notify_type": PAYMENT, **told, "z": after}
    assert text_to_sign(forged) == whole
    made.add("x-read-as-other-parameters", form({**forged, "sign": signed(true)["sign"]}), none("parse"))
    late = refund(1, "fail")
    hidden = {**{k: v for k, v in late.items() if k not in ("refund_state", "refund_amount")}, "refund_amount": "0.05&refund_state=fail"}
    assert text_to_sign(hidden) == text_to_sign(late)
    made.add("x-state-hidden", form({**hidden, "sign": signed(late)["sign"]}), none("parse"))


def file():
    made = File("ysepay", SOURCE, "Python cryptography; SM2 on integers", config(RSA))
    _words(made)
    _kinds(made)
    _forged(made)
    return made
