"""Replies of cporderclose and what a correct client reports."""

import json

import crypto
import keys
import reply as r
import wire
from icbc import MSG_ID, ORDER, call, config
from reply import reply, unknown
from vectors import File, base64, key, pem
from wire import Raw

ECHO = {"agreeCode": ORDER["agreeCode"], "partnerSeq": ORDER["partnerSeq"]}
BOUND, UNBOUND = {"evidence": "signed_bound"}, {"evidence": "signed_unbound"}
CLOSED = {"outcome": "closed", "confirm": "not_needed", **BOUND}
MAYBE = {**CLOSED, "confirm": "required"}
PAID = {"outcome": "paid", "confirm": "recommended", **BOUND}
FAILED = {"outcome": "already_closed", "confirm": "recommended", **BOUND}
GATEWAY_LEVEL = (400011, 400016, 400017, 400019, 500018, 500020, 500043, 500091, 400051, 500052)
BUSINESS = (9990, 80003001, 80004001)
NEGATIVE = (-1, -30, -31, -500041, -500042, -500044, -500099)


def biz(code=0, status="2", *more, echo=ECHO, msg=""):
    """Text of response_biz_content; status "absent" leaves the member out."""
    pairs = list(echo.items()) + [("return_code", code), ("return_msg", msg)]
    pairs += [] if status == "absent" else [("status", status)]
    return wire.object_([*pairs, *more])


def envelope(text, *, key="icbc_gateway", digest="sha1", charset="utf-8", sign="last", signed=None):
    """The reply's bytes; `signed` when something else than the value was signed."""
    value = text if isinstance(text, bytes) else text.encode(charset)
    over = value if signed is None else signed if isinstance(signed, bytes) else signed.encode(charset)
    signature = b'"sign":"' + crypto.rsa(key, digest, over).encode() + b'"'
    content = b'"response_biz_content":' + value
    return b"{" + (signature + b"," + content if sign == "first" else content + b"," + signature) + b"}"


GOOD = envelope(biz())
CONTENT, SIGN = biz(), crypto.rsa("icbc_gateway", "sha1", biz().encode())


def gateway(code, status=None):
    return {"gateway": {"code": str(code), **({"status": status} if status else {})}}


def table_cases():
    """Every row of the outcome table."""
    def row(id, code, status, expect, **kw):
        return id, reply(envelope(biz(code, status, **kw))), expect
    yield row("0-2-closed", 0, "2", {**CLOSED, **gateway(0, "2")}, msg="成功")
    for id, status in (("absent", "absent"), ("empty", "")):
        yield row(f"0-status-{id}", 0, status, {**MAYBE, **gateway(0)})
    for id, status in (("blank", " "), ("0", "0"), ("4", "4"), ("6", "6"), ("02", "02"), ("123", "123"), ("text", "CLOSED"), ("SUCCESS", "SUCCESS"), ("chinese", "成功"), ("none", "null")):
        yield row(f"0-status-{id}", 0, status, unknown("unlisted", **BOUND))
        yield row(f"5205-status-{id}", 5205, status, unknown("unlisted", **BOUND))
    for word in "123":
        for how, status in r.near(word):
            yield row(f"0-status-{word}-{how}", 0, status, unknown("unlisted", **BOUND))
            yield row(f"5205-status-{word}-{how}", 5205, status, unknown("unlisted", **BOUND))
    against = {"reason": "contradiction", "contradiction": True}
    yield row("0-1-contradiction", 0, "1", unknown(hint="paid", **against))
    yield row("0-3-contradiction", 0, "3", unknown(hint="processing", **against))
    for code in (5205, 80008001, 80005207, 1):
        yield row(f"{code}-1-paid", code, "1", {**PAID, **gateway(code, "1")})
        yield row(f"{code}-3-processing", code, "3", {"outcome": "processing", **BOUND, **gateway(code, "3")})
        yield row(f"{code}-2-already-closed", code, "2", {**FAILED, **gateway(code, "2")})
        for status in ("absent", "", "9"):
            yield row(f"{code}-status-{status or 'empty'}", code, status, unknown("unlisted", **gateway(code)))
    for code in NEGATIVE:
        for status in ("absent", "1", "2", "3"):
            yield row(f"{code}-status-{status}", code, status, unknown("unlisted"))
        yield f"{code}-gateway-level", reply(gateway_level(code)), unknown("unlisted")
    for code in (500031, 500032):
        yield f"{code}-throttled", reply(gateway_level(code)), {"outcome": "throttled", **UNBOUND, **gateway(code)}
    for code in GATEWAY_LEVEL:
        yield f"{code}-misconfigured", reply(gateway_level(code)), {"outcome": "misconfigured", **UNBOUND, **gateway(code)}
    for code in BUSINESS:
        yield row(f"{code}-misconfigured", code, "absent", {"outcome": "misconfigured", **BOUND, **gateway(code)}, msg="渠道不正确")
    yield row("5205-string-paid", "5205", "1", {**PAID, **gateway(5205, "1")})
    yield row("0-string-closed", "0", "2", {**CLOSED, **gateway(0, "2")})
    yield row("negative-string", "-500099", "2", unknown("unlisted"))
    yield "400011-string-misconfigured", reply(gateway_level("400011")), {"outcome": "misconfigured", **UNBOUND}


