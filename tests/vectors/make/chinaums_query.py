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
UNCLEAR = unknown("unlisted", hint="processing", **TLS)
AGAINST = unknown("contradiction", contradiction=True, **TLS)
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
    back, stands = ("TRADE_CLOSED",), ("CLOSED",)
    # A refund may be another one than ours, and a part.
    for payment, bill in (("TRADE_REFUND", None), ("TRADE_REFUND", "REFUND"), (None, "REFUND"), ("TRADE_REFUND", "CLOSED"), ("TRADE_CLOSED", "REFUND"), ("TRADE_REFUND", "PAID"),
                          ("TRADE_SUCCESS", "REFUND"), ("TRADE_REFUND", "UNPAID"), ("TRADE_REFUND", "UNKNOWN"), ("NEW_ORDER", "REFUND")):
        yield f"refund-{payment or 'absent'}-{bill or 'absent'}", reply(answer(payment, bill)), unknown(hint=None, **TLS) if payment == "TRADE_REFUND" and bill in (None, "REFUND") else unknown(**TLS)
    for payment in back:
        yield f"{payment}-only", reply(answer(payment)), {**CLOSED, **gateway("SUCCESS")}
        for bill in stands:
            yield f"{payment}-{bill}", reply(answer(payment, bill)), CLOSED
        for bill in ("PAID", "UNPAID"):
            yield f"{payment}-against-{bill}", reply(answer(payment, bill)), AGAINST
        for bill in ("UNKNOWN", "TRADE_CLOSED", "closed"):
            yield f"{payment}-beside-{bill}", reply(answer(payment, bill)), unknown(**TLS)
    for bill in stands:
        yield f"billStatus-{bill}-only", reply(answer(None, bill)), CLOSED
        for payment in ("TRADE_SUCCESS", "NEW_ORDER", "WAIT_BUYER_PAY"):
            yield f"{payment}-against-{bill}", reply(answer(payment, bill)), AGAINST
        for payment in ("UNKNOWN", "CLOSED"):
            yield f"{payment}-beside-{bill}", reply(answer(payment, bill)), unknown(**TLS)
    yield "TRADE_SUCCESS-PAID", reply(answer("TRADE_SUCCESS", "PAID")), {**OPEN, **gateway("SUCCESS")}
    yield "TRADE_SUCCESS-only", reply(answer("TRADE_SUCCESS")), OPEN
    yield "billStatus-PAID-only", reply(answer(None, "PAID")), OPEN
    for payment, bill in (("TRADE_SUCCESS", "UNPAID"), ("NEW_ORDER", "PAID"), ("WAIT_BUYER_PAY", "PAID"), ("UNKNOWN", "PAID"), ("TRADE_SUCCESS", "UNKNOWN"), ("PAID", "TRADE_SUCCESS"),
                          ("trade_success", "PAID"), ("TRADE_SUCCESS", "paid")):
        yield f"{payment}-beside-{bill}", reply(answer(payment, bill)), unknown(**TLS)
    for payment, bill in (("NEW_ORDER", "UNPAID"), ("WAIT_BUYER_PAY", "UNPAID"), ("UNKNOWN", "UNKNOWN"), ("NEW_ORDER", None), ("WAIT_BUYER_PAY", None), ("UNKNOWN", None), (None, "UNPAID"), (None, "UNKNOWN"), (None, None),
                          ("CLOSED", None), ("trade_closed", None), ("TRADE_CLOSED ", None), ("PAID", None), (None, "TRADE_CLOSED"), (None, "closed"), (None, "TRADE_SUCCESS")):
        yield f"unclear-{payment or 'absent'}-{bill or 'absent'}".replace(" ", "-blank"), reply(answer(payment, bill)), UNCLEAR
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
    for payment, bill in (("TRADE_CLOSED", "CLOSED"), ("TRADE_SUCCESS", "PAID")):
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
    states = (("closed", ("TRADE_CLOSED", "CLOSED")), ("open", ("TRADE_SUCCESS", "PAID")))
    for id, words in states:
        for name, other in (("mid", "898201612345679"), ("tid", "88880002"), ("msgId", "msg-0002")):
            for how, value in (("other", other), ("shorter", ECHO[name][:-1]), ("trailing-blank", ECHO[name] + " ")):
                yield f"{id}-{name}-{how}", reply(answer(*words, echo={**ECHO, name: value})), MISMATCH
        for name in ("mid", "tid"):
            yield f"{id}-{name}-absent", reply(answer(*words, echo=without(ECHO, name))), MISMATCH
            yield f"{id}-{name}-empty", reply(answer(*words, echo={**ECHO, name: ""})), MISMATCH
        yield f"{id}-msgId-absent", reply(answer(*words, echo=without(ECHO, "msgId"))), CLOSED if id == "closed" else OPEN
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
    for id, words, expect in (("closed", ("TRADE_CLOSED", "CLOSED"), CLOSED), ("open", ("TRADE_SUCCESS", "PAID"), OPEN)):
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


def other_operation_cases():
    """Answers to the other operation, put before this one. (id, call, reply, expect)"""
    yield "close-reply-of-another-call", query(), reply(body(payment=paid("TRADE_CLOSED"), echo={**ECHO, "msgId": "msg-0002"})), MISMATCH
    yield "close-reply-HAS_CANCELLED", query(), reply(body("HAS_CANCELLED")), unknown("unlisted")
    yield "close-reply-accepted", query(), reply(body()), UNCLEAR
    yield "to-a-close-open", call(), reply(answer("TRADE_SUCCESS", "PAID")), r.unknown(hint="processing", **TLS)
    for id, words in (("closed", ("TRADE_CLOSED", "CLOSED")), ("open", ("TRADE_SUCCESS", "PAID"))):
        yield f"to-a-close-{id}-of-another-call", call(), reply(answer(*words, echo={**ECHO, "msgId": "msg-0002"})), r.unknown("mismatch")
        yield f"to-a-close-{id}-without-its-msgId", call(), reply(answer(*words, echo=without(ECHO, "msgId"))), r.unknown()


def verify():
    file = File("chinaums", "verify", "query", "Replies of bills/query: the words, binding, HTTP 412, JSON. No reply is signed.", "outcome read off the rules of the query; there is no signature to check")
    good = GOOD.encode()
    shared = r.of_a_query([*r.transport_cases(good, KIND), *r.closed_cases(good, KIND, CLOSED), *r.not_json_cases(), *r.mangled_json_cases(good)])
    for id, what, expect in (*word_cases(), *code_cases(), *http_cases(), *bind_cases(), *form_cases(), *shared):
        file.add(f"chinaums-query-{id}", config=config(), call=query(), reply=what, expect=expect)
    for id, what, text, expect in (*bill_cases(), *other_operation_cases()):
        file.add(f"chinaums-query-{id}", config=config(), call=what, reply=text, expect=expect)
    return file
