"""Replies of closeorder and what a correct client reports."""

import crypto
import keys
import reply as r
from reply import unknown
from vectors import File
from wechat import INSTITUTION, ORDER, call, config, escape, signature

KIND = {"Content-Type": "text/plain;charset=utf-8"}
BOUND = {"evidence": "signed_unbound"}
CLOSED = {"outcome": "closed", "confirm": "recommended", **BOUND}
ALREADY = {"outcome": "already_closed", "confirm": "recommended", **BOUND}
PAID = {"outcome": "paid", "confirm": "recommended", **BOUND}
BAD = unknown("signature", evidence="none")
BASE = {"return_code": "SUCCESS", "return_msg": "OK", "appid": "wx8888888888888888", "mch_id": "1900000109", "nonce_str": "BFK89FC6rxKCOjLX"}
OK = {**BASE, "result_code": "SUCCESS", "result_msg": "OK"}
# As the mainland's documents print them, and as the page does.
MISTAKES = ("签名失败", "签名错误", "参数格式校验错误", "XML格式错误", "簽名失敗", "簽名錯誤", "參數格式校驗錯誤", "XML格式錯誤")
MISCONFIGURED = ("SIGNERROR", "REQUIRE_POST_METHOD", "XML_FORMAT_ERROR", "XML_ERROR", "APPID_NOT_EXIST", "MCHID_NOT_EXIST", "APPID_MCHID_NOT_MATCH",
                 "LACK_PARAMS", "PARAM_ERROR", "POST_DATA_EMPTY", "NOT_UTF8", "NOAUTH")


def reply(body, status=200, headers=KIND):
    return r.reply(body, status, headers)


def fail(code, text="x", **more):
    return {**BASE, "result_code": "FAIL", "err_code": code, "err_code_des": text, **more}


def cdata(text):
    return f"<![CDATA[{text}]]>"


def xml(params, sign=None, write=cdata, alg="MD5", over=None):
    """Elements in the given order, `sign` last; `over` is what is signed when it is not what is sent."""
    sign = signature(over or params, alg) if sign is None else sign
    return "<xml>" + "".join(f"<{k}>{write(v)}</{k}>" for k, v in {**params, "sign": sign}.items()) + "</xml>"


def without(params, *names):
    return {k: v for k, v in params.items() if k not in names}


def unsigned(params):
    return "<xml>" + "".join(f"<{k}>{cdata(v)}</{k}>" for k, v in params.items()) + "</xml>"


GOOD = xml(OK)


def table_cases():
    yield "success-closed", reply(GOOD), CLOSED
    against = unknown("contradiction", contradiction=True)
    for code in ("SYSTEMERROR", "ORDERPAID", "ORDERCLOSED", "OTHER"):
        yield f"success-with-{code}", reply(xml({**OK, "err_code": code})), against
    yield "success-empty-err-code", reply(xml({**OK, "err_code": "", "err_code_des": ""})), CLOSED
    yield "success-description-only", reply(xml({**OK, "err_code_des": "ok"})), CLOSED
    yield "ORDERCLOSED", reply(xml(fail("ORDERCLOSED", "订单已关闭"))), ALREADY
    yield "ORDERPAID", reply(xml(fail("ORDERPAID", "订单已支付"))), PAID
    yield "ORDERNOTEXIST", reply(xml(fail("ORDERNOTEXIST", "订单不存在"))), {"outcome": "not_found", **BOUND}
    yield "SYSTEMERROR", reply(xml(fail("SYSTEMERROR", "系统错误"))), unknown("unlisted", retry="same_request")
    yield "SYSTEMERROR-unsigned", reply(unsigned(fail("SYSTEMERROR", "系统错误"))), unknown(evidence="none")
    for code in MISCONFIGURED:
        yield code, reply(xml(fail(code))), {"outcome": "misconfigured", **BOUND}
    yield "FREQUENCY_LIMITED", reply(xml(fail("FREQUENCY_LIMITED"))), {"outcome": "processing", **BOUND}
    for code in ("USERPAYING", "ORDER_CLOSED", "ORDERPAIDX", "REFUND", "CLOSED", "0", "订单已关闭"):
        yield f"FAIL-other-{code}", reply(xml(fail(code))), unknown("unlisted")
    for word in ("ORDERCLOSED", "ORDERPAID", "ORDERNOTEXIST", "SYSTEMERROR", "FREQUENCY_LIMITED", "SIGNERROR"):
        for how, code in r.near(word):
            yield f"FAIL-{word}-{how}", reply(xml(fail(code))), unknown("unlisted")
    yield "FAIL-no-err-code", reply(xml(without(fail("x"), "err_code"))), unknown("unlisted")
    yield "FAIL-empty-err-code", reply(xml(fail(""))), unknown("unlisted")
    yield "result-code-missing", reply(xml(BASE)), unknown("unlisted")
    yield "result-code-missing-ORDERCLOSED", reply(xml({**BASE, "err_code": "ORDERCLOSED"})), unknown()
    for id, code in (("OK", "OK"), ("empty", ""), ("other", "CLOSED"), *r.near("SUCCESS")):
        yield f"result-code-{id}", reply(xml({**OK, "result_code": code})), unknown("unlisted")
    for id, code in r.near("FAIL"):
        yield f"result-code-FAIL-{id}", reply(xml(fail("ORDERPAID", result_code=code))), unknown()
    for text in MISTAKES:
        yield f"FAIL-{text}", reply(unsigned({"return_code": "FAIL", "return_msg": text})), {"outcome": "misconfigured", "evidence": "none"}
    for text in ("系统繁忙", "OK", "SUCCESS", "ORDERCLOSED", ""):
        yield f"FAIL-text-{text or 'empty'}", reply(unsigned({"return_code": "FAIL", "return_msg": text})), unknown(evidence="none")
    yield "FAIL-no-text", reply("<xml><return_code>FAIL</return_code></xml>"), unknown(evidence="none")
    yield "FAIL-with-signed-success", reply(xml({**OK, "return_code": "FAIL"})), unknown()
    yield "FAIL-with-ORDERCLOSED", reply(xml(fail("ORDERCLOSED", return_code="FAIL"))), unknown()
    for id, code in (("OK", "OK"), ("0", "0"), ("empty", ""), *r.near("SUCCESS")):
        yield f"return-code-{id}", reply(xml({**OK, "return_code": code})), unknown()
    yield "return-code-missing", reply(xml(without(OK, "return_code"))), unknown()


