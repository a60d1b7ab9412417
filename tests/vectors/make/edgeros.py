"""EdgerOS Pay transactions/close and transactions/trade: the requests, and the text both sides sign."""

import urllib.parse

import crypto
import keys
import wire
from vectors import IDENTITY, File, base64, pem

LINES = "\u2028\u2029"
NONCE = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
AP, MP = "AP202112151150252267829842920145605378", "mp202104021606341385640107521832"
BOTH = {"transaction_no": AP, "mch_trade_no": MP}


def config(private=None, gateway=None, base="https://acopay.example", mch_no="MCH1000000", **account):
    out = {"mch_no": mch_no, "private_key": private or base64("edgeros_merchant.pkcs8_base64"),
           "gateway_public_key": gateway or base64("edgeros_platform.spki_base64")}
    where = {"base_url": base} if "://" in base else {"environment": base}
    return {"gateway": "edgeros", **where, "account": {**out, **account}}


def call(order=BOTH, nonce=NONCE):
    return {"operation": "close", "order": order, "msg_id": nonce, "nonce": nonce}


def query(order=BOTH, nonce=NONCE):
    return {**call(order, nonce), "operation": "query"}


def code_units(name):
    return name.encode("utf-16-be")


def canonical(members):
    """Compact JSON sorted by UTF-16 code unit, nulls dropped, U+2028 and U+2029 escaped."""
    kept = [(k, canonical_raw(v)) for k, v in sorted(members.items(), key=lambda m: code_units(m[0])) if v is not None]
    return wire.object_(kept, LINES)


def canonical_raw(v):
    return wire.Raw(canonical(v)) if isinstance(v, dict) else v


def request(config, call):
    account, order = config["account"], call["order"]
    ids = {k: order[k] for k in ("transaction_no", "mch_trade_no") if k in order}
    text = canonical({**ids, "mch_no": account["mch_no"], "nonce": call["nonce"], "sign_type": "SHA256withRSA"})
    sdk = {"aco_pay_sdk": account["aco_pay_sdk"]} if "aco_pay_sdk" in account else {}
    headers = {"x-acopay-mch-no": account["mch_no"], "x-acopay-nonce": call["nonce"], "x-acopay-sign-type": "SHA256withRSA",
               "x-acopay-sign": crypto.rsa("edgeros_merchant", "sha256", text.encode()),
               "Accept": "application/json", **IDENTITY}
    base = config.get("base_url") or "https://api.edgeros.com"
    if call["operation"] == "query":
        asked = {k: ids[k] for k in ("mch_trade_no", "transaction_no") if k in ids}
        fields = urllib.parse.urlencode({**asked, **sdk, "version": "1.0"}, quote_via=urllib.parse.quote, safe="")
        return text, {"method": "GET", "url": f"{base}/pay/v1/transactions/trade?{fields}", "headers": headers, "body_base64": "", "msg_id": call["msg_id"]}
    body = wire.object_({**ids, **sdk, "version": "1.0"}.items())
    return text, {"method": "POST", "url": base + "/pay/v1/transactions/close", "headers": {**headers, "Content-Type": "application/json"},
                  "body_base64": crypto.b64(body.encode()), "msg_id": call["msg_id"]}


def sign():
    file = File("edgeros", "sign", "sign", "transactions/close and transactions/trade: headers, body or URL, and string to sign (body and URL leave U+2028 raw, the signed text escapes it).",
                "signature computed with Python cryptography, verified with the openssl command line")
    sdk = {"aco_pay_sdk": "2.0.0"}
    both, one = call(), {"transaction_no": AP}
    sample = {"close both ids": config(base="production", **sdk), "close transaction_no only": config(pem("edgeros_merchant.pkcs8_pem"), pem("edgeros_platform.spki_pem"), **sdk),
              "empty string is kept": config(base64("edgeros_merchant.pkcs1_base64"), pem("edgeros_platform.cert_pem"), **sdk)}
    for x in keys.SAMPLES["edgeros"]["request"]:
        order = {k: v for k, v in x["fields"].items() if k in BOTH and v is not None}
        what = call(order)
        text, expect = request(sample[x["name"]], what)
        assert (text, expect["headers"]["x-acopay-sign"]) == (x["string_to_sign"], x["signature"])
        file.add("edgeros-sign-sample-" + x["name"].replace(" ", "-"), source="the official Java SDK 2.0.0, run with test keys",
                 config=sample[x["name"]], call=what, string_to_sign=text, expect=expect)
    cases = [
        ("mch-trade-no-only", config(pem("edgeros_merchant.pkcs1_pem"), base64("edgeros_platform.cert_base64")), call({"mch_trade_no": MP})),
        ("no-sdk-version", config(), call(one)),
        ("quotes-and-backslash", config(**sdk), call({"mch_trade_no": 'a"b\\c\\\\"'})),
        ("line-separators", config(), call({"mch_trade_no": "a\u2028b\u2029c"})),
        ("raw-in-both", config(), call({"mch_trade_no": "b>'=/\xa0"})),
        ("chinese-and-emoji", config(), call({"transaction_no": "交易\U0001f600", "mch_trade_no": "商户单号\U00020000"})),
        ("longest", config(aco_pay_sdk="123456789012"), call({"transaction_no": "t" * 50, "mch_trade_no": "m" * 50}, "a" * 32)),
        ("mch-no-with-slash", config(mch_no="MCH1/2"), both),
        ("query-both-ids", config(base="production", **sdk), query()),
        ("query-mch-trade-no-only", config(**sdk), query({"mch_trade_no": MP})),
        ("query-transaction-no-only-no-sdk-version", config(pem("edgeros_merchant.pkcs8_pem")), query(one)),
        ("query-empty-string-is-kept", config(), query({"transaction_no": "", "mch_trade_no": MP})),
        ("query-what-a-url-reserves", config(), query({"mch_trade_no": "a b+c%2F/?#=;:@!$'()*,[]|~-._^`{}\\\""})),
        ("query-looks-escaped", config(), query({"mch_trade_no": "%41%E4%B8%AD+%"})),
        ("query-line-separators", config(), query({"mch_trade_no": "a\u2028b\u2029c"})),
        ("query-chinese-and-emoji", config(), query({"transaction_no": "交易\U0001f600", "mch_trade_no": "商户单号\U00020000"})),
        ("query-longest", config(aco_pay_sdk="123456789012"), query({"transaction_no": "t" * 50, "mch_trade_no": "订" * 50}, "a" * 32)),
        ("query-sdk-version-is-escaped", config(aco_pay_sdk="2.0 &x=1"), query(one)),
    ]
    for id, conf, what in cases:
        text, expect = request(conf, what)
        file.add(f"edgeros-sign-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    return file
