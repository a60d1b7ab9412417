"""Replies of bills/query (never signed) and what a correct client reports of the completion's state."""

import chinaums_verify as close
import reply as r
import wire
from chinaums import MER, ORDER, call, config, query
from chinaums_verify import ECHO, KIND, TLS, body, gateway, paid, without
from reply import asked_again as unknown
from reply import reply
from vectors import File
from wire import Raw

CLOSED = {"outcome": "closed", "confirm": "required", **TLS}
OPEN = {"outcome": "open", **TLS}
GONE = unknown("unlisted", hint="refunded", **TLS)
UNCLEAR = unknown("unlisted", hint="processing", **TLS)
REFUNDED = {"outcome": "refunded", "confirm": "not_needed", **TLS}
AGAINST = unknown("contradiction", contradiction=True, **TLS)
#: What a word of billPayment.status says, and the words of billStatus that say the same.
PAYMENTS = {"TRADE_CLOSED": (CLOSED, "CLOSED"), "TRADE_SUCCESS": (OPEN, "PAID"), "TRADE_REFUND": (REFUNDED, "REFUND"), "NEW_ORDER": (UNCLEAR, "UNPAID"), "WAIT_BUYER_PAY": (UNCLEAR, "UNPAID"), "UNKNOWN": (UNCLEAR, "UNKNOWN")}
BILLS = {"CLOSED": CLOSED, "PAID": OPEN, "REFUND": REFUNDED, "UNPAID": UNCLEAR, "UNKNOWN": UNCLEAR}
MONEY = ("PAID", "TRADE_SUCCESS", "REFUND", "TRADE_REFUND")
MISMATCH = unknown("mismatch", evidence="none")
BILL = "327M0000000000000000000BILL"
OWN = {**ORDER, "billNo": BILL}
#: What a reply names beside the payment.
NAMES = {"instMid": "QRPAYDEFAULT", "billNo": MER, "billDate": ORDER["billDate"]}


def answer(payment=None, bill=None, code="SUCCESS", *, echo=ECHO, **more):
    """A reply that names our completion; words None are left out, a payment of another type goes in as it is."""
    inner = payment if isinstance(payment, Raw) else close.PAYMENT if payment is None else paid(payment)
    members = {**NAMES, **({} if bill is None else {"billStatus": bill}), **more}
    return body(code, payment=inner, echo=echo, **{name: value for name, value in members.items() if value is not None})


GOOD = answer("TRADE_CLOSED", "CLOSED")


def word_cases():
    """All pairs of the two lists of words; a word that is absent or empty says nothing."""
    for payment, (expect, same) in PAYMENTS.items():
        for how, none in (("only", None), ("beside-empty", "")):
            yield f"{payment}-{how}", reply(answer(payment, none)), {**expect, **gateway("SUCCESS")}
        for bill in BILLS:
            hint = {"hint": "paid" if payment in MONEY or bill in MONEY else None}
            yield f"{payment}-{bill}", reply(answer(payment, bill)), expect if bill == same else {**AGAINST, **hint}
    for bill, expect in BILLS.items():
        for how, none in (("only", None), ("beside-empty", "")):
            yield f"billStatus-{bill}-{how}", reply(answer(none, bill)), expect
    # Words off the lists, among them listed ones in the other's place.
    for payment in ("CLOSED", "PAID", "REFUND", "TRADE_FINISHED", "0", "退款"):
        yield f"unclear-{payment}", reply(answer(payment)), UNCLEAR
        for bill in BILLS:
            yield f"{payment}-in-the-payment-beside-{bill}", reply(answer(payment, bill)), unknown(**TLS, **({"hint": "paid"} if bill in MONEY else {}))
    for bill in ("TRADE_CLOSED", "TRADE_SUCCESS", "TRADE_REFUND", "FINISHED", "0", "已关闭"):
        yield f"unclear-billStatus-{bill}", reply(answer(None, bill)), UNCLEAR
        for payment in PAYMENTS:
            yield f"{payment}-beside-{bill}-in-the-bill", reply(answer(payment, bill)), unknown(**TLS, **({"hint": "paid"} if payment in MONEY else {}))
    for payment in PAYMENTS:
        for how, text in r.near(payment):
            yield f"unclear-{payment}-{how}", reply(answer(text)), UNCLEAR
    for bill in BILLS:
        for how, text in r.near(bill):
            yield f"unclear-billStatus-{bill}-{how}", reply(answer(None, text)), UNCLEAR
    yield "unclear-no-words", reply(answer(None, None)), UNCLEAR
    yield "empty-words", reply(answer("", "")), UNCLEAR
    for id, text in (("number", "0"), ("true", "true"), ("array", '["TRADE_CLOSED"]'), ("object", "{}")):
        yield f"status-is-{id}", reply(answer(Raw(wire.object_([("merOrderId", MER), ("status", Raw(text))])), "CLOSED")), unknown()
        yield f"billStatus-is-{id}", reply(answer("TRADE_CLOSED", Raw(text))), unknown()
        yield f"err-code-is-{id}", reply(answer("TRADE_CLOSED", "CLOSED", Raw(text))), unknown()
    for id, text in (("array", "[]"), ("string", '"x"'), ("number", "1")):
        yield f"payment-is-{id}", reply(answer(Raw(text), "CLOSED")), unknown()
    yield "payment-object-in-a-string", reply(answer(Raw(wire.string(wire.object_(paid("TRADE_CLOSED").items()))))), unknown()


