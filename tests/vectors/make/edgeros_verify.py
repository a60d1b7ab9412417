"""Replies of transactions/close and what a correct client reports."""

import json

import crypto
import keys
import reply as r
import wire
from edgeros import AP, BOTH, LINES, MP, call, canonical, code_units, config
from reply import reply, unknown
from vectors import File, base64, pem
from wire import Raw

BOUND, UNBOUND = {"evidence": "signed_bound"}, {"evidence": "signed_unbound"}
CLOSED = {"outcome": "closed", "confirm": "not_needed", **BOUND}
MAYBE = {**CLOSED, "confirm": "required"}
REFUSED = {"outcome": "refused", **BOUND}
BAD = unknown("signature", evidence="none")
DATA = {"mch_no": "MCH1000000", "sign_type": "SHA256withRSA", "nonce": "ECAvdtwizqXFaY6w5BBhPwP0j3MERf1O", "mch_trade_no": MP, "transaction_no": AP,
        "code": "SUCCESS", "description": "关单成功"}
TOP = {"status": 200, "message": "SUCCESS", "fieldErrors": None}
NO_ORDER = {k: DATA[k] for k in ("mch_no", "sign_type", "nonce")}


def text_to_sign(top, data):
    return canonical({**top, "data": {k: v for k, v in data.items() if k != "sign"}})


def envelope(data=DATA, *, top=TOP, key="edgeros_platform", digest="sha256", sign=None, over=None, write=wire.object_):
    """The reply as the gateway writes it; `over` = (top, data) when something else was signed."""
    sign = crypto.rsa(key, digest, text_to_sign(*(over or (top, data))).encode()) if sign is None else sign
    return write([*top.items(), ("data", Raw(write([*data.items(), ("sign", sign)])))])


def with_data(**more):
    return {**DATA, **more}


def without(*names):
    return {k: v for k, v in DATA.items() if k not in names}


GOOD = envelope()
SIGN = crypto.rsa("edgeros_platform", "sha256", text_to_sign(TOP, DATA).encode())


def table_cases():
    yield "200-SUCCESS-closed", reply(GOOD), CLOSED
    yield "200-FAIL-refused", reply(envelope(with_data(code="FAIL", description="订单已过期"))), REFUSED
    others = {"empty": "", "FAILED": "FAILED", "CLOSED": "CLOSED", "PAID": "PAID", "REFUND": "REFUND", "chinese": "关单成功"}
    for id, code in (*others.items(), *r.near("SUCCESS"), *((f"FAIL-{id}", code) for id, code in r.near("FAIL"))):
        yield f"200-code-{id}", reply(envelope(with_data(code=code))), unknown("unlisted")
    yield "200-code-absent", reply(envelope(without("code"))), unknown("unlisted")
    yield "200-code-null", reply(envelope(with_data(code=None))), unknown()
    for id, message in (("FAIL", "FAIL"), ("PARAM_ERROR", "PARAM_ERROR"), ("ORDER_NOT_EXIST", "ORDER_NOT_EXIST"), ("empty", ""), *r.near("SUCCESS")):
        yield f"200-message-{id}", reply(envelope(top={**TOP, "message": message})), unknown("contradiction", contradiction=True)
    missing = {**TOP, "status": 1007, "message": "ORDER_NOT_EXIST", "fieldErrors": "此订单不存在!"}
    not_found = {"outcome": "not_found", "confirm": "recommended", **UNBOUND}
    yield "1007-not-found", reply(envelope(NO_ORDER, top=missing)), not_found
    yield "1007-unsigned", reply(wire.object_([*missing.items(), ("data", None)])), unknown(hint="not_found", evidence="none")
    yield "1007-unsigned-with-data", reply(wire.object_([*missing.items(), ("data", Raw(wire.object_(NO_ORDER.items())))])), unknown(evidence="none")
    yield "1007-other-message", reply(envelope(NO_ORDER, top={**missing, "message": "PARAM_ERROR"})), unknown()
    yield "1007-other-merchant", reply(envelope({**NO_ORDER, "mch_no": "MCH9"}, top=missing)), unknown("mismatch")
    yield "1007-other-key", reply(envelope(NO_ORDER, top=missing, key="edgeros_merchant")), unknown("signature", evidence="none")
    for status, message in ((1001, "PARAM_ERROR"), (1002, "SIGN_ERROR"), (500, "SYSTEM_ERROR"), (0, "OK"), (-1, "ERROR"), (404, "NOT_FOUND")):
        yield f"status-{status}", reply(envelope(NO_ORDER, top={**TOP, "status": status, "message": message})), unknown("unlisted")
    for status in (201, 1007, 2000, 20, 0):
        yield f"status-{status}-with-SUCCESS", reply(envelope(top={**TOP, "status": status})), unknown()


