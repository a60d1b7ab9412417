"""WeChat Pay v2: payments by result and state, what is not a notification, and refunds that nobody signs."""

import hashlib
import re

from common import KEYS, File, aes_ecb, b64, bound, hmac_sha256, key, md5, near, none, text_to_sign, unbound

ACCOUNT = {"appid": "wx8888888888888888", "mch_id": "1900000109", "sign_type": "MD5", "api_key": key("wechat_api_key")}
HMAC = ACCOUNT | {"sign_type": "HMAC-SHA256"}
INSTITUTION = ACCOUNT | {"mode": "institution"}
OF_SUB = INSTITUTION | {"sub_mch_id": "1900000999"}
API_KEY = KEYS["wechat_api_key"]


def config(account):
    return {"gateway": "wechat", "base_url": "https://gateway.invalid", "account": account}


def payment(number=1, **more):
    fields = {"appid": ACCOUNT["appid"], "attach": "a", "bank_type": "OTHERS", "cash_fee": "101", "fee_type": "CNY", "mch_id": ACCOUNT["mch_id"], "nonce_str": "5d2b6c2a8db53831f7eda20af46e531c",
              "openid": "oTEST", "out_trade_no": f"WX{number}", "result_code": "SUCCESS", "return_code": "SUCCESS", "time_end": "20260301102030", "total_fee": "101", "trade_type": "JSAPI",
              "transaction_id": f"4200{number}", **more}
    return {name: text for name, text in fields.items() if text is not None}


def signed(fields, algorithm="MD5", secret=API_KEY):
    text = f"{text_to_sign(fields)}&key={secret}".encode()
    return {**fields, "sign": md5(text) if algorithm == "MD5" else hmac_sha256(secret, text)}


