"""Replies of ysepay.trusteeship.sign.cancel and what a correct client reports."""

import crypto
import keys
import reply as r
import wire
from reply import reply, unknown
from vectors import File, pem
from wire import Raw
from ysepay import RESPONSE, call, config

BOUND = {"evidence": "signed_unbound"}
CLOSED = {"outcome": "closed", "confirm": "recommended", **BOUND}
MAYBE = {**CLOSED, "confirm": "required"}
MISCONFIGURED = {"outcome": "misconfigured", **BOUND}


def biz(code="10000", status="SUCCESS", *more, sub=None, msg="Success"):
    """Text of the response object; status or code "absent" leaves the member out."""
    pairs = [("code", code), ("msg", msg)] if code != "absent" else [("msg", msg)]
    pairs += [] if status == "absent" else [("trade_status", status)]
    pairs += [] if sub is None else [("sub_code", sub), ("sub_msg", "x")]
    return wire.object_([*pairs, *more])


def envelope(text, *, key="ysepay_platform", digest="sha1", charset="utf-8", order="sign first", signed=None, name=RESPONSE):
    value = text if isinstance(text, bytes) else text.encode(charset)
    over = value if signed is None else signed if isinstance(signed, bytes) else signed.encode(charset)
    signature = b'"sign":"' + crypto.rsa(key, digest, over).encode() + b'"'
    content = wire.string(name).encode() + b":" + value
    return b"{" + (signature + b"," + content if order == "sign first" else content + b"," + signature) + b"}"


CONTENT = biz()
GOOD = envelope(CONTENT)
SIGN = crypto.rsa("ysepay_platform", "sha1", CONTENT.encode())


def gateway(code, status=None, sub=None):
    out = {"code": code, "status": status, "sub_code": sub}
    return {"gateway": {k: v for k, v in out.items() if v is not None}}


def table_cases():
    def row(id, code, status, expect, sub=None):
        return id, reply(envelope(biz(code, status, sub=sub))), expect
    for status in ("SUCCESS", "SUCCES"):
        yield row(f"10000-{status}-closed", "10000", status, {**CLOSED, **gateway("10000", status)})
    yield row("10000-FAILED-refused", "10000", "FAILED", {"outcome": "refused", **BOUND, **gateway("10000", "FAILED")})
    others = {"absent": "absent", "empty": "", "SUCCE": "SUCCE", "CLOSED": "CLOSED", "PROCESSING": "PROCESSING", "WAIT_CONFIRM": "WAIT_CONFIRM", "TRADE_SUCCESS": "TRADE_SUCCESS", "chinese": "解约成功"}
    spelt = ((f"{word}-{id}", status) for word in ("SUCCESS", "SUCCES", "FAILED") for id, status in r.near(word, "SUCCES", "SUCCESS"))
    for id, status in (*others.items(), *spelt):
        yield row(f"10000-status-{id}", "10000", status, unknown("unlisted"))
    for code in ("ACQ.SYSTEM_ERROR", "ACQ_SYSTEM_ERROR"):
        yield row(f"sub-{code}", "40004", "absent", unknown("unlisted", **gateway("40004", sub=code)), sub=code)
        yield row(f"sub-{code}-FAILED", "40004", "FAILED", unknown("unlisted"), sub=code)
        yield row(f"code-{code}", code, "absent", unknown("unlisted", **gateway(code)))
    for code in ("50000", "3501"):
        for status in ("absent", "FAILED"):
            yield row(f"{code}-{status}", code, status, unknown("unlisted", **gateway(code)))
        for status in ("SUCCESS", "SUCCES"):
            yield row(f"{code}-{status}", code, status, unknown())
    for code in ("ACQ.QUERY_NO_RECORD", "ACQ_QUERY_NO_RECORD", "ISV.QUERY_NO_RECORD"):
        yield row(f"sub-{code}", "40004", "absent", unknown("unlisted"), sub=code)
        yield row(f"code-{code}", code, "absent", unknown("unlisted"))
    for code in ("ACQ.INVALID_PARAMETER", "ACQ.ACCESS_FORBIDDEN", "ACQ_INVALID_PARAMETER", "ACQ_ACCESS_FORBIDDEN"):
        yield row(f"sub-{code}", "40004", "absent", {**MISCONFIGURED, **gateway("40004", sub=code)}, sub=code)
        yield row(f"code-{code}", code, "absent", {**MISCONFIGURED, **gateway(code)})
    for code in ("ACQ.SYSTEM_ERROR", "ACQ_SYSTEM_ERROR", "ACQ.INVALID_PARAMETER", "ACQ.ACCESS_FORBIDDEN", "ACQ_ACCESS_FORBIDDEN"):
        for status in ("SUCCESS", "SUCCES"):
            against = unknown("contradiction", contradiction=True)
            yield row(f"contradiction-10000-{code}-{status}", "10000", status, against, sub=code)
            yield row(f"contradiction-40004-{code}-{status}", "40004", status, against, sub=code)
            yield row(f"contradiction-code-{code}-{status}", code, status, against)
    for code in ("40004", "40001", "20000", "0", "00", "SUCCESS", "", "010000", "1000", "acq.access_forbidden", "ACQ.ACCESS_FORBIDDEN "):
        yield row(f"code-other-{code or 'empty'}".replace(" ", "-blank"), code, "absent", unknown("unlisted"))
        yield row(f"code-other-{code or 'empty'}-SUCCESS".replace(" ", "-blank"), code, "SUCCESS", unknown())
    for id, code in r.near("10000"):
        yield row(f"code-{id}-SUCCESS", code, "SUCCESS", unknown())
    yield row("sub-other", "40004", "absent", unknown("unlisted"), sub="ACQ.TRADE_NOT_EXIST")
    yield row("40004-FAILED", "40004", "FAILED", unknown("unlisted"))
    yield row("code-absent", "absent", "SUCCESS", unknown())


