"""EdgerOS Pay: one flat object, its text written by Python's own rules for Gson's."""

import json

from common import File, b64, bound, key, near, none, rsa, unbound

ACCOUNT = {"mch_no": "MCH1000000", "private_key": {"base64": key("edgeros_merchant_private")}, "gateway_public_key": {"base64": key("edgeros_platform_public")}}


class Raw:
    """A number or another value by its own text."""

    def __init__(self, text):
        self.text = text


def payment(number=1, **more):
    fields = {"notify_time": "2026-03-01T10:20:31+08:00", "transaction_no": f"AP{number}", "mch_trade_no": f"mp{number}", "app_no": "APP1", "extra": "", "code": "SUCCESS", "description": "支付成功", "amount_total": "12.50",
              "success_time": "2026-03-01T10:20:30+08:00", "amount_currency": "CNY", "acoid": None, "mch_no": "MCH1000000", "nonce": "n1", "sign_type": "SHA256withRSA", **more}
    return fields


def refund(number=1, **more):
    fields = payment(number, refund_no=f"AR{number}", mch_refund_no=f"mr{number}", refund_amount="2.50", refund_reason="", **more)
    return {name: value for name, value in fields.items() if name not in ("amount_total", "amount_currency", "app_no", "extra", "acoid")}


def without(fields, *names):
    return {name: value for name, value in fields.items() if name not in names}


