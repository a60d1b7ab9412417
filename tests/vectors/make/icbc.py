"""ICBC cporderclose and cporderquery: the request, byte by byte."""

import crypto
import keys
import wire
from vectors import IDENTITY, File, base64, key, pem

PATHS = {"close": "/api/mybank/pay/cpay/cporderclose/V1", "query": "/api/mybank/pay/cpay/cporderquery/V1"}
BASE = "https://gw.example"
CHARSET = {"UTF-8": "utf-8", "GBK": "gbk"}
ORDER = {"agreeCode": "0000000000090000000001000000085016", "orderCode": "2019021314281026", "partnerSeq": "20190470026"}
MSG_ID = "urcnl24ciutr9"


def config(sign_type=None, charset=None, private=None, gateway=None, base=BASE, **account):
    """`private` and `gateway` are KEY objects; None leaves a setting to its default."""
    out = {"app_id": "Oikeclo001"}
    out |= {k: v for k, v in (("sign_type", sign_type), ("charset", charset)) if v}
    out["private_key"] = private or pem("icbc_merchant.pkcs8_pem")
    out["gateway_public_key"] = gateway or base64("icbc_gateway.spki_base64")
    where = {"base_url": base} if "://" in base else {"environment": base}
    return {"gateway": "icbc", **where, "account": {**out, **account}}


def call(order=ORDER, msg_id=MSG_ID, operation="close"):
    return {"operation": operation, "order": order, "msg_id": msg_id, "timestamp": "2016-10-29 20:44:38",
            "nonce": "5f0c1d2e3a4b59687786a5b4c3d2e1f0"}


def query(order=ORDER, msg_id=MSG_ID):
    return call(order, msg_id, "query")


def request(config, call, signer="icbc_merchant"):
    """What a correct client sends: (string to sign, expect)."""
    account = config["account"]
    charset = account.get("charset", "UTF-8")
    sign_type = account.get("sign_type", "RSA")
    order, path = call["order"], PATHS[call["operation"]]
    biz = wire.object_((k, order[k]) for k in ("agreeCode", "orderCode", "partnerSeq"))
    params = {"app_id": account["app_id"], "msg_id": call["msg_id"], "format": "json", "charset": charset,
              "sign_type": sign_type, "timestamp": call["timestamp"], "biz_content": biz}
    if account.get("encrypt_orders", "encrypt_key" in account):
        params["encrypt_type"] = "AES"
        params["biz_content"] = crypto.aes(account["encrypt_key"]["$key"], biz.encode(CHARSET[charset]))
    if sign_type == "CA":
        params["ca"] = crypto.b64(keys.certificate_der("icbc_merchant"))
    text = path + "?" + wire.to_sign(params)
    data = text.encode(CHARSET[charset])
    params["sign"] = crypto.ca(signer, data) if sign_type == "CA" else crypto.rsa(signer, {"RSA": "sha1", "RSA2": "sha256"}[sign_type], data)
    hosts = {"production": "https://gw.open.icbc.com.cn", "sandbox": "https://gw-sandbox.open.icbc.com.cn"}
    base = config.get("base_url") or hosts[config["environment"]]
    headers = {"Content-Type": f"application/x-www-form-urlencoded; charset={charset}", "APIGW-VERSION": "v2_20190522", **IDENTITY}
    body = wire.form(params, CHARSET[charset])
    return text, {"method": "POST", "url": base + path, "headers": headers, "body_base64": crypto.b64(body), "msg_id": call["msg_id"]}


CHINESE = {**ORDER, "agreeCode": "工银e企付协议2019镕", "orderCode": "订单-0001"}
AWKWARD = {**ORDER, "orderCode": 'a"b\\c/d +=%_.*-~', "partnerSeq": "2019 0470026"}
CA = {"certificate": pem("icbc_merchant.cert_pem")}


