"""ChinaUMS: both words and secureStatus, SHA-256 and MD5 with the communication key."""

import itertools

from common import KEYS, File, against, bound, compact, form, key, md5, near, none, sha256, text_to_sign, unbound

ACCOUNT = {"app_id": "12345678901234567890123456789012", "app_key": key("chinaums_app_key"), "mid": "898201612345678", "tid": "88880001"}
SETTINGS = {"notify_key": key("chinaums_notify_key"), "notify_sign_type": "SHA256"}
AS_BILL = {"TRADE_CLOSED": "CLOSED", "TRADE_SUCCESS": "PAID", "TRADE_REFUND": "REFUND", "NEW_ORDER": "UNPAID", "WAIT_BUYER_PAY": "UNPAID", "UNKNOWN": "UNKNOWN"}


def config(account=None):
    return {"gateway": "chinaums", "base_url": "https://gateway.invalid", "account": account or ACCOUNT}


def _kept(fields):
    return {name: text for name, text in fields.items() if text is not None}


def bill(status="PAID", payment="TRADE_SUCCESS", number=1, inside=None, **more):
    members = _kept({"payTime": "2026-03-01 10:20:29", "totalAmount": 20, "merOrderId": f"3194M{number}", "status": payment, "targetSys": "WXPay", **(inside or {})})
    fields = {"billPayment": compact(members), "6q": "a154", "mid": ACCOUNT["mid"], "tid": ACCOUNT["tid"], "instMid": "QRPAYDEFAULT", "billNo": f"3194B{number}", "billDate": "2026-03-01", "billStatus": status, "billDesc": "账单 (&=+)",
              "totalAmount": "20", "notifyId": f"N{number}", "memberId": "", "counterNo": " \t", "signType": "SHA256", **more}
    return _kept(fields)


def order(status="TRADE_SUCCESS", number=1, **more):
    return _kept({"mid": ACCOUNT["mid"], "tid": ACCOUNT["tid"], "instMid": "H5DEFAULT", "merOrderId": f"3194M{number}", "payTime": "2026-03-01 10:20:29", "status": status, "totalAmount": "20", "notifyId": f"N{number}", "ns": "5c45", "signType": "SHA256", **more})


def signed(fields, hash=sha256, secret=KEYS["chinaums_notify_key"]):
    return {**fields, "sign": hash((text_to_sign(fields) + secret).encode())}


def says(words, secure=None):
    """Transcribed from the page's table; an unlisted word is None."""
    if len(set(words)) > 1:
        return against("paid" if {"PAID", "REFUND"} & set(words) else None)
    word = words[0] if words else None
    if word == "PAID":
        return bound("paid") if secure in (None, "", "ALL_COMPLETED") else bound("unknown", hint="paid")
    return {"CLOSED": bound("closed", confirm="required"), "REFUND": bound("refunded")}.get(word) or bound("unknown", hint=None)


def _told(expect, number, named_bill=True):
    names = {"billNo": f"3194B{number}", "billDate": "2026-03-01"} if named_bill else {}
    return {**expect, "order": {**names, "merOrderId": f"3194M{number}"}, "dedupe": f"N{number}", "amount": {"text": "20", "unit": "fen"}, "time": "2026-03-01 10:20:29"}