def code_cases():
    for code in ("NO_ORDER", "NO_BILL"):
        yield code, reply(body(code)), {"outcome": "not_found", **TLS, **gateway(code)}
        yield f"{code}-no-payment", reply(body(code, payment=None)), {"outcome": "not_found", **TLS}
    yield "ORDER_PROCESSING", reply(body("ORDER_PROCESSING")), {"outcome": "processing", "retry_after_ms": 60000, **TLS}
    for code in ("BAD_REQUEST", "NO_SERVICE", "BAD_SIGN", "ABNORMAL_REQUEST_TIME", "NO_MERCHANT", "INACTIVE_MERCHANT", "INVALID_MSGSRC", "DENIED_IP", "INVLID_MERCHANT_CONFIG", "INVALID_MERCHANT_CONFIG"):
        yield code, reply(body(code)), {"outcome": "misconfigured", **TLS, **gateway(code)}
    others = ("HAS_CANCELLED", "OPERATION_NOT_ALLOWED", "NO_CROSS_DAY_TRADING", "HAS_REFUNDED", "TARGET_FAIL", "TIMEOUT", "NET_ERROR", "INTERNAL_ERROR", "INVALID_RESPONSE", "DUP_ORDER", "INVALID_ORDER", "TXN_DISCARDED",
              "SYSTEM_BUSY", "9200", "0000", "1000", "", "success", "SUCCESS ", "OK", "成功", "NO_ORDERS")
    for code in others:
        id = (code or "empty").replace(" ", "-blank")
        yield f"other-{id}", reply(answer(code=code)), unknown("unlisted", **TLS)
        yield f"other-{id}-TRADE_CLOSED", reply(answer("TRADE_CLOSED", "CLOSED", code)), unknown()
        yield f"other-{id}-TRADE_SUCCESS", reply(answer("TRADE_SUCCESS", "PAID", code)), unknown()
        yield f"other-{id}-TRADE_REFUND", reply(answer("TRADE_REFUND", "REFUND", code)), unknown()
    for word in ("SUCCESS", "NO_ORDER"):
        for how, code in r.near(word):
            yield f"other-{word}-{how}", reply(answer("TRADE_CLOSED", "CLOSED", code)), unknown()
    for payment, bill in (("TRADE_CLOSED", "CLOSED"), ("TRADE_SUCCESS", "PAID"), ("TRADE_REFUND", "REFUND")):
        yield f"err-code-absent-{payment}", reply(answer(payment, bill, None)), unknown()
        yield f"err-code-null-{payment}", reply(answer(payment, bill, Raw("null"))), unknown()


def http_cases():
    text = wire.object_([("errCode", "1000"), ("errInfo", "Timestamp解析失败")])
    yield "412-1000", reply(text, 412, KIND), {"outcome": "misconfigured", **TLS, **gateway("1000")}
    for code in ("9200", "1001", "BAD_SIGN", "SUCCESS", "NO_ORDER"):
        yield f"412-{code}", reply(text.replace("1000", code), 412, KIND), unknown("http_412")
    yield "404-bad-path", reply('{"errCode":"404","errInfo":"not found"}', 404, KIND), unknown("http_404")
    yield "400-1000", reply(text, 400, KIND), unknown("http_400")