def sign():
    file = File("icbc", "sign", "sign", "cporderclose and cporderquery: the full request for each signature, character set and key format.",
                "signature (and AES) computed with Python cryptography, verified with the openssl command line")
    pkcs1, one_line = pem("icbc_merchant.pkcs1_pem"), base64("icbc_merchant.pkcs8_base64")
    cases = [
        ("rsa-defaults", config(), call(), None),
        ("rsa-utf8", config("RSA", "UTF-8", pkcs1, pem("icbc_gateway.spki_pem")), call(), None),
        ("rsa-utf8-chinese", config("RSA", "UTF-8", one_line), call(CHINESE), None),
        ("rsa-gbk", config("RSA", "GBK", base64("icbc_merchant.pkcs1_base64"), pem("icbc_gateway.cert_pem")), call(), None),
        ("rsa-gbk-chinese", config("RSA", "GBK", one_line), call(CHINESE), None),
        ("rsa2-utf8", config("RSA2", "UTF-8", one_line, base64("icbc_gateway.cert_base64")), call(), None),
        ("rsa2-utf8-chinese", config("RSA2"), call(CHINESE), None),
        ("rsa2-gbk-chinese", config("RSA2", "GBK", pkcs1), call(CHINESE), None),
        ("ca-utf8", config("CA", "UTF-8", one_line, **CA), call(), None),
        ("ca-utf8-chinese", config("CA", certificate=base64("icbc_merchant.cert_base64")), call(CHINESE), None),
        ("ca-gbk", config("CA", "GBK", pkcs1, **CA), call(), None),
        ("ca-gbk-chinese", config("CA", "GBK", **CA), call(CHINESE), None),
        ("aes128-rsa-utf8-chinese", config(encrypt_key=key("icbc_aes128")), call(CHINESE), None),
        ("aes192-rsa2-utf8", config("RSA2", encrypt_key=key("icbc_aes192")), call(), None),
        ("aes256-rsa2-gbk-chinese", config("RSA2", "GBK", encrypt_key=key("icbc_aes256")), call(CHINESE), None),
        ("aes256-ca-gbk-chinese", config("CA", "GBK", encrypt_key=key("icbc_aes256"), **CA), call(CHINESE), None),
        ("encrypt-orders-true", config(encrypt_key=key("icbc_aes128"), encrypt_orders=True), call(CHINESE), None),
        ("encrypt-orders-false", config("CA", "GBK", **CA, encrypt_key=key("icbc_aes256"), encrypt_orders=False), call(CHINESE), None),
        ("escapes-utf8", config(), call(AWKWARD), None),
        ("escapes-gbk", config("RSA2", "GBK"), call(AWKWARD), None),
        ("blanks-are-not-trimmed", config(), call({**ORDER, "orderCode": " 2019021314281026 "}), None),
        ("longest-fields", config(), call({k: k[0] * 34 for k in ORDER}, "m" * 40), None),
        ("weak-private-key-allowed", config(private=base64("icbc_gateway.pkcs8_base64"), gateway=pem("icbc_merchant.spki_pem"), allow_weak_key=True), call(), "icbc_gateway"),
        ("environment-production", config(gateway=base64("icbc_production_gateway.spki_base64"), base="production"), call(), None),
        ("environment-sandbox", config(gateway=base64("icbc_test_gateway.spki_base64"), base="sandbox"), call(), None),
        ("loopback-http", config(base="http://127.0.0.1:8080"), call(), None),
        ("query-rsa-defaults", config(), query(), None),
        ("query-rsa-utf8-chinese", config("RSA", "UTF-8", one_line), query(CHINESE), None),
        ("query-rsa-gbk-chinese", config("RSA", "GBK", pkcs1, pem("icbc_gateway.cert_pem")), query(CHINESE), None),
        ("query-rsa2-utf8", config("RSA2"), query(), None),
        ("query-rsa2-gbk-chinese", config("RSA2", "GBK", one_line), query(CHINESE), None),
        ("query-ca-utf8", config("CA", **CA), query(), None),
        ("query-ca-gbk-chinese", config("CA", "GBK", pkcs1, **CA), query(CHINESE), None),
        ("query-aes128-rsa-utf8-chinese", config(encrypt_key=key("icbc_aes128")), query(CHINESE), None),
        ("query-aes256-rsa2-gbk-chinese", config("RSA2", "GBK", encrypt_key=key("icbc_aes256")), query(CHINESE), None),
        ("query-aes192-ca-utf8", config("CA", encrypt_key=key("icbc_aes192"), **CA), query(), None),
        ("query-encrypt-orders-false", config("RSA2", "GBK", encrypt_key=key("icbc_aes256"), encrypt_orders=False), query(CHINESE), None),
        ("query-escapes-utf8", config(), query(AWKWARD), None),
        ("query-longest-fields", config("RSA2"), query({k: k[0] * 34 for k in ORDER}, "m" * 40), None),
        ("query-environment-production", config(gateway=base64("icbc_production_gateway.spki_base64"), base="production"), query(), None),
        ("query-environment-sandbox", config(gateway=base64("icbc_test_gateway.spki_base64"), base="sandbox"), query(), None),
    ]
    for id, conf, what, signer in cases:
        if conf.get("environment") == "sandbox":
            conf["account"]["app_id"] = "sandboxie_Oikeclo001"
        text, expect = request(conf, what, signer or "icbc_merchant")
        file.add(f"icbc-sign-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    return file