def bind_cases():
    for name, other in (("appid", "wx8888888888888889"), ("mch_id", "1900000108")):
        for id, params in (("closed", OK), ("ORDERCLOSED", fail("ORDERCLOSED")), ("ORDERPAID", fail("ORDERPAID")), ("ORDERNOTEXIST", fail("ORDERNOTEXIST"))):
            yield f"{name}-other-{id}", reply(xml({**params, name: other})), unknown("mismatch")
        yield f"{name}-absent", reply(xml(without(OK, name))), CLOSED
        yield f"{name}-empty", reply(xml({**OK, name: ""})), CLOSED
    yield "no-ids-at-all", reply(xml(without(OK, "appid", "mch_id", "nonce_str"))), CLOSED
    yield "appid-lower-and-upper", reply(xml({**OK, "appid": "WX8888888888888888"})), unknown("mismatch")


def signature_cases():
    yield "sign-absent", reply(unsigned(OK)), BAD
    yield "sign-absent-ORDERPAID", reply(unsigned(fail("ORDERPAID"))), {**BAD, "hint": "paid"}
    yield "sign-absent-ORDERCLOSED", reply(unsigned(fail("ORDERCLOSED"))), BAD
    yield "sign-absent-ORDERNOTEXIST", reply(unsigned(fail("ORDERNOTEXIST"))), BAD
    right = signature(OK)
    spelt = {"empty": "", "blank": " ", "lower-case": right.lower(), "cut": right[:-1], "doubled": right * 2, "blank-after": right + " ", "blank-before": " " + right,
             "zeros": "0" * 32, "hmac": signature(OK, "HMAC-SHA256"), "other-key": signature(OK, secret="0" * 32), "no-key": crypto.md5("&".join(f"{k}={OK[k]}" for k in sorted(OK)).encode()),
             "other-fields": signature({**OK, "result_code": "FAIL"}), "known-fields-only": signature(without(OK, "result_msg"))}
    for id, sign in spelt.items():
        assert sign != right
        yield f"sign-{id}", reply(xml(OK, sign)), BAD
    yield "tampered-result", reply(xml(OK, over=fail("ORDERPAID"))), BAD
    yield "tampered-err-code", reply(xml(fail("ORDERCLOSED"), over=fail("ORDERPAID"))), BAD
    yield "tampered-SYSTEMERROR", reply(xml(fail("SYSTEMERROR"), over=fail("ORDERPAID"))), BAD
    yield "field-added", reply(xml({**OK, "new_field": "x"}, over=OK)), BAD
    yield "field-removed", reply(xml(without(OK, "nonce_str"), over=OK)), BAD
    yield "unknown-field-signed", reply(xml({**OK, "new_field": "x", "a": "1.0", "_z": "1e2"})), r.required(CLOSED)
    yield "empty-field-not-signed", reply(xml({**OK, "device_info": "", "attach": ""})), CLOSED


