"""ChinaUMS bills/refund, netpay/refund, bills/query of a refund and netpay/refund-query: requests, what a correct client reports of the replies, and what is never sent."""

import chinaums_verify as void
import reply as r
import wire
from chinaums import call as called
from chinaums import config
from chinaums_unpaid import BILL_NO, DATE, DOUBTS, NUMBER, REFUSALS, request
from chinaums_verify import ECHO, KIND, TLS, gateway, without
from refuse import DROP, EMOJI, Refusals
from reply import reply, unknown
from vectors import File
from wire import Raw

REFUND = "327MR20260102000000001"
MONEY = {"refundOrderId": REFUND, "refundAmount": 60}
BILL, ONLINE = {"billNo": BILL_NO, "billDate": DATE, **MONEY}, {"merOrderId": NUMBER, "instMid": "H5DEFAULT", **MONEY}
PATHS = {("bill", "refund"): "/v1/netpay/bills/refund", ("bill", "refund_query"): "/v1/netpay/bills/query", ("online", "refund"): "/v1/netpay/refund", ("online", "refund_query"): "/v1/netpay/refund-query"}
NAMES = {"bill": ("billNo", "billDate", "refundOrderId"), "online": ("merOrderId", "refundOrderId")}
REFUNDED, PROCESSING, REFUSED = {"outcome": "refunded", "confirm": "required", **TLS}, {"outcome": "processing", **TLS}, {"outcome": "refused", **TLS}
MISMATCH = unknown("mismatch", evidence="none", hint=None)
TAKEN_PERHAPS = unknown("unlisted", hint="processing", **TLS)
GIVEN_PERHAPS = unknown("unlisted", hint="refunded", **TLS)
AGAINST = unknown("contradiction", contradiction=True, **TLS)
STATES = {"SUCCESS": REFUNDED, "PROCESSING": PROCESSING, "FAIL": REFUSED, "UNKNOWN": TAKEN_PERHAPS}


def call(order=BILL, operation="refund", **when):
    return called(order, operation=operation, **when)