def bind_cases():
    """(id, call, reply, expect)"""
    mp, ap = call({"mch_trade_no": MP}), call({"transaction_no": AP})
    for name, other in (("mch_no", "MCH1000001"), ("mch_trade_no", MP[:-1] + "3"), ("transaction_no", AP[:-1] + "9")):
        for code in ("SUCCESS", "FAIL"):
            yield f"{name}-other-{code}", call(), reply(envelope(with_data(code=code, **{name: other}))), unknown("mismatch")
        yield f"{name}-absent", call(), reply(envelope(without(name))), unknown("mismatch")
        yield f"{name}-null", call(), reply(envelope(with_data(**{name: None}))), unknown()
        yield f"{name}-empty", call(), reply(envelope(with_data(**{name: ""}))), unknown("mismatch")
        yield f"{name}-number", call(), reply(envelope(with_data(**{name: Raw("202112")}))), unknown()
        yield f"{name}-trailing-blank", call(), reply(envelope(with_data(**{name: DATA[name] + " "}))), unknown("mismatch")
        yield f"{name}-lower-case", call(), reply(envelope(with_data(**{name: DATA[name].swapcase()}))), unknown("mismatch")
    swapped = with_data(transaction_no=MP, mch_trade_no=AP)
    yield "both-asked-swapped", call(), reply(envelope(swapped)), unknown("mismatch")
    yield "both-asked-no-echo", call(), reply(envelope(without("transaction_no", "mch_trade_no"))), unknown("mismatch")
    yield "mch-trade-no-asked-both-echoed", mp, reply(GOOD), CLOSED
    yield "mch-trade-no-asked-one-echoed", mp, reply(envelope(without("transaction_no"))), CLOSED
    yield "mch-trade-no-asked-any-transaction-no", mp, reply(envelope(with_data(transaction_no="4af336b1bd904c69ab2edb76af3a2a35"))), CLOSED
    yield "mch-trade-no-asked-only-the-other-echoed", mp, reply(envelope(without("mch_trade_no"))), unknown("mismatch")
    yield "transaction-no-asked-both-echoed", ap, reply(GOOD), CLOSED
    yield "transaction-no-asked-one-echoed", ap, reply(envelope(without("mch_trade_no"))), CLOSED
    yield "transaction-no-asked-only-the-other-echoed", ap, reply(envelope(without("transaction_no"))), unknown("mismatch")
    yield "nonce-absent", call(), reply(envelope(without("nonce"))), CLOSED
    yield "nonce-other", call(), reply(envelope(with_data(nonce="0" * 32))), CLOSED


