"""Single steps that no call reaches on its own: published samples, and samples made by other software."""

import json

import chinaums
import crypto
import edgeros
import keys
import sm_primitives
import wechat
import wire
import ysepay
from vectors import File

ERROR = {"error": True}
S = keys.SAMPLES
#: In GBK but not in GB2312.
ONLY_GBK = "镕喆堃珺玥昇頔銀聯餘"
BOTH = "银联余额关单撤销订付款"


def new(gateway):
    return File(gateway, "primitive", "primitives", "Single steps against published and independently made samples.", "recomputed with Python and, where there is a key or a digest, with the openssl command line")


def encodings(file, charsets, texts):
    for charset, codec in charsets.items():
        for id, text in texts.items():
            try:
                expect = {"hex": text.encode(codec).hex()}
            except UnicodeEncodeError:
                expect = ERROR
            file.add(f"{file.gateway}-charset-{charset}-{id}", function="charset.encode", input={"charset": charset, "text": text}, expect=expect)


def icbc():
    file, ca = new("icbc"), S["icbc"]["ca"]
    path, query = ca["string_to_sign"].split("?", 1)
    biz_at = query.index("biz_content=")
    biz = query[biz_at + len("biz_content="): query.index("&ca=")]
    params = {"biz_content": biz, **dict(p.split("=", 1) for p in (query[:biz_at] + query[query.index("&ca=") + 1:]).split("&"))}
    params = {k: params[k] for k in reversed(sorted(params))}
    assert path + "?" + wire.to_sign(params) == ca["string_to_sign"]
    source = ca["source"]
    file.add("icbc-string-to-sign-official-ca", source=source, function="form.string_to_sign", input={"path": path, "params": params}, expect={"text": ca["string_to_sign"]})
    dropped = {**params, "app_auth_token": "", "return_url": "  ", "sign": "x"}
    file.add("icbc-string-to-sign-blank-and-sign-left-out", source=source + ", with blank members added", function="form.string_to_sign", input={"path": path, "params": dropped}, expect={"text": ca["string_to_sign"]})
    raw = {"b": " x ", "a": "1&2=3", "A": "é", "a_": "", "ab": "+%20"}
    file.add("icbc-string-to-sign-byte-order-raw-values", function="form.string_to_sign", input={"path": "/p", "params": raw}, expect={"text": "/p?A=é&a=1&2=3&ab=+%20&b= x "})
    digest = crypto.hashlib.sha1(ca["string_to_sign"].encode("gbk")).hexdigest()
    assert digest == ca["string_sha1_hex_in_gbk"]
    crypto.recovered("icbc_ca_sample", ca["string_to_sign"].encode("gbk"), ca["signature_b64"])
    given = {"certificate": ca["certificate_der_b64"], "text": ca["string_to_sign"], "charset": "GBK", "signature": ca["signature_b64"]}
    file.add("icbc-ca-digest-official", source=source, function="icbc.ca_digest", input=given, expect={"sha1": digest, "valid": True})
    file.add("icbc-ca-digest-wrong-charset", source=source, function="icbc.ca_digest", input={**given, "charset": "UTF-8"}, expect={"valid": False})
    file.add("icbc-ca-digest-wrong-text", source=source, function="icbc.ca_digest", input={**given, "text": ca["string_to_sign"] + " "}, expect={"valid": False})
    text, own = "工银e企付", crypto.b64(keys.certificate_der("icbc_merchant"))
    plain = crypto.rsa("icbc_merchant", "sha1", text.encode())
    file.add("icbc-ca-digest-sha1-with-digest-info", function="icbc.ca_digest", input={"certificate": own, "text": text, "charset": "UTF-8", "signature": plain}, expect={"valid": False})
    bare = crypto.ca("icbc_merchant", text.encode())
    file.add("icbc-ca-digest-own-key", function="icbc.ca_digest", input={"certificate": own, "text": text, "charset": "UTF-8", "signature": bare}, expect={"sha1": crypto.hashlib.sha1(text.encode()).hexdigest(), "valid": True})
    encodings(file, {"UTF-8": "utf-8", "GBK": "gbk"}, {"chinese": "国债三超市小心轻放杭州传媒有限公司", "emoji": "a\U0001f600", "beyond-gb2312": ONLY_GBK, "trail-bytes": "乗亄亇俓倇倉", "ascii": "a~\\ \x7f", "empty": "", "plane-2": "\U00020000", "latin": "naïve ÿ"})
    return file


