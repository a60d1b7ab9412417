"""Replies of bills/preauthed-cancel (never signed) and what a correct client reports."""

import reply as r
import wire
from chinaums import MER, ORDER, call, config
from reply import reply, unknown
from vectors import File
from wire import Raw

KIND = {"Content-Type": "application/json;charset=UTF-8"}
TLS = {"evidence": "tls_only"}
CLOSED = {"outcome": "closed", "confirm": "required", **TLS}
ACCEPTED = unknown("unlisted", hint="processing")
PAYMENT = {"merOrderId": MER}
ECHO = {"mid": "898201612345678", "tid": "88880001", "msgId": "msg-0001"}


def body(code="SUCCESS", *, payment=PAYMENT, echo=ECHO, msg="x", **more):
    """Reply text; code or payment None leaves the member out."""
    pairs = [] if code is None else [("errCode", code)]
    pairs += [("errMsg", msg), ("responseTimestamp", "2022-04-21 15:00:53"), *echo.items()]
    pairs += [] if payment is None else [("billPayment", payment)]
    return wire.object_([*pairs, *more.items()])


def paid(status, **more):
    return {**PAYMENT, "status": status, "totalAmount": 1, **more}


def without(names, *drop):
    return {k: v for k, v in names.items() if k not in drop}


GOOD = body(payment=paid("TRADE_CLOSED"))


def gateway(code):
    return {"gateway": {"code": code}}


def table_cases():
    for status in ("TRADE_CLOSED", "TRADE_REFUND"):
        yield f"SUCCESS-{status}", reply(body(payment=paid(status))), {**CLOSED, **gateway("SUCCESS")}
    for status in ("CLOSED", "REFUND"):
        yield f"SUCCESS-billStatus-{status}", reply(body(billStatus=status)), CLOSED
    yield "SUCCESS-both-words", reply(body(payment=paid("TRADE_CLOSED"), billStatus="CLOSED")), CLOSED
    yield "SUCCESS-both-words-refund", reply(body(payment=paid("TRADE_REFUND"), billStatus="REFUND")), CLOSED
    yield "SUCCESS-no-word", reply(body()), ACCEPTED
    yield "SUCCESS-empty-words", reply(body(payment=paid(""), billStatus="")), ACCEPTED
    for status in ("NEW_ORDER", "WAIT_BUYER_PAY", "TRADE_SUCCESS", "UNKNOWN", "CLOSED", "REFUND", "TRADE_FINISHED"):
        yield f"SUCCESS-{status}-only", reply(body(payment=paid(status))), ACCEPTED
    for status in ("PAID", "UNPAID", "UNKNOWN", "TRADE_CLOSED", "TRADE_REFUND", "0"):
        yield f"SUCCESS-billStatus-{status}", reply(body(billStatus=status)), ACCEPTED
    for status in ("TRADE_CLOSED", "TRADE_REFUND"):
        for how, text in r.near(status):
            yield f"SUCCESS-{status}-{how}", reply(body(payment=paid(text))), ACCEPTED
    for status in ("CLOSED", "REFUND"):
        for how, text in r.near(status):
            yield f"SUCCESS-billStatus-{status}-{how}", reply(body(billStatus=text)), ACCEPTED
    for status, bill in (("TRADE_CLOSED", "PAID"), ("TRADE_SUCCESS", "CLOSED"), ("TRADE_REFUND", "UNPAID"), ("WAIT_BUYER_PAY", "REFUND")):
        yield f"SUCCESS-{status}-against-{bill}", reply(body(payment=paid(status), billStatus=bill)), unknown()
    def row(code, outcome, **more):
        return code, reply(body(code)), {"outcome": outcome, **TLS, **gateway(code), **more}
    yield row("HAS_CANCELLED", "already_closed", confirm="required")
    yield row("NO_ORDER", "not_found")
    yield row("NO_BILL", "not_found")
    yield row("ORDER_PROCESSING", "processing", retry_after_ms=60000)
    for code in ("OPERATION_NOT_ALLOWED", "NO_CROSS_DAY_TRADING", "HAS_REFUNDED"):
        yield row(code, "refused")
    for code in ("TARGET_FAIL", "TIMEOUT", "NET_ERROR", "INTERNAL_ERROR", "INVALID_RESPONSE", "DUP_ORDER", "INVALID_ORDER", "TXN_DISCARDED", "SYSTEM_BUSY"):
        yield code, reply(body(code)), unknown("unlisted", retry="after_query", **gateway(code))
        yield f"{code}-TRADE_CLOSED", reply(body(code, payment=paid("TRADE_CLOSED"))), unknown()
    for code in ("BAD_REQUEST", "NO_SERVICE", "BAD_SIGN", "ABNORMAL_REQUEST_TIME", "NO_MERCHANT", "INACTIVE_MERCHANT", "INVALID_MSGSRC", "DENIED_IP", "INVLID_MERCHANT_CONFIG", "INVALID_MERCHANT_CONFIG"):
        yield row(code, "misconfigured")
    for code in ("9200", "0000", "00", "0", "9999", "1000", "", "success", "SUCCESS ", "SUCCES", "OK", "成功", "HAS_CANCELED"):
        yield f"other-{code or 'empty'}".replace(" ", "-blank"), reply(body(code)), unknown("unlisted")
        yield f"other-{code or 'empty'}-TRADE_CLOSED".replace(" ", "-blank"), reply(body(code, payment=paid("TRADE_CLOSED"))), unknown()
    for word in ("SUCCESS", "HAS_CANCELLED", "NO_ORDER", "ORDER_PROCESSING", "HAS_REFUNDED", "BAD_SIGN"):
        for how, text in r.near(word):
            yield f"other-{word}-{how}", reply(body(text, payment=paid("TRADE_CLOSED"))), unknown()
    yield "err-code-absent", reply(body(None, payment=paid("TRADE_CLOSED"))), unknown()


