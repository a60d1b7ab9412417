"""ChinaUMS bills/preauthed-cancel: the request under OPEN-BODY-SIG, and replies, which carry no signature."""

import crypto
import keys
import wire
from vectors import File, key

APP_ID = "12345678901234567890123456789012"
NONCE = "99930a147f5353dd8a8f29a5329f37e9"
HOSTS = {"production": "https://api-mop.chinaums.com", "test": "https://test-api-open.chinaums.com"}
MER = "327M22061819820261705544110"
ORDER = {"billNo": MER, "billDate": "2022-06-18", "merOrderId": MER, "authIdRespCd": "012345"}
RESERVE = "预授权完成撤销 测试+/=&%"


def config(base="https://ums.example", **account):
    out = {"app_id": APP_ID, "app_key": key("chinaums_app_key"), "mid": "898201612345678", "tid": "88880001"}
    where = {"base_url": base} if "://" in base else {"environment": base}
    merged = {k: v for k, v in {**out, **account}.items() if v is not None}
    return {"gateway": "chinaums", **where, "account": merged}


def call(order=ORDER, msg_id="msg-0001", timestamp="2022-04-21 15:00:52", nonce=NONCE):
    return {"operation": "close", "order": order, "msg_id": msg_id, "timestamp": timestamp, "nonce": nonce}


def body_sig(app_id, timestamp, nonce, body, secret=None):
    """(string to sign, signature)"""
    text = app_id + timestamp + nonce + crypto.sha256_hex(body)
    return text, crypto.b64(crypto.hmac_sha256(secret or keys.SECRETS["chinaums_app_key"], text.encode()))


def request(config, call):
    account, order = config["account"], call["order"]
    fields = [("requestTimestamp", call["timestamp"]), ("mid", order.get("mid") or account["mid"]), ("tid", order.get("tid") or account["tid"]),
              ("instMid", "QRPAYDEFAULT"), ("billNo", order["billNo"]), ("billDate", order["billDate"]), ("merOrderId", order["merOrderId"]),
              ("authIdRespCd", order["authIdRespCd"]), ("msgId", call["msg_id"])]
    fields += [("srcReserve", order["srcReserve"])] if "srcReserve" in order else []
    body = wire.object_(fields).encode()
    stamp = "".join(c for c in call["timestamp"] if c.isdigit())
    text, signature = body_sig(account["app_id"], stamp, call["nonce"], body)
    auth = f'OPEN-BODY-SIG AppId="{account["app_id"]}",Timestamp="{stamp}",Nonce="{call["nonce"]}",Signature="{signature}"'
    base = config.get("base_url") or HOSTS[config["environment"]]
    headers = {"Authorization": auth, "Content-Type": "application/json; charset=utf-8"}
    return text, {"method": "POST", "url": base + "/v1/netpay/bills/preauthed-cancel", "headers": headers,
                  "body_base64": crypto.b64(body), "msg_id": call["msg_id"]}


def sign():
    file = File("chinaums", "sign", "sign", "bills/preauthed-cancel under OPEN-BODY-SIG: the full request.",
                "HMAC computed with Python hashlib and hmac, and again with the openssl command line")
    empty = {**ORDER, "billNo": "", "billDate": "", "authIdRespCd": ""}
    own = {**ORDER, "mid": "898201600000009", "tid": "88880009"}
    cases = [
        ("shared-open-body-sig", config("production"), call({**ORDER, "srcReserve": RESERVE})),
        ("no-src-reserve", config("test"), call()),
        ("explicit-body-sig", config(authentication="body_sig"), call()),
        ("chinese-src-reserve", config(), call({**ORDER, "srcReserve": "撤销：客户“退货”😀"})),
        ("empty-bill-fields", config(), call(empty)),
        ("empty-src-reserve", config(), call({**empty, "srcReserve": ""})),
        ("page-example", config(), call({**empty, "srcReserve": ""}, msg_id="5f0c1d2e3a4b59687786a5b4c3d2e1f0")),
        ("escapes", config(), call({**ORDER, "srcReserve": 'q"b\\s/\n\t\r\b\f\x01\x7f\u2028'})),
        ("order-names-terminal", config(mid=None, tid=None), call(own)),
        ("order-overrides-account", config(), call(own)),
        ("longest", config(), call({"mid": "m" * 32, "tid": "t" * 32, "billNo": "b" * 31, "billDate": "2022-06-18", "merOrderId": "o" * 32,
                                    "authIdRespCd": "a" * 64, "srcReserve": "s" * 255}, "i" * 64, nonce="n" * 128)),
        ("year-end", config(), call(timestamp="2024-12-31 23:59:59")),
    ]
    for id, conf, what in cases:
        text, expect = request(conf, what)
        file.add(f"chinaums-sign-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    sample = keys.SAMPLES["chinaums"]["syn-open-body-sig-preauthed-cancel"]
    first = file.vectors[0]
    first["source"] = "synthetic sample over the vendor's sample AppId and AppKey, byte for byte"
    assert first["expect"]["headers"]["Authorization"] == sample["headerNoSpaces"]
    assert first["expect"]["body_base64"] == crypto.b64(sample["input"]["bodyUtf8"].encode())
    return file