def gateway_level(code, msg_id=MSG_ID):
    text = wire.object_([("return_code", code), ("return_msg", "gateway says no")] + ([("msg_id", msg_id)] if msg_id is not None else []))
    return envelope(text)


def echo_cases():
    other = {"agreeCode": "0000000000090000000001000000085017", "partnerSeq": "20190470027"}
    for name in ECHO:
        for outcome, code, status in (("closed", 0, "2"), ("paid", 5205, "1"), ("already-closed", 5205, "2")):
            yield f"{name}-other-{outcome}", reply(envelope(biz(code, status, echo={**ECHO, name: other[name]}))), unknown("mismatch")
            yield f"{name}-absent-{outcome}", reply(envelope(biz(code, status, echo={k: v for k, v in ECHO.items() if k != name}))), unknown("mismatch")
        yield f"{name}-empty", reply(envelope(biz(echo={**ECHO, name: ""}))), unknown("mismatch")
        yield f"{name}-trailing-blank", reply(envelope(biz(echo={**ECHO, name: ECHO[name] + " "}))), unknown("mismatch")
        yield f"{name}-shorter", reply(envelope(biz(echo={**ECHO, name: ECHO[name][:-1]}))), unknown("mismatch")
        yield f"{name}-null", reply(envelope(biz(echo={**ECHO, name: None}))), unknown()
        yield f"{name}-array", reply(envelope(biz(echo={**ECHO, name: Raw('["' + ECHO[name] + '"]')}))), unknown()
    yield "partnerSeq-number", reply(envelope(biz(echo={**ECHO, "partnerSeq": Raw(ECHO["partnerSeq"])}))), unknown()
    yield "orderCode-other", reply(envelope(biz(0, "2", ("orderCode", "2019021314281027")))), unknown("mismatch")
    yield "msg-id-ours", reply(envelope(biz(0, "2", ("msg_id", MSG_ID)))), CLOSED
    yield "msg-id-other", reply(envelope(biz(0, "2", ("msg_id", "anothermsg")))), unknown("mismatch")
    yield "400011-msg-id-other", reply(gateway_level(400011, "anothermsg")), unknown("mismatch")
    yield "500031-msg-id-other", reply(gateway_level(500031, "anothermsg")), unknown("mismatch")
    yield "400011-msg-id-absent", reply(gateway_level(400011, None)), {"outcome": "misconfigured", **UNBOUND}
    for id, nothing in (("empty", ""), ("null", Raw("null"))):
        yield f"400011-msg-id-{id}", reply(gateway_level(400011, nothing)), {"outcome": "misconfigured", **UNBOUND}
        yield f"500031-msg-id-{id}", reply(gateway_level(500031, nothing)), {"outcome": "throttled", **UNBOUND}
        yield f"msg-id-{id}", reply(envelope(biz(0, "2", ("msg_id", nothing)))), CLOSED
        yield f"msg-id-{id}-no-echo-at-all", reply(envelope(biz(0, "2", ("msg_id", nothing), echo={}))), unknown("mismatch")
    yield "400011-msg-id-blank", reply(gateway_level(400011, " ")), unknown("mismatch")
    yield "400011-msg-id-number", reply(gateway_level(400011, Raw("0"))), unknown("parse")
    yield "0-2-no-echo-at-all", reply(envelope(biz(0, "2", ("msg_id", MSG_ID), echo={}))), unknown("mismatch")
    yield "5205-no-echo-at-all", reply(envelope(biz(5205, "absent", ("msg_id", MSG_ID), echo={}))), unknown()