def signature_cases():
    none = {"evidence": "none"}
    bad = unknown("signature", **none)
    content = f'"{RESPONSE}":{CONTENT}'
    yield "sign-absent", reply(f"{{{content}}}"), bad
    for id, sign in (("null", "null"), ("empty", '""'), ("blank", '" "'), ("zero", "0"), ("array", "[]"), ("object", "{}"), ("false", "false")):
        yield f"sign-{id}", reply(f'{{"sign":{sign},{content}}}'), bad if id in ("null", "empty", "blank") else unknown(**none)
    spelt = {"pss": crypto.rsa_pss("ysepay_platform", "sha1", CONTENT.encode()), "bare-digest": crypto.ca("ysepay_platform", CONTENT.encode()),
             "url-safe": SIGN.replace("+", "-").replace("/", "_"), "no-fill": SIGN.rstrip("="), "line-break": SIGN[:76] + "\\n" + SIGN[76:],
             "blank-for-plus": SIGN.replace("+", " "), "blank-after": SIGN + " ", "cut": SIGN[:-8], "zeros": crypto.b64(bytes(128))}
    for id, sign in spelt.items():
        assert sign != SIGN
        yield f"sign-{id}", reply(f'{{"sign":"{sign}",{content}}}'), bad
    failed = biz("10000", "FAILED")
    wrong = {"tampered-status": envelope(CONTENT, signed=failed), "tampered-code": envelope(CONTENT, signed=biz("40004")), "other-key": envelope(CONTENT, key="icbc_gateway"),
             "merchant-key": envelope(CONTENT, key="ysepay_merchant"), "sha256": envelope(CONTENT, digest="sha256"), "blanks-dropped": envelope(CONTENT.replace(",", ", "), signed=CONTENT),
             "whole-reply-signed": envelope(CONTENT, signed=f"{{{content}}}"), "chinese-signed-escaped": envelope(biz(msg="成功"), signed=biz(msg=Raw('"\\u6210\\u529f"'))),
             "chinese-signed-raw": envelope(biz(msg=Raw('"\\u6210\\u529f"')), signed=biz(msg="成功")),
             "number-text-rewritten": envelope(biz("10000", "SUCCESS", ("rate", Raw("1.0"))), signed=biz("10000", "SUCCESS", ("rate", Raw("1"))))}
    for id, body in wrong.items():
        yield id, reply(body), bad