def value_cases():
    special = {**OK, "return_msg": "a&b<c>d\"e'f"}
    yield "entities-five", reply(xml(special, write=lambda v: escape(v).replace('"', "&quot;").replace("'", "&apos;"))), CLOSED
    yield "entities-numeric", reply(xml({**OK, "return_msg": "关单A"}, write=lambda v: v.replace("关", "&#20851;").replace("单", "&#x5355;").replace("A", "&#x41;"))), CLOSED
    yield "cdata-specials", reply(xml(special)), CLOSED
    yield "cdata-entity-is-text", reply(xml({**OK, "return_msg": "a&amp;b"})), CLOSED
    yield "cdata-entity-decoded", reply(xml({**OK, "return_msg": "a&amp;b"}, over={**OK, "return_msg": "a&b"})), BAD
    yield "plain-text", reply(xml(OK, write=escape)), CLOSED
    yield "cdata-and-text-mixed", reply(xml(OK, write=lambda v: f"{v[:1]}<![CDATA[{v[1:3]}]]>{v[3:]}")), CLOSED
    yield "cdata-split", reply(xml(OK, write=lambda v: f"<![CDATA[{v[:2]}]]><![CDATA[{v[2:]}]]>")), CLOSED
    yield "comment-in-a-value", reply(xml(OK, write=lambda v: f"{v[:2]}<!-- FAIL -->{v[2:]}")), CLOSED
    yield "chinese", reply(xml({**OK, "return_msg": "关单成功\U0001f600"})), CLOSED
    blank = {**OK, "return_msg": " OK "}
    yield "blanks-signed-raw", reply(xml(blank)), CLOSED
    yield "blanks-signed-raw-plain-text", reply(xml(blank, write=escape)), CLOSED
    yield "blanks-signed-trimmed", reply(xml(blank, over=OK)), BAD