def signature_cases():
    none = {"evidence": "none"}
    content = f'"response_biz_content":{CONTENT}'
    for id, sign in (("null", "null"), ("empty", '""'), ("blank", '" "'), ("zero", "0"), ("array", "[]"), ("object", "{}"), ("false", "false"), ("true", "true")):
        reason = "signature" if id in ("null", "empty", "blank") else None
        yield f"sign-{id}", reply(f'{{{content},"sign":{sign}}}'), unknown(reason, **none)
    yield "sign-absent", reply(f"{{{content}}}"), unknown("signature", **none)
    paid = biz(5205, "1")
    yield "sign-absent-paid", reply(f'{{"response_biz_content":{paid}}}'), unknown("signature", hint="paid", **none)
    yield "500044-unsigned", reply(f'{{"response_biz_content":{biz(-500044, "absent", echo={})}}}'), unknown(**none)
    yield "400011-unsigned", reply(f'{{"response_biz_content":{biz(400011, "absent", echo={})}}}'), unknown("signature", **none)
    wrong = [("tampered-code", envelope(biz(0, "2"), signed=biz(5205, "2"))), ("tampered-status", envelope(biz(5205, "2"), signed=biz(5205, "1"))),
             ("tampered-paid", envelope(paid, signed=biz(5205, "3"))), ("blank-added", envelope(CONTENT.replace(":", ": ", 1), signed=CONTENT)),
             ("other-key", envelope(CONTENT, key="ysepay_platform")), ("merchant-key", envelope(CONTENT, key="icbc_merchant")),
             ("sha256", envelope(CONTENT, digest="sha256")), ("whole-reply-signed", envelope(CONTENT, signed=f"{{{content}}}")),
             ("value-without-braces-signed", envelope(CONTENT, signed=CONTENT[1:-1]))]
    pss, bare = crypto.rsa_pss("icbc_gateway", "sha1", CONTENT.encode()), crypto.ca("icbc_gateway", CONTENT.encode())
    spelt = {"pss": pss, "ca-padding": bare, "url-safe": SIGN.replace("+", "-").replace("/", "_"), "no-fill": SIGN.rstrip("="),
             "line-break": SIGN[:76] + "\\n" + SIGN[76:], "blank-before": " " + SIGN, "blank-after": SIGN + " ", "cut": SIGN[:-8], "doubled": SIGN + SIGN,
             "hex": "00" * 128, "zeros": crypto.b64(bytes(128)), "longer": crypto.b64(b"\0" + crypto.base64.b64decode(SIGN))}
    assert "+" in SIGN or "/" in SIGN
    wrong += [(f"sign-{id}", f'{{{content},"sign":"{sign}"}}'.encode()) for id, sign in spelt.items()]
    for id, body in wrong:
        yield id, reply(body), unknown("signature", **none)