def amount_cases():
    """Money given back before is no void: refundAmount beside another totalAmount, or beside none."""
    given = unknown(hint="refunded")
    for status in ("TRADE_CLOSED", "TRADE_REFUND"):
        inside = lambda **amounts: reply(body(payment={**PAYMENT, "status": status, **amounts}))
        yield f"{status}-refund-of-all", inside(totalAmount=100, refundAmount=100), CLOSED
        yield f"{status}-refund-of-all-as-text", inside(totalAmount=100, refundAmount="100"), CLOSED
        yield f"{status}-refund-of-all-both-as-text", inside(totalAmount="100", refundAmount="100"), CLOSED
        for id, total, back in (("a-part", 100, 1), ("a-part-as-text", "100", "1"), ("a-part-and-text", 100, "99"), ("nothing", 100, 0), ("too-much", 100, 101), ("ten-times", 100, 1000), ("minus", 100, -100)):
            yield f"{status}-refund-of-{id}", inside(totalAmount=total, refundAmount=back), given
        yield f"{status}-refund-without-a-total", inside(refundAmount=100), given
        for id, text in (("true", "true"), ("object", "{}"), ("list", "[100]"), ("text", '"all"'), ("empty", '""')):
            yield f"{status}-refund-amount-is-{id}", inside(totalAmount=100, refundAmount=Raw(text)), unknown()
    for bill in ("CLOSED", "REFUND"):
        above = lambda **amounts: reply(body(billStatus=bill, **amounts))
        yield f"billStatus-{bill}-refund-of-all", above(totalAmount=100, refundAmount=100), CLOSED
        yield f"billStatus-{bill}-refund-of-a-part", above(totalAmount=100, refundAmount=1), given
        yield f"billStatus-{bill}-refund-without-a-total", above(refundAmount=100), given
        inside = reply(body(payment={**PAYMENT, "totalAmount": 100, "refundAmount": 1}, billStatus=bill))
        yield f"billStatus-{bill}-refund-of-a-part-in-the-payment", inside, given
    yield "refund-of-a-part-at-the-top-all-in-the-payment", reply(body(payment=paid("TRADE_CLOSED", refundAmount=1), totalAmount=100, refundAmount=1)), given
    yield "refund-of-all-at-the-top-a-part-in-the-payment", reply(body(payment={**paid("TRADE_CLOSED", refundAmount=1), "totalAmount": 100}, totalAmount=100, refundAmount=100)), given
    yield "refund-at-the-top-total-in-the-payment", reply(body(payment=paid("TRADE_CLOSED"), refundAmount=1)), given
    yield "totals-alone", reply(body(payment=paid("TRADE_CLOSED"), totalAmount=100)), CLOSED
    yield "refund-of-a-part-of-no-void", reply(body(payment={**PAYMENT, "status": "TRADE_SUCCESS", "totalAmount": 100, "refundAmount": 1})), unknown()


