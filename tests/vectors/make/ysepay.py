"""YSEPay ysepay.trusteeship.sign.cancel: the request and the reply envelope."""

import crypto
import keys
import wire
from vectors import IDENTITY, File, base64, by_hand, pem

CHARSET = {"UTF-8": "utf-8", "GBK": "gbk", "GB2312": "gb2312"}
METHOD = "ysepay.trusteeship.sign.cancel"
RESPONSE = "ysepay_trusteeship_sign_cancel_response"
PROTOCOL = "K2021101436720150055"


def config(charset=None, private=None, gateway=None, base="https://pay.example", **account):
    out = {"partner_id": "unit_test", "sign_type": "RSA"} | ({"charset": charset} if charset else {})
    out["private_key"] = private or pem("ysepay_merchant.pkcs8_pem")
    out["gateway_public_key"] = gateway or base64("ysepay_platform.cert_base64")
    where = {"base_url": base} if "://" in base else {"environment": base}
    return {"gateway": "ysepay", **where, "account": {**out, **account}}


def call(protocol_no=PROTOCOL):
    return {"operation": "close", "order": {"protocol_no": protocol_no}, "msg_id": "5f0c1d2e3a4b59687786a5b4c3d2e1f0",
            "timestamp": "2021-10-14 12:00:00", "nonce": "5f0c1d2e3a4b59687786a5b4c3d2e1f0"}


def request(config, call, signer="ysepay_merchant"):
    account = config["account"]
    charset = account.get("charset", "UTF-8")
    params = {"method": METHOD, "partner_id": account["partner_id"], "timestamp": call["timestamp"], "charset": charset,
              "sign_type": "RSA", "version": "3.0", "notify_url": account.get("notify_url", ""),
              "biz_content": wire.object_(call["order"].items())}
    params = {k: v for k, v in params.items() if v.strip()}
    text = wire.to_sign(params)
    params["sign"] = crypto.rsa(signer, "sha1", text.encode(CHARSET[charset]))
    base = config.get("base_url") or "https://trusteeship.ysepay.com"
    headers = {"Content-Type": f"application/x-www-form-urlencoded; charset={charset}", **IDENTITY}
    body = wire.form(params, CHARSET[charset])
    return text, {"method": "POST", "url": base + "/gateway.do", "headers": headers, "body_base64": crypto.b64(body), "msg_id": call["msg_id"]}


def sign():
    file = File("ysepay", "sign", "sign", "ysepay.trusteeship.sign.cancel: the full request for each character set.",
                "signature computed with Python cryptography, verified with the openssl command line")
    chinese, pkcs1 = call("协议K2021解约"), pem("ysepay_merchant.pkcs1_pem")
    cases = [
        ("shared-cancel-utf8", config(base="production", notify_url=""), call(), None),
        ("blank-notify-url", config("UTF-8", notify_url="   "), call(), None),
        ("notify-url", config("UTF-8", notify_url="https://shop.example/notify?a=1&b=2 3"), call(), None),
        ("defaults", config(private=base64("ysepay_merchant.pkcs8_base64"), gateway=pem("ysepay_platform.cert_pem")), call(), None),
        ("utf8-chinese", config("UTF-8", base64("ysepay_merchant.pkcs1_base64"), pem("ysepay_platform.spki_pem")), chinese, None),
        ("gbk", config("GBK", pkcs1, base64("ysepay_platform.spki_base64")), call(), None),
        ("gbk-chinese", config("GBK"), chinese, None),
        ("gbk-beyond-gb2312", config("GBK"), call("朱镕基喆堃"), None),
        ("gbk-notify-url", config("GBK", notify_url="https://shop.example/解约/notify"), chinese, None),
        ("gb2312", config("GB2312", pkcs1), call(), None),
        ("gb2312-chinese", config("GB2312"), chinese, None),
        ("escapes", config(), call('a"b\\c/d +=%_.*-~'), None),
        ("weak-private-key-allowed", config(private=pem("ysepay_platform.pkcs8_pem"), gateway=pem("ysepay_merchant.spki_pem"), allow_weak_key=True), call(), "ysepay_platform"),
    ]
    for id, conf, what, signer in cases:
        text, expect = request(conf, what, signer or "ysepay_merchant")
        source = "synthetic sample cancel-utf8, byte for byte" if id == "shared-cancel-utf8" else by_hand("ysepay")
        file.add(f"ysepay-sign-{id}", source=source, config=conf, call=what, string_to_sign=text, expect=expect)
    sample = next(x for x in keys.SAMPLES["ysepay"]["request"] if x["id"] == "cancel-utf8")
    assert file.vectors[0]["expect"]["body_base64"] == crypto.b64(sample["form_body_plus_for_space"].encode())
    assert file.vectors[0]["string_to_sign"] == sample["string_to_sign"]
    return file
