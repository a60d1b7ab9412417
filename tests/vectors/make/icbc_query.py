"""Replies of cporderquery and what a correct client reports of the order's state."""

import crypto
import icbc_verify as close
import reply as r
import wire
from icbc import MSG_ID, ORDER, call, config, query
from icbc_verify import BOUND, ECHO, UNBOUND, envelope, gateway, gateway_level
from reply import asked_again as unknown
from reply import reply
from vectors import File, base64, key, pem
from wire import Raw

CLOSED = {"outcome": "closed", "confirm": "not_needed", **BOUND}
PAID = {"outcome": "paid", "confirm": "not_needed", **BOUND}
FAILED = {"outcome": "already_closed", "confirm": "required", **BOUND}
PROCESSING = {"outcome": "processing", **BOUND}
HELD = unknown(hint="paid", contradiction=False, **BOUND)
AGAINST = {"reason": "contradiction", "contradiction": True, **BOUND}
NO_PROOF = {"evidence": "none"}
ABSENT = object()


def entry(status):
    return wire.object_([("planNo", "1"), ("status", status), ("amount", 100)])


def plan(*words):
    """A payPlanList whose entries have these statuses."""
    return Raw("[" + ",".join(map(entry, words)) + "]")


def biz(pay=ABSENT, plans=ABSENT, *more, kind="101", code=0, echo=ECHO, msg="", msg_id=MSG_ID):
    """Text of response_biz_content; ABSENT and a msg_id None leave the member out."""
    pairs = [("return_code", code), ("return_msg", msg)] + ([] if msg_id is None else [("msg_id", msg_id)]) + list(echo.items())
    pairs += [(name, value) for name, value in (("payType", kind), ("payStatus", pay), ("payPlanList", plans)) if value is not ABSENT]
    return wire.object_([*pairs, *more])


#: Lists nobody can read: another type, or an entry without a readable status.
UNREADABLE = {"string": '"6"', "number": "6", "true": "true", "object": entry("6"), "text-of-a-list": wire.string(plan("6").text), "list-of-strings": '["6"]', "list-of-numbers": "[6,7]",
              "list-of-lists": f"[[{entry('6')}]]", "list-of-null": "[null]", "entry-and-null": f"[{entry('6')},null]", "entry-and-string": f'[{entry("6")},"7"]', "entry-and-number": f"[{entry('6')},7]",
              "empty-entry": "[{}]", "entry-and-empty-entry": f"[{entry('6')},{{}}]", "status-of-another-name": '[{"Status":"6"}]', "status-below": '[{"plan":{"status":"6"}}]',
              "status-true": plan(Raw("true")).text, "status-list": plan(Raw('["6"]')).text, "status-object": plan(Raw("{}")).text}


def sealed(*words, **more):
    return reply(envelope(biz(*words, **more)))


def state_cases():
    """Every state by itself, with payStatus as a string and as a number."""
    for id, write in (("string", str), ("number", lambda n: n)):
        yield f"paid-{id}", sealed(write(1)), {**PAID, **gateway(0)}
        yield f"failed-{id}", sealed(write(2)), {**FAILED, **gateway(0)}
        yield f"processing-{id}", sealed(write(3)), PROCESSING
        yield f"partly-{id}", sealed(write(4)), HELD
        for other in (0, 5, 6, 7, 9, 11):
            yield f"pay-status-{other}-{id}", sealed(write(other)), unknown("unlisted", hint=None, **BOUND)
    yield "return-code-string", sealed("1", code="0"), PAID
    yield "says-nothing", sealed(), unknown("unlisted", **BOUND)
    yield "says-nothing-at-all", sealed(kind=ABSENT), unknown("unlisted", **BOUND)
    yield "pay-type-alone", sealed(kind="203"), unknown("unlisted", **BOUND)
    for id, text in (("empty", ""), ("blank", " "), ("text", "SUCCESS"), ("chinese", "成功")):
        yield f"pay-status-{id}", sealed(text), unknown()
    for word in "1234":
        for how, text in r.near(word):
            yield f"pay-status-{word}-{how}", sealed(text), unknown(hint=None)
    yield "pay-status-blank-plan-closed", sealed(" ", plan("6")), unknown()
    for id, text in (("true", "true"), ("array", '["1"]'), ("object", "{}"), ("fraction-number", "1.0"), ("exponent", "1e0"), ("huge", "1e400")):
        yield f"pay-status-is-{id}", sealed(Raw(text)), unknown()
        yield f"pay-status-is-{id}-plan-closed", sealed(Raw(text), plan("6")), unknown()
    yield "return-msg-null", sealed("1", msg=Raw("null")), PAID
    yield "pay-status-is-null", sealed(Raw("null")), unknown()
    yield "pay-status-is-null-plan-open", sealed(Raw("null"), plan("1")), unknown()