def xml(fields, root="xml"):
    pairs = fields.items() if isinstance(fields, dict) else fields
    return (f"<{root}>" + "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in pairs) + f"</{root}>").encode()


def req_info(plain, secret=API_KEY):
    return b64(aes_ecb(hashlib.md5(secret.encode()).hexdigest().encode(), plain))


def refund(number=1, status="SUCCESS", **more):
    fields = {"out_refund_no": f"RWX{number}", "out_trade_no": f"WX{number}", "refund_fee": "50", "refund_id": f"5000{number}", "refund_status": status, "success_time": "2026-03-01 10:30:00", "total_fee": "101",
              "transaction_id": f"4200{number}", **more}
    return {name: text for name, text in fields.items() if text is not None}


def notice_of_refund(inside, secret=API_KEY, **outside):
    fields = {"return_code": "SUCCESS", "appid": ACCOUNT["appid"], "mch_id": ACCOUNT["mch_id"], "nonce_str": "n1", "req_info": req_info(inside, secret), **outside}
    return xml({name: text for name, text in fields.items() if text is not None})


def hinted(hint, number=1, status="SUCCESS"):
    return {"outcome": "unknown", "evidence": "none", "reason": "signature", "hint": hint, "confirm": "required", "acknowledge": True, "kind": "refund", "order": {"out_trade_no": f"WX{number}", "out_refund_no": f"RWX{number}"},
            "dedupe": f"5000{number}|{status}", "amount": {"text": "50", "unit": "fen"}, "time": "2026-03-01 10:30:00"}


PAID = bound("paid", order={"out_trade_no": "WX1"}, dedupe="42001", amount={"text": "101", "unit": "fen"}, time="20260301102030")
UNKNOWN = bound("unknown", hint=None)
OTHER_CALL = bound("unknown", hint="paid")


def _payments(made):
    made.add("md5", xml(signed(payment())), PAID)
    made.add("hmac", xml(signed(payment(), "HMAC")), PAID, config=config(HMAC))
    made.add("hmac-says-so", xml(signed(payment(sign_type="HMAC-SHA256"), "HMAC")), PAID, config=config(HMAC))
    made.add("x-hmac-says-md5", xml(signed(payment(sign_type="MD5"), "HMAC")), none("signature"), config=config(HMAC))
    made.add("x-hmac-at-md5", xml(signed(payment(), "HMAC")), none("signature"))
    made.add("x-md5-at-hmac", xml(signed(payment())), none("signature"), config=config(HMAC))
    made.add("x-sign-type-unknown", xml(signed(payment(sign_type="SHA256"))), none("signature"))
    made.add("field-nobody-knows", xml(signed(payment(coupon_fee="1", coupon_count="1", version="1.0"))), PAID)
    made.add("empty-element", xml(signed(payment()) | {"device_info": ""}), PAID)
    made.add("byte-order-mark", b"\xef\xbb\xbf" + xml(signed(payment())), PAID)
    made.add("declaration-and-lines", b'<?xml version="1.0" encoding="UTF-8"?>\r\n' + re.sub(rb"(</?\w+>)(?=<(?!!))", rb"\1\r\n  ", xml(signed(payment()))), PAID)
    made.add("no-cdata", xml(signed(payment())).replace(b"<![CDATA[", b"").replace(b"]]>", b""), PAID)
    made.add("chinese", xml(signed(payment(attach="附加 <数据>&=%"))), PAID)
    made.add("attach-holds-a-name-nobody-reads", xml(signed(payment(attach="uid=1&order=2&x=y"))), PAID)
    for word in ("SUCCESS",):
        made.add(f"trade-state-{word}", xml(signed(payment(trade_state=word))), PAID)
    for word in ("REFUND", "NOTPAY", "CLOSED", "ACCEPT", "PAY_FAIL", "USERPAYING", "REVOKED", "success", " SUCCESS"):
        made.add(f"trade-state-{word.strip()}{'-blank' if word != word.strip() else ''}", xml(signed(payment(trade_state=word))), UNKNOWN)
    for name in ("result_code", "return_code"):
        for how, text in near("SUCCESS"):
            made.add(f"near-{name}-{how}", xml(signed(payment(**{name: text}))), UNKNOWN)
        made.add(f"without-{name}", xml(signed(payment(**{name: None}))), UNKNOWN)
    made.add("fail", xml(signed(payment(result_code="FAIL", err_code="SYSTEMERROR"))), UNKNOWN | {"dedupe": None})
    made.add("success-with-err-code", xml(signed(payment(err_code="ORDERPAID"))), UNKNOWN)
    for name in ("appid", "mch_id", "transaction_id", "total_fee"):
        made.add(f"without-{name}", xml(signed(payment(**{name: None}))), UNKNOWN)
    made.add("without-out_trade_no", xml(signed(payment(out_trade_no=None))), unbound())
    made.add("contract", xml(signed({"return_code": "SUCCESS", "result_code": "SUCCESS", "mch_id": ACCOUNT["mch_id"], "contract_code": "C1", "plan_id": "1", "openid": "oTEST", "change_type": "ADD", "operate_time": "2026-03-01 10:20:30", "contract_id": "Wx1"})), unbound())


def _others(made):
    for name, text in (("trade_state_desc", "支付成功"), ("refund_id", "50001"), ("out_refund_no", "R1"), ("refund_fee", "1"), ("refund_count", "1"), ("refund_id_0", "50001"), ("refund_status_12", "SUCCESS"), ("recall", "N"), ("prepay_id", "wx1"), ("code_url", "weixin://x")):
        made.add(f"x-reply-with-{name}", xml(signed(payment(**{name: text}))), OTHER_CALL)
    made.add("x-reply-of-micropay", xml(signed(payment(trade_type="MICROPAY"))), OTHER_CALL)
    made.add("x-reply-of-orderquery", xml(signed(payment(trade_state="SUCCESS", trade_state_desc="支付成功"))), OTHER_CALL)
    made.add("x-reply-of-orderquery-refund", xml(signed(payment(trade_state="REFUND", trade_state_desc="转入退款"))), OTHER_CALL)
    made.add("x-reply-of-closeorder", xml(signed({"return_code": "SUCCESS", "result_code": "SUCCESS", "appid": ACCOUNT["appid"], "mch_id": ACCOUNT["mch_id"], "nonce_str": "n"})), unbound())
    made.add("x-description-hidden-in-attach", xml(signed(payment(attach="x&trade_state_desc=1"))), bound("unknown", hint="paid"))
    for name, text in (("appid", "wx1"), ("mch_id", "1"), ("sub_mch_id", "1900000999"), ("sub_appid", "wx9")):
        made.add(f"x-of-another-{name}", xml(signed(payment(**{name: text}))), none("mismatch"))
    made.add("institution", xml(signed(payment(sub_mch_id="1900000999"))), PAID, config=config(INSTITUTION))
    made.add("institution-of-sub", xml(signed(payment(sub_mch_id="1900000999"))), PAID, config=config(OF_SUB))
    made.add("x-institution-of-another-sub", xml(signed(payment(sub_mch_id="1900000998"))), none("mismatch"), config=config(OF_SUB))
    made.add("institution-without-sub", xml(signed(payment())), UNKNOWN, config=config(OF_SUB))
    made.add("x-unsigned", xml(payment()), none("signature"))
    made.add("x-another-key", xml(signed(payment(), secret="0" * 32)), none("signature"))
    made.add("x-element-added", xml(signed(payment()) | {"coupon_fee": "1"}), none("signature"))
    made.add("x-element-taken", xml({k: v for k, v in signed(payment()).items() if k != "attach"}), none("signature"))
    made.add("x-twice", xml([*signed(payment()).items(), ("total_fee", "1")]), none("parse"))
    made.add("x-nested", xml(signed(payment())).replace(b"<attach><![CDATA[a]]>", b"<attach><b>a</b>"), none("parse"))
    made.add("x-entity", b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + xml(signed(payment())), none("parse"))
    made.add("x-second-root", xml(signed(payment())) + b"<xml></xml>", none("parse"))
    made.add("x-other-root", xml(signed(payment()), "root"), none("parse"))
    made.add("x-gbk", xml(signed(payment(attach="中"))).decode().encode("gbk"), none("charset"))
    made.add("x-json", b'{"id":"1","resource":{}}', none("parse"))
    made.add("x-key-inside", xml(signed(payment(attach="a&key=b"))), none("parse"))
    true = payment(attach="x&total_fee=999999&transaction_id=42009&z=", trade_state="NOTPAY")
    forged = {"appid": true["appid"], "attach": "x", "total_fee": "999999", "transaction_id": "42009", "z": text_to_sign(true).split("&z=", 1)[1]}
    assert text_to_sign(forged) == text_to_sign(true)
    made.add("x-read-as-other-elements", xml(forged | {"sign": signed(true)["sign"]}).replace(b"&", b"&"), none("parse"))
    true = payment(rate="1")
    hidden = {k: v for k, v in true.items() if k not in ("rate", "out_trade_no")} | {"out_trade_no": "WX1&rate=1"}
    assert text_to_sign(hidden) == text_to_sign(true)
    made.add("x-number-swallows-its-neighbour", xml(hidden | {"sign": signed(true)["sign"]}), none("parse"))
    made.add("expected", xml(signed(payment())), PAID, expected={"out_trade_no": "WX1", "total_fee": "101", "amount": "101"})
    made.add("x-expected-another-amount", xml(signed(payment())), none("mismatch"), expected={"total_fee": "1"})


def _refunds(made):
    for status, hint in (("SUCCESS", "refunded"), ("CHANGE", "paid"), ("REFUNDCLOSE", "paid"), ("PROCESSING", "paid"), ("success", "paid")):
        made.add(f"refund-{status}", notice_of_refund(xml(refund(1, status), "root")), hinted(hint, status=status))
    made.add("refund-at-hmac", notice_of_refund(xml(refund(), "root")), hinted("refunded"), config=config(HMAC))
    made.add("refund-with-a-payment-around", notice_of_refund(xml(refund(), "root"), **{k: v for k, v in signed(payment(7)).items() if k not in ("appid", "mch_id", "nonce_str", "return_code")}), hinted("refunded"))
    made.add("refund-without-time", notice_of_refund(xml(refund(success_time=""), "root")), hinted("refunded") | {"time": None})
    made.add("refund-of-sub", notice_of_refund(xml(refund(), "root"), sub_mch_id="1900000999"), hinted("refunded"), config=config(OF_SUB))
    made.add("x-refund-of-another-sub", notice_of_refund(xml(refund(), "root"), sub_mch_id="1900000998"), none("mismatch"), config=config(OF_SUB))
    made.add("x-refund-of-another-merchant", notice_of_refund(xml(refund(), "root"), mch_id="1"), none("mismatch"))
    made.add("x-refund-another-key", notice_of_refund(xml(refund(), "root"), "0" * 32), none("signature"))
    made.add("x-refund-other-root", notice_of_refund(xml(refund(), "xml")), none("signature"))
    made.add("x-refund-twice", notice_of_refund(xml([*refund().items(), ("refund_status", "CHANGE")], "root")), none("signature"))
    made.add("x-refund-no-base64", xml({"return_code": "SUCCESS", "appid": ACCOUNT["appid"], "mch_id": ACCOUNT["mch_id"], "req_info": "*"}), none("signature"))
    made.add("x-refund-cut", notice_of_refund(xml(refund(), "root")[:-3]), none("signature"))
    made.add("x-refund-in-the-open", xml({**refund(), "return_code": "SUCCESS"}), none("signature"))
    # Blocks of two notices put together without the key: it still is a refund that nobody signed.
    head, tail = (b"<root><refund_status><![CDATA[CHANGE]]></refund_status>", b"<out_trade_no><![CDATA[WX2]]></out_trade_no></root>")
    first = head + b" " * (-len(head) % 16)
    secret = hashlib.md5(API_KEY.encode()).hexdigest().encode()
    stuck = aes_ecb(secret, first)[: len(first)] + aes_ecb(secret, tail)
    made.add("refund-stuck-together", xml({"return_code": "SUCCESS", "appid": ACCOUNT["appid"], "mch_id": ACCOUNT["mch_id"], "req_info": b64(stuck)}), {"outcome": "unknown", "evidence": "none", "reason": "signature", "hint": "paid", "acknowledge": True, "kind": "refund"})
    made.add("refund-expected", notice_of_refund(xml(refund(), "root")), hinted("refunded"), expected={"out_refund_no": "RWX1", "refund_fee": "50"})
    made.add("x-refund-expected-another", notice_of_refund(xml(refund(), "root")), none("mismatch"), expected={"out_refund_no": "RWX2"})


def file():
    made = File("wechat", "WeChat Pay v2 notification documents, transcribed; synthetic", "hashlib, hmac, Python cryptography", config(ACCOUNT), content_type="text/xml")
    _payments(made)
    _others(made)
    _refunds(made)
    return made