def _words(made):
    bills = ("PAID", "UNPAID", "REFUND", "CLOSED", "UNKNOWN", "TRADE_SUCCESS", None)
    payments = (*AS_BILL, "PAID", "", None)
    for number, (word, payment) in enumerate(itertools.product(bills, payments)):
        words = ([word if word in AS_BILL.values() else None] if word else []) + ([AS_BILL.get(payment)] if payment else [])
        made.add(f"bill-{word or 'absent'}-{'absent' if payment is None else payment or 'empty'}", form(signed(bill(word, payment, number))), _told(says(words), number))
    for number, word in enumerate((*AS_BILL, "PAID", "CLOSED", "SUCCESS")):
        made.add(f"order-{word}", form(signed(order(word, number))), _told(says([AS_BILL.get(word)]), number, False))
    for number, secure in enumerate(("ALL_COMPLETED", "UNCOMPLETED", "PARTLY_COMPLETED", "all_completed", "COMPLETED", " ")):
        made.add(f"secure-bill-{number}", form(signed(bill(number=number, secureStatus=secure))), _told(says(["PAID"], secure.strip()), number))
        made.add(f"secure-order-{number}", form(signed(order(number=number, secureStatus=secure))), _told(says(["PAID"], secure.strip()), number, False))
    # Money is taken only where nothing says that it is held.
    for number, (above, inside) in enumerate((("UNCOMPLETED", "ALL_COMPLETED"), ("ALL_COMPLETED", "UNCOMPLETED"), ("ALL_COMPLETED", "ALL_COMPLETED"), (None, "UNCOMPLETED"))):
        expect = says(["PAID"], "UNCOMPLETED" if "UNCOMPLETED" in (above, inside) else None)
        made.add(f"secure-in-two-places-{number}", form(signed(bill(number=number, inside={"secureStatus": inside}, secureStatus=above))), _told(expect, number))
    for how, text in near("PAID"):
        made.add(f"bill-near-{how}", form(signed(bill(text, None))), bound("unknown", hint=None))
    for how, text in near("TRADE_SUCCESS"):
        made.add(f"order-near-{how}", form(signed(order(text))), bound("unknown", hint=None))
    made.add("bill-beside-status", form(signed(bill(status="PAID", payment="TRADE_SUCCESS") | {"status": "TRADE_CLOSED"})), against("paid"))
    for id, refunded, expect in (("nothing", "0", bound("paid")), ("a-part", "5", bound("unknown", hint="refunded")), ("all", "20", bound("unknown", hint="refunded"))):
        made.add(f"paid-and-refunded-{id}", form(signed(bill(refundAmount=refunded))), expect)
    for id, more in (("above", {"refundAmount": "5"}), ("inside", {"inside": {"refundAmount": 5}})):
        made.add(f"refunded-in-part-{id}", form(signed(bill("REFUND", "TRADE_REFUND", **more))), _told(bound("refunded"), 1) | {"amount": {"text": "5", "unit": "fen"}})
    made.add("order-refunded-in-part", form(signed(order("TRADE_REFUND", refundAmount="5"))), _told(bound("refunded"), 1, False) | {"amount": {"text": "5", "unit": "fen"}})
    made.add("paid-and-refunded-in-part-amount", form(signed(bill(refundAmount="5"))), _told(bound("unknown", hint="refunded"), 1))
    # Where no amount says how much went back, any other word about a refund says that some may have.
    for name, text in (("refundOrderId", "3194M1R"), ("refundStatus", "PROCESSING"), ("refundDesc", "退货"), ("refundAmount", "x"), ("refundTargetOrderId", "42")):
        made.add(f"paid-beside-{name}", form(signed(bill(**{name: text}))), bound("unknown", hint="refunded"))
        made.add(f"paid-beside-{name}-inside", form(signed(bill(inside={name: text}))), bound("unknown", hint="refunded"))
        made.add(f"order-paid-beside-{name}", form(signed(order(**{name: text}))), bound("unknown", hint="refunded"))
        made.add(f"closed-beside-{name}", form(signed(bill("CLOSED", "TRADE_CLOSED", **{name: text}))), bound("unknown", hint="refunded"))
        made.add(f"refunded-beside-{name}", form(signed(order("TRADE_REFUND", **{name: text}))), bound("refunded"))
        # The same signed text, with the parameter inside the value before it.
        for state, payment in (("PAID", "TRADE_SUCCESS"), ("CLOSED", "TRADE_CLOSED")):
            sent = signed(bill(state, payment, qrCodeType="BILLPAY", **{name: text}))
            before = max(known for known in sent if known < name and known not in ("sign", "signType"))
            hidden = {known: value for known, value in sent.items() if known != name} | {before: f"{sent[before]}&{name}={text}"}
            made.add(f"x-{state.lower()}-hiding-{name}", form(hidden), none("parse"))
    made.add("paid-nothing-refunded-with-a-reason", form(signed(bill(refundAmount="0", refundDesc="x"))), bound("paid"))
    made.add("closed-nothing-refunded-above-a-part-inside", form(signed(bill("CLOSED", "TRADE_CLOSED", inside={"refundAmount": 5}, refundAmount="0"))), bound("unknown", hint="refunded"))
    made.add("closed-all-refunded-with-a-reason", form(signed(bill("CLOSED", "TRADE_CLOSED", refundAmount="20", refundDesc="x"))), bound("closed", confirm="required"))
    made.add("paid-beside-blank-words-about-refunds", form(signed(bill()) | {"refundDesc": " ", "refundOrderId": "\t"}), bound("paid"))
    # Closed without a payment, nothing went back: no refund is hinted at.
    closed = bound("closed", confirm="required")
    for id, refunded, expect in (("all", "20", closed), ("nothing", "0", closed), ("a-part", "5", bound("unknown", hint="refunded"))):
        made.add(f"order-closed-and-refunded-{id}", form(signed(order("TRADE_CLOSED", refundAmount=refunded))), expect)
        made.add(f"closed-and-refunded-{id}-inside", form(signed(bill("CLOSED", "TRADE_CLOSED", inside={"refundAmount": int(refunded)}))), expect)
        made.add(f"closed-and-refunded-{id}", form(signed(bill("CLOSED", "TRADE_CLOSED", refundAmount=refunded))), expect)