def plan_cases():
    """payPlanList as it should not be; its words are in icbc_states."""
    yield "plan-string-and-number", sealed(ABSENT, plan("6", 7)), CLOSED
    yield "plan-of-50", sealed(ABSENT, plan(*["6"] * 50)), CLOSED
    yield "plan-of-50-the-last-paid", sealed(ABSENT, plan(*["6"] * 49, "1")), unknown("unlisted", hint="paid", **BOUND)
    yield "plan-of-50-the-last-failed", sealed(ABSENT, plan(*["6"] * 49, "2")), unknown("unlisted", hint=None, **BOUND)
    yield "paid-plan-of-50-the-last-closed", sealed("1", plan(*["1"] * 49, "6")), unknown(hint="paid", **AGAINST)
    yield "failed-plan-of-50-the-last-failed", sealed("2", plan(*["6"] * 49, "2")), {**FAILED, "confirm": "recommended"}
    for word in "16":
        for how, text in r.near(word):
            yield f"plan-{word}-{how}", sealed(ABSENT, plan(text)), unknown("unlisted", hint=None, **BOUND)
            yield f"paid-plan-{word}-{how}", sealed("1", plan("1", text)), unknown(hint="paid", **AGAINST)
            yield f"failed-plan-{word}-{how}", sealed("2", plan("6", text)), unknown(hint=None, **AGAINST)
    for id, word in (("true", "true"), ("null", "null"), ("array", '["6"]'), ("object", '{"status":"6"}'), ("fraction", "6.0"), ("exponent", "6e0"), ("huge", "1e400")):
        yield f"plan-status-is-{id}", sealed(ABSENT, plan(Raw(word))), unknown()
        yield f"plan-status-is-{id}-beside-6", sealed(ABSENT, plan("6", Raw(word))), unknown()
        yield f"paid-plan-status-is-{id}", sealed("1", plan("1", Raw(word))), unknown()
    yield "plan-status-is-empty", sealed(ABSENT, plan("6", "")), unknown()
    yield "paid-plan-status-is-empty", sealed("1", plan("1", "")), unknown(hint="paid")
    for id, text in UNREADABLE.items():
        yield f"plan-is-{id}", sealed(ABSENT, Raw(text)), unknown()
        yield f"paid-plan-is-{id}", sealed("1", Raw(text)), unknown(hint="paid", **BOUND)
        yield f"failed-plan-is-{id}", sealed("2", Raw(text)), FAILED
        yield f"processing-plan-is-{id}", sealed("3", Raw(text)), PROCESSING
        yield f"partly-plan-is-{id}", sealed("4", Raw(text)), HELD
    for id, text in (("null", "null"), ("string", '"7"'), ("empty-entry", "{}")):
        for word in "134":
            yield f"failed-plan-{word}-and-{id}", sealed("2", Raw(f"[{entry(word)},{text}]")), unknown(hint="paid", **AGAINST)
        yield f"closed-plan-and-{id}", sealed(ABSENT, Raw(f"[{entry('6')},{text}]")), unknown()
    yield "plan-is-null", sealed(ABSENT, Raw("null")), unknown("unlisted", hint=None, **BOUND)
    yield "paid-plan-is-null", sealed("1", Raw("null")), PAID
    yield "failed-plan-is-null", sealed("2", Raw("null")), FAILED
    yield "plan-of-another-name", sealed(ABSENT, ABSENT, ("payPlanlist", plan("6"))), unknown("unlisted", **BOUND)
    yield "plan-below", sealed(ABSENT, ABSENT, ("data", Raw(wire.object_([("payPlanList", plan("6"))])))), unknown("unlisted", **BOUND)