def form_cases():
    """JSON as sent: order, blanks, unknown members, numbers, duplicates."""
    page = '{\n\t"agreeCode":"%s",\n\t"partnerSeq":"%s",\n\t"return_code":5205,\n\t"return_msg":"订单关闭失败",\n\t"status":"1",\n\t"success":true}' % tuple(ECHO.values())
    paid = {**PAID, **gateway(5205, "1")}
    yield "page-sample-5205-paid", reply(envelope(page)), paid
    yield "page-sample-crlf", reply(envelope(page.replace("\n", "\r\n"))), paid
    failed = page.replace("5205", "80005207").replace("订单关闭失败", "调用企网指令查询服务异常").replace('"status":"1"', '"status":"3"').replace("true", "false")
    yield "page-sample-80005207-processing", reply(envelope(failed)), {"outcome": "processing", **BOUND, **gateway(80005207, "3")}
    yield "page-sample-as-printed", reply('{\n    "response_biz_content":%s,\n  "sign":"ERITJKEIJKJHKKKKKKKHJEREEEEEEEEEEE"\n}\n' % page), unknown("signature", evidence="none")
    yield "sign-first", reply(envelope(CONTENT, sign="first")), CLOSED
    yield "blanks-around", reply(r.with_newlines(GOOD.replace(b',"sign":', b' ,\n\t"sign" : '))), CLOSED
    yield "success-false-is-ignored", reply(envelope(biz(0, "2", ("success", False)))), CLOSED
    yield "number-text", reply(envelope(biz(0, "2", ("rate", Raw("1.0")), ("other", Raw("1e2")), ("big", Raw("12345678901234567890.10"))))), MAYBE
    yield "number-text-rewritten", reply(envelope(biz(0, "2", ("amount", Raw("1.0"))), signed=biz(0, "2", ("amount", Raw("1"))))), unknown("signature")
    yield "braces-and-sign-in-strings", reply(envelope(biz(msg='a}","sign":"x"{b\\'))), CLOSED
    yield "member-names-escaped", reply(envelope(CONTENT.replace('"status"', '"st\\u0061tus"'))), CLOSED
    yield "values-escaped", reply(envelope(CONTENT.replace('"status":"2"', '"status":"\\u0032"'))), CLOSED
    again = [("return-code", ("return_code", 5205)), ("return-code-escaped", (Raw('"return\\u005fcode"'), 5205)), ("return-code-same", ("return_code", 0)),
             ("status", ("status", "1")), ("status-escaped", (Raw('"st\\u0061tus"'), "1")), ("agree-code", ("agreeCode", ORDER["agreeCode"])),
             ("deep", ("x", Raw('{"y":[{"a":1,"a":1}]}')))]
    for id, pair in again:
        yield f"duplicate-{id}", reply(envelope(biz(0, "2", pair))), unknown("parse")
    forged, signed = '"response_biz_content":' + biz(0, "2"), envelope(biz(5205, "1"))
    yield "two-contents-forged-first", reply(b"{" + forged.encode() + b"," + signed[1:]), unknown("parse")
    yield "two-contents-forged-last", reply(signed[:-1] + b"," + forged.encode() + b"}"), unknown("parse")
    yield "two-contents-escaped", reply(signed[:-1] + b',"response\\u005fbiz_content":' + biz().encode() + b"}"), unknown("parse")
    yield "two-contents-same", reply(GOOD[:-1] + b',"response_biz_content":' + CONTENT.encode() + b"}"), unknown("parse")
    yield "two-signs", reply(GOOD[:-1] + b',"sign":"x"}'), unknown("parse")
    yield "content-inside-another-object", reply(b'{"data":' + GOOD + b"}"), unknown()
    yield "deep-nesting", reply(envelope(biz(0, "2", ("x", Raw("[" * 3000 + "]" * 3000))))), unknown("parse")
    for id, text in (("null", "null"), ("array", "[]"), ("number", "0"), ("true", "true")):
        yield f"content-{id}", reply(envelope(text)), unknown("parse")
    yield "content-object-in-a-string", reply(envelope(wire.string(CONTENT))), unknown()
    yield "control-character-in-string", reply(envelope(CONTENT.replace('"return_msg":""', '"return_msg":"a\x01"'))), unknown("parse")
    yield "lone-surrogate", reply(envelope(CONTENT.replace('"return_msg":""', '"return_msg":"\\ud800"'))), unknown()


