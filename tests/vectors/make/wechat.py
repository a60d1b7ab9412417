"""WeChat Pay v2 closeorder and orderquery: the request, byte by byte."""

import crypto
import keys
from vectors import IDENTITY, File, key

HOSTS = {"mainland": "https://api.mch.weixin.qq.com", "mainland_backup": "https://api2.mch.weixin.qq.com",
         "global": "https://apihk.mch.weixin.qq.com"}
PATHS = {"close": "/pay/closeorder", "query": "/pay/orderquery"}
NONCE = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
ORDER = {"out_trade_no": "1217752501201407033233368018"}
INSTITUTION = {"mode": "institution", "sub_mch_id": "1900000110", "sub_appid": "wx9999999999999999"}


def config(sign_type=None, base="https://wx.example", **account):
    out = {"appid": "wx8888888888888888", "mch_id": "1900000109"} | ({"sign_type": sign_type} if sign_type else {})
    where = {"base_url": base} if "://" in base else {"environment": base}
    return {"gateway": "wechat", **where, "account": {**out, "api_key": key("wechat_api_key"), **account}}


def call(order=ORDER, nonce=NONCE, operation="close"):
    return {"operation": operation, "order": order, "msg_id": nonce, "nonce": nonce}


def query(order=ORDER, nonce=NONCE):
    return call(order, nonce, "query")


def to_sign(params, secret):
    return "&".join(f"{k}={params[k]}" for k in sorted(params) if k != "sign" and params[k]) + "&key=" + secret


def signature(params, alg="MD5", secret=None):
    secret = secret or keys.SECRETS["wechat_api_key"]
    data = to_sign(params, secret).encode()
    return crypto.md5(data) if alg == "MD5" else crypto.hmac_sha256(secret, data).hex().upper()


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _named(config, call):
    account, order = config["account"], call["order"]
    subs = {name: order.get(name) or account.get(name) for name in ("sub_appid", "sub_mch_id")}
    return {"out_trade_no": order["out_trade_no"], **{name: value for name, value in subs.items() if value}}


def request(config, call, path=None, named=None):
    """Of a close or a query, or of another `path` with these parameters."""
    account = config["account"]
    params = {"appid": account["appid"], "mch_id": account["mch_id"], "nonce_str": call["nonce"], **(named or _named(config, call))}
    alg = account.get("sign_type", "MD5")
    if alg == "HMAC-SHA256":
        params["sign_type"] = alg
    sign = signature(params, alg)
    inner = "".join(f"<{k}>{escape(params[k])}</{k}>" for k in sorted(params))
    body = f"<xml>{inner}<sign>{sign}</sign></xml>"
    base = config.get("base_url") or HOSTS[config["environment"]]
    text = to_sign(params, keys.SECRETS["wechat_api_key"])
    return text, {"method": "POST", "url": base + (path or PATHS[call["operation"]]), "headers": {"Content-Type": "text/xml; charset=utf-8", **IDENTITY},
                  "body_base64": crypto.b64(body.encode()), "msg_id": call["msg_id"]}


def sign():
    file = File("wechat", "sign", "sign", "closeorder and orderquery, direct and institution mode: the full request.",
                "signature computed with Python hashlib and hmac, and again with the openssl command line")
    hmac, specials = "HMAC-SHA256", call({"out_trade_no": "aZ09_-|*@order"})
    other = {**ORDER, "sub_mch_id": "1900000111", "sub_appid": "wx7777777777777777"}
    cases = [
        ("close-direct-md5-no-sign_type", config(base="mainland"), call()),
        ("close-direct-hmac", config(hmac, mode="direct"), call()),
        ("close-institution-hmac", config(hmac, **INSTITUTION), call()),
        ("close-otn-specials", config("MD5"), specials),
        ("otn-specials-hmac", config(hmac), specials),
        ("institution-md5", config(base="global", **INSTITUTION), call()),
        ("institution-no-sub-appid", config(mode="institution", sub_mch_id="1900000110"), call()),
        ("institution-order-names-sub-merchant", config(hmac, mode="institution"), call(other)),
        ("institution-order-overrides-account", config(hmac, **INSTITUTION), call(other)),
        ("environment-mainland-backup", config(hmac, base="mainland_backup"), call()),
        ("environment-global", config(hmac, base="global"), call()),
        ("shortest", config(), call({"out_trade_no": "1"}, "n")),
        ("longest", config(hmac), call({"out_trade_no": "0123456789abcdefABCDEF_-|*@98765"}, "N" * 32)),
        ("query-direct-md5", config(base="mainland"), query()),
        ("query-direct-hmac", config(hmac, mode="direct"), query()),
        ("query-direct-md5-named", config("MD5"), query({"out_trade_no": "aZ09_-|*@order"})),
        ("query-institution-md5", config(base="global", **INSTITUTION), query()),
        ("query-institution-hmac", config(hmac, **INSTITUTION), query()),
        ("query-institution-no-sub-appid", config(mode="institution", sub_mch_id="1900000110"), query()),
        ("query-institution-order-names-sub-merchant", config(hmac, mode="institution"), query(other)),
        ("query-institution-order-overrides-account", config(**INSTITUTION), query(other)),
        ("query-environment-mainland-backup", config(hmac, base="mainland_backup"), query()),
        ("query-shortest", config(), query({"out_trade_no": "1"}, "n")),
        ("query-longest", config(hmac), query({"out_trade_no": "0123456789abcdefABCDEF_-|*@98765"}, "N" * 32)),
    ]
    derived = {x["id"]: x for x in keys.SAMPLES["wechat"]["derived"]}
    for id, conf, what in cases:
        text, expect = request(conf, what)
        sample = derived.get(id)
        assert sample is None or sample["string_to_sign"] == text
        extra = {"source": "derived closeorder sample agreed by two public SDKs (wechatpy, axios-plugin)"} if sample else {}
        file.add(f"wechat-sign-{id}", config=conf, call=what, string_to_sign=text, expect=expect, **extra)
    return file