def code_cases():
    """A return_code other than 0 says nothing of the order, whatever stands beside it."""
    words = (("bare", ()), ("paid", ("1",)), ("failed", ("2",)), ("processing", ("3",)), ("plan-closed", (ABSENT, plan("6"))))
    for code in (1, 5205, 80005207, 80008001, "5205", *close.NEGATIVE):
        for id, beside in words:
            yield f"{code if isinstance(code, int) else f'{code}-string'}-{id}", sealed(*beside, code=code), unknown()
    for code in close.NEGATIVE:
        yield f"{code}-gateway-level", reply(gateway_level(code)), unknown("unlisted")
    for code in (500031, 500032):
        yield f"{code}-throttled", reply(gateway_level(code)), {"outcome": "throttled", **UNBOUND, **gateway(code)}
    for code in close.GATEWAY_LEVEL:
        yield f"{code}-misconfigured", reply(gateway_level(code)), {"outcome": "misconfigured", **UNBOUND, **gateway(code)}
    for code in close.BUSINESS:
        yield f"{code}-misconfigured", sealed(code=code), {"outcome": "misconfigured", **BOUND, **gateway(code)}
    yield "400011-msg-id-absent", reply(gateway_level(400011, None)), {"outcome": "misconfigured", **UNBOUND}
    yield "400011-msg-id-empty", reply(gateway_level(400011, "")), {"outcome": "misconfigured", **UNBOUND}
    for code in (400011, 500031):
        yield f"{code}-msg-id-other", reply(gateway_level(code, "anothermsg")), unknown("mismatch")
    for id, text in (("null", "null"), ("true", "true"), ("array", "[0]"), ("object", "{}"), ("fraction", "0.0"), ("exponent", "0e0"), ("huge", "1e400")):
        yield f"return-code-{id}", sealed("1", code=Raw(text)), unknown()
    for id, text in (("empty", ""), ("blank", " 0"), ("padded", "00"), ("text", "SUCCESS"), ("full-width", "０")):
        yield f"return-code-string-{id}", sealed(ABSENT, plan("6"), code=text), unknown()
    yield "return-code-absent", reply(envelope(wire.object_([*ECHO.items(), ("payStatus", "1"), ("payPlanList", plan("1"))]))), unknown()


def echo_cases():
    other = {"agreeCode": "0000000000090000000001000000085017", "partnerSeq": "20190470027"}
    states = (("paid", ("1",)), ("failed", ("2",)), ("closed", (ABSENT, plan("6", "7"))))
    for name in ECHO:
        for id, words in states:
            yield f"{name}-other-{id}", sealed(*words, echo={**ECHO, name: other[name]}), unknown("mismatch")
            yield f"{name}-absent-{id}", sealed(*words, echo={k: v for k, v in ECHO.items() if k != name}), unknown("mismatch")
        yield f"{name}-empty", sealed("1", echo={**ECHO, name: ""}), unknown("mismatch")
        yield f"{name}-trailing-blank", sealed("1", echo={**ECHO, name: ECHO[name] + " "}), unknown("mismatch")
        yield f"{name}-null", sealed("1", echo={**ECHO, name: None}), unknown()
        yield f"{name}-array", sealed("1", echo={**ECHO, name: Raw('["' + ECHO[name] + '"]')}), unknown()
    for id, words in states:
        yield f"no-echo-at-all-{id}", sealed(*words, echo={}), unknown("mismatch")
        yield f"msg-id-other-{id}", sealed(*words, msg_id="anothermsg"), unknown("mismatch")
        yield f"orderCode-other-{id}", sealed(*words, echo={**ECHO, "orderCode": "2019021314281027"}), unknown("mismatch")
    yield "msg-id-absent", sealed("1", msg_id=None), PAID
    yield "msg-id-empty", sealed("1", msg_id=""), PAID
    yield "orderCode-ours", sealed("1", echo={**ECHO, "orderCode": ORDER["orderCode"]}), PAID
    yield "echo-in-the-plan-only", sealed(ABSENT, Raw("[" + wire.object_([*ECHO.items(), ("status", "6")]) + "]"), echo={}), unknown("mismatch")