def ysepay_():
    file = new("ysepay")
    for x in S["ysepay"]["request"]:
        codec = {"UTF-8": "utf-8", "GBK": "gbk"}[x["charset_bytes"]]
        assert wire.to_sign(x["params"]) == x["string_to_sign"] and x["string_to_sign"].encode(codec).hex() == x["string_to_sign_hex"]
        crypto.verified("ysepay_merchant", "sha1", bytes.fromhex(x["string_to_sign_hex"]), x["sign_b64"])
        file.add(f"ysepay-string-to-sign-{x['id']}", source="synthetic sample, string and signature recomputed", function="form.string_to_sign", input={"params": x["params"]}, expect={"text": x["string_to_sign"]})
        file.add(f"ysepay-string-bytes-{x['id']}", source="synthetic sample", function="charset.encode", input={"charset": x["charset_bytes"], "text": x["string_to_sign"]}, expect={"hex": x["string_to_sign_hex"]})
    for x in S["ysepay"]["response"]:
        assert x["raw_response"].replace("\\/", "/").count(x["signed_substring"]) == 1
        crypto.verified("ysepay_platform", "sha1", x["signed_substring"].encode(), json.loads(x["raw_response"])["sign"])
        given, span = {"raw_response": x["raw_response"], "response_key": x["response_key"]}, x["signed_substring"]
        if "slash" in x["id"]:
            span = span.replace("https://x.example/a/b", "https:\\/\\/x.example\\/a\\/b")
        file.add(f"ysepay-signed-text-{x['id']}", source="synthetic sample", function="ysepay.signed_text", input=given, expect={"text": span})
    key = ysepay.RESPONSE
    shapes = {"blanks": (f'{{ "{key}" :\n {{ "code" : "1" }} , "sign":"x"}}', '{ "code" : "1" }'), "braces-in-strings": (f'{{"{key}":{{"a":"}}\\"{{"}},"sign":"x"}}', '{"a":"}\\"{"}'),
              "key-inside-a-string": (f'{{"a":"\\"{key}\\":{{}}","{key}":{{"b":1.0}},"sign":"x"}}', '{"b":1.0}'), "key-one-level-down": (f'{{"a":{{"{key}":{{"b":1}}}},"sign":"x"}}', None),
              "nested": (f'{{"{key}":{{"a":{{"b":[{{}}]}}}},"sign":"x"}}', '{"a":{"b":[{}]}}'), "twice": (f'{{"{key}":{{}},"{key}":{{}},"sign":"x"}}', None), "cut": (f'{{"{key}":{{"a":1}},"sign":"x"', None),
              "trailing": (f'{{"{key}":{{"a":1}},"sign":"x"}}x', None), "other-key": ('{"other_response":{"a":1},"sign":"x"}', None)}
    for id, (raw, span) in shapes.items():
        file.add(f"ysepay-signed-text-{id}", function="ysepay.signed_text", input={"raw_response": raw, "response_key": key}, expect=ERROR if span is None else {"text": span})
    encodings(file, ysepay.CHARSET, {"chinese": "解约成功正常退款", "emoji": "a\U0001f600", "ascii": "a~\\ \x7f"})
    for c in ONLY_GBK + BOTH:
        try:
            expect = {"hex": c.encode("gb2312").hex()}
        except UnicodeEncodeError:
            expect = ERROR
        assert (expect == ERROR) == (c in ONLY_GBK) and c.encode("gbk")
        file.add(f"ysepay-gb2312-range-{c}", function="gb2312.range", input={"text": c}, expect=expect)
    return file


def wechat_():
    file = new("wechat")
    for x in (*S["wechat"]["published"], *S["wechat"]["derived"]):
        sign = x.get("sign") or x["expected"]
        assert wechat.signature(x["params"], x["alg"], x["key"]) == sign and wechat.to_sign(x["params"], x["key"]) == x["string_to_sign"]
        source = x.get("source") or "derived sample agreed by two public SDKs (wechatpy, axios-plugin)"
        file.add(f"wechat-signature-{x['id']}", source=source, function="wechat.sign", input={"params": x["params"], "key": x["key"], "alg": x["alg"]}, expect={"string_to_sign": x["string_to_sign"], "sign": sign})
    odd = {"b": "", "a": " x ", "A": "1", "sign": "old", "_": "0", "中": "文"}
    file.add("wechat-signature-empty-and-sign-left-out", function="wechat.sign", input={"params": odd, "key": keys.SECRETS["wechat_api_key"], "alg": "MD5"}, expect={"string_to_sign": wechat.to_sign(odd, keys.SECRETS["wechat_api_key"]), "sign": wechat.signature(odd)})
    maps = {"xxe-external": ERROR, "duplicate": ERROR, "other-root": ERROR, "cdata-amp": {"map": {"a": "a&amp;b"}}, "comment": {"map": {"a": "xy"}}, "whitespace": {"map": {"a": " x "}},
            "crlf": {"map": {"return_code": "FAIL", "retmsg": "请确认请求参数是否正确param mch_id invalid", "retcode": "1"}}, "unsigned-success": {"map": {"return_code": "SUCCESS", "result_code": "SUCCESS"}}}
    for x in S["wechat"]["xml"]:
        file.add(f"wechat-xml-{x['id']}", source="shape of public SDK fixtures", function="xml.parse", input={"xml": x["xml"]}, expect=maps[x["id"]])
    more = {"empty-elements": ("<xml><a/><b></b><c><![CDATA[]]></c></xml>", {"a": "", "b": "", "c": ""}), "no-elements": ("<xml></xml>", {}), "mixed": ("<xml><a>1<![CDATA[<2>]]>&lt;3&gt;&#52;&#x35;</a></xml>", {"a": "1<2><3>45"}),
            "five-entities": ("<xml><a>&amp;&lt;&gt;&quot;&apos;</a></xml>", {"a": "&<>\"'"}), "declaration-bom-comment": ('\ufeff<?xml version="1.0"?><!-- x -->\n<xml>\n <a>1</a> <!-- <b>2</b> -->\n</xml>\n', {"a": "1"}),
            "cdata-brackets": ("<xml><a><![CDATA[]]]]><![CDATA[>]]></a></xml>", {"a": "]]>"}), "chinese": ("<xml><a>关单成功\U0001f600</a></xml>", {"a": "关单成功\U0001f600"}),
            "undefined-entity": ("<xml><a>&nbsp;</a></xml>", None), "nested": ("<xml><a><b>1</b></a></xml>", None), "processing-instruction": ("<xml><a>1</a><?x y?></xml>", None), "unclosed-root": ("<xml><a>1</a>", None),
            "unclosed-element": ("<xml><a>1</xml>", None), "text-after-root": ("<xml><a>1</a></xml>x", None), "second-root": ("<xml/><xml/>", None), "doctype": ("<!DOCTYPE xml><xml><a>1</a></xml>", None), "empty": ("", None),
            "duplicate-empty": ("<xml><a/><a>1</a></xml>", None), "nul-reference": ("<xml><a>&#0;</a></xml>", None), "nul": ("<xml><a>\0</a></xml>", None), "text-before-root": ("x<xml/>", None)}
    for id, (xml, expect) in more.items():
        file.add(f"wechat-xml-{id}", function="xml.parse", input={"xml": xml}, expect=ERROR if expect is None else {"map": expect})
    return file