def http_cases():
    text = wire.object_([("errCode", "1000"), ("errInfo", "Timestamp解析失败")])
    yield "412-1000", reply(text, 412, KIND), {"outcome": "misconfigured", **TLS, **gateway("1000")}
    yield "412-1000-full-echo", reply(body("1000"), 412, KIND), {"outcome": "misconfigured", **TLS}
    for code in ("9200", "1001", "0000", "100", "", "BAD_SIGN", "SUCCESS", "HAS_CANCELLED", "NO_ORDER"):
        yield f"412-{code or 'empty'}", reply(text.replace("1000", code), 412, KIND), unknown("http_412")
    yield "412-not-json", reply("<html>412</html>", 412, KIND), unknown("http_412")
    for status in (400, 404, 500):
        yield f"{status}-1000", reply(text, status, KIND), unknown(f"http_{status}")
    yield "404-bad-path", reply('{"errCode":"404","errInfo":"not found"}', 404, KIND), unknown("http_404")
    yield "200-1000-gateway-level", reply(text), unknown()


def bind_cases():
    closed = paid("TRADE_CLOSED")
    for name, other in (("mid", "898201612345679"), ("tid", "88880002"), ("msgId", "msg-0002")):
        for id, kind in (("other", other), ("shorter", ECHO[name][:-1]), ("trailing-blank", ECHO[name] + " ")):
            yield f"{name}-{id}", reply(body(payment=closed, echo={**ECHO, name: kind})), unknown("mismatch")
        yield f"{name}-empty", reply(body(payment=closed, echo={**ECHO, name: ""})), unknown("mismatch")
        yield f"{name}-absent", reply(body(payment=closed, echo=without(ECHO, name))), unknown("mismatch")
        yield f"{name}-null", reply(body(payment=closed, echo={**ECHO, name: None})), unknown()
        yield f"{name}-number", reply(body(payment=closed, echo={**ECHO, name: Raw("88880001")})), unknown()
        for code in ("HAS_CANCELLED", "NO_ORDER", "HAS_REFUNDED", "ORDER_PROCESSING", "BAD_SIGN"):
            yield f"{name}-other-{code}", reply(body(code, echo={**ECHO, name: other})), unknown("mismatch")
    yield "msgId-absent-HAS_CANCELLED", reply(body("HAS_CANCELLED", echo=without(ECHO, "msgId"))), unknown("mismatch")
    yield "mer-order-id-other", reply(body(payment=paid("TRADE_CLOSED", merOrderId=MER[:-1] + "1"))), unknown("mismatch")
    yield "mer-order-id-empty", reply(body(payment=paid("TRADE_CLOSED", merOrderId=""))), unknown("mismatch")
    yield "mer-order-id-absent", reply(body(payment={"status": "TRADE_CLOSED"})), unknown("mismatch")
    yield "mer-order-id-null", reply(body(payment=paid("TRADE_CLOSED", merOrderId=None))), unknown()
    yield "mer-order-id-at-the-top-only", reply(body(payment={"status": "TRADE_CLOSED"}, merOrderId=MER)), unknown("mismatch")
    yield "mer-order-id-other-HAS_CANCELLED", reply(body("HAS_CANCELLED", payment={"merOrderId": "1"})), unknown("mismatch")
    yield "mer-order-id-other-NO_ORDER", reply(body("NO_ORDER", payment={"merOrderId": "1"})), unknown("mismatch")
    yield "no-payment-billStatus-CLOSED", reply(body(payment=None, billStatus="CLOSED")), unknown("mismatch")
    yield "payment-null-billStatus-CLOSED", reply(body(payment=Raw("null"), billStatus="CLOSED")), unknown()