def type_cases():
    for id, text in (("null", "null"), ("true", "true"), ("array", "[0]"), ("object", "{}"), ("fraction", "0.0"), ("exponent", "0e0"), ("huge", "1e400")):
        yield f"return-code-{id}", reply(envelope(biz(Raw(text)))), unknown("parse" if id in ("true", "array", "object") else None)
    for id, text in (("empty", ""), ("blank", " 0"), ("blank-after", "0 "), ("padded", "00"), ("signed", "+0"), ("text", "SUCCESS"), ("fraction", "0.0"), ("exponent", "0e0"), ("hex", "0x0"), ("full-width", "０")):
        yield f"return-code-string-{id}", reply(envelope(biz(text))), unknown()
        positive = "05205" if id == "padded" else text.replace("0", "5205")
        yield f"return-code-string-{id}-paid", reply(envelope(biz(positive, "1"))), unknown()
    yield "return-code-absent", reply(envelope(wire.object_([*ECHO.items(), ("status", "2")]))), unknown()
    yield "return-msg-null", reply(envelope(biz(msg=Raw("null")))), CLOSED
    yield "return-msg-null-paid", reply(envelope(biz(5205, "1", msg=Raw("null")))), PAID
    for id, text in (("number", "0"), ("array", '["x"]'), ("object", "{}")):
        yield f"return-msg-{id}", reply(envelope(biz(msg=Raw(text)))), unknown("parse")
    for code in (0, 5205):
        for id, text in (("number-2", "2"), ("number-1", "1"), ("true", "true"), ("array", '["2"]'), ("object", "{}")):
            yield f"{code}-status-is-{id}", reply(envelope(biz(code, Raw(text)))), unknown("parse")


def charset_cases():
    """(id, config, reply, expect)"""
    utf, gbk = config(), config(charset="GBK", gateway=pem("icbc_gateway.cert_pem"))
    chinese = biz(0, "2", msg="订单关闭成功，“镕”")
    trail = biz(0, "2", msg="乗亄亇俓倇倉")  # trail bytes 5C, 7B, 7D: backslash and braces for a reader of bytes
    kind = {"Content-Type": "application/json;charset=GBK"}
    yield "utf8-chinese", utf, reply(envelope(chinese)), CLOSED
    yield "gbk-chinese", gbk, reply(envelope(chinese, charset="gbk"), headers=kind), CLOSED
    yield "gbk-trail-bytes", gbk, reply(envelope(trail, charset="gbk"), headers=kind), CLOSED
    yield "gbk-header-says-utf8", gbk, reply(envelope(chinese, charset="gbk")), CLOSED
    yield "gbk-bytes-for-utf8-account", utf, reply(envelope(chinese, charset="gbk")), unknown("charset")
    yield "gbk-text-signed-in-utf8", gbk, reply(envelope(chinese.encode("gbk"), signed=chinese.encode()), headers=kind), unknown("signature")
    yield "gbk-after-a-bom", gbk, reply(b"\xef\xbb\xbf" + envelope(chinese, charset="gbk"), headers=kind), unknown()
    yield "gbk-bom-then-utf8", gbk, reply(b"\xef\xbb\xbf" + envelope(chinese), headers=kind), unknown()
    yield "gbk-invalid", gbk, reply(envelope(biz(msg="@").encode().replace(b"@", b"\xff")), headers=kind), unknown("charset")
    yield "gbk-half-a-character", gbk, reply(envelope(biz(msg="@").encode().replace(b"@", b"\x81")), headers=kind), unknown("charset")
    for id, data in (("lone-byte", b"\xff"), ("overlong", b"\xc0\xaf"), ("surrogate", b"\xed\xa0\x80"), ("beyond-unicode", b"\xf4\x90\x80\x80"), ("half", b"\xe5\x85")):
        yield f"utf8-invalid-{id}", utf, reply(envelope(biz(msg="@").encode().replace(b"@", data))), unknown("charset")