def signature_cases():
    paid, done = biz("1"), biz(ABSENT, plan("6"))
    bare = lambda text: f'{{"response_biz_content":{text}}}'
    yield "sign-absent-paid", reply(bare(paid)), unknown("signature", hint="paid", **NO_PROOF)
    yield "sign-absent-closed", reply(bare(done)), unknown("signature", hint=None, **NO_PROOF)
    yield "sign-absent-failed", reply(bare(biz("2"))), unknown("signature", hint=None, **NO_PROOF)
    yield "sign-absent-400011", reply(bare(biz(code=400011, echo={}))), unknown("signature", **NO_PROOF)
    yield "sign-null", reply(f'{{"response_biz_content":{paid},"sign":null}}'), unknown("signature", **NO_PROOF)
    yield "sign-empty", reply(f'{{"response_biz_content":{done},"sign":""}}'), unknown("signature", **NO_PROOF)
    wrong = [("other-key", envelope(done, key="ysepay_platform")), ("merchant-key", envelope(done, key="icbc_merchant")), ("sha256", envelope(done, digest="sha256")),
             ("tampered-pay-status", envelope(paid, signed=biz("3"))), ("tampered-plan", envelope(done, signed=biz(ABSENT, plan("1")))),
             ("tampered-plan-number", envelope(biz(ABSENT, plan(6)), signed=done)), ("plan-cut", envelope(done, signed=biz(ABSENT, plan("6", "1")))),
             ("plan-added", envelope(biz("2", plan("6")), signed=biz("2"))), ("pay-status-removed", envelope(done, signed=biz("1", plan("6")))),
             ("other-order-signed", envelope(paid, signed=biz("1", echo={**ECHO, "partnerSeq": "1"}))), ("blank-added", envelope(done.replace(":", ": ", 1), signed=done))]
    for id, body in wrong:
        yield id, reply(body), unknown("signature", **NO_PROOF)


def form_cases():
    done = biz(ABSENT, plan("6", "7"))
    yield "sign-first", reply(envelope(done, sign="first")), CLOSED
    yield "blanks-around", reply(r.with_newlines(envelope(done))), CLOSED
    yield "pretty-printed", reply(envelope(done.replace(",", ",\n\t").replace("[", "[ \r\n"))), CLOSED
    yield "unknown-members", sealed("1", plan("1"), ("trace", "x"), ("list", Raw('[1,{"a":null}]')), ("rate", Raw("1.0"))), PAID
    yield "braces-in-strings", sealed("1", msg='a}","payStatus":"2"{[b\\'), PAID
    yield "names-escaped", reply(envelope(done.replace('"payPlanList"', '"payPl\\u0061nList"').replace('"status"', '"st\\u0061tus"'))), CLOSED
    yield "values-escaped", reply(envelope(biz("1").replace('"payStatus":"1"', '"payStatus":"\\u0031"'))), PAID
    again = [("pay-status", ("payStatus", "2")), ("pay-status-escaped", (Raw('"p\\u0061yStatus"'), "2")), ("pay-status-same", ("payStatus", "1")), ("return-code", ("return_code", 5205))]
    for id, pair in again:
        yield f"duplicate-{id}", sealed("1", ABSENT, pair), unknown("parse")
    yield "duplicate-plan", sealed(ABSENT, plan("1"), ("payPlanList", plan("6"))), unknown("parse")
    for id, name in (("", '"status"'), ("-escaped", '"st\\u0061tus"')):
        yield f"duplicate-status-in-a-plan{id}", sealed(ABSENT, Raw(f'[{{"status":"1",{name}:"6"}}]')), unknown("parse")
    forged = '"response_biz_content":' + done
    signed = envelope(biz("1"))
    yield "two-contents-forged-first", reply(b"{" + forged.encode() + b"," + signed[1:]), unknown("parse")
    yield "two-contents-forged-last", reply(signed[:-1] + b"," + forged.encode() + b"}"), unknown("parse")