def form_cases():
    closed = paid("TRADE_CLOSED")
    yield "unknown-members", reply(body(payment={**closed, "list": Raw('[1,{"a":null}]'), "rate": Raw("1.0")}, srcReserve="x", cardAttr=None)), CLOSED
    yield "chinese", reply(body(payment=closed, msg="查询成功")), CLOSED
    yield "blanks-around", reply(r.with_newlines(GOOD.encode())), CLOSED
    yield "member-names-escaped", reply(GOOD.replace('"status"', '"st\\u0061tus"')), CLOSED
    again = {"err-code": ('"errCode":', '"errCode":"NO_ORDER","errCode":'), "err-code-escaped": ('"errCode":', '"err\\u0043ode":"NO_ORDER","errCode":'), "msg-id": ('"msgId":', '"msgId":"x","msgId":'),
             "status": ('"status":', '"status":"TRADE_SUCCESS","status":'), "status-escaped": ('"status":', '"st\\u0061tus":"TRADE_SUCCESS","status":'), "mer-order-id": ('"merOrderId":', '"merOrderId":"x","merOrderId":'),
             "payment": ('"billPayment":', '"billPayment":{},"billPayment":'), "mid-same": ('"mid":', '"mid":"898201612345678","mid":'), "deep": ('"mid":', '"x":[{"a":1,"a":1}],"mid":')}
    for id, (old, new) in again.items():
        yield f"duplicate-{id}", reply(GOOD.replace(old, new, 1)), unknown("parse")
    for id, text in (("number", "0"), ("true", "true"), ("array", '["SUCCESS"]'), ("object", "{}")):
        yield f"err-code-is-{id}", reply(body(Raw(text), payment=closed)), unknown("parse")
        yield f"status-is-{id}", reply(body(payment=paid(Raw(text)))), unknown("parse")
    yield "err-code-is-null", reply(body(Raw("null"), payment=closed)), unknown()
    for id, text in (("array", "[]"), ("string", '"x"'), ("number", "1")):
        yield f"payment-is-{id}", reply(body(payment=Raw(text), billStatus="CLOSED")), unknown()
    yield "payment-object-in-a-string", reply(body(payment=wire.object_(closed.items()))), unknown()
    yield "deep-nesting", reply(body(payment={**closed, "x": Raw("[" * 3000 + "]" * 3000)})), unknown("parse")
    yield "control-character-in-string", reply(GOOD.replace('"errMsg":"x"', '"errMsg":"a\x01"')), unknown("parse")
    at = body(payment=closed, msg="@").encode()
    for id, data in (("lone-byte", b"\xff"), ("overlong", b"\xc0\xaf"), ("surrogate", b"\xed\xa0\x80"), ("gbk", "成功".encode("gbk"))):
        yield f"charset-{id}", reply(at.replace(b"@", data)), unknown("charset")


PAGE = """{
"errCode":"",
"errMsg":"",
"responseTimestamp":"",
"mid":"",
"tid":"",
"billPayment":
{
"merOrderId":"",
"billBizType":"",
"totalAmount":0,
"status":""
},
"msgId":"",
"billNo":"",
"billStatus":"",
"cardAttr":""
}
"""


def page_cases():
    """(id, reply, expect)"""
    bound = PAGE.replace('"mid":""', f'"mid":"{ECHO["mid"]}"').replace('"tid":""', f'"tid":"{ECHO["tid"]}"').replace('"msgId":""', '"msgId":"msg-0001"').replace('"merOrderId":""', f'"merOrderId":"{MER}"')
    yield "page-sample-as-printed", reply(PAGE), unknown()
    yield "page-sample-bound-empty-err-code", reply(bound), unknown("unlisted")
    yield "page-sample-bound-SUCCESS", reply(bound.replace('"errCode":""', '"errCode":"SUCCESS"')), ACCEPTED
    yield "page-sample-bound-TRADE_CLOSED", reply(bound.replace('"errCode":""', '"errCode":"SUCCESS"').replace('"status":""', '"status":"TRADE_CLOSED"')), CLOSED


def verify():
    file = File("chinaums", "verify", "verify", "Replies of bills/preauthed-cancel: the outcome table, binding, HTTP 412, JSON. No reply is signed.",
                "outcome read off the table; there is no signature to check")
    good = GOOD.encode()
    plain = [*table_cases(), *amount_cases(), *http_cases(), *bind_cases(), *form_cases(), *r.transport_cases(good, KIND), *r.closed_cases(good, KIND, CLOSED, signed=False), *r.not_json_cases(), *r.mangled_json_cases(good)]
    for id, answer, expect in plain:
        file.add(f"chinaums-verify-{id}", config=config(), call=call(), reply=answer, expect=expect)
    for id, answer, expect in page_cases():
        file.add(f"chinaums-verify-{id}", source="vendor page bills/preauthed-cancel", config=config(), call=call(), reply=answer, expect=expect)
    own = call({**ORDER, "mid": "898201600000009", "tid": "88880009"})
    echo = {**ECHO, "mid": "898201600000009", "tid": "88880009"}
    file.add("chinaums-verify-order-terminal-echoed", config=config(), call=own, reply=reply(body(payment=paid("TRADE_CLOSED"), echo=echo)), expect=CLOSED)
    file.add("chinaums-verify-order-terminal-account-echoed", config=config(), call=own, reply=reply(GOOD), expect=unknown("mismatch"))
    empty = call({**ORDER, "billNo": "", "billDate": "", "authIdRespCd": ""})
    file.add("chinaums-verify-empty-bill-fields", config=config(), call=empty, reply=reply(GOOD), expect=CLOSED)
    return file
