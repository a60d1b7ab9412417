"""ChinaUMS bills/close-qrcode, netpay/close, and the queries of both: what nobody has paid. Requests, what a correct client reports of the replies, and what is never sent."""

import chinaums_verify as void
import crypto
import reply as r
import wire
from chinaums import HOSTS, NONCE, body_sig, call, config
from chinaums_verify import ECHO, KIND, TLS, gateway, without
from refuse import DROP, Refusals
from reply import reply, unknown
from vectors import IDENTITY, File
from wire import Raw

CODE, BILL_NO, DATE, NUMBER = "89820161234567820260101000001", "327M20260101000000001", "2026-01-01", "327M20260101000000002"
BILL = {"qrCodeId": CODE, "billNo": BILL_NO, "billDate": DATE}
ONLINE = {"merOrderId": NUMBER, "instMid": "H5DEFAULT"}
#: kind -> operation -> path, and the members that the request sends.
REQUESTS = {
    "bill": {"close": ("/v1/netpay/bills/close-qrcode", ("qrCodeId",)), "query": ("/v1/netpay/bills/query", ("billNo", "billDate"))},
    "online": {"close": ("/v1/netpay/close", ("merOrderId",)), "query": ("/v1/netpay/query", ("merOrderId",))},
}
CLOSED, OPEN = {"outcome": "closed", "confirm": "required", **TLS}, {"outcome": "open", **TLS}
PAID = {"outcome": "paid", "confirm": "recommended", **TLS}
REFUNDED = {"outcome": "refunded", "confirm": "not_needed", **TLS}
MISMATCH = unknown("mismatch", evidence="none", hint=None)
ACCEPTED = unknown("unlisted", hint="processing", **TLS)
MONEY = unknown("contradiction", contradiction=True, hint="paid", **TLS)


def request(config, call, path, names, numbers=()):
    """The request, with these members of the order between those that every body has and msgId; the `numbers` unquoted."""
    account, order = config["account"], call["order"]
    out = [("requestTimestamp", call["timestamp"]), ("mid", order.get("mid") or account["mid"]), ("tid", order.get("tid") or account["tid"]), ("instMid", order.get("instMid", "QRPAYDEFAULT"))]
    out += [(name, Raw(str(order[name])) if name in numbers else order[name]) for name in names] + [("msgId", call["msg_id"])]
    out += [(name, order[name]) for name in ("refundDesc", "srcReserve") if name in order and call["operation"] in ("close", "refund")]
    body = wire.object_(out).encode()
    stamp = "".join(c for c in call["timestamp"] if c.isdigit())
    text, signature = body_sig(account["app_id"], stamp, call["nonce"], body)
    auth = f'OPEN-BODY-SIG AppId="{account["app_id"]}",Timestamp="{stamp}",Nonce="{call["nonce"]}",Signature="{signature}"'
    headers = {"Authorization": auth, "Content-Type": "application/json; charset=utf-8", **IDENTITY}
    base = config.get("base_url") or HOSTS[config["environment"]]
    return text, {"method": "POST", "url": base + path, "headers": headers, "body_base64": crypto.b64(body), "msg_id": call["msg_id"]}