def _forms(made):
    paid = _told(bound("paid"), 1)
    md5_only = SETTINGS | {"notify_sign_type": "MD5"}
    made.add("md5", form(signed(bill(signType="MD5"), md5)), paid, settings=md5_only)
    made.add("md5-not-said", form(signed(bill(signType=None), md5)), paid, settings=md5_only)
    made.add("sha256-not-said", form(signed(bill(signType=None))), paid)
    made.add("sha256-by-default", form(signed(bill())), paid, settings={"notify_key": key("chinaums_notify_key")})
    made.add("sign-lower-case", form({**bill(), "sign": signed(bill())["sign"].lower()}), paid)
    made.add("random-field-of-another-name", form(signed(bill() | {"zz": "ffff"})), paid)
    made.add("blank-field-added", form(signed(bill()) | {"secureStatus": " \t"}), paid)
    made.add("order-turned", form(dict(reversed(signed(bill()).items()))), paid)
    made.add("bill-payment-empty", form(signed(bill(billPayment=""))), bound("paid", order={"billNo": "3194B1", "billDate": "2026-03-01"}))
    made.add("bill-payment-absent", form(signed(bill(billPayment=None))), bound("paid"))
    made.add("without-numbers", form(signed(order(merOrderId=None))), unbound())
    made.add("without-notify-id", form(signed(bill(notifyId=None))), bound("paid", dedupe=None))
    made.add("account-without-tid", form(signed(bill(tid="1"))), paid, config=config({k: v for k, v in ACCOUNT.items() if k != "tid"}))
    made.add("expected", form(signed(bill())), paid, expected={"merOrderId": "3194M1", "totalAmount": "20", "billNo": "3194B1"})
    made.add("x-expected-another", form(signed(bill())), none("mismatch"), expected={"merOrderId": "3194M2"})


def _forged(made):
    good = bill()
    md5_only = SETTINGS | {"notify_sign_type": "MD5"}
    made.add("x-unsigned", form(good), none("signature"))
    made.add("x-without-key", form({**good, "sign": sha256(text_to_sign(good).encode())}), none("signature"))
    made.add("x-key-before", form({**good, "sign": sha256((KEYS["chinaums_notify_key"] + text_to_sign(good)).encode())}), none("signature"))
    made.add("x-key-as-parameter", form({**good, "sign": sha256((text_to_sign(good) + "&key=" + KEYS["chinaums_notify_key"]).encode())}), none("signature"))
    made.add("x-md5-at-sha256", form(signed(bill(signType=None), md5)), none("signature"))
    made.add("x-md5-said-at-sha256", form(signed(bill(signType="MD5"), md5)), none("signature"))
    made.add("x-sha256-at-md5", form(signed(good)), none("signature"), settings=md5_only)
    made.add("x-sign-type-lower-case", form(signed(bill(signType="sha256"))), none("signature"))
    made.add("x-sign-longer", form({**good, "sign": signed(good)["sign"] + "0"}), none("signature"))
    made.add("x-field-added", form(signed(good) | {"x": "1"}), none("signature"))
    made.add("x-field-taken", form({k: v for k, v in signed(good).items() if k != "6q"}), none("signature"))
    for id, more in (("mid-other", {"mid": "898201612345679"}), ("mid-absent", {"mid": None}), ("tid-other", {"tid": "1"}), ("tid-absent", {"tid": None})):
        made.add(f"x-{id}", form(signed(bill(**more))), none("mismatch"))
    made.add("x-twice", form([*signed(good).items(), ("billStatus", "PAID")]), none("parse"))
    made.add("x-payment-no-object", form(signed(bill(billPayment="[]"))), none("parse"))
    made.add("x-payment-no-json", form(signed(bill(billPayment="{status:PAID}"))), none("parse"))
    made.add("x-payment-trailing", form(signed(bill(billPayment='{"status":"TRADE_SUCCESS"}x'))), none("parse"))
    made.add("x-payment-status-a-list", form(signed(bill(inside={"status": ["TRADE_SUCCESS"]}))), none("parse"))
    made.add("x-two-order-numbers", form(signed(bill(merOrderId="3194M2"))), none("contradiction"))
    made.add("x-json", compact(signed(good)).encode(), none("parse"))
    held = bill(secureStatus="UNCOMPLETED", qrCodeType="BILLPAY")
    hidden = {k: v for k, v in held.items() if k not in ("secureStatus", "qrCodeType")} | {"qrCodeType": "BILLPAY&secureStatus=UNCOMPLETED"}
    assert text_to_sign(hidden) == text_to_sign(held)
    made.add("x-held-money-hidden", form({**hidden, "sign": signed(held)["sign"]}), none("parse"))
    true = bill("UNPAID", "NEW_ORDER", memberId="x&mid=" + ACCOUNT["mid"] + "&status=TRADE_SUCCESS&tid=" + ACCOUNT["tid"] + "&zz=")
    before, after = text_to_sign(true).split("&zz=", 1)
    forged = {"6q": before.split("&memberId=")[0][len("6q="):], "memberId": "x", "mid": ACCOUNT["mid"], "status": "TRADE_SUCCESS", "tid": ACCOUNT["tid"], "zz": after}
    assert text_to_sign(forged) == text_to_sign(true)
    made.add("x-read-as-other-parameters", form({**forged, "sign": signed(true)["sign"]}), none("parse"))


def file():
    made = File("chinaums", "ChinaUMS bills specification V3.5 and H5 specification, transcribed; synthetic", "hashlib", config(), SETTINGS)
    _words(made)
    _forms(made)
    _forged(made)
    return made