def xml_cases():
    """The document itself: what is accepted, and what is not XML for us."""
    lines = GOOD.replace("><", ">\n   <").replace("\n   <![CDATA", "<![CDATA").replace("]]>\n   <", "]]><")
    inner = GOOD[5:-6]
    good = {"pretty-printed": lines, "crlf": lines.replace("\n", "\r\n") + "\r\n", "declaration": '<?xml version="1.0" encoding="UTF-8"?>' + GOOD,
            "declaration-and-line": '<?xml version="1.0"?>\n' + GOOD + "\n", "bom": "\ufeff" + GOOD, "bom-and-declaration": '\ufeff<?xml version="1.0" encoding="utf-8"?>' + GOOD,
            "comment-between": GOOD.replace("<appid>", "<!-- <return_code>FAIL</return_code> --><appid>"), "empty-element": GOOD.replace("<sign>", "<a/><sign>"),
            "sign-first": "<xml>" + "<sign>" + signature(OK) + "</sign>" + inner[: inner.index("<sign>")] + "</xml>"}
    for id, text in good.items():
        yield f"xml-{id}", reply(text), CLOSED
    entity = '<!DOCTYPE xml [<!ENTITY e "SUCCESS">]>'
    laughs = '<!DOCTYPE xml [<!ENTITY a "SUCCESS">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi")) + "]>"
    root = GOOD.replace("<xml>", "<root>").replace("</xml>", "</root>")
    bad = {"doctype": "<!DOCTYPE xml>" + GOOD, "doctype-entity": entity + GOOD.replace("<![CDATA[SUCCESS]]>", "&e;", 1), "billion-laughs": laughs + GOOD.replace("<![CDATA[OK]]>", "&i;", 1),
           "doctype-system": '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd">' + GOOD, "unknown-entity": xml({**OK, "return_msg": "&nbsp;"}, write=lambda v: v),
           "processing-instruction": GOOD.replace("<appid>", "<?php x?><appid>"), "processing-instruction-first": '<?xml-stylesheet href="x"?>' + GOOD,
           "declaration-inside": GOOD.replace("<appid>", '<?xml version="1.0"?><appid>'), "duplicate": GOOD.replace("<appid>", "<result_code>FAIL</result_code><appid>"),
           "duplicate-first": GOOD.replace("<xml>", "<xml><return_code>FAIL</return_code>"), "duplicate-same": GOOD.replace("<appid>", "<result_code>SUCCESS</result_code><appid>"),
           "duplicate-sign": GOOD.replace("<sign>", "<sign>0</sign><sign>"), "duplicate-cdata": GOOD.replace("<appid>", "<mch_id><![CDATA[1]]></mch_id><appid>"),
           "duplicate-empty": GOOD.replace("<appid>", "<err_code/><err_code>ORDERPAID</err_code><appid>"), "nested": GOOD.replace("<appid>", "<x><y>1</y></x><appid>"),
           "nested-in-value": GOOD.replace("<![CDATA[SUCCESS]]>", "<b>SUCCESS</b>", 1), "whole-inside": f"<xml>{GOOD}</xml>", "other-root": root, "root-upper-case": root.replace("root>", "XML>"),
           "unclosed-root": GOOD[:-6], "cut-in-the-end-tag": GOOD[:-1], "cut-in-half": GOOD[: len(GOOD) // 2], "unclosed-cdata": GOOD[:-20], "wrong-end-tag": GOOD[:-6] + "</root>",
           "crossed-tags": "<xml><a><b>1</a></b>" + GOOD[5:], "text-after-root": GOOD + "x", "element-after-root": GOOD + "<x/>", "second-root": GOOD + GOOD, "text-before-root": "x" + GOOD,
           "end-tag-only": "</xml>", "empty-body": "", "json": '{"return_code":"SUCCESS"}', "html": "<html><body>502</body></html>", "bare-ampersand": xml({**OK, "return_msg": "a&b"}, write=lambda v: v)}
    for id, text in bad.items():
        yield f"xml-{id}", reply(text), unknown("parse", evidence="none")
    unsure = {"nul-reference": GOOD.replace("<![CDATA[OK]]>", "&#0;", 1), "only-blanks": " \n", "empty-root": "<xml/>", "no-children": "<xml></xml>"}
    for id, text in unsure.items():
        yield f"xml-{id}", reply(text), unknown(evidence="none")


def charset_cases():
    at = xml({**OK, "return_msg": "@"})
    for id, data in (("lone-byte", b"\xff"), ("overlong", b"\xc0\xaf"), ("surrogate", b"\xed\xa0\x80"), ("half", b"\xe5\x85"), ("gbk", "成功".encode("gbk")), ("nul", b"\0")):
        yield f"charset-{id}", reply(at.encode().replace(b"@", data)), unknown("charset")
    yield "charset-nul-after-root", reply(GOOD + "\0"), unknown("charset")
    yield "charset-utf16", reply(GOOD.encode("utf-16")), unknown("charset")
    yield "charset-header-says-gbk", reply(xml({**OK, "return_msg": "关单成功"}), headers={"Content-Type": "text/xml;charset=gbk"}), CLOSED


def account_cases():
    """(id, config, call, reply, expect)"""
    hmac, alg = config("HMAC-SHA256"), "HMAC-SHA256"
    yield "hmac-closed", hmac, call(), reply(xml(OK, alg=alg)), CLOSED
    yield "hmac-ORDERPAID", hmac, call(), reply(xml(fail("ORDERPAID"), alg=alg)), PAID
    yield "hmac-reply-names-sign-type", hmac, call(), reply(xml({**OK, "sign_type": alg}, alg=alg)), CLOSED
    yield "hmac-account-md5-reply", hmac, call(), reply(GOOD), BAD
    yield "hmac-account-md5-reply-says-md5", hmac, call(), reply(xml({**OK, "sign_type": "MD5"})), BAD
    yield "md5-account-hmac-reply", config(), call(), reply(xml(OK, alg=alg)), BAD
    yield "md5-account-hmac-reply-says-hmac", config(), call(), reply(xml({**OK, "sign_type": alg}, alg=alg)), BAD
    yield "hmac-lower-case", hmac, call(), reply(xml(OK, signature(OK, alg).lower())), BAD
    yield "hmac-cut-to-32", hmac, call(), reply(xml(OK, signature(OK, alg)[:32])), BAD
    yield "hmac-without-key-in-text", hmac, call(), reply(xml(OK, crypto.hmac_sha256(keys.SECRETS["wechat_api_key"], "&".join(f"{k}={OK[k]}" for k in sorted(OK)).encode()).hex().upper())), BAD
    inst, subs = config("HMAC-SHA256", **INSTITUTION), {"sub_mch_id": "1900000110", "sub_appid": "wx9999999999999999"}
    yield "institution-closed", inst, call(), reply(xml({**OK, **subs}, alg=alg)), CLOSED
    yield "institution-no-sub-echo", inst, call(), reply(xml(OK, alg=alg)), CLOSED
    yield "institution-sub-mch-id-other", inst, call(), reply(xml({**OK, **subs, "sub_mch_id": "1900000119"}, alg=alg)), unknown("mismatch")
    yield "institution-sub-appid-other", inst, call(), reply(xml({**OK, **subs, "sub_appid": "wx0"}, alg=alg)), unknown("mismatch")
    # sub_appid is optional, and whoever sent none may be told one: of that sub-merchant, which must be named.
    bare = config(alg, mode="institution", sub_mch_id=subs["sub_mch_id"])
    yield "institution-sub-appid-not-sent", bare, call(), reply(xml({**OK, **subs}, alg=alg)), CLOSED
    yield "institution-sub-appid-not-sent-paid", bare, call(), reply(xml({**fail("ORDERPAID"), **subs}, alg=alg)), PAID
    yield "institution-sub-appid-not-sent-sub-mch-id-other", bare, call(), reply(xml({**OK, **subs, "sub_mch_id": "1900000119"}, alg=alg)), unknown("mismatch")
    yield "institution-sub-appid-not-sent-sub-mch-id-absent", bare, call(), reply(xml({**OK, "sub_appid": subs["sub_appid"]}, alg=alg)), unknown("mismatch")
    yield "institution-sub-appid-not-sent-sub-mch-id-empty", bare, call(), reply(xml({**OK, **subs, "sub_mch_id": ""}, alg=alg)), unknown("mismatch")
    for name, id in subs.items():
        yield f"direct-{name}-named", config(), call(), reply(xml({**OK, name: id})), unknown("mismatch")
    own = call({**ORDER, "sub_mch_id": "1900000111"})
    yield "institution-order-sub-mch-id-account-echoed", inst, own, reply(xml({**OK, **subs}, alg=alg)), unknown("mismatch")
    yield "institution-order-sub-mch-id-echoed", inst, own, reply(xml({**OK, **subs, "sub_mch_id": "1900000111"}, alg=alg)), CLOSED


def sample_cases():
    """(id, source, config, reply, expect)"""
    expects = {"resp-success-hmac": CLOSED, "resp-success-extra-field": r.required(CLOSED), "resp-minimal-no-appid": CLOSED, "resp-fail-SYSTEMERROR": unknown("unlisted", retry="same_request"),
               "resp-fail-ORDERCLOSED": ALREADY, "resp-fail-REQUIRE_POST_METHOD": {"outcome": "misconfigured", **BOUND}, "resp-entities": CLOSED}
    for x in keys.SAMPLES["wechat"]["derived"]:
        if x["kind"] == "response":
            assert signature(x["params"], x["alg"]) == x["sign"]
            yield f"sample-{x['id']}", "derived sample agreed by two public SDKs", config(x["alg"]), reply(xml(x["params"], x["sign"])), expects[x["id"]]
    refused = unknown("parse", evidence="none")
    expects = {"xxe-external": refused, "duplicate": refused, "other-root": refused, "crlf": unknown(evidence="none"), "unsigned-success": BAD}
    for x in keys.SAMPLES["wechat"]["xml"]:
        yield f"sample-{x['id']}", "shape of public SDK fixtures", config(), reply(x["xml"]), expects.get(x["id"], unknown())
    page = {"return_code": "SUCCESS", "return_msg": "OK", "appid": "wx2421b1c4370ec43b", "mch_id": "10000100", "nonce_str": "BFK89FC6rxKCOjLX", "result_code": "SUCCESS", "result_msg": "OK"}
    conf = config(appid=page["appid"], mch_id=page["mch_id"])
    yield "page-sample", "vendor page closeorder, key unknown", conf, reply(xml(page, "72B321D92A7BFA0B2509F3D13C7B1631")), BAD
    yield "page-sample-signed-again", "vendor page closeorder, signed with our key", conf, reply(xml(page)), CLOSED


def verify():
    file = File("wechat", "verify", "verify", "Replies of closeorder: the outcome table, binding, signatures, XML, character sets.",
                "reply signature made with Python hashlib and hmac, and again with the openssl command line; outcome read off the table")
    good = GOOD.encode()
    plain = [*table_cases(), *bind_cases(), *signature_cases(), *value_cases(), *xml_cases(), *charset_cases(), *r.transport_cases(good, KIND), *r.closed_cases(good, KIND, CLOSED)]
    for id, what, expect in plain:
        file.add(f"wechat-verify-{id}", config=config(), call=call(), reply=what, expect=expect)
    for id, conf, what, answer, expect in account_cases():
        file.add(f"wechat-verify-{id}", config=conf, call=what, reply=answer, expect=expect)
    for id, source, conf, answer, expect in sample_cases():
        file.add(f"wechat-verify-{id}", source=source, config=conf, call=call(), reply=answer, expect=expect)
    return file
