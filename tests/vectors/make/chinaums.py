"""ChinaUMS bills/preauthed-cancel and bills/query: the request under OPEN-BODY-SIG."""

import crypto
import keys
import wire
from vectors import IDENTITY, File, key

APP_ID = "12345678901234567890123456789012"
NONCE = "99930a147f5353dd8a8f29a5329f37e9"
HOSTS = {"production": "https://api-mop.chinaums.com", "test": "https://test-api-open.chinaums.com"}
PATHS = {"close": "/v1/netpay/bills/preauthed-cancel", "query": "/v1/netpay/bills/query"}
MER = "327M22061819820261705544110"
ORDER = {"billNo": MER, "billDate": "2022-06-18", "merOrderId": MER, "authIdRespCd": "012345"}
RESERVE = "预授权完成撤销 测试+/=&%"


def config(base="https://ums.example", **account):
    out = {"app_id": APP_ID, "app_key": key("chinaums_app_key"), "mid": "898201612345678", "tid": "88880001"}
    where = {"base_url": base} if "://" in base else {"environment": base}
    merged = {k: v for k, v in {**out, **account}.items() if v is not None}
    return {"gateway": "chinaums", **where, "account": merged}


def call(order=ORDER, msg_id="msg-0001", timestamp="2022-04-21 15:00:52", nonce=NONCE, operation="close"):
    return {"operation": operation, "order": order, "msg_id": msg_id, "timestamp": timestamp, "nonce": nonce}


def query(order=ORDER, msg_id="msg-0001", **when):
    return call(order, msg_id, operation="query", **when)


def body_sig(app_id, timestamp, nonce, body, secret=None):
    """(string to sign, signature)"""
    text = app_id + timestamp + nonce + crypto.sha256_hex(body)
    return text, crypto.b64(crypto.hmac_sha256(secret or keys.SECRETS["chinaums_app_key"], text.encode()))


def fields(account, call):
    """The members of the body. A query puts the number of the completion in the place of the bill's."""
    order, is_query = call["order"], call["operation"] == "query"
    out = [("requestTimestamp", call["timestamp"]), ("mid", order.get("mid") or account["mid"]), ("tid", order.get("tid") or account["tid"]),
           ("instMid", "QRPAYDEFAULT"), ("billNo", order["merOrderId" if is_query else "billNo"]), ("billDate", order["billDate"])]
    if is_query:
        return [*out, ("msgId", call["msg_id"])]
    out += [("merOrderId", order["merOrderId"]), ("authIdRespCd", order["authIdRespCd"]), ("msgId", call["msg_id"])]
    return out + ([("srcReserve", order["srcReserve"])] if "srcReserve" in order else [])


def request(config, call):
    account = config["account"]
    body = wire.object_(fields(account, call)).encode()
    stamp = "".join(c for c in call["timestamp"] if c.isdigit())
    text, signature = body_sig(account["app_id"], stamp, call["nonce"], body)
    auth = f'OPEN-BODY-SIG AppId="{account["app_id"]}",Timestamp="{stamp}",Nonce="{call["nonce"]}",Signature="{signature}"'
    base = config.get("base_url") or HOSTS[config["environment"]]
    headers = {"Authorization": auth, "Content-Type": "application/json; charset=utf-8", **IDENTITY}
    return text, {"method": "POST", "url": base + PATHS[call["operation"]], "headers": headers,
                  "body_base64": crypto.b64(body), "msg_id": call["msg_id"]}


def sign():
    file = File("chinaums", "sign", "sign", "bills/preauthed-cancel and bills/query under OPEN-BODY-SIG: the full request.",
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
        ("query-production", config("production"), query()),
        ("query-test", config("test"), query()),
        ("query-explicit-body-sig", config(authentication="body_sig"), query()),
        ("query-of-the-completion-not-the-bill", config(), query({**ORDER, "billNo": "327M0000000000000000000BILL"})),
        ("query-empty-bill-fields", config(), query(empty)),
        ("query-sends-no-src-reserve", config(), query({**ORDER, "srcReserve": RESERVE})),
        ("query-escapes", config(), query({**ORDER, "merOrderId": 'q"b\\s/撤销'})),
        ("query-order-names-terminal", config(mid=None, tid=None), query(own)),
        ("query-order-overrides-account", config(), query(own)),
        ("query-longest", config(), query({"mid": "m" * 32, "tid": "t" * 32, "billNo": "b" * 31, "billDate": "2022-06-18", "merOrderId": "o" * 31,
                                           "authIdRespCd": "a" * 64, "srcReserve": "s" * 255}, "i" * 64, nonce="n" * 128)),
        ("query-year-end", config(), query(timestamp="2024-12-31 23:59:59")),
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