def form_cases():
    yield "sign-last", reply(envelope(CONTENT, order="sign last")), CLOSED
    yield "typo-sign-last", reply(envelope(biz("10000", "SUCCES"), order="sign last")), CLOSED
    yield "pretty-printed", reply(r.with_newlines(envelope(CONTENT.replace(",", ",\r\n\t").replace(":", " : ")).replace(b",", b" ,\n", 1))), CLOSED
    yield "number-text", reply(envelope(biz("10000", "SUCCESS", ("rate", Raw("1.0")), ("other", Raw("1e2")), ("big", Raw("12345678901234567890.10"))))), MAYBE
    yield "json-in-a-string", reply(envelope(biz("10000", "SUCCESS", ("detail", '{"a":"}","sign":"x"}')))), MAYBE
    braces = biz("10000", "SUCCESS", ("sub_msg", 'a}"sign":"x"{b\\'))
    yield "braces-sign-last", reply(envelope(braces, order="sign last")), CLOSED
    yield "braces-sign-first", reply(envelope(braces)), CLOSED
    url = ("url", Raw('"https:\\/\\/x.example\\/a"'))
    plain = ("url", "https://x.example/a")
    yield "slash-escaped-signed-raw", reply(envelope(biz("10000", "SUCCESS", url))), MAYBE
    yield "slash-escaped-signed-plain", reply(envelope(biz("10000", "SUCCESS", url), signed=biz("10000", "SUCCESS", plain))), MAYBE
    yield "slash-plain", reply(envelope(biz("10000", "SUCCESS", plain))), MAYBE
    yield "slash-plain-signed-escaped", reply(envelope(biz("10000", "SUCCESS", plain), signed=biz("10000", "SUCCESS", url))), unknown("signature", evidence="none")
    half = ("url", Raw('"https:\\/\\/x.example/a"'))
    yield "slash-half-escaped-signed-plain", reply(envelope(biz("10000", "SUCCESS", half), signed=biz("10000", "SUCCESS", plain))), MAYBE
    yield "slash-half-escaped-signed-escaped", reply(envelope(biz("10000", "SUCCESS", half), signed=biz("10000", "SUCCESS", url))), unknown("signature", evidence="none")
    yield "member-names-escaped", reply(envelope(CONTENT.replace('"code"', '"c\\u006fde"'))), CLOSED
    again = {"code": ("code", "40004"), "code-escaped": (Raw('"c\\u006fde"'), "40004"), "status": ("trade_status", "FAILED"), "status-escaped": (Raw('"trade\\u005fstatus"'), "FAILED"),
             "status-same": ("trade_status", "SUCCESS"), "deep": ("x", Raw('[{"a":1,"\\u0061":1}]'))}
    for id, pair in again.items():
        yield f"duplicate-{id}", reply(envelope(biz("10000", "SUCCESS", pair))), unknown("parse")
    refused, forged = envelope(biz("10000", "FAILED")), f'"{RESPONSE}":{CONTENT}'.encode()
    yield "two-responses-forged-first", reply(b"{" + forged + b"," + refused[1:]), unknown("parse")
    yield "two-responses-forged-last", reply(refused[:-1] + b"," + forged + b"}"), unknown("parse")
    yield "two-responses-escaped", reply(refused[:-1] + b"," + forged.replace(b"ysepay_", b"ysepay\\u005f", 1) + b"}"), unknown("parse")
    yield "two-signs", reply(GOOD[:-1] + b',"sign":"x"}'), unknown("parse")
    yield "deep-nesting", reply(envelope(biz("10000", "SUCCESS", ("x", Raw("[" * 3000 + "]" * 3000))))), unknown("parse")
    for id, text in (("null", "null"), ("array", "[]"), ("string", '"SUCCESS"'), ("number", "10000"), ("true", "true")):
        yield f"response-{id}", reply(envelope(text)), unknown("parse" if id != "null" else None)
    yield "response-object-in-a-string", reply(envelope(wire.string(CONTENT))), unknown()
    yield "control-character-in-string", reply(envelope(biz(msg=Raw('"a\x01"')))), unknown("parse")
    yield "other-method", reply(envelope(CONTENT, name="ysepay_trusteeship_fastpay_response")), unknown()
    yield "upper-case-key", reply(envelope(CONTENT, name=RESPONSE.upper())), unknown()
    yield "response-missing", reply('{"sign":"%s"}' % SIGN), unknown()
    yield "no-envelope", reply(CONTENT), unknown()


def unknow_cases():
    for code, status in (("40001", "absent"), ("10000", "SUCCESS"), ("ACQ.ACCESS_FORBIDDEN", "absent")):
        text = biz(code, status)
        yield f"unknow-unsigned-{code}", reply(f'{{"unknow_response":{text}}}'), unknown(evidence="none")
        yield f"unknow-signed-{code}", reply(envelope(text, name="unknow_response")), unknown()
    yield "unknown-response-spelt-right", reply(envelope(CONTENT, name="unknown_response")), unknown()


def type_cases():
    for id, text in (("number", "10000"), ("true", "true"), ("array", '["10000"]'), ("object", "{}"), ("null", "null")):
        yield f"code-is-{id}", reply(envelope(biz(Raw(text)))), unknown("parse" if id != "null" else None)
    yield "msg-null", reply(envelope(biz(msg=Raw("null")))), CLOSED
    yield "sub-msg-null", reply(envelope(biz("10000", "SUCCESS", ("sub_msg", Raw("null"))))), CLOSED
    yield "sub-msg-null-beside-a-sub-code", reply(envelope(biz("40004", "absent", ("sub_code", "ACQ.INVALID_PARAMETER"), ("sub_msg", Raw("null"))))), MISCONFIGURED
    for name in ("msg", "sub_msg"):
        for id, text in (("number", "0"), ("array", '["x"]'), ("object", "{}")):
            yield f"{name.replace('_', '-')}-{id}", reply(envelope(wire.object_([("code", "10000"), (name, Raw(text)), ("trade_status", "SUCCESS")]))), unknown("parse")
    for id, text in (("number", "1"), ("true", "true"), ("array", '["SUCCESS"]'), ("object", "{}"), ("null", "null")):
        yield f"status-is-{id}", reply(envelope(biz("10000", Raw(text)))), unknown("parse" if id != "null" else None)
    yield "sub-code-is-number", reply(envelope(biz("10000", "SUCCESS", ("sub_code", Raw("40004"))))), unknown()