def _string(text):
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u2028": "\\u2028", "\u2029": "\\u2029"}
    return '"' + "".join(short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def _value(value):
    return "null" if value is None else value.text if isinstance(value, Raw) else _string(value)


def text_to_sign(fields):
    kept = sorted((name for name, value in fields.items() if value is not None and name != "sign"), key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{_string(name)}:{_value(fields[name])}" for name in kept) + "}"


def body(fields, blank=" "):
    return ("{" + f",{blank}".join(f"{json.dumps(name, ensure_ascii=False)}:{blank}{_value(value)}" for name, value in fields.items()) + "}").encode()


def signed(fields, name="edgeros_platform_private", digest="sha256"):
    return {**fields, "sign": rsa(name, digest, text_to_sign(fields).encode())}


PAID = bound("paid", order={"transaction_no": "AP1", "mch_trade_no": "mp1"}, dedupe="AP1|SUCCESS", amount={"text": "12.50", "unit": "yuan"}, time="2026-03-01T10:20:30+08:00")
REFUNDED = bound("refunded", order={"transaction_no": "AP1", "mch_trade_no": "mp1", "refund_no": "AR1", "mch_refund_no": "mr1"}, dedupe="AR1|SUCCESS", amount={"text": "2.50", "unit": "yuan"})
UNKNOWN = bound("unknown", hint=None)
MONEY = bound("unknown", hint="paid")


def _words(made):
    made.add("paid", body(signed(payment())), PAID)
    made.add("refund", body(signed(refund())), REFUNDED)
    for id, text in (("absent", None), ("empty", "")):
        made.add(f"paid-success-time-{id}", body(signed(payment(success_time=text))), MONEY | {"dedupe": None, "time": "2026-03-01T10:20:31+08:00"})
    made.add("refund-success-time-empty", body(signed(refund(success_time=""))), REFUNDED | {"time": "2026-03-01T10:20:31+08:00"})
    for word in ("FAIL", "PROCESSING", "CLOSED", "", "TRADE_SUCCESS"):
        made.add(f"payment-{word or 'empty'}", body(signed(payment(code=word))), UNKNOWN | {"dedupe": f"AP1|{word}" if word else None})
        made.add(f"refund-{word or 'empty'}", body(signed(refund(code=word))), MONEY | {"dedupe": f"AR1|{word}" if word else None})
    for how, text in near("SUCCESS"):
        made.add(f"payment-near-{how}", body(signed(payment(code=text))), UNKNOWN)
        made.add(f"refund-near-{how}", body(signed(refund(code=text))), MONEY)
    for id, value in (("absent", None), ("number", Raw("200")), ("true", Raw("true"))):
        made.add(f"payment-code-{id}", body(signed(payment(code=value))), UNKNOWN)
    for name in ("refund_no", "mch_refund_no"):
        made.add(f"a-refund-by-{name}-alone", body(signed(payment(**{name: "R1"}))), bound("refunded", confirm="not_needed"))
        made.add(f"a-refund-by-empty-{name}", body(signed(payment(**{name: ""}))), bound("refunded"))
        made.add(f"a-payment-with-null-{name}", body(signed(payment(**{name: None}))), PAID)
    # Of the two kinds that the SDK has, neither: what is given back, without a number of the refund.
    for name in ("refund_amount", "refund_reason"):
        for id, code in (("", "SUCCESS"), ("-failed", "FAIL")):
            made.add(f"a-refund-by-{name}{id}", body(signed(payment(code=code, **{name: "2.50"}))), MONEY | {"dedupe": None, "order": PAID["order"]})
        made.add(f"a-refund-by-empty-{name}", body(signed(payment(**{name: ""}))), MONEY | {"dedupe": None})
        made.add(f"a-payment-with-null-{name}", body(signed(payment(**{name: None}))), PAID)
    numberless = without(refund(), "refund_no", "mch_refund_no")
    made.add("a-refund-without-its-numbers", body(signed(numberless)), MONEY | {"dedupe": None, "amount": {"text": "2.50", "unit": "yuan"}})
    made.add("by-transaction-no-alone", body(signed(without(payment(), "mch_trade_no"))), bound("paid", order={"transaction_no": "AP1"}))
    made.add("by-mch-trade-no-alone", body(signed(without(payment(), "transaction_no"))), bound("paid", order={"mch_trade_no": "mp1"}, dedupe=None))
    made.add("by-no-number", body(signed(without(payment(), "transaction_no", "mch_trade_no"))), unbound())
    made.add("field-nobody-knows", body(signed(payment(pay_channel="WECHAT", version="1.0"))), PAID)
    made.add("order-turned", body(dict(reversed(signed(payment()).items()))), PAID)
    made.add("compact", body(signed(payment()), ""), PAID)
    made.add("lines", body(signed(payment()), "\n\t"), PAID)
    made.add("null-added", body(signed(payment()) | {"note": None}), PAID)
    made.add("amount-as-number", body(signed(payment(amount_total=Raw("12.50")))), PAID)
    made.add("amount-as-number-with-exponent", body(signed(payment(amount_total=Raw("1.250e1")))), PAID | {"amount": {"text": "1.250e1", "unit": "yuan"}})
    made.add("escapes", body(signed(payment(extra="\"\\\b\f\n\r\t\x01\u2028\u2029/<>&='\x7f😀"))), PAID)
    made.add("names-by-code-unit", body(signed(payment(**{"\uff5e": "1", "😀": "2"}))), PAID)
    made.add("written-with-escapes", json.dumps(signed(without(payment(), "acoid"))).encode(), PAID)
    made.add("expected", body(signed(payment())), PAID, expected={"mch_trade_no": "mp1", "amount_total": "12.50"})
    made.add("x-expected-another", body(signed(payment())), none("mismatch"), expected={"mch_trade_no": "mp2"})


def _forged(made):
    good = payment()
    made.add("x-unsigned", body(good), none("signature"))
    for id, value in (("null", None), ("empty", ""), ("number", Raw("0")), ("true", Raw("true"))):
        made.add(f"x-sign-{id}", body({**good, "sign": value}), none("signature"))
    made.add("x-merchants-own-key", body(signed(good, "edgeros_merchant_private")), none("signature"))
    made.add("x-sha1", body(signed(good, digest="sha1")), none("signature"))
    for id, value in (("absent", None), ("other", "SHA1withRSA"), ("lower", "sha256withrsa")):
        made.add(f"x-sign-type-{id}", body(signed(payment(sign_type=value))), none("signature"))
    made.add("x-field-added", body(signed(good) | {"x": "1"}), none("signature"))
    made.add("x-field-taken", body(without(signed(good), "extra")), none("signature"))
    made.add("x-field-nulled", body(signed(good) | {"extra": None}), none("signature"))
    made.add("x-amount-rewritten", body(signed(payment(amount_total=Raw("12.50"))) | {"amount_total": Raw("12.5")}), none("signature"))
    made.add("x-number-for-text", body(signed(good) | {"amount_total": Raw("12.50")}), none("signature"))
    for id, value in (("other", "MCH2"), ("absent", None), ("empty", ""), ("longer", "MCH10000000")):
        made.add(f"x-mch-no-{id}", body(signed(payment(mch_no=value))), none("mismatch"))
    made.add("x-status", body(signed(payment(status=Raw("200")))), none("mismatch"))
    made.add("x-data", body(signed(payment(data="x"))), none("mismatch"))
    made.add("x-data-null", body(signed(good) | {"data": None}), none("mismatch"))
    made.add("x-nested", body(signed(payment(extra=Raw('{"k":"v"}')))), none("mismatch"))
    made.add("x-listed", body(signed(payment(extra=Raw("[]")))), none("mismatch"))
    data = body(signed(payment()), "").decode()
    made.add("x-reply", f'{{"data":{data},"message":"SUCCESS","status":200}}'.encode(), none("mismatch"))
    made.add("x-twice", body(signed(good))[:-1] + b', "code": "SUCCESS"}', none("parse"))
    made.add("x-twice-escaped", body(signed(good))[:-1] + b', "c\\u006fde": "SUCCESS"}', none("parse"))
    made.add("x-array", b"[" + body(signed(good)) + b"]", none("parse"))
    made.add("x-byte-order-mark", b"\xef\xbb\xbf" + body(signed(good)), none("charset"))
    made.add("x-gbk", body(signed(good)).decode().encode("gbk"), none("charset"))
    made.add("x-cut", body(signed(good))[:-1], none("parse"))
    made.add("x-form", b"code=SUCCESS&mch_no=MCH1000000", none("parse"))


def file():
    made = File("edgeros", "fields of the notifications in the official SDK, transcribed; synthetic", "Python cryptography", {"gateway": "edgeros", "base_url": "https://gateway.invalid", "account": ACCOUNT}, content_type="application/json")
    _words(made)
    _forged(made)
    return made