def bind_cases():
    """Merchant, terminal and completion must be ours, and so must the message id where it comes back."""
    states = (("closed", ("TRADE_CLOSED", "CLOSED"), CLOSED), ("open", ("TRADE_SUCCESS", "PAID"), OPEN), ("refunded", ("TRADE_REFUND", "REFUND"), REFUNDED))
    for id, words, expect in states:
        for name, other in (("mid", "898201612345679"), ("tid", "88880002"), ("msgId", "msg-0002")):
            for how, value in (("other", other), ("shorter", ECHO[name][:-1]), ("trailing-blank", ECHO[name] + " ")):
                yield f"{id}-{name}-{how}", reply(answer(*words, echo={**ECHO, name: value})), MISMATCH
        for name in ("mid", "tid"):
            yield f"{id}-{name}-absent", reply(answer(*words, echo=without(ECHO, name))), MISMATCH
            yield f"{id}-{name}-empty", reply(answer(*words, echo={**ECHO, name: ""})), MISMATCH
        yield f"{id}-msgId-absent", reply(answer(*words, echo=without(ECHO, "msgId"))), expect
        yield f"{id}-billNo-other", reply(answer(*words, billNo=MER[:-1] + "1")), MISMATCH
        yield f"{id}-billNo-shorter", reply(answer(*words, billNo=MER[:-1])), MISMATCH
        yield f"{id}-billDate-other", reply(answer(*words, billDate="2022-06-19")), MISMATCH
        yield f"{id}-instMid-other", reply(answer(*words, instMid="YUEDANDEFAULT")), MISMATCH
        for how, number in (("other", MER[:-1] + "1"), ("trailing-blank", MER + " "), ("empty", "")):
            inner = Raw(wire.object_(paid(words[0], merOrderId=number).items()))
            yield f"{id}-mer-order-id-{how}", reply(answer(inner, words[1])), MISMATCH
        yield f"{id}-names-no-order", reply(answer(Raw(wire.object_([("status", words[0])])), words[1], billNo=None, billDate=None)), MISMATCH
        yield f"{id}-bare", reply(answer(*words, echo={}, billNo=None, billDate=None, instMid=None)), MISMATCH
    for name, other in (("mid", "898201612345679"), ("msgId", "msg-0002")):
        for code in ("NO_ORDER", "ORDER_PROCESSING", "BAD_SIGN"):
            yield f"{code}-{name}-other", reply(body(code, echo={**ECHO, name: other})), MISMATCH
    yield "NO_ORDER-msgId-absent", reply(body("NO_ORDER", echo=without(ECHO, "msgId"))), {"outcome": "not_found", **TLS}
    yield "NO_ORDER-mer-order-id-other", reply(body("NO_ORDER", payment={"merOrderId": "1"})), MISMATCH


def bill_cases():
    """The bill's number and the completion's differ: either may come back as billNo. (id, call, reply, expect)"""
    for id, words, expect in (("closed", ("TRADE_CLOSED", "CLOSED"), CLOSED), ("open", ("TRADE_SUCCESS", "PAID"), OPEN), ("refunded", ("TRADE_REFUND", "REFUND"), REFUNDED)):
        for how, number in (("bill", BILL), ("completion", MER)):
            yield f"{id}-billNo-is-the-{how}", query(OWN), reply(answer(*words, billNo=number)), expect
        yield f"{id}-billNo-is-neither", query(OWN), reply(answer(*words, billNo="327M0000000000000000000BILK")), MISMATCH
        inner = Raw(wire.object_(paid(words[0], merOrderId=BILL).items()))
        yield f"{id}-the-bill-is-no-completion", query(OWN), reply(answer(inner, words[1], billNo=BILL)), MISMATCH
        terminal = {**OWN, "mid": "898201600000009", "tid": "88880009"}
        yield f"{id}-order-terminal-echoed", query(terminal), reply(answer(*words, echo={**ECHO, "mid": "898201600000009", "tid": "88880009"})), expect
        yield f"{id}-order-terminal-account-echoed", query(terminal), reply(answer(*words)), MISMATCH
        empty = {**ORDER, "billNo": "", "billDate": "", "authIdRespCd": ""}
        yield f"{id}-empty-bill-fields", query(empty), reply(answer(*words, billDate="")), expect


def form_cases():
    yield "unknown-members", reply(answer("TRADE_CLOSED", "CLOSED", list=Raw('[1,{"a":null}]'), rate=Raw("1.0"))), CLOSED
    yield "blanks-around", reply(r.with_newlines(GOOD.encode())), CLOSED
    yield "names-escaped", reply(GOOD.replace('"status"', '"st\\u0061tus"')), CLOSED
    again = {"err-code": ('"errCode":', '"errCode":"NO_ORDER","errCode":'), "status": ('"status":', '"status":"TRADE_SUCCESS","status":'), "status-escaped": ('"status":', '"st\\u0061tus":"TRADE_SUCCESS","status":'),
             "bill-status": ('"billStatus":', '"billStatus":"PAID","billStatus":'), "bill-no": ('"billNo":', '"billNo":"x","billNo":'), "payment": ('"billPayment":', '"billPayment":{},"billPayment":'),
             "deep": ('"mid":', '"x":[{"a":1,"a":1}],"mid":')}
    for id, (old, new) in again.items():
        yield f"duplicate-{id}", reply(GOOD.replace(old, new, 1)), unknown("parse")
    yield "charset-gbk", reply(GOOD.replace('"errMsg":"x"', '"errMsg":"成功"').encode("gbk")), unknown("charset")