def account_cases():
    """Other accounts: what the reply is signed with, and encrypted replies. (id, config, reply, expect)"""
    bad = unknown("signature", evidence="none")
    one_line = base64("icbc_merchant.pkcs1_base64")
    for id, conf in (("rsa2", config("RSA2", private=one_line)), ("ca", config("CA", certificate=pem("icbc_merchant.cert_pem")))):
        yield f"{id}-account-sha1-reply", conf, reply(GOOD), CLOSED
        yield f"{id}-account-sha256-reply", conf, reply(envelope(CONTENT, digest="sha256")), bad
    sha256 = config(reply_hash="SHA-256", gateway=base64("icbc_gateway.cert_base64"))
    yield "reply-hash-sha256", sha256, reply(envelope(CONTENT, digest="sha256")), CLOSED
    yield "reply-hash-sha256-sha1-reply", sha256, reply(GOOD), bad
    yield "reply-hash-sha1", config(reply_hash="SHA-1"), reply(GOOD), CLOSED
    for size in (128, 256):
        name = f"icbc_aes{size}"
        aes = config(encrypt_key=key(name))
        cipher = crypto.aes(name, biz(msg="订单关闭成功").encode())
        quoted = f'"{cipher}"'
        flipped = '"' + cipher[:20] + ("A" if cipher[20] != "A" else "B") + cipher[21:] + '"'
        yield f"aes{size}-closed", aes, reply(envelope(quoted)), CLOSED
        yield f"aes{size}-paid", aes, reply(envelope(f'"{crypto.aes(name, biz(5205, "1").encode())}"')), PAID
        yield f"aes{size}-tampered", aes, reply(envelope(flipped, signed=quoted)), bad
        yield f"aes{size}-signed-without-quotes", aes, reply(envelope(quoted, signed=cipher)), bad
        yield f"aes{size}-signed-plaintext", aes, reply(envelope(quoted, signed=biz(msg="订单关闭成功"))), bad
        yield f"aes{size}-other-order", aes, reply(envelope(f'"{crypto.aes(name, biz(echo={**ECHO, "partnerSeq": "1"}).encode())}"')), unknown("mismatch")
        yield f"aes{size}-not-base64", aes, reply(envelope('"!!!"')), unknown()
        yield f"aes{size}-half-a-block", aes, reply(envelope(f'"{crypto.b64(bytes(20))}"')), unknown()
        yield f"aes{size}-empty", aes, reply(envelope('""')), unknown()
        yield f"aes{size}-no-json-inside", aes, reply(envelope(f'"{crypto.aes(name, b"SUCCESS")}"')), unknown()
        yield f"aes{size}-duplicate-inside", aes, reply(envelope(f'"{crypto.aes(name, biz(0, "2", ("status", "1")).encode())}"')), unknown("parse")
        other = "icbc_aes256" if size == 128 else "icbc_aes128"
        yield f"aes{size}-other-aes-key", aes, reply(envelope(f'"{crypto.aes(other, CONTENT.encode())}"')), unknown()
    gbk = config(charset="GBK", encrypt_key=key("icbc_aes256"))
    yield "aes256-gbk", gbk, reply(envelope(f'"{crypto.aes("icbc_aes256", biz(msg="订单关闭成功").encode("gbk"))}"', charset="gbk")), CLOSED
    cipher = crypto.aes("icbc_aes256", biz().encode())
    yield "cipher-without-an-encrypt-key", config(), reply(envelope(f'"{cipher}"')), unknown()


def verify():
    file = File("icbc", "verify", "verify", "Replies of cporderclose: the outcome table, binding, signatures, JSON, character sets, encryption.",
                "reply signature made with Python cryptography and verified with the openssl command line; outcome read off the table")
    plain = [*table_cases(), *echo_cases(), *signature_cases(), *form_cases(), *type_cases(), *r.transport_cases(GOOD, r.JSON),
             *r.closed_cases(GOOD, r.JSON, CLOSED), *r.not_json_cases(), *r.mangled_json_cases(GOOD)]
    for id, what, expect in plain:
        file.add(f"icbc-verify-{id}", config=config(), call=call(), reply=what, expect=expect)
    for id, conf, what, expect in (*charset_cases(), *account_cases()):
        file.add(f"icbc-verify-{id}", config=conf, call=call(), reply=what, expect=expect)
    real = keys.SAMPLES["icbc"]["prod_400011"]
    crypto.verified("icbc_production_gateway", "sha1", real["signed_bytes_text"].encode(), json.loads(real["raw_response"])["sign"])
    production = config(gateway=base64("icbc_production_gateway.spki_base64"))
    file.add("icbc-resp-prod-400011", source=real["source"], checked="the real signature verifies with Python cryptography and openssl",
             config=production, call=call(msg_id="87933msg"), reply=reply(real["raw_response"]), expect={"outcome": "misconfigured", **UNBOUND, **gateway(400011)})
    file.add("icbc-resp-prod-400011-other-call", source=real["source"], config=production, call=call(), reply=reply(real["raw_response"]), expect=unknown("mismatch"))
    return file