def sign():
    file = File("chinaums", "sign", "unpaid-sign", "bills/close-qrcode, netpay/close and their queries under OPEN-BODY-SIG: the full request.",
                "HMAC computed with Python hashlib and hmac, and again with the openssl command line")
    own = {"mid": "898201600000009", "tid": "88880009"}
    for kind, order in (("bill", BILL), ("online", ONLINE)):
        longest = {"mid": "m" * 32, "tid": "t" * 32, "srcReserve": "s" * 255, **({"qrCodeId": "q" * 64, "billNo": "b" * 31, "billDate": DATE} if kind == "bill" else {"merOrderId": "o" * 32, "instMid": "I" * 32})}
        cases = [("production", config("production"), order), ("test", config("test"), order), ("terminal-in-order", config(mid=None, tid=None), {**order, **own}), ("terminal-over-account", config(), {**order, **own}),
                 ("src-reserve", config(), {**order, "srcReserve": '关单 "/\\&='}), ("empty-src-reserve", config(), {**order, "srcReserve": ""}), ("longest", config(), longest)]
        cases += [(f"instMid-{word}", config(), {**order, "instMid": word}) for word in (("QRPAYDEFAULT",) if kind == "bill" else ("MINIDEFAULT", "APPDEFAULT", "YUEDANDEFAULT", "NEW2DEFAULT"))]
        for operation, (path, names) in REQUESTS[kind].items():
            for id, conf, what in cases:
                what = call(what, operation=operation)
                text, expect = request(conf, what, path, names)
                file.add(f"chinaums-unpaid-sign-{kind}-{operation}-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    alone = call({"qrCodeId": CODE})
    text, expect = request(config(), alone, *REQUESTS["bill"]["close"])
    file.add("chinaums-unpaid-sign-bill-close-code-alone", config=config(), call=alone, string_to_sign=text, expect=expect)
    return file


def said(kind, word=None, code="SUCCESS", *, echo=ECHO, payment=None, bill=None, **more):
    """A reply that names what was asked about. `word` is that of billPayment or of the top; None leaves a member out."""
    members = {"bill": {"qrCodeId": CODE, "billNo": BILL_NO, "billDate": DATE, "instMid": "QRPAYDEFAULT"}, "online": {**ONLINE, "totalAmount": 100}}[kind]
    members = {**members, **({} if bill is None else {"billStatus": bill}), **more}
    if kind == "online":
        members |= {} if word is None else {"status": word}
    elif word is not None:
        payment = {"merOrderId": "327MPAYMENT", "status": word, "totalAmount": 100, **(payment or {})}
    return void.body(code, payment=payment, echo=echo, **{name: value for name, value in members.items() if value is not None})


WORDS = {"TRADE_CLOSED": "closed", "TRADE_SUCCESS": "paid", "TRADE_REFUND": "refunded", "NEW_ORDER": "open", "WAIT_BUYER_PAY": "open", "UNKNOWN": None}
BILLS = {"CLOSED": "closed", "PAID": "paid", "REFUND": "refunded", "UNPAID": "open", "UNKNOWN": None}
STATES = {"closed": CLOSED, "paid": PAID, "refunded": REFUNDED, "open": OPEN, None: ACCEPTED}
REFUSALS = ("BAD_REQUEST", "NO_SERVICE", "BAD_SIGN", "ABNORMAL_REQUEST_TIME", "NO_MERCHANT", "INACTIVE_MERCHANT", "INVALID_MSGSRC", "DENIED_IP", "INVLID_MERCHANT_CONFIG", "INVALID_MERCHANT_CONFIG")
DOUBTS = ("TARGET_FAIL", "TIMEOUT", "NET_ERROR", "INTERNAL_ERROR", "INVALID_RESPONSE", "DUP_ORDER", "INVALID_ORDER", "TXN_DISCARDED", "SYSTEM_BUSY", "HAS_CANCELLED", "HAS_REFUNDED", "NO_CROSS_DAY_TRADING",
          "9200", "0000", "00", "", "success", "SUCCESS ", "OK", "成功")


def close_words(kind, whole):
    """(id, reply, expect); `whole`: with what a careless reader takes for a listed word."""
    for word, means in WORDS.items():
        expect = CLOSED if means == "closed" else MONEY if means in ("paid", "refunded") else ACCEPTED
        yield word, reply(said(kind, word)), {**expect, **gateway("SUCCESS")}
        for how, text in r.near(word) if whole else ():
            yield f"{word}-{how}", reply(said(kind, text)), ACCEPTED
    for word in ("CLOSED", "PAID", "TRADE_FINISHED", "0", "已关闭"):
        yield f"word-off-the-list-{word}", reply(said(kind, word)), ACCEPTED
    yield "no-word", reply(said(kind)), ACCEPTED
    yield "empty-word", reply(said(kind, "")), ACCEPTED
    yield "refund-of-all", reply(said(kind, "TRADE_CLOSED", totalAmount=100, refundAmount=100)), unknown("unlisted", hint="refunded", **TLS)
    yield "refund-of-a-part", reply(said(kind, "TRADE_CLOSED", totalAmount=100, refundAmount=1)), unknown("unlisted", hint="refunded", **TLS)
    yield "refund-of-nothing", reply(said(kind, "TRADE_CLOSED", totalAmount=100, refundAmount=0)), CLOSED
    yield "OPERATION_NOT_ALLOWED", reply(said(kind, code="OPERATION_NOT_ALLOWED")), {"outcome": "refused", **TLS}
    for name, value in {"refundStatus": "SUCCESS", "refundOrderId": "R1"}.items():
        yield f"reply-of-a-refund-{name}", reply(said(kind, "TRADE_CLOSED", **{name: value})), MISMATCH


def query_words(kind, whole):
    for word, means in WORDS.items():
        yield word, reply(said(kind, word)), {**STATES[means], **gateway("SUCCESS")}
        for how, text in r.near(word) if whole else ():
            yield f"{word}-{how}", reply(said(kind, text)), ACCEPTED
    for word in ("CLOSED", "PAID", "TRADE_FINISHED", "0", ""):
        yield f"word-off-the-list-{word or 'empty'}", reply(said(kind, word)), ACCEPTED
    yield "no-word", reply(said(kind)), ACCEPTED
    for secure, expect in (("ALL_COMPLETED", PAID), ("", PAID), ("UNCOMPLETED", "held"), ("PARTLY_COMPLETED", "held"), ("NEW", "held"), (Raw("1"), "held")):
        id = secure.text if isinstance(secure, Raw) else secure or "empty"
        yield f"secureStatus-{id}", reply(said(kind, "TRADE_SUCCESS", secureStatus=secure)), unknown("unlisted", hint="paid", **TLS) if expect == "held" else expect
    for word in ("TRADE_SUCCESS", "TRADE_CLOSED"):
        for back in (1, "1", 100, Raw("true")):
            id = back.text if isinstance(back, Raw) else repr(back)
            yield f"{word}-refund-of-{id}", reply(said(kind, word, totalAmount=100, refundAmount=back)), unknown("unlisted", hint="refunded", **TLS)
        yield f"{word}-refund-of-nothing", reply(said(kind, word, totalAmount=100, refundAmount=0)), STATES[WORDS[word]]
    yield "OPERATION_NOT_ALLOWED", reply(said(kind, code="OPERATION_NOT_ALLOWED")), unknown("unlisted", **TLS)


def bill_words():
    """Both words of a bill, in a reply to its query."""
    for status, means in WORDS.items():
        for bill, too in BILLS.items():
            hint = "paid" if {means, too} & {"paid", "refunded"} else None
            yield f"{status}-{bill}", reply(said("bill", status, bill=bill)), STATES[means] if means == too else unknown("contradiction", contradiction=True, hint=hint, **TLS)
    for bill, means in BILLS.items():
        yield f"{bill}-alone", reply(said("bill", bill=bill)), STATES[means]
        yield f"{bill}-beside-a-word-off-the-list", reply(said("bill", "TRADE_FINISHED", bill=bill)), unknown(**TLS)
    yield "PAID-above-CLOSED", reply(said("bill", "TRADE_CLOSED", bill="CLOSED", status="TRADE_SUCCESS")), unknown("contradiction", contradiction=True, hint="paid", **TLS)


def code_cases(kind, operation):
    for code in ("NO_ORDER", "NO_BILL"):
        yield code, reply(said(kind, code=code)), {"outcome": "not_found", **TLS, **gateway(code)}
        yield f"{code}-TRADE_SUCCESS", reply(said(kind, "TRADE_SUCCESS", code)), MONEY
        yield f"{code}-TRADE_CLOSED", reply(said(kind, "TRADE_CLOSED", code)), unknown("contradiction", contradiction=True, **TLS)
    yield "ORDER_PROCESSING", reply(said(kind, code="ORDER_PROCESSING")), {"outcome": "processing", "retry_after_ms": 60000, **TLS}
    for code in REFUSALS:
        yield code, reply(said(kind, code=code)), {"outcome": "misconfigured", **TLS}
    for code in DOUBTS:
        id = (code or "empty").replace(" ", "-blank")
        yield f"other-{id}", reply(said(kind, code=code)), unknown("unlisted", **TLS)
        yield f"other-{id}-TRADE_CLOSED", reply(said(kind, "TRADE_CLOSED", code)), unknown()
        yield f"other-{id}-TRADE_SUCCESS", reply(said(kind, "TRADE_SUCCESS", code)), unknown(**({"hint": "paid"} if operation == "query" else {}))
    yield "err-code-absent", reply(said(kind, "TRADE_CLOSED", None)), unknown()
    text = wire.object_([("errCode", "1000"), ("errInfo", "Timestamp解析失败")])
    yield "412-1000", reply(text, 412, KIND), {"outcome": "misconfigured", **TLS}
    yield "412-9200", reply(text.replace("1000", "9200"), 412, KIND), unknown("http_412")


def bind_cases(kind, operation):
    """Merchant, terminal and order must be ours; so must the message id, which a close must name."""
    own = {"bill": (("qrCodeId", CODE), ("billNo", BILL_NO), ("billDate", DATE), ("instMid", "QRPAYDEFAULT")), "online": (("merOrderId", NUMBER), ("instMid", "H5DEFAULT"))}[kind]
    for name in ("mid", "tid", "msgId"):
        for id, text in (("other", ECHO[name] + "1"), ("cut", ECHO[name][:-1]), ("blank-after", ECHO[name] + " ")):
            yield f"{name}-{id}", reply(said(kind, "TRADE_CLOSED", echo={**ECHO, name: text})), MISMATCH
        for id, echo in (("absent", without(ECHO, name)), ("empty", {**ECHO, name: ""})):
            yield f"{name}-{id}", reply(said(kind, "TRADE_CLOSED", echo=echo)), CLOSED if name == "msgId" and operation == "query" else MISMATCH
    yield "NO_ORDER-of-another-call", reply(said(kind, code="NO_ORDER", echo={**ECHO, "msgId": "msg-0002"})), MISMATCH
    for name, text in own:
        for id, other in (("other", "2026-01-02" if name == "billDate" else text[:-1] + "X"), ("blank-after", text + " "), ("lower", text.lower() if text != text.lower() else text + "x")):
            yield f"{name}-{id}", reply(said(kind, "TRADE_CLOSED", **{name: other})), MISMATCH
    # What names the order: to close-qrcode the call does, too.
    number = "billNo" if kind == "bill" else "merOrderId"
    needs = kind == "online" or operation == "query"
    for id, value in (("absent", None), ("empty", ""), ("number", Raw("1"))):
        if not (kind == "bill" and id == "number"):
            yield f"{number}-{id}", reply(said(kind, "TRADE_CLOSED", **{number: value})), MISMATCH if needs else CLOSED
    if kind == "bill":
        yield "names-the-call-alone", reply(void.body(payment=None, instMid="QRPAYDEFAULT")), ACCEPTED
        yield "page-sample", reply(wire.object_([("errMsg", "成功关闭二维码"), ("mid", ECHO["mid"]), ("tid", ECHO["tid"]), ("instMid", "QRPAYDEFAULT"), ("responseTimestamp", "2016-09-22 16:55:01"), ("errCode", "SUCCESS"), ("msgId", ECHO["msgId"])])), ACCEPTED
        yield "page-sample-without-msgId", reply(wire.object_([("errMsg", "成功关闭二维码"), ("mid", ECHO["mid"]), ("tid", ECHO["tid"]), ("instMid", "QRPAYDEFAULT"), ("errCode", "SUCCESS")])), ACCEPTED
    else:
        for name, value in {"billPayment": {"merOrderId": NUMBER, "status": "TRADE_CLOSED"}, "billNo": BILL_NO, "billStatus": "CLOSED"}.items():
            yield f"reply-about-a-bill-{name}", reply(said(kind, "TRADE_CLOSED", **({"payment": value} if name == "billPayment" else {name: value}))), MISMATCH
        yield "merOrderId-in-a-payment-only", reply(said(kind, "TRADE_CLOSED", merOrderId=None, payment={"merOrderId": NUMBER})), MISMATCH


def form_cases(kind):
    good = said(kind, "TRADE_CLOSED")
    yield "unknown-members", reply(said(kind, "TRADE_CLOSED", targetSys="WXPay", list=Raw('[1,{"a":null}]'), rate=Raw("1.0"))), CLOSED
    yield "names-escaped", reply(good.replace('"status"', '"st\\u0061tus"')), CLOSED
    for id, (old, new) in {"err-code": ('"errCode":', '"errCode":"NO_ORDER","errCode":'), "status": ('"status":', '"status":"TRADE_SUCCESS","status":'), "msgId": ('"msgId":', '"msgId":"x","msgId":')}.items():
        yield f"duplicate-{id}", reply(good.replace(old, new, 1)), unknown("parse")
    body = good.encode()
    yield from r.not_json_cases()
    yield from r.mangled_json_cases(body)
    yield from r.transport_cases(body, KIND)
    yield from r.closed_cases(body, KIND, CLOSED, signed=False)


def verify():
    file = File("chinaums", "verify", "unpaid", "Replies of bills/close-qrcode, netpay/close, and of bills/query and netpay/query about what is not paid. No reply is signed.",
                "outcome read off the rules; there is no signature to check")
    for kind, order in (("bill", BILL), ("online", ONLINE)):
        for operation, words in (("close", close_words), ("query", query_words)):
            whole = (kind, operation) in (("bill", "close"), ("online", "query"))
            cases = [*words(kind, whole), *(bill_words() if (kind, operation) == ("bill", "query") else ()), *code_cases(kind, operation), *bind_cases(kind, operation), *(form_cases(kind) if whole else ())]
            for id, what, expect in r.of_a_query(cases) if operation == "query" else cases:
                file.add(f"chinaums-unpaid-{kind}-{operation}-{id}", config=config(), call=call(order, operation=operation), reply=what, expect=expect)
    alone = call({"qrCodeId": CODE})
    file.add("chinaums-unpaid-bill-close-code-alone", config=config(), call=alone, reply=reply(said("bill", bill="CLOSED")), expect=CLOSED)
    file.add("chinaums-unpaid-bill-close-other-code-alone", config=config(), call=alone, reply=reply(said("bill", qrCodeId=CODE + "1")), expect=MISMATCH)
    for inst_mid in ("MINIDEFAULT", "YUEDANDEFAULT"):
        what = call({**ONLINE, "instMid": inst_mid})
        file.add(f"chinaums-unpaid-online-close-{inst_mid}", config=config(), call=what, reply=reply(said("online", "TRADE_CLOSED", instMid=inst_mid)), expect=CLOSED)
        file.add(f"chinaums-unpaid-online-close-{inst_mid}-not-echoed", config=config(), call=what, reply=reply(said("online", "TRADE_CLOSED", instMid=None)), expect=CLOSED)
        file.add(f"chinaums-unpaid-online-close-{inst_mid}-other-echoed", config=config(), call=what, reply=reply(said("online", "TRADE_CLOSED")), expect=MISMATCH)
    # The same words mean the opposite of what they mean to a void.
    file.add("chinaums-unpaid-void-takes-no-top-level-word", config=config(), call=call(), reply=reply(said("online", "TRADE_CLOSED", instMid=None)), expect=unknown(evidence="tls_only", hint="processing"))
    return file


#: A member of another kind of order -> the order that it makes ambiguous.
COMPLETION = {"billNo": "", "billDate": "", "merOrderId": NUMBER, "authIdRespCd": ""}


def refusals():
    file = File("chinaums", "refuse", "unpaid-refuse", "Closes and queries of what nobody has paid that are an error before anything is sent, above all orders that could be read as two kinds; expect names the kind and the field.",
                "read off the request rules: lengths, character sets, which members belong together")
    for operation in ("close", "query"):
        for kind, order, others in (("bill", BILL, {"merOrderId": NUMBER, "authIdRespCd": ""}), ("online", ONLINE, {"billNo": "", "billDate": DATE, "authIdRespCd": "1"})):
            q = Refusals(file, config(), call(order, operation=operation))
            for name, value in others.items():
                q.order(f"unpaid-{kind}-{operation}-with-{name}", name, value)
            q.order(f"unpaid-{kind}-{operation}-unknown-member", "orderId", "1")
            q.order(f"unpaid-{kind}-{operation}-srcReserve-too-long", "srcReserve", "s" * 256)
        q = Refusals(file, config(), call(BILL, operation=operation))
        for id, value in {"empty": "", "blank": "  ", "65-characters": "q" * 65, "ampersand": "a&b", "line-feed": "a\nb", "number": 1}.items():
            q.order(f"unpaid-bill-{operation}-qrCodeId-{id}", "qrCodeId", value)
        for id, value in {"empty": "", "32-characters": "b" * 32, "less-than": "a<b", "number": 1}.items():
            q.order(f"unpaid-bill-{operation}-billNo-{id}", "billNo", value)
        for id, value in {"empty": "", "compact": "20260101", "no-day": "2026-02-30", "time": "2026-01-01 00:00:00"}.items():
            q.order(f"unpaid-bill-{operation}-billDate-{id}", "billDate", value)
        # instMid says that it is another order: a code has none of those.
        q = Refusals(file, config(), call({**BILL, "instMid": "H5DEFAULT"}, operation=operation))
        q.order(f"unpaid-bill-{operation}-instMid-of-an-order", "qrCodeId", CODE)
        q = Refusals(file, config(), call(ONLINE, operation=operation))
        for id, value in {"missing": DROP, "null": None, "empty": "", "33-characters": "o" * 33, "ampersand": "a&b", "number": 1}.items():
            q.order(f"unpaid-online-{operation}-merOrderId-{id}", "merOrderId", value)
        for id, value in {"lower-case": "h5default", "blank-after": "H5DEFAULT ", "empty": "", "33-characters": "I" * 33, "of-bills-lower": "qrpaydefault", "number": 1}.items():
            q.order(f"unpaid-online-{operation}-instMid-{id}", "instMid", value)
        # Whoever forgot what says the kind is asked for that, and not for what makes it a void.
        q.order(f"unpaid-online-{operation}-instMid-missing", "instMid", DROP)
        q = Refusals(file, config(), call({**ONLINE, "instMid": "QRPAYDEFAULT"}, operation=operation))
        q.order(f"unpaid-online-{operation}-instMid-of-bills", "qrCodeId", DROP)
        # With a member that a completion alone has it is one, whose others are missing.
        q = Refusals(file, config(), call({"merOrderId": NUMBER, **dict.fromkeys(("billDate", "authIdRespCd"), "")}, operation=operation))
        q.order(f"unpaid-neither-{operation}", "billNo", DROP)
        q = Refusals(file, config(), call({**COMPLETION, "qrCodeId": CODE}, operation=operation))
        q.order(f"unpaid-completion-{operation}-with-qrCodeId", "merOrderId", NUMBER)
    q = Refusals(file, config(), call(BILL, operation="query"))
    for name in ("billNo", "billDate"):
        q.order(f"unpaid-bill-query-{name}-missing", name, DROP)
    return file


def files():
    return [sign(), verify(), refusals()]