def account_cases():
    """Other accounts. (id, config, reply, expect)"""
    done = biz(ABSENT, plan("6", "7"), msg="订单已关闭，“镕”")
    gbk = config(charset="GBK", gateway=pem("icbc_gateway.cert_pem"))
    kind = {"Content-Type": "application/json;charset=GBK"}
    yield "gbk", gbk, reply(envelope(done, charset="gbk"), headers=kind), CLOSED
    yield "gbk-bytes-for-utf8-account", config(), reply(envelope(done, charset="gbk")), unknown("charset")
    one_line = base64("icbc_merchant.pkcs1_base64")
    for id, conf in (("rsa2", config("RSA2", private=one_line)), ("ca", config("CA", certificate=pem("icbc_merchant.cert_pem")))):
        yield f"{id}-account-sha1-reply", conf, reply(envelope(done)), CLOSED
        yield f"{id}-account-sha256-reply", conf, reply(envelope(done, digest="sha256")), unknown("signature", **NO_PROOF)
    sha256 = config(reply_hash="SHA-256")
    yield "reply-hash-sha256", sha256, reply(envelope(done, digest="sha256")), CLOSED
    for size in (128, 256):
        name = f"icbc_aes{size}"
        aes, quoted = config(encrypt_key=key(name)), lambda text: f'"{crypto.aes(name, text.encode())}"'
        yield f"aes{size}-closed", aes, reply(envelope(quoted(done))), CLOSED
        yield f"aes{size}-paid", aes, reply(envelope(quoted(biz("1")))), PAID
        yield f"aes{size}-unsigned-paid", aes, reply(f'{{"response_biz_content":{quoted(biz("1"))}}}'), unknown("signature", **NO_PROOF)
        yield f"aes{size}-other-order", aes, reply(envelope(quoted(biz("1", echo={**ECHO, "partnerSeq": "1"})))), unknown("mismatch")
        yield f"aes{size}-duplicate-inside", aes, reply(envelope(quoted(biz("1", ABSENT, ("payStatus", "2"))))), unknown("parse")


def other_operation_cases():
    """Signed answers to the other operation, put before this one. (id, call, reply, expect)"""
    for code, status in ((0, "2"), (0, "absent"), (0, "1"), (5205, "1"), (5205, "2"), (80005207, "3")):
        yield f"close-reply-{code}-{status}", query(), reply(envelope(close.biz(code, status))), unknown()
    states = (("paid", ("1",)), ("processing", ("3",)), ("partly", ("4",)), ("closed", (ABSENT, plan("6"))), ("plan-open", (ABSENT, plan("1"))))
    for id, words in states:
        yield f"to-a-close-{id}-of-another-call", call(), sealed(*words, msg_id="anothermsg"), r.unknown("mismatch")
        yield f"to-a-close-{id}", call(), sealed(*words), r.MISMATCH
        yield f"to-a-close-{id}-without-msg-id", call(), sealed(*words, msg_id=None), r.MISMATCH
    for word in "1234":
        yield f"to-a-close-{word}-without-pay-type", call(), sealed(word, kind=ABSENT), r.MISMATCH
    yield "to-a-close-pay-type-alone", call(), sealed(), r.MISMATCH


def verify():
    file = File("icbc", "verify", "query", "Replies of cporderquery: the states, the plans, binding, signatures, JSON, character sets, encryption.",
                "reply signature made with Python cryptography and verified with the openssl command line; outcome read off the rules of the query")
    good = envelope(biz(ABSENT, plan("6", "7")))
    shared = [*r.transport_cases(good, r.JSON), *r.closed_cases(good, r.JSON, CLOSED), *r.not_json_cases(), *r.mangled_json_cases(good)]
    for id, what, expect in (*state_cases(), *plan_cases(), *code_cases(), *echo_cases(), *signature_cases(), *form_cases(), *r.of_a_query(shared)):
        file.add(f"icbc-query-{id}", config=config(), call=query(), reply=what, expect=expect)
    for id, conf, what, expect in account_cases():
        file.add(f"icbc-query-{id}", config=conf, call=query(), reply=what, expect=expect)
    for id, what, answer, expect in other_operation_cases():
        file.add(f"icbc-query-{id}", config=config(), call=what, reply=answer, expect=expect)
    return file