def refund_cases():
    """What stands is not all that was paid: money went back, which these words do not say."""
    for words in (("TRADE_SUCCESS", "PAID"), ("TRADE_SUCCESS", None), (None, "PAID")):
        name = "-".join(word or "absent" for word in words)
        for back, expect in ((0, OPEN), ("0", OPEN), (None, OPEN), (1, GONE), ("1", GONE), (100, GONE), (101, GONE), ("1.00", GONE), (-1, GONE), (True, GONE)):
            yield f"{name}-refund-of-{wire.string(back) if isinstance(back, str) else back}", reply(answer(*words, totalAmount=100, refundAmount=back)), expect
        yield f"{name}-refund-without-a-total", reply(answer(*words, refundAmount=1)), GONE
    for words in (("TRADE_CLOSED", "CLOSED"), ("TRADE_CLOSED", None), (None, "CLOSED")):
        name = "-".join(word or "absent" for word in words)
        for back, expect in ((100, CLOSED), ("100", CLOSED), (None, CLOSED), (0, GONE), (1, GONE), ("99", GONE)):
            yield f"{name}-refund-of-{wire.string(back) if isinstance(back, str) else back}", reply(answer(*words, totalAmount=100, refundAmount=back)), expect


def other_operation_cases():
    """Answers to other operations, put before this one. (id, call, reply, expect)"""
    words = {"refund": {"bill": "REFUND", "refundAmount": 1, "totalAmount": 1, "refundStatus": "SUCCESS", "refundOrderId": "327MREFUND"}, "part-refund": {"bill": "PAID", "refundAmount": 1, "totalAmount": 100, "refundStatus": "SUCCESS"},
             "get-qrcode": {"billQRCode": "https://qr.example/1", "qrCodeId": "1"}, "completion": {"bill": "PAID", "completeAmount": 1, "authIdRespCd": "012345"}}
    for id, members in words.items():
        members = dict(members)
        text = answer("TRADE_SUCCESS" if "completion" in id else None, members.pop("bill", None), **members, echo={**ECHO, "msgId": "msg-0002"})
        yield f"reply-of-{id}", query(), reply(text), MISMATCH
        yield f"to-a-close-reply-of-{id}", call(), reply(text), r.MISMATCH
    notified = "billNo=327M22061819820261705544110&billStatus=PAID&mid=898201612345678&signType=SHA256&sign=00"
    for id, what in (("", query()), ("to-a-close-", call())):
        yield f"{id}notification", what, reply(notified), unknown("parse") if id == "" else r.unknown("parse")
    yield "close-reply-of-another-call", query(), reply(body(payment=paid("TRADE_CLOSED"), echo={**ECHO, "msgId": "msg-0002"})), MISMATCH
    yield "close-reply-HAS_CANCELLED", query(), reply(body("HAS_CANCELLED")), unknown("unlisted")
    yield "close-reply-accepted", query(), reply(body()), UNCLEAR
    yield "to-a-close-open", call(), reply(answer("TRADE_SUCCESS", "PAID")), r.unknown(hint="processing", **TLS)
    for id, words in (("closed", ("TRADE_CLOSED", "CLOSED")), ("open", ("TRADE_SUCCESS", "PAID")), ("refunded", ("TRADE_REFUND", "REFUND"))):
        yield f"to-a-close-{id}-of-another-call", call(), reply(answer(*words, echo={**ECHO, "msgId": "msg-0002"})), r.unknown("mismatch")
        yield f"to-a-close-{id}-without-its-msgId", call(), reply(answer(*words, echo=without(ECHO, "msgId"))), r.unknown()


def verify():
    file = File("chinaums", "verify", "query", "Replies of bills/query: the words, binding, HTTP 412, JSON. No reply is signed.", "outcome read off the rules of the query; there is no signature to check")
    good = GOOD.encode()
    shared = r.of_a_query([*r.transport_cases(good, KIND), *r.closed_cases(good, KIND, CLOSED, signed=False), *r.not_json_cases(), *r.mangled_json_cases(good)])
    for id, what, expect in (*word_cases(), *refund_cases(), *code_cases(), *http_cases(), *bind_cases(), *form_cases(), *shared):
        file.add(f"chinaums-query-{id}", config=config(), call=query(), reply=what, expect=expect)
    for id, what, text, expect in (*bill_cases(), *other_operation_cases()):
        file.add(f"chinaums-query-{id}", config=config(), call=what, reply=text, expect=expect)
    return file