def signature_cases():
    text = text_to_sign(TOP, DATA)
    bare = wire.object_([*TOP.items(), ("data", Raw(wire.object_(DATA.items())))])
    yield "sign-absent", reply(bare), BAD
    yield "sign-at-the-top", reply(bare[:-1] + f',"sign":"{SIGN}"}}'), unknown(evidence="none")
    yield "data-null", reply(wire.object_([*TOP.items(), ("data", None)])), unknown(evidence="none")
    yield "data-absent", reply(wire.object_(TOP.items())), unknown(evidence="none")
    spelt = {"empty": "", "blank": " ", "pss": crypto.rsa_pss("edgeros_platform", "sha256", text.encode()), "sha1": crypto.rsa("edgeros_platform", "sha1", text.encode()),
             "url-safe": SIGN.replace("+", "-").replace("/", "_"), "no-fill": SIGN.rstrip("="), "line-break": SIGN[:76] + "\n" + SIGN[76:], "blank-after": SIGN + " ",
             "cut": SIGN[:-8], "zeros": crypto.b64(bytes(256)), "hex": "00" * 256, "page-placeholder": "C380BEC2BFD727A4B6845133519F3AD6"}
    for id, sign in spelt.items():
        assert sign != SIGN
        yield f"sign-{id}", reply(envelope(sign=sign)), BAD
    yield "sign-null", reply(envelope(sign=Raw("null"))), BAD
    for id, raw in (("zero", "0"), ("array", "[]"), ("object", "{}"), ("true", "true")):
        yield f"sign-{id}", reply(envelope(sign=Raw(raw))), unknown(evidence="none")
    fail, other = with_data(code="FAIL"), {**TOP, "status": 1007}
    wrong = {"tampered-code": envelope(over=(TOP, fail)), "tampered-status": envelope(over=(other, DATA)), "tampered-description": envelope(over=(TOP, with_data(description="x"))),
             "tampered-nonce": envelope(over=(TOP, with_data(nonce="x"))), "other-key": envelope(key="icbc_merchant"), "merchant-key": envelope(key="edgeros_merchant"),
             "member-added": envelope(top={**TOP, "trace": "abc"}, over=(TOP, DATA)), "data-member-added": envelope(with_data(trace="abc"), over=(TOP, DATA)),
             "member-removed": envelope(over=(TOP, with_data(trace="abc"))), "null-signed": envelope(sign=crypto.rsa("edgeros_platform", "sha256", text.replace('"message"', '"fieldErrors":null,"message"').encode())),
             "data-only-signed": envelope(sign=crypto.rsa("edgeros_platform", "sha256", canonical(DATA).encode())), "blanks-signed": envelope(sign=crypto.rsa("edgeros_platform", "sha256", text.replace(":", ": ").encode())),
             "status-signed-as-string": envelope(sign=crypto.rsa("edgeros_platform", "sha256", text.replace(":200", ':"200"').encode())),
             "empty-string-not-signed": envelope(with_data(description=""), over=(TOP, without("description"))),
             "chinese-signed-escaped": envelope(sign=crypto.rsa("edgeros_platform", "sha256", json.dumps(json.loads(text), separators=(",", ":")).encode()))}
    for id, body in wrong.items():
        yield id, reply(body), BAD
    yield "sign-type-absent", reply(envelope(without("sign_type"))), unknown()
    for name in ("SHA1withRSA", "sha256WithRSA", "RSA2", "none", ""):
        yield f"sign-type-{name or 'empty'}", reply(envelope(with_data(sign_type=name))), unknown()
    yield "sign-type-sha1-and-signed-so", reply(envelope(with_data(sign_type="SHA1withRSA"), digest="sha1")), unknown()


def pretty(pairs):
    return "{ " + " ,\r\n\t".join(f"{wire.string(k)} : {wire.value(v)}" for k, v in pairs) + "\n}"


def ascii_only(text):
    """The same JSON from a gateway that escapes all that is not ASCII, and the slash."""
    units = lambda c: "".join(f"\\u{u:04X}" for u in memoryview(c.encode("utf-16-le")).cast("H"))
    return "".join(c if c < "\x7f" else units(c) for c in text).replace("/", "\\/")