def edgeros_():
    file = new("edgeros")
    for x in S["edgeros"]["response"]:
        name = x["name"].replace(" ", "-").replace('"', "")
        if x["string_to_verify"] is None or name.startswith("status-as-string"):
            continue
        expect = ERROR if name.startswith("duplicate") else {"string_to_verify": x["string_to_verify"]}
        file.add(f"edgeros-canonical-{name}", source="run against the official Java SDK 2.0.0 with test keys", function="edgeros.canonical", input={"body": x["body"]}, expect=expect)
    page = S["edgeros"]["page_error"]
    file.add("edgeros-canonical-page-error-response", source="vendor page transactions/close", function="edgeros.canonical", input={"body": json.dumps(page["envelope"], ensure_ascii=False)}, expect={"string_to_verify": page["string_to_verify"]})
    nasty = {"data": {"\uff5e": "1", "\U0001f600": "2", "é": "", "n": None, "Z": wire.Raw("1.0"), "z": wire.Raw("-1E+2"), "a": 'q"b\\s/\b\f\n\r\t\x01\x1f\x7f\u2028\u2029<>&=\'中\U00020000'}, "status": 200, "message": "", "fieldErrors": None, "flag": True}
    body = wire.object_([(k, wire.Raw(wire.object_([*v.items(), ("sign", "x")])) if k == "data" else v) for k, v in nasty.items()])
    file.add("edgeros-canonical-order-and-escapes", function="edgeros.canonical", input={"body": body}, expect={"string_to_verify": edgeros.canonical(nasty)})
    escaped = '{ "st\\u0061tus" : 200, "data" : { "sign":"x", "a" : "\\u5173\\/\\u007f\\u2028\\ud83d\\ude00" } }'
    file.add("edgeros-canonical-escapes-undone", function="edgeros.canonical", input={"body": escaped}, expect={"string_to_verify": '{"data":{"a":"关/\x7f\\u2028\U0001f600"},"status":200}'})
    return file


def chinaums_():
    file = new("chinaums")
    for id, x in S["chinaums"].items():
        given = x["input"]
        base = {"app_id": given["appId"], "app_key": given["appKey"], "timestamp": given["timestamp"], "nonce": given["nonce"]}
        source = "published by the vendor" if "vendor" in id else "synthetic, over the vendor's sample AppId and AppKey"
        if "token" in id:
            assert crypto.sha256_hex(x["stringToSign"].encode()) == x["sha256"]
            file.add(id, source=source, function="chinaums.token_signature", input=base, expect={"signature": x["sha256"]})
            continue
        body = given.get("body") or given["bodyUtf8"]
        text, signature = chinaums.body_sig(base["app_id"], base["timestamp"], base["nonce"], body.encode(), base["app_key"])
        assert (text, signature) == (x["stringToSign"], x["signature"])
        file.add(id, source=source, function="chinaums.body_sig", input={**base, "body": body}, expect={"signature": signature})
    base = {"app_id": chinaums.APP_ID, "app_key": keys.SECRETS["chinaums_app_key"], "timestamp": "20240229235959", "nonce": "0" * 32}
    for id, body in (("empty", ""), ("chinese", '{"srcReserve":"撤销😀"}')):
        file.add(f"chinaums-body-sig-{id}", function="chinaums.body_sig", input={**base, "body": body}, expect={"signature": chinaums.body_sig(base["app_id"], base["timestamp"], base["nonce"], body.encode())[1]})
    return file


def files():
    return [icbc(), sm_primitives.ysepay(ysepay_()), sm_primitives.wechat(wechat_()), edgeros_(), chinaums_()]
