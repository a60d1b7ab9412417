"""Any other API: the request of a call at each gateway, byte by byte."""

import datetime
import json
import urllib.parse

import chinaums
import crypto
import edgeros
import icbc
import keys
import wechat
import wire
import ysepay
from vectors import IDENTITY, File, key

CHECKED = "signature computed with Python cryptography, hashlib and hmac, and again with the openssl command line"
ID = "5f0c1d2e3a4b59687786a5b4c3d2e1f0"
STAMP = "2021-12-21 10:33:07"
FORM = "application/x-www-form-urlencoded; charset="


def call(api, fields=None, **more):
    """A call document; `fields` None leaves them out. Sorted, since some runners' JSON readers do not keep the order."""
    given = {} if fields is None else {"fields": dict(sorted(fields.items()))}
    return {"operation": "call", "api": api, **given, **{"msg_id": ID, "timestamp": STAMP, "nonce": ID, **more}}


def new(gateway, about):
    return File(gateway, "sign", "call-sign", about, CHECKED)


def _given(what):
    """The caller's fields: name -> value."""
    return json.loads(what["content"]) if "content" in what else what.get("fields", {})


def _kept(what, ours):
    """Ours, without what is omitted, what is empty and what the caller gives."""
    return {k: v for k, v in ours.items() if v and k not in what.get("omit", []) and k not in _given(what)}


def _text(what, added=()):
    """The one JSON text."""
    return what["content"] if "content" in what else wire.object_([*added, *what.get("fields", {}).items()])


def _request(method, url, headers, body, msg_id, page=False):
    beside = {} if page else IDENTITY
    return {"method": method, "url": url, "headers": {**headers, **beside}, "body_base64": crypto.b64(body), "msg_id": msg_id}


def icbc_request(config, what):
    account, (verb, path) = config["account"], what["api"].split(" ")
    charset, sign_type = account.get("charset", "UTF-8"), account.get("sign_type", "RSA")
    codec, biz = icbc.CHARSET[charset], _text(what)
    ours = {"app_id": account["app_id"], "msg_id": what["msg_id"], "format": "json", "charset": charset, "sign_type": sign_type, "timestamp": what["timestamp"]}
    if what.get("encrypt"):
        biz = crypto.aes(account["encrypt_key"]["$key"], biz.encode(codec))
        ours["encrypt_type"] = "AES"
    if sign_type == "CA":
        ours["ca"] = crypto.b64(keys.certificate_der("icbc_merchant"))
    params = {k: v for k, v in ours.items() if k not in what.get("omit", [])} | {"biz_content": biz}
    params |= {k: v for k, v in what.get("top_level", {}).items() if v.strip()}
    text = path + "?" + wire.to_sign(params)
    data = text.encode(codec)
    params["sign"] = crypto.ca("icbc_merchant", data) if sign_type == "CA" else crypto.rsa("icbc_merchant", {"RSA": "sha1", "RSA2": "sha256"}[sign_type], data)
    version, page = {"APIGW-VERSION": "v2_20190522"}, path.startswith("/ui/")
    url = config["base_url"] + path
    if verb == "GET":
        return text, _request(verb, url + "?" + wire.form(params, codec).decode(), version, b"", what["msg_id"])
    above = ("sign", "app_id", "sign_type", "charset", "format", "encrypt_type", "timestamp", "msg_id") if page else ()
    query = {k: v for k, v in params.items() if k in above}
    rest = {k: v for k, v in params.items() if k not in above}
    url += "?" + wire.form(query, codec).decode() if query else ""
    return text, _request(verb, url, {"Content-Type": FORM + charset, **version}, wire.form(rest, codec), what["msg_id"], page)