def form_cases():
    emoji = with_data(description='😀关"单\\\b\f\n\r\t\x01\x1f\x7f\u2028\u2029</script>&=\'')
    yield "escapes", reply(envelope(emoji)), CLOSED
    yield "escapes-ascii-only", reply(ascii_only(envelope(emoji))), CLOSED
    lines = with_data(description="a\u2028b")
    yield "line-separator-signed-raw", reply(envelope(lines, sign=crypto.rsa("edgeros_platform", "sha256", text_to_sign(TOP, lines).replace("\\u2028", "\u2028").encode()))), BAD
    yield "pretty-printed", reply(r.with_newlines(envelope(write=pretty).encode())), CLOSED
    yield "data-first", reply(envelope(write=lambda pairs: wire.object_(reversed(list(pairs))))), CLOSED
    yield "number-text", reply(envelope(with_data(amount=Raw("1.0"), rate=Raw("1e2"), big=Raw("12345678901234567890.10"), minus=Raw("-0"), up=Raw("1E+2")))), MAYBE
    for id, sent, signed in (("fraction", "1.0", "1"), ("exponent", "1e2", "100"), ("big", "12345678901234567890", "12345678901234567000"), ("as-string", "1", '"1"')):
        yield f"number-rewritten-{id}", reply(envelope(with_data(amount=Raw(sent)), over=(TOP, with_data(amount=Raw(signed))))), BAD
    yield "names-by-code-unit", reply(envelope({**DATA, "\uff5e": "1", "\U0001f600": "2", "é": "3", "Z": "4", "_": "5"})), MAYBE
    by_bytes = wire.object_(sorted({**DATA, "\uff5e": "1", "\U0001f600": "2"}.items(), key=lambda m: m[0].encode()))
    assert code_units("\U0001f600") < code_units("\uff5e")
    yield "names-by-code-point-signed", reply(envelope({**DATA, "\uff5e": "1", "\U0001f600": "2"}, sign=crypto.rsa("edgeros_platform", "sha256", f'{{"data":{by_bytes},"message":"SUCCESS","status":200}}'.encode()))), BAD
    yield "field-errors-text", reply(envelope(top={**TOP, "fieldErrors": ""})), CLOSED
    yield "field-errors-absent", reply(envelope(top={"status": 200, "message": "SUCCESS"})), CLOSED
    yield "member-names-escaped", reply(GOOD.replace('"code"', '"c\\u006fde"')), CLOSED


def shape_cases():
    again = {"status": ('"status":200', '"status":200,"status":1007'), "status-escaped": ('"status":200', '"status":200,"st\\u0061tus":1007'), "status-same": ('"status":200', '"status":200,"status":200'),
             "code": ('"code":"SUCCESS"', '"code":"SUCCESS","code":"FAIL"'), "code-escaped": ('"code":"SUCCESS"', '"code":"SUCCESS","c\\u006fde":"FAIL"'), "code-first": ('"code":"SUCCESS"', '"code":"FAIL","code":"SUCCESS"'),
             "null": ('"fieldErrors":null', '"fieldErrors":null,"fieldErrors":null'), "sign": ('"sign":', '"sign":"x","sign":'), "data": ('"status":200', '"status":200,"data":{"code":"SUCCESS"}'),
             "data-null": ('"status":200', '"status":200,"data":null'), "mch-trade-no": ('"mch_trade_no":', '"mch_trade_no":"x","mch_trade_no":')}
    for id, (old, new) in again.items():
        assert old in GOOD
        yield f"duplicate-{id}", reply(GOOD.replace(old, new, 1)), unknown("parse")
    for id, text in (("string", '"200"'), ("true", "true"), ("array", "[200]"), ("object", "{}")):
        yield f"status-is-{id}", reply(envelope(top={**TOP, "status": Raw(text)})), unknown("parse")
    for id, text in (("null", "null"), ("fraction", "200.0"), ("exponent", "2e2"), ("huge", "1e400")):
        yield f"status-is-{id}", reply(envelope(top={**TOP, "status": Raw(text)})), unknown()
    yield "status-absent", reply(envelope(top={"message": "SUCCESS"})), unknown()
    yield "message-absent", reply(envelope(top={"status": 200})), unknown()
    yield "message-null", reply(envelope(top={**TOP, "message": None})), unknown()
    for id, text in (("number", "200"), ("true", "true"), ("array", '["SUCCESS"]')):
        yield f"message-is-{id}", reply(envelope(top={**TOP, "message": Raw(text)})), unknown("parse")
        yield f"code-is-{id}", reply(envelope(with_data(code=Raw(text)))), unknown("parse")
    for id, text in (("array", "[]"), ("string", '"SUCCESS"'), ("number", "1"), ("true", "true")):
        yield f"data-is-{id}", reply(wire.object_([*TOP.items(), ("data", Raw(text))])), unknown("parse")
    yield "data-object-in-a-string", reply(wire.object_([*TOP.items(), ("data", wire.object_([*DATA.items(), ("sign", SIGN)]))])), unknown("parse")
    yield "data-empty-object", reply(wire.object_([*TOP.items(), ("data", Raw("{}"))])), unknown(evidence="none")
    yield "control-character-in-string", reply(GOOD.replace("关单成功", "a\x01")), unknown("parse")
    yield "lone-surrogate", reply(GOOD.replace("关单成功", "\\ud800")), unknown()
    yield "deep-nesting", reply(GOOD.replace('"status":200', '"x":' + "[" * 3000 + "]" * 3000 + ',"status":200')), unknown("parse")
    for id, data in (("lone-byte", b"\xff"), ("overlong", b"\xc0\xaf"), ("surrogate", b"\xed\xa0\x80"), ("gbk", "关单".encode("gbk"))):
        yield f"charset-{id}", reply(GOOD.encode().replace("关单成功".encode(), data)), unknown("charset")