def charset_cases():
    """(id, config, reply, expect)"""
    utf, gbk, gb2312 = config(), config("GBK", gateway=pem("ysepay_platform.cert_pem")), config("GB2312", gateway=pem("ysepay_platform.spki_pem"))
    chinese = biz("10000", "SUCCES", msg="解约成功")
    trail = biz(msg="乗亄亇俓倇倉")
    kind = {"Content-Type": "application/json;charset=GBK"}
    yield "utf8-chinese", utf, reply(envelope(chinese)), CLOSED
    yield "gbk-chinese", gbk, reply(envelope(chinese, charset="gbk"), headers=kind), CLOSED
    yield "gbk-trail-bytes", gbk, reply(envelope(trail, charset="gbk"), headers=kind), CLOSED
    yield "gbk-trail-bytes-sign-last", gbk, reply(envelope(trail, charset="gbk", order="sign last"), headers=kind), CLOSED
    yield "gb2312-chinese", gb2312, reply(envelope(chinese, charset="gb2312"), headers=kind), CLOSED
    yield "gbk-bytes-for-utf8-account", utf, reply(envelope(chinese, charset="gbk")), unknown("charset")
    yield "gbk-text-signed-in-utf8", gbk, reply(envelope(chinese.encode("gbk"), signed=chinese.encode()), headers=kind), unknown("signature", evidence="none")
    yield "gbk-after-a-bom", gbk, reply(b"\xef\xbb\xbf" + envelope(chinese, charset="gbk"), headers=kind), unknown()
    yield "gbk-bom-then-utf8", gbk, reply(b"\xef\xbb\xbf" + envelope(chinese), headers=kind), unknown()
    at = biz(msg="@").encode()
    yield "gbk-invalid", gbk, reply(envelope(at.replace(b"@", b"\xff")), headers=kind), unknown("charset")
    yield "gbk-half-a-character", gbk, reply(envelope(at.replace(b"@", b"\x81")), headers=kind), unknown("charset")
    yield "gb2312-invalid", gb2312, reply(envelope(at.replace(b"@", b"\xff")), headers=kind), unknown("charset")
    yield "utf8-invalid", utf, reply(envelope(at.replace(b"@", b"\xff"))), unknown("charset")
    yield "utf8-overlong", utf, reply(envelope(at.replace(b"@", b"\xc0\xaf"))), unknown("charset")


def sample_cases():
    """The synthetic samples: (id, reply, expect)."""
    expects = {"cancel-success-sign-first": CLOSED, "cancel-success-typo-sign-last": CLOSED, "cancel-failed-braces": {"outcome": "refused", **BOUND},
               "cancel-biz-error": MISCONFIGURED, "slash-escaped-on-wire": unknown()}
    for x in keys.SAMPLES["ysepay"]["response"]:
        yield f"sample-{x['id']}", reply(x["raw_response"]), expects[x["id"]]
    yield "sample-unknow-response", reply(keys.SAMPLES["ysepay"]["unsigned"]), unknown(evidence="none")


def verify():
    file = File("ysepay", "verify", "verify", "Replies of ysepay.trusteeship.sign.cancel: the outcome table, signatures, JSON, character sets.",
                "reply signature made with Python cryptography and verified with the openssl command line; outcome read off the table")
    plain = [*table_cases(), *signature_cases(), *form_cases(), *unknow_cases(), *type_cases(), *r.transport_cases(GOOD, r.JSON),
             *r.closed_cases(GOOD, r.JSON, CLOSED), *r.not_json_cases(), *r.mangled_json_cases(GOOD)]
    for id, what, expect in plain:
        file.add(f"ysepay-verify-{id}", config=config(), call=call(), reply=what, expect=expect)
    for id, conf, what, expect in charset_cases():
        file.add(f"ysepay-verify-{id}", config=conf, call=call(), reply=what, expect=expect)
    for id, what, expect in sample_cases():
        file.add(f"ysepay-verify-{id}", source="synthetic sample", config=config(), call=call(), reply=what, expect=expect)
    return file