def icbc_sign():
    file = new("icbc", "Calls under /api/ by POST and GET, encrypted and not, and forms of pages under /ui/.")
    apply, page = "POST /api/mybank/pay/cpay/cppayapply/V1", "POST /ui/b2c/pay/custompay/V1"
    order = {"agreeCode": "0000000000090000000001000000085016", "partnerSeq": "20190470026", "payMode": "1", "orderAmount": "1000", "orderRemark": "货款 & 运费+1"}
    aes = key("icbc_aes128")
    cases = [
        ("create", icbc.config(), call(apply, order)),
        ("create-gbk-rsa2", icbc.config("RSA2", "GBK"), call(apply, order)),
        ("create-ca", icbc.config("CA", "GBK", **icbc.CA), call(apply, order)),
        ("content-is-sent-as-it-is", icbc.config(), call(apply, content=' {"b": 1.0,\n "a":"\\u8d27\\/款"} ')),
        ("encrypted", icbc.config(encrypt_key=aes), call(apply, order, encrypt=True)),
        ("encrypted-gbk-rsa2", icbc.config("RSA2", "GBK", encrypt_key=aes), call(apply, order, encrypt=True)),
        ("an-encrypt-key-alone-encrypts-nothing", icbc.config(encrypt_key=aes), call(apply, order)),
        ("encrypt-false", icbc.config(encrypt_key=aes), call(apply, order, encrypt=False)),
        ("top-level", icbc.config(), call(apply, order, top_level={"notify_url": "https://shop.example/n?a=1&b=2", "app_auth_token": "t", "clientType": " ", "interfaceVersion": "1.0.0.0"})),
        ("omit", icbc.config(), call(apply, order, omit=["format", "charset"])),
        ("no-fields", icbc.config(), call("POST /api/x/y/V2")),
        ("get", icbc.config(), call("GET /api/mybank/account/query/V1", {"name": "账 户&"})),
        ("page", icbc.config(), call(page, order, top_level={"notify_url": "https://shop.example/n"})),
        ("page-ca-gbk", icbc.config("CA", "GBK", **icbc.CA), call(page, order)),
        ("page-encrypted", icbc.config(encrypt_key=aes), call(page, order, encrypt=True)),
        ("page-encrypted-gbk-rsa2", icbc.config("RSA2", "GBK", encrypt_key=aes), call(page, order, encrypt=True)),
        ("page-content-is-sent-as-it-is", icbc.config("RSA2"), call(page, content='{ "goodsName":"书\\/<b>\'&+ \\"" }')),
        ("page-of-the-shop", icbc.config("CA", **icbc.CA), call(page, order, top_level={"interfaceName": "ICBC_WAPB_B2C", "interfaceVersion": "1.0.0.0", "clientType": "0", "notify_url": "https://shop.example/通知?a=1&b=2", "extra": " "})),
        ("page-omit", icbc.config(), call(page, order, omit=["format", "msg_id"])),
        ("page-no-fields", icbc.config("RSA", "GBK"), call("POST /ui/x/y/V2")),
        ("later-query", icbc.config(), call("POST /api/mybank/pay/cpay/cporderquery/V2", icbc.ORDER)),
    ]
    for id, conf, what in cases:
        text, expect = icbc_request(conf, what)
        file.add(f"icbc-call-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    for id, what in (("close", icbc.call(icbc.ORDER)), ("query", icbc.query(icbc.ORDER))):
        sample = call(f"POST {icbc.PATHS[id]}", content=PRINTED, msg_id=what["msg_id"], timestamp=what["timestamp"])
        text, expect = icbc_request(icbc.config(), sample)
        source = "vendor page cporderclose, section 7: its numbers, its times and its biz_content as printed; signed with our key"
        file.add(f"icbc-call-page-sample-of-a-{id}", source=source, config=icbc.config(), call=sample, string_to_sign=text, expect=expect)
    return file


#: What the vendor's page prints as biz_content of a close, which a query is asked with as well.
PRINTED = '{\n\t"agreeCode":"0000000000090000000001000000085016",\n\t"partnerSeq":"20190470026",\n\t"orderCode":"2019021314281026"\n}'


def ysepay_request(config, what):
    account = config["account"]
    charset = account.get("charset", "UTF-8")
    page = what["api"].lower().endswith("createbyuser")
    ours = {"method": what["api"], "partner_id": account["partner_id"], "timestamp": what["timestamp"], "charset": charset,
            "sign_type": "RSA", "version": what.get("version", "3.0")}
    params = {k: v for k, v in ours.items() if k not in what.get("omit", [])} | what.get("top_level", {})
    params |= what.get("fields", {}) if page else {"biz_content": _text(what)}
    params = {k: v for k, v in params.items() if v.strip()}
    text = wire.to_sign(params)
    params["sign"] = crypto.rsa("ysepay_merchant", "sha1", text.encode(ysepay.CHARSET[charset]))
    body = wire.form(params, ysepay.CHARSET[charset])
    return text, _request("POST", config["base_url"] + "/gateway.do", {"Content-Type": FORM + charset}, body, what["msg_id"], page)


def ysepay_sign():
    file = new("ysepay", "Calls of other methods: biz_content, what stands beside it, versions, character sets, and the form of a page.")
    refund = {"out_trade_no": "20211221100621275561", "refund_amount": "1.00", "refund_reason": "正常退款", "out_request_no": "202112211033070000124495", "shopdate": "20211221"}
    sample = next(x for x in keys.SAMPLES["ysepay"]["request"] if x["id"] == "refund-gbk")
    cases = [
        ("refund-gbk", ysepay.config("GBK"), call("ysepay.online.trade.refund", refund)),
        ("refund-content", ysepay.config("GBK"), call("ysepay.online.trade.refund", content=sample["params"]["biz_content"])),
        ("refund-top-level", ysepay.config(), call("ysepay.online.trade.refund", refund, top_level={"tran_type": "2", "notify_url": "https://shop.example/n?a=1"})),
        ("sign", ysepay.config(), call("ysepay.trusteeship.sign", {"mobile": "13800000000", "amount_limit": 5, "flag": True})),
        ("agreement-query", ysepay.config(), call("ysepay.trusteeship.fastPay.queryProtocol", {"protocol_no": "K2021101436720150055"})),
        ("version-3.5", ysepay.config(), call("ysepay.online.qrcodepay", {"out_trade_no": "1"}, version="3.5")),
        ("omit-version", ysepay.config(), call("ysepay.online.trade.query", {"out_trade_no": "1"}, omit=["version"])),
        ("the-accounts-notify_url-is-not-added", ysepay.config(notify_url="https://shop.example/n"), call("ysepay.online.trade.query", {"out_trade_no": "1"})),
        ("blank-top-level-is-dropped", ysepay.config("GB2312"), call("ysepay.online.trade.query", {"out_trade_no": "中"}, top_level={"tran_type": " "})),
        ("no-fields", ysepay.config(), call("ysepay.x.y")),
        ("page", ysepay.config("GBK"), call("ysepay.online.directpay.createbyuser", {"out_trade_no": "1", "subject": "订单 1", "total_amount": "1.00", "bank_type": ""}, top_level={"return_url": "https://shop.example/r"})),
        ("page-utf8", ysepay.config(), call("ysepay.online.directpay.createbyuser", {"out_trade_no": "1", "subject": "书+<b>&='\"~*", "total_amount": "1.00", "notify_url": "https://shop.example/n?a=1&b=2"})),
        ("page-of-another-method", ysepay.config("GB2312"), call("ysepay.online.wap.directpay.createbyuser", {"out_trade_no": "1", "subject": "订单", "business_code": " "}, version="3.5", top_level={"tran_type": "1"})),
        ("page-omit", ysepay.config(), call("ysepay.online.mobile.controllerpay.CreateByUser", {"out_trade_no": "1"}, omit=["version"])),
        ("page-no-fields", ysepay.config("GBK"), call("ysepay.online.directpay.createbyuser")),
    ]
    for id, conf, what in cases:
        text, expect = ysepay_request(conf, what)
        file.add(f"ysepay-call-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    made = file.vectors[1]
    assert made["string_to_sign"] == sample["string_to_sign"]
    assert made["expect"]["body_base64"] == crypto.b64(sample["form_body_plus_for_space"].encode())
    made["source"] = "synthetic sample refund-gbk, byte for byte"
    return file


def wechat_request(config, what):
    account, (verb, path) = config["account"], what["api"].split(" ")
    alg = account.get("sign_type", "MD5")
    ours = {"appid": account["appid"], "mch_id": account["mch_id"], "sub_appid": account.get("sub_appid"), "sub_mch_id": account.get("sub_mch_id"),
            "nonce_str": what["nonce"], "sign_type": alg if alg != "MD5" else None}
    params = {k: v for k, v in (_kept(what, ours) | what.get("fields", {})).items() if v}
    sign, text = wechat.signature(params, alg), wechat.to_sign(params, keys.SECRETS["wechat_api_key"])
    url = config["base_url"] + path
    if verb == "GET":
        query = wire.form({**params, "sign": sign}, "utf-8").decode()
        return text, _request("GET", url + "?" + query, {}, b"", what["msg_id"], path.endswith("/entrustweb"))
    inner = "".join(f"<{k}>{wechat.escape(params[k])}</{k}>" for k in sorted(params))
    body = f"<xml>{inner}<sign>{sign}</sign></xml>"
    return text, _request("POST", url, {"Content-Type": "text/xml; charset=utf-8"}, body.encode(), what["msg_id"])


UNIFIED = {"body": "腾讯充值中心-QQ会员充值 <A&B>", "out_trade_no": "20150806125346", "total_fee": "88", "spbill_create_ip": "123.12.12.123",
           "notify_url": "http://www.weixin.qq.com/wxpay/pay.php?a=1&b=2", "trade_type": "JSAPI", "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
           "attach": "a=1&amp;b", "detail": '{"goods_detail":[{"goods_id":"1"}]}', "device_info": ""}


def document(what, parameters):
    """Parameters of a front end: nothing that could be sent."""
    return {"method": "SIGN", "url": "", "headers": {}, "body_base64": crypto.b64(wire.object_(parameters.items()).encode()), "msg_id": what["msg_id"]}


def _seconds(beijing):
    """Since 1970, as text."""
    return str(int(datetime.datetime.fromisoformat(beijing + "+08:00").timestamp()))


def wechat_front_end(config, what):
    account, fields = config["account"], what["fields"]
    alg, seconds = account.get("sign_type", "MD5"), _seconds(what["timestamp"])
    appid, mch_id = account.get("sub_appid", account["appid"]), account.get("sub_mch_id", account["mch_id"])
    if what["api"] == "SIGN APP":
        params, name = {"appid": fields.get("appid", appid), "partnerid": fields.get("partnerid", mch_id), "prepayid": fields["prepay_id"],
                        "package": "Sign=WXPay", "noncestr": what["nonce"], "timestamp": seconds}, "sign"
    else:
        params, name = {"appId": fields.get("appId", appid), "timeStamp": seconds, "nonceStr": what["nonce"],
                        "package": "prepay_id=" + fields["prepay_id"], "signType": alg}, "paySign"
    params = dict(sorted(params.items()))
    sign, text = wechat.signature(params, alg), wechat.to_sign(params, keys.SECRETS["wechat_api_key"])
    return text, document(what, dict(sorted({**params, name: sign}.items())))


def wechat_sign():
    file = new("wechat", "Calls of other paths, direct and institution mode, what is omitted, the address of a page, and what front ends pay with.")
    hmac = "HMAC-SHA256"
    transfer = {"mch_appid": "wx8888888888888888", "mchid": "1900000109", "partner_trade_no": "1", "openid": "o", "amount": "1"}
    cases = [
        ("unifiedorder", wechat.config(), call("POST /pay/unifiedorder", UNIFIED)),
        ("unifiedorder-hmac", wechat.config(hmac), call("POST /pay/unifiedorder", UNIFIED)),
        ("unifiedorder-institution", wechat.config(hmac, **wechat.INSTITUTION), call("POST /pay/unifiedorder", UNIFIED)),
        ("caller-names-the-sub-merchant", wechat.config(mode="institution"), call("POST /pay/unifiedorder", {**UNIFIED, "sub_mch_id": "1900000111"})),
        ("caller-repeats-the-account", wechat.config(), call("POST /pay/orderquery", {"appid": "wx8888888888888888", "out_trade_no": "1"})),
        ("caller-gives-nonce_str", wechat.config(), call("POST /pay/orderquery", {"nonce_str": "abc", "out_trade_no": "1"}, nonce="abc")),
        ("caller-gives-sign_type", wechat.config(), call("POST /pay/orderquery", {"sign_type": "MD5", "out_trade_no": "1"})),
        ("refundquery", wechat.config(), call("POST /pay/refundquery", {"out_refund_no": "R1"})),
        ("downloadbill", wechat.config(), call("POST /pay/downloadbill", {"bill_date": "20141110", "bill_type": "ALL", "tar_type": "GZIP"})),
        ("without-nonce", wechat.config(), call("POST /papay/deletecontract", {"contract_id": "1", "version": "1.0"}, omit=["nonce_str"])),
        ("other-names-for-the-merchant", wechat.config(), call("POST /pay/transfers", transfer, omit=["appid", "mch_id"])),
        ("omit-what-is-not-there", wechat.config(), call("POST /pay/orderquery", {"out_trade_no": "1"}, omit=["sub_appid", "sub_mch_id", "sign_type"])),
        ("profitsharing-hmac", wechat.config(hmac), call("POST /pay/profitsharingquery", {"transaction_id": "1", "out_order_no": "2"})),
        ("no-fields", wechat.config(), call("POST /pay/getsignkey", omit=["appid"])),
        ("page", wechat.config(), call("GET /papay/entrustweb", {"plan_id": "106", "contract_code": "122", "contract_display_account": "微信 代扣", "notify_url": "https://shop.example/n?a=1", "version": "1.0", "timestamp": "1414488825"}, omit=["nonce_str"])),
        ("page-hmac", wechat.config(hmac), call("GET /papay/entrustweb", {"plan_id": "106", "contract_display_account": "微信+代扣&<b>"}, omit=["nonce_str"])),
        ("page-of-a-sub-merchant", wechat.config(**wechat.INSTITUTION), call("GET /papay/partner/entrustweb", {"plan_id": "106", "request_serial": "1", "return_web": "1"}, omit=["nonce_str", "sub_appid"])),
        ("by-get", wechat.config(), call("GET /papay/h5entrustweb", {"plan_id": "106", "contract_code": "122", "clientip": "127.0.0.1", "timestamp": "1414488825"}, omit=["nonce_str"])),
    ]
    for id, conf, what in cases:
        text, expect = wechat_request(conf, what)
        file.add(f"wechat-call-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    prepaid, institution = {"prepay_id": "wx201411101639507cbf6ffd8b0779950874"}, wechat.INSTITUTION
    for id, conf, api, fields in [
        ("jsapi", wechat.config(), "JSAPI", {}),
        ("jsapi-hmac", wechat.config(hmac), "JSAPI", {}),
        ("jsapi-of-the-sub-merchant", wechat.config(**institution), "JSAPI", {}),
        ("jsapi-of-the-institution", wechat.config(**institution), "JSAPI", {"appId": "wx8888888888888888"}),
        ("jsapi-of-a-sub-merchant-named", wechat.config(mode="institution"), "JSAPI", {"appId": "wx7777777777777777"}),
        ("app", wechat.config(), "APP", {}),
        ("app-hmac", wechat.config(hmac), "APP", {}),
        ("app-of-the-sub-merchant", wechat.config(hmac, **institution), "APP", {}),
        ("app-of-the-institution", wechat.config(**institution), "APP", {"appid": "wx8888888888888888", "partnerid": "1900000109"}),
    ]:
        what = call(f"SIGN {api}", {**prepaid, **fields})
        text, expect = wechat_front_end(conf, what)
        file.add(f"wechat-front-end-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    return file


def edgeros_request(config, what):
    account, (verb, path) = config["account"], what["api"].split(" ")
    fields = {k: v for k, v in what.get("fields", {}).items() if k not in ("mch_no", "sign_type")}
    ours = _kept(what, {"aco_pay_sdk": account.get("aco_pay_sdk"), "version": "1.0"})
    signed = {k: v for k, v in fields.items() if k not in ("aco_pay_sdk", "version")}
    text = edgeros.canonical({**signed, "mch_no": account["mch_no"], "nonce": what["nonce"], "sign_type": "SHA256withRSA"})
    headers = {"x-acopay-mch-no": account["mch_no"], "x-acopay-nonce": what["nonce"], "x-acopay-sign-type": "SHA256withRSA",
               "x-acopay-sign": crypto.rsa("edgeros_merchant", "sha256", text.encode()), "Accept": "application/json"}
    sent, url = {**fields, **ours}, config["base_url"] + path
    if verb == "GET":
        query = urllib.parse.urlencode(sent, quote_via=urllib.parse.quote, safe="")
        return text, _request("GET", url + "?" + query if query else url, headers, b"", what["msg_id"])
    return text, _request("POST", url, {**headers, "Content-Type": "application/json"}, wire.object_(sent.items()).encode(), what["msg_id"])


def edgeros_order(config, what):
    ours = {"mch_no": config["account"]["mch_no"], "nonce": what["nonce"], "sign_type": "SHA256withRSA"}
    given = what["fields"]
    params = {k: v for k, v in ours.items() if k not in given} | given
    text = edgeros.canonical(params)
    sign = crypto.rsa("edgeros_merchant", "sha256", text.encode())
    return text, document(what, {**{k: v for k, v in ours.items() if k not in given}, "sign": sign, **given})


def edgeros_sign():
    file = new("edgeros", "Calls by POST and by GET: headers, body or query, string to sign; and what front ends pay with.")
    base = "/pay/v1/transactions/"
    refund = {"transaction_no": edgeros.AP, "mch_refund_no": "R20211215115025226782984", "refund_amount": "0.01", "refund_reason": "退货\u2028<&>'="}
    sdk = edgeros.config(aco_pay_sdk="2.0.0")
    cases = [
        ("refund", sdk, call(f"POST {base}refund", refund)),
        ("refund-no-sdk-version", edgeros.config(), call(f"POST {base}refund", {**refund, "refund_reason": ""})),
        ("refund-query", sdk, call(f"GET {base}refund", {"mch_refund_no": "R20211215115025226782984"})),
        ("trade", edgeros.config(), call(f"GET {base}trade", {"mch_trade_no": "a b+c/撤&=~*"})),
        ("bill", edgeros.config(), call(f"GET {base}bill", {"bill_date": "2021-12-15"})),
        ("caller-gives-version", sdk, call(f"POST {base}refund", {**refund, "version": "1.1"})),
        ("caller-repeats-the-account", sdk, call(f"POST {base}refund", {**refund, "mch_no": "MCH1000000", "sign_type": "SHA256withRSA", "aco_pay_sdk": "2.0.0"})),
        ("omit", sdk, call(f"GET {base}bill", {"bill_date": "2021-12-15"}, omit=["aco_pay_sdk", "version"])),
        ("no-fields", edgeros.config(), call(f"GET {base}bill", omit=["version"])),
    ]
    for id, conf, what in cases:
        text, expect = edgeros_request(conf, what)
        file.add(f"edgeros-call-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    order = {"mch_trade_no": edgeros.MP, "app_no": "APP1000000", "amount_total": "0.10", "amount_currency": "CNY", "description": "test pay ",
             "extra": "商户业务附加数据", "notify_url": "https://shop.example/n", "time_expire": "2021-12-15T15:10:02+08:00"}
    for id, fields in [
        ("order", order),
        ("order-amount-is-a-number", {**order, "amount_total": 0.1}),
        ("order-of-whole-yuan", {**order, "amount_total": 12}),
        ("order-escaped", {**order, "description": "\u2028<&>'=\"/\\\x7f\t", "extra": ""}),
        ("order-repeats-the-account", {**order, "mch_no": "MCH1000000", "sign_type": "SHA256withRSA"}),
        ("order-of-little", {"mch_trade_no": edgeros.MP, "amount_total": "1"}),
    ]:
        what = call("SIGN order", fields)
        text, expect = edgeros_order(sdk, what)
        file.add(f"edgeros-front-end-{id}", config=sdk, call=what, string_to_sign=text, expect=expect)
    return file


def chinaums_request(config, what):
    account, (verb, path) = config["account"], what["api"].split(" ")
    msg_id = _given(what).get("msgId", what["msg_id"])
    ours = _kept(what, {"requestTimestamp": what["timestamp"], "mid": account.get("mid"), "tid": account.get("tid"), "msgId": msg_id})
    content = _text(what, ours.items()).encode()
    stamp = "".join(c for c in what["timestamp"] if c.isdigit())
    text, signature = chinaums.body_sig(account["app_id"], stamp, what["nonce"], content)
    url = config["base_url"] + path
    if verb == "GET":
        parts = [("authorization", "OPEN-FORM-PARAM"), ("appId", account["app_id"]), ("timestamp", stamp), ("nonce", what["nonce"]), ("content", content.decode()), ("signature", signature)]
        return text, _request("GET", url + "?" + "&".join(f"{k}={wire.quote(v.encode())}" for k, v in parts), {}, b"", msg_id, True)
    auth = f'OPEN-BODY-SIG AppId="{account["app_id"]}",Timestamp="{stamp}",Nonce="{what["nonce"]}",Signature="{signature}"'
    return text, _request("POST", url, {"Authorization": auth, "Content-Type": "application/json; charset=utf-8"}, content, msg_id)


def chinaums_sign():
    file = new("chinaums", "Calls under OPEN-BODY-SIG, and the address of a page under OPEN-FORM-PARAM.")
    bills, mer = "POST /v1/netpay/bills/", "327M22061819820261705544110"
    qrcode = {"instMid": "QRPAYDEFAULT", "billNo": mer, "billDate": "2022-06-18", "totalAmount": 1, "billDesc": "测试+/=&%", "secureTransaction": False}
    page = {"instMid": "H5DEFAULT", "merOrderId": mer, "totalAmount": 1, "returnUrl": "https://shop.example/r?a=1 2"}
    cases = [
        ("get-qrcode", chinaums.config(), call(bills + "get-qrcode", qrcode)),
        ("refund", chinaums.config(), call(bills + "refund", {"instMid": "QRPAYDEFAULT", "billNo": mer, "billDate": "2022-06-18", "refundOrderId": mer + "1", "refundAmount": 1})),
        ("content-is-sent-as-it-is", chinaums.config(), call(bills + "query", content='{ "msgId":"m-1", "mid":"898201612345678","amount":1.00}', msg_id="m-1")),
        ("caller-gives-ids", chinaums.config(mid=None, tid=None), call("POST /v1/netpay/query", {"mid": "898201600000009", "tid": "88880009", "msgId": "mine-1", "requestTimestamp": "2022-06-18 00:00:00"}, msg_id="mine-1")),
        ("account-without-merchant", chinaums.config(mid=None, tid=None), call("POST /v1/netpay/query", {"merOrderId": mer})),
        ("omit", chinaums.config(), call("POST /v1/netpay/close", {"merOrderId": mer}, omit=["tid", "msgId"])),
        ("no-fields", chinaums.config(), call("POST /v1/poslink/transaction/query")),
        ("page", chinaums.config(), call("GET /v1/netpay/trade/h5-pay", page)),
        ("page-of-wechat", chinaums.config(), call("GET /v1/netpay/webpay/pay", {**page, "instMid": "YUEDANDEFAULT"})),
        ("page-content", chinaums.config(), call("GET /v1/netpay/uac/order", content='{"msgId":"m-1", "a":"中 +"}', msg_id="m-1")),
        ("page-of-wxpay", chinaums.config(), call("GET /v1/netpay/wxpay/h5-pay", {**page, "sceneType": "IOS_WAP", "orderDesc": "书+<b>&='\"~*\u2028"})),
        ("page-of-a-mini-program", chinaums.config(mid=None, tid=None), call("GET /v1/netpay/wxpay/h5-to-minipay", {**page, "mid": "898201600000009", "tid": "88880009", "subOrders": [{"mid": "1", "totalAmount": 1}]}, msg_id="m-1")),
        ("page-omit", chinaums.config(), call("GET /v1/netpay/uac/order", page, omit=["msgId", "requestTimestamp"])),
        ("page-of-an-account-with-tokens", chinaums.config(authentication="access_token"), call("GET /v1/netpay/trade/h5-pay", page)),
    ]
    for id, conf, what in cases:
        text, expect = chinaums_request(conf, what)
        file.add(f"chinaums-call-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    return file


def files():
    return [make() for make in (icbc_sign, ysepay_sign, wechat_sign, edgeros_sign, chinaums_sign)]