def sample_cases():
    """The replies shown to the official SDK: (id, call, reply, expect)."""
    expects = {"signed success": CLOSED, "signed business FAIL": REFUSED, "error unsigned data null": unknown(evidence="none"), "error data missing": unknown(evidence="none"), "tampered code": BAD, "tampered fieldErrors": BAD,
               "unknown top-level field": BAD,  # the sample's signature leaves the unknown member out
               "empty strings signed with them": CLOSED, "signed response for another merchant": unknown("mismatch"), "HTTP 500 with signed body": unknown("http_500"),
               'status as string "200" signed as int': unknown("parse"), "content-type application/json without charset": CLOSED,
               "neither id given": {"outcome": "not_found", "confirm": "recommended", **UNBOUND}, "duplicate key status": unknown("parse"), "html": unknown("parse")}
    for x in keys.SAMPLES["edgeros"]["response"]:
        status = 500 if x["name"].startswith("HTTP 500") else 200
        headers = {"Content-Type": "application/json"} if "without charset" in x["name"] else r.JSON
        yield "sample-" + x["name"].replace(" ", "-").replace('"', ""), call(), reply(x["body"], status, headers), expects[x["name"]]


def page_cases():
    page = {"mch_no": "MCH1000000", "nonce": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", "sign_type": "SHA256withRSA", "mch_trade_no": MP,
            "transaction_no": "4af336b1bd904c69ab2edb76af3a2a35", "code": "FAIL", "description": "订单已过期"}
    asked = call({"mch_trade_no": MP})
    yield "page-correct-response", asked, reply(envelope(page, write=pretty)), REFUSED
    yield "page-correct-response-both-asked", call({"mch_trade_no": MP, "transaction_no": page["transaction_no"]}), reply(envelope(page)), REFUSED
    yield "page-correct-response-as-printed", asked, reply(envelope(page, sign="C380BEC2BFD727A4B6845133519F3AD6", write=pretty)), BAD
    yield "page-error-response-as-printed", call(), reply(json.dumps(keys.SAMPLES["edgeros"]["page_error"]["envelope"], ensure_ascii=False)), BAD


def verify():
    file = File("edgeros", "verify", "verify", "Replies of transactions/close: the outcome table, binding, signatures, JSON.",
                "reply signature made with Python cryptography and verified with the openssl command line; outcome read off the table")
    good = GOOD.encode()
    plain = [*table_cases(), *signature_cases(), *form_cases(), *shape_cases(), *r.transport_cases(good, r.JSON),
             *r.closed_cases(good, r.JSON, CLOSED), *r.not_json_cases(), *r.mangled_json_cases(good)]
    for id, answer, expect in plain:
        file.add(f"edgeros-verify-{id}", config=config(), call=call(), reply=answer, expect=expect)
    for id, what, answer, expect in bind_cases():
        file.add(f"edgeros-verify-{id}", config=config(gateway=pem("edgeros_platform.cert_pem")), call=what, reply=answer, expect=expect)
    for id, what, answer, expect in sample_cases():
        file.add(f"edgeros-verify-{id}", source="run against the official Java SDK 2.0.0 with test keys", config=config(gateway=base64("edgeros_platform.cert_base64")), call=what, reply=answer, expect=expect)
    for id, what, answer, expect in page_cases():
        file.add(f"edgeros-verify-{id}", source="vendor page transactions/close", config=config(gateway=pem("edgeros_platform.spki_pem")), call=what, reply=answer, expect=expect)
    return file