def sign():
    file = File("chinaums", "sign", "refund-sign", "Refunds of bills and of other orders, and their queries, under OPEN-BODY-SIG: the full request.", "HMAC computed with Python hashlib and hmac, and again with the openssl command line")
    for kind, order in (("bill", BILL), ("online", ONLINE)):
        long = {"mid": "m" * 32, "tid": "t" * 32, "refundOrderId": "r" * 50, "refundAmount": 999999999999, "refundDesc": "退" * 255, "srcReserve": "s" * 255}
        own = {"billNo": "b" * 31, "billDate": DATE} if kind == "bill" else {"merOrderId": "o" * 32, "instMid": "YUEDANDEFAULT"}
        cases = [("production", config("production"), order), ("test", config("test"), order), ("amount-as-a-text", config(), {**order, "refundAmount": "60"}), ("one-fen", config(), {**order, "refundAmount": 1}), ("longest", config(), {**own, **long}),
                 ("remarks", config(), {**order, "refundDesc": '客户"退货"\\', "srcReserve": ""}), ("terminal-in-order", config(mid=None, tid=None), {**order, "mid": "898201600000009", "tid": "88880009"}), ("number-characters", config(), {**order, "refundOrderId": "aZ09_-"})]
        cases += [(f"instMid-{word}", config(), {**order, "instMid": word}) for word in (("QRPAYDEFAULT",) if kind == "bill" else ("MINIDEFAULT", "APPDEFAULT", "YUEDANDEFAULT"))]
        for operation in ("refund", "refund_query"):
            more = [] if operation == "refund" else [("without-amount", config(), {k: v for k, v in order.items() if k != "refundAmount"})]
            for id, conf, what in [*cases, *more]:
                what = call(what, operation)
                names = NAMES[kind] + (("refundAmount",) if operation == "refund" else ())
                text, expect = request(conf, what, PATHS[kind, operation], names, numbers=("refundAmount",))
                file.add(f"chinaums-refund-sign-{kind}-{operation}-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    return file


def said(kind, state=None, code="SUCCESS", *, echo=ECHO, **more):
    """A reply that names the refund, its order and the amount; None leaves a member out."""
    own = {"bill": {"billNo": BILL_NO, "billDate": DATE, "instMid": "QRPAYDEFAULT", "merOrderId": "327MPAYMENT", "billQRCode": "https://qr.example/1"}, "online": {"merOrderId": NUMBER, "instMid": "H5DEFAULT", "totalAmount": 100}}[kind]
    members = {**own, "refundOrderId": REFUND, "refundTargetOrderId": "2026010222001", "refundAmount": 60, "refundStatus": state, **more}
    return void.body(code, payment=None, echo=echo, **{name: value for name, value in members.items() if value is not None})


def state_cases(kind, whole):
    """`whole`: with what a careless reader takes for a listed word."""
    for word, expect in STATES.items():
        yield word, reply(said(kind, word)), {**expect, **gateway("SUCCESS")}
        for how, text in r.near(word) if whole else ():
            yield f"{word}-{how}", reply(said(kind, text)), unknown("unlisted", hint=None, **TLS)
    for word in ("REFUND", "TRADE_REFUND", "TRADE_SUCCESS", "CLOSED", "FAILED", "0", "成功"):
        yield f"word-off-the-list-{word}", reply(said(kind, word)), unknown("unlisted", hint=None, **TLS)
    for id, raw in (("number", "0"), ("true", "true"), ("list", '["SUCCESS"]'), ("object", "{}")):
        yield f"word-is-{id}", reply(said(kind, Raw(raw))), unknown("unlisted", hint=None, **TLS)
    yield "accepted", reply(said(kind)), TAKEN_PERHAPS
    yield "accepted-empty-word", reply(said(kind, "")), TAKEN_PERHAPS
    # The word of the order beside that of the refund. A full refund leaves TRADE_SUCCESS in some replies.
    name, words = {"bill": ("billStatus", ("PAID", "REFUND", "CLOSED", "UNKNOWN", "x")), "online": ("status", ("TRADE_SUCCESS", "TRADE_REFUND", "TRADE_CLOSED", "UNKNOWN", "x"))}[kind]
    for word in words:
        for status, expect in STATES.items():
            against = status == "FAIL" and "REFUND" in word
            yield f"{status}-beside-{word}", reply(said(kind, status, **{name: word})), {**AGAINST, "hint": "refunded"} if against else expect
        yield f"accepted-beside-{word}", reply(said(kind, **{name: word})), TAKEN_PERHAPS
    for word in ("UNPAID",) if kind == "bill" else ("NEW_ORDER", "WAIT_BUYER_PAY"):
        yield f"SUCCESS-beside-{word}", reply(said(kind, "SUCCESS", **{name: word})), {**AGAINST, "hint": "refunded"}


def code_cases(kind, operation):
    for code in ("NO_ORDER", "NO_BILL"):
        missing = reply(void.body(code, payment=None))
        yield code, missing, MISMATCH if (kind, operation) == ("online", "refund_query") else {"outcome": "not_found", "confirm": "recommended", **TLS}
        yield f"{code}-beside-a-state", reply(said(kind, "SUCCESS", code)), {**AGAINST, "hint": "refunded"}
        word = {"billStatus": "PAID"} if kind == "bill" else {"status": "TRADE_SUCCESS"}
        yield f"{code}-beside-money", reply(said(kind, code=code, **word)), {**AGAINST, "hint": "paid"}
        yield f"{code}-of-another-refund", reply(void.body(code, payment=None, refundOrderId=REFUND + "1")), MISMATCH
    for code in ("HAS_REFUNDED", "DUP_ORDER"):
        yield code, reply(void.body(code, payment=None)), GIVEN_PERHAPS
    yield "ORDER_PROCESSING", reply(void.body("ORDER_PROCESSING", payment=None)), TAKEN_PERHAPS
    for code in REFUSALS:
        yield code, reply(void.body(code, payment=None)), {"outcome": "misconfigured", **TLS}
    for code in (*(code for code in DOUBTS if code not in ("HAS_REFUNDED", "DUP_ORDER")), "OPERATION_NOT_ALLOWED", "FAIL"):
        id = (code or "empty").replace(" ", "-blank")
        yield f"other-{id}", reply(void.body(code, payment=None)), unknown("unlisted", hint=None, **TLS)
        yield f"other-{id}-SUCCESS", reply(said(kind, "SUCCESS", code)), {**AGAINST, "hint": "refunded"}
        yield f"other-{id}-FAIL", reply(said(kind, "FAIL", code)), {**AGAINST, "hint": None}
    yield "err-code-absent", reply(said(kind, "SUCCESS", None)), {**AGAINST, "hint": "refunded"}
    text = wire.object_([("errCode", "1000"), ("errInfo", "Timestamp解析失败")])
    yield "412-1000", reply(text, 412, KIND), {"outcome": "misconfigured", **TLS}
    yield "412-9200", reply(text.replace("1000", "9200"), 412, KIND), unknown("http_412")


def bind_cases(kind, operation):
    """A state must name the refund, the order and the amount; merchant and terminal; and a refund its call."""
    number = "billNo" if kind == "bill" else "merOrderId"
    own = {"bill": {"billNo": BILL_NO, "billDate": DATE, "instMid": "QRPAYDEFAULT"}, "online": {"merOrderId": NUMBER, "instMid": "H5DEFAULT"}}[kind]
    for status in ("SUCCESS", "PROCESSING" if kind == "bill" else "FAIL"):
        for name, text in {**own, "refundOrderId": REFUND}.items():
            for id, other in (("other", "2026-01-02" if name == "billDate" else text[:-1] + "X"), ("blank-after", text + " ")):
                yield f"{status}-{name}-{id}", reply(said(kind, status, **{name: other})), MISMATCH
        for name in (number, "refundOrderId", "refundAmount"):
            yield f"{status}-{name}-absent", reply(said(kind, status, **{name: None})), MISMATCH
            yield f"{status}-{name}-null", reply(said(kind, status, **{name: Raw("null")})), MISMATCH
            yield f"{status}-{name}-empty", reply(said(kind, status, **{name: ""})), MISMATCH
        for id, amount in {"other": 61, "as-text-other": "61", "in-yuan": "0.60", "fraction": Raw("60.0"), "power": Raw("6e1"), "minus": -60, "plus": "+60", "true": Raw("true"), "list": Raw("[60]"), "all": 100}.items():
            yield f"{status}-refundAmount-{id}", reply(said(kind, status, refundAmount=amount)), MISMATCH
        yield f"{status}-refundAmount-as-text", reply(said(kind, status, refundAmount="60")), STATES[status]
        for name in ("mid", "tid", "msgId"):
            yield f"{status}-{name}-other", reply(said(kind, status, echo={**ECHO, name: ECHO[name] + "1"})), MISMATCH
            expect = STATES[status] if name == "msgId" and operation == "refund_query" else MISMATCH
            yield f"{status}-{name}-absent", reply(said(kind, status, echo=without(ECHO, name))), expect
        yield f"{status}-number-of-another-case", reply(said(kind, status, refundOrderId=REFUND.lower())), MISMATCH
        yield f"{status}-bare", reply(wire.object_([("errCode", "SUCCESS"), ("refundStatus", status)])), MISMATCH
    if kind == "bill":
        for name in ("billDate", "instMid"):
            yield f"SUCCESS-{name}-absent", reply(said(kind, "SUCCESS", **{name: None})), REFUNDED
    else:
        yield "SUCCESS-instMid-absent", reply(said(kind, "SUCCESS", instMid=None)), REFUNDED
        for name, value in {"billNo": BILL_NO, "billStatus": "REFUND", "billPayment": {"merOrderId": NUMBER, "status": "TRADE_REFUND"}}.items():
            yield f"SUCCESS-about-a-bill-{name}", reply(said(kind, "SUCCESS", **{name: value})), MISMATCH
    other = without(ECHO, "msgId")
    yield "reply-of-a-query", reply(void.body(payment=None, echo=other, billNo=BILL_NO, billStatus="REFUND", totalAmount=100)), unknown(**({} if kind == "bill" else {"reason": "mismatch"}))
    yield "reply-of-a-void", reply(void.GOOD), unknown()


def form_cases(kind):
    good = said(kind, "SUCCESS")
    yield "unknown-members", reply(said(kind, "SUCCESS", refundFunds="现金:60", sendBackAmount=60, list=Raw('[1,{"a":null}]'))), REFUNDED
    for id, (old, new) in {"status": ('"refundStatus":', '"refundStatus":"FAIL","refundStatus":'), "status-escaped": ('"refundStatus":', '"refund\\u0053tatus":"FAIL","refundStatus":'), "number": ('"refundOrderId":', '"refundOrderId":"x","refundOrderId":'),
                           "amount": ('"refundAmount":', '"refundAmount":1,"refundAmount":')}.items():
        yield f"duplicate-{id}", reply(good.replace(old, new, 1)), unknown("parse")
    body = good.encode()
    yield from r.not_json_cases()
    yield from r.mangled_json_cases(body)
    yield from r.transport_cases(body, KIND)
    yield from r.closed_cases(body, KIND, REFUNDED, signed=False)


#: Two real replies of 2018 and 2019 of the generation of interfaces before, without sign and names of people; their own numbers put in.
REAL = {"bill": '{"msgType":"bills.refund","msgSrc":"WWW.TEST.COM","mid":"@mid","refundStatus":"SUCCESS","billDate":"@date","tid":"@tid","instMid":"QRPAYDEFAULT","refundOrderId":"@refund","refundTargetOrderId":"2018053021001004390523564333",'
                '"responseTimestamp":"2018-05-30 16:00:04","errCode":"SUCCESS","billStatus":"REFUND","refundPayTime":"2018-05-30 16:00:09","billNo":"@bill","billQRCode":"https://qr.chinaums.com/bills/qrCode.do?id=30501805302745118135768108",'
                '"merOrderId":"30502018053051131837268412470","refundAmount":60@msg}',
        "online": '{"msgType":"wx.refund","payTime":"2019-03-16 04:15:26","connectSys":"OPENCHANNEL","msgSrc":"WWW.TEST.COM","mid":"@mid","refundStatus":"SUCCESS","settleDate":"2019-03-16","settleRefId":"00466201244N","tid":"@tid","refundOrderId":"@refund",'
                  '"refundTargetOrderId":"50000710102019031608746652929","totalAmount":60,"targetMid":"265540495","responseTimestamp":"2019-03-16 04:15:29","errCode":"SUCCESS","targetStatus":"SUCCESS","seqId":"00466201245N","merOrderId":"@number",'
                  '"status":"TRADE_SUCCESS","targetSys":"WXPay"@msg}'}


def real_cases(kind):
    """(id, reply, expect): that of a bill names the amount, that of an order does not."""
    own = {"@mid": ECHO["mid"], "@tid": ECHO["tid"], "@date": DATE, "@refund": REFUND, "@bill": BILL_NO, "@number": NUMBER}
    text = REAL[kind]
    for mark, value in own.items():
        text = text.replace(mark, value)
    yield "named-call", reply(text.replace("@msg", f',"msgId":"{ECHO["msgId"]}"')), REFUNDED if kind == "bill" else MISMATCH
    yield "as-it-came", reply(text.replace("@msg", "")), MISMATCH


def verify():
    file = File("chinaums", "verify", "refund", "Replies to refunds of bills and of other orders, and to their queries. No reply is signed.", "outcome read off the rules; there is no signature to check")
    for kind, order in (("bill", BILL), ("online", ONLINE)):
        for operation in ("refund", "refund_query"):
            whole = (kind, operation) in (("bill", "refund"), ("online", "refund_query"))
            cases = [*state_cases(kind, whole), *code_cases(kind, operation), *bind_cases(kind, operation), *(form_cases(kind) if whole else ())]
            for id, what, expect in r.of_a_query(cases) if operation == "refund_query" else cases:
                file.add(f"chinaums-refund-{kind}-{operation}-{id}", config=config(), call=call(order, operation), reply=what, expect=expect)
        for id, what, expect in real_cases(kind):
            file.add(f"chinaums-refund-{kind}-real-{id}", source="a real reply that a public SDK quotes, shortened, with other numbers", config=config(), call=call(order), reply=what, expect=expect)
        # Who asks by the number alone compares the amount himself.
        nameless = call({k: v for k, v in order.items() if k != "refundAmount"}, "refund_query")
        for id, amount in (("any-amount", 1), ("no-amount", None)):
            file.add(f"chinaums-refund-{kind}-query-{id}", config=config(), call=nameless, reply=reply(said(kind, "SUCCESS", refundAmount=amount)), expect=REFUNDED)
        for id, amount in (("fraction", Raw("60.0")), ("text", "all")):
            file.add(f"chinaums-refund-{kind}-query-amount-is-{id}", config=config(), call=nameless, reply=reply(said(kind, "SUCCESS", refundAmount=amount)), expect={**MISMATCH, "retry": "same_request"})
    return file


def refusals():
    file = File("chinaums", "refuse", "refund-refuse", "Refunds and their queries that are an error before anything is sent; expect names the kind and the field.", "read off the request rules: lengths, character sets, units, which members belong together")
    numbers = {"missing": DROP, "null": None, "empty": "", "blank": "  ", "51-characters": "r" * 51, "blank-after": REFUND + " ", "chinese": "退款1", "dot": "R.1", "ampersand": "R&1", "emoji": "R" + EMOJI, "number": 1}
    amounts = {"zero": 0, "zero-as-text": "0", "negative": -1, "fraction": 0.6, "yuan": "0.60", "zero-before": "060", "plus": "+60", "blank": " 60", "empty": "", "thirteen-digits": "1" * 13, "power": "6e1", "comma": "1,000", "true": True, "list": [60], "full-width": "６０"}
    for kind, order in (("bill", BILL), ("online", ONLINE)):
        for operation in ("refund", "refund_query"):
            q = Refusals(file, config(), call(order, operation))
            id = f"refund-{kind}-{operation}"
            for how, value in numbers.items():
                q.order(f"{id}-refundOrderId-{how}", "refundOrderId", value)
            for how, value in amounts.items():
                q.order(f"{id}-refundAmount-{how}", "refundAmount", value)
            for name, limit in {"mid": 32, "tid": 32, "refundDesc": 255, "srcReserve": 255, **({"billNo": 31} if kind == "bill" else {"merOrderId": 32, "instMid": 32})}.items():
                q.order(f"{id}-{name}-too-long", name, "X" * (limit + 1))
            for name in ("billNo", "billDate") if kind == "bill" else ("merOrderId",):
                for how, value in {"missing": DROP, "null": None, "empty": ""}.items():
                    q.order(f"{id}-{name}-{how}", name, value)
            for name, value in {"merOrderId": NUMBER, "qrCodeId": "1", "authIdRespCd": "1", "totalAmount": 100}.items() if kind == "bill" else {"billNo": BILL_NO, "billDate": DATE, "qrCodeId": "1", "totalAmount": 100}.items():
                q.order(f"{id}-with-{name}", name, value)
            q.top(f"{id}-order-missing", "order", DROP)
        q = Refusals(file, config(), call(order))
        q.order(f"refund-{kind}-refundAmount-missing", "refundAmount", DROP)
        q.order(f"refund-{kind}-refundAmount-null", "refundAmount", None)
    q = Refusals(file, config(), call(BILL))
    for how, value in {"compact": "20260101", "no-day": "2026-02-30"}.items():
        q.order(f"refund-bill-billDate-{how}", "billDate", value)
    q = Refusals(file, config(), call(ONLINE))
    q.order("refund-online-instMid-missing", "instMid", DROP)
    for how, value in {"lower-case": "h5default", "empty": "", "blank-after": "H5DEFAULT "}.items():
        q.order(f"refund-online-instMid-{how}", "instMid", value)
    # instMid of bills: then it is a bill, which has no merOrderId.
    q = Refusals(file, config(), call({**ONLINE, "instMid": "QRPAYDEFAULT"}))
    q.order("refund-online-instMid-of-bills", "merOrderId", NUMBER)
    return file


def files():
    return [sign(), verify(), refusals()]
