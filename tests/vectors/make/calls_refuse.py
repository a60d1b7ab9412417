"""Any other API: what is refused before a byte is sent."""

import chinaums
import edgeros
import icbc
import wechat
import ysepay
from calls import UNIFIED, call
from vectors import File

PATHS = ("", "pay", "/pay", "POST", "POST ", "POST/pay", "post /pay", "PUT /pay", "DELETE /pay", "POST  /pay", "POST /pay ", "POST pay", "POST //pay", "POST /pay//x", "POST /pay/",
         "POST /pay/../x", "POST /./pay", "POST /pay?a=1", "POST /pay#a", "POST /pay%2Fx", "POST /p\\ay", "POST /支付", "POST https://h.example/pay", "GET /pay\n",
         "SIGN", "SIGN ", "SIGN /pay", "SIGN nothing", "sign JSAPI", "SIGN jsapi", "SIGN JSAPI ", "SIGN  order", "SIGN Order")


def new(gateway):
    return File(gateway, "refuse", "call-refuse", "Calls that are an error before anything is sent; expect names the kind and the field.",
                "read off the request rules and the decisions about calls")


def of_every(file, config, good, names):
    """What no gateway takes; `names` is one field that this library adds, or None."""
    def add(id, what, field, kind="call"):
        file.add(f"{file.gateway}-call-refuse-{id}", config=config, call=what, expect={"kind": kind} | ({"field": field} if field else {}))

    def with_(**more):
        return {**good, **more}
    add("api-missing", {k: v for k, v in good.items() if k != "api"}, "api")
    add("api-number", with_(api=1), "api")
    add("unknown-key", with_(path="/x"), "path")
    add("order", with_(order={}), "order")
    add("fields-list", with_(fields=[]), "fields")
    add("fields-text", with_(fields="a=1"), "fields")
    add("field-null", with_(fields={"a": None}), "fields.a")
    for id, name in (("blank", "a b"), ("ampersand", "a&b"), ("equals", "a=b"), ("bracket", "a<b"), ("chinese", "名"), ("empty", ""), ("digit", "1a")):
        add(f"field-name-{id}", with_(fields={name: "1"}), None)
    add("omit-text", with_(omit="sign"), "omit")
    add("omit-number", with_(omit=[1]), "omit")
    for name in ("sign", "nothing_here", "body"):
        add(f"omit-{name}", with_(omit=[name]), "omit")
    add("timestamp", with_(timestamp="2021-12-21T10:33:07"), "timestamp")
    add("msg_id-line", with_(msg_id="a\nb"), "msg_id")
    for key in ("file", "files", "media", "multipart", "attachment", "upload"):
        add(f"upload-{key}", with_(**{key: {"name": "a.jpg"}}), key, "unsupported")
    if names:
        add("given-and-omitted", with_(fields={**good["fields"], names: "1"}, omit=[names]), "omit")
    return add, with_


def paths(add, with_):
    for at, api in enumerate(PATHS):
        add(f"api-{at}", with_(api=api), "api")


def icbc_refusals():
    file = new("icbc")
    good = call("POST /api/mybank/pay/cpay/cppayapply/V1", {"agreeCode": "1"})
    add, with_ = of_every(file, icbc.config(), good, None)
    paths(add, with_)
    for name in ("app_id", "msg_id", "format", "charset", "encrypt_type", "sign_type", "timestamp", "ca", "biz_content", "sign"):
        add(f"top-level-{name}", with_(top_level={name: "x"}), f"top_level.{name}")
    add("top-level-number", with_(top_level={"a": 1}), "top_level.a")
    add("another-family", with_(api="POST /pay/x"), "api")
    add("page-by-get", with_(api="GET /ui/b2c/pay/V1"), "api")
    add("version", with_(version="3.0"), "version")
    add("encrypt-without-key", with_(encrypt=True), "account.encrypt_key", "config")
    add("encrypt-text", with_(encrypt="AES"), "encrypt")
    for id, word in (("", "SM4"), ("-lower", "sm4"), ("-mode", "SM4/CBC")):
        add(f"encrypt-sm4{id}", with_(encrypt=word), "encrypt", "unsupported")
    add("top-level-sm4", with_(top_level={"encrypt_type": "SM4"}), "top_level.encrypt_type", "unsupported")
    content = {k: v for k, v in good.items() if k != "fields"}
    for id, text in (("not-json", "{"), ("list", "[]"), ("text", '"a"'), ("duplicate", '{"a":1,"a":2}'), ("trailing", "{} x"), ("empty", "")):
        add(f"content-{id}", {**content, "content": text}, "content")
    add("content-object", {**content, "content": {"a": "1"}}, "content")
    add("content-beside-fields", with_(content="{}"), "content")
    file.add("icbc-call-refuse-not-in-gbk", config=icbc.config(charset="GBK"), call=with_(fields={"a": "\U0001f600"}), expect={"kind": "call", "field": "fields"})
    file.add("icbc-call-refuse-content-not-in-gbk", config=icbc.config(charset="GBK"), call={**content, "content": '{"a":"\U0001f600"}'}, expect={"kind": "call", "field": "content"})
    return file


def ysepay_refusals():
    file = new("ysepay")
    good = call("ysepay.online.trade.refund", {"out_trade_no": "1"})
    add, with_ = of_every(file, ysepay.config(), good, None)
    for at, api in enumerate(("", "refund", "POST /gateway.do", "ysepay.online.trade.refund ", "ysepay.online/trade", "ysepay.在线", "ysepay.a&b")):
        add(f"api-{at}", with_(api=api), "api")
    for id, api in (("name", "upload"), ("upper", "UPLOAD"), ("service", "yspay-upload-service"), ("url", "https://uploadApi.ysepay.com:2443/yspay-upload-service?method=upload")):
        add(f"upload-{id}", with_(api=api), "api", "unsupported")
    for name in ("method", "partner_id", "timestamp", "charset", "sign_type", "version", "biz_content", "sign"):
        add(f"top-level-{name}", with_(top_level={name: "x"}), f"top_level.{name}")
    add("encrypt", with_(encrypt=True), "encrypt")
    for at, version in enumerate(("", " ", "3.0\n", "1" * 11)):
        add(f"version-{at}", with_(version=version), "version")
    page = with_(api="ysepay.online.directpay.createbyuser")
    add("version-given-and-omitted", with_(version="3.0", omit=["version"]), "omit")
    add("front-end", with_(api="SIGN order"), "api")
    add("page-content", {**{k: v for k, v in page.items() if k != "fields"}, "content": "{}"}, "content")
    add("page-sign", {**page, "fields": {"sign": "x"}}, "fields.sign")
    add("page-partner_id", {**page, "fields": {"partner_id": "x"}}, "fields.partner_id")
    add("page-twice", {**page, "fields": {"notify_url": "x"}, "top_level": {"notify_url": "x"}}, "top_level.notify_url")
    return file


def wechat_refusals():
    file = new("wechat")
    good = call("POST /pay/unifiedorder", UNIFIED)
    add, with_ = of_every(file, wechat.config(), good, "nonce_str")
    paths(add, with_)
    add("sign", with_(fields={"sign": "x"}), "fields.sign")
    add("another-appid", with_(fields={"appid": "wx1"}), "fields.appid")
    add("another-mch_id", with_(fields={"mch_id": ""}), "fields.mch_id")
    add("another-sign_type", with_(fields={"sign_type": "HMAC-SHA256"}), "fields.sign_type")
    add("sub-merchant-in-direct-mode", with_(fields={"sub_mch_id": "1900000111"}), "fields.sub_mch_id")
    for member, value in (("content", "{}"), ("top_level", {"a": "1"}), ("encrypt", True), ("version", "3.0")):
        add(member, {**good, member: value}, member)
    for id, value in (("number", 88), ("boolean", True), ("object", {}), ("list", [])):
        add(f"field-{id}", with_(fields={"total_fee": value}), "fields.total_fee")
    for id, value in (("blank-before", " x"), ("blank-after", "x\t"), ("only-blanks", "  "), ("emoji", "\U0001f600"), ("control", "a\x01"), ("return", "a\rb"), ("noncharacter", "a\ufffe")):
        add(f"field-{id}", with_(fields={"body": value}), "fields.body")
    for id, nonce in (("long", "n" * 33), ("sign", "a&b"), ("empty", "")):
        add(f"nonce-{id}", with_(nonce=nonce), "nonce")
    add("nonce-said-twice", with_(fields={"nonce_str": "abc"}), "fields.nonce_str")
    for path in ("/papay/entrustweb", "/papay/partner/entrustweb"):
        add("posted" + path.replace("/", "-"), with_(api=f"POST {path}"), "api")
    prepaid = {"prepay_id": "wx201411101639507cbf6ffd8b0779950874"}
    for api, ids in (("JSAPI", ("appId",)), ("APP", ("appid", "partnerid"))):
        front_end, name = with_(api=f"SIGN {api}", fields=prepaid), f"front-end-{api}"
        add(f"{name}-no-prepay_id", {**front_end, "fields": {}}, "fields.prepay_id")
        for id, value in (("empty", ""), ("long", "w" * 65), ("package", "prepay_id=wx1"), ("ampersand", "wx1&appId=x"), ("blank", "wx1 "), ("number", 1)):
            add(f"{name}-prepay_id-{id}", {**front_end, "fields": {"prepay_id": value}}, "fields.prepay_id")
        for own in ("package", "nonceStr", "noncestr", "timeStamp", "timestamp", "signType", "sign_type", "paySign", "sign", "mch_id", "total_fee", "appid" if api == "JSAPI" else "appId"):
            add(f"{name}-{own}", {**front_end, "fields": {**prepaid, own: "x"}}, f"fields.{own}")
        for own in ids:
            add(f"{name}-another-{own}", {**front_end, "fields": {**prepaid, own: "wx1"}}, f"fields.{own}")
        add(f"{name}-omit", {**front_end, "omit": ["nonce_str"]}, "omit")
        add(f"{name}-nonce", {**front_end, "nonce": "a&b"}, "nonce")
    for path in ("/secapi/mch/uploadmedia", "/v3/merchant/media/upload", "/mch/UploadImage", "/v3/pay/transactions/native", "/v3/refund/domestic/refunds", "/bizpayurl", "/wxpay/bizpayurl", "weixin://wxpay/bizpayurl?pr=1", "https://api.mch.weixin.qq.com/v3/certificates"):
        for verb in ("POST", "GET"):
            add(f"unsupported-{verb}" + path.replace("/", "-").replace(":", ""), with_(api=f"{verb} {path}"), "api", "unsupported")
    for path in ("/pay/downloadfundflow", "/billcommentsp/batchquerycomment", "/secapi/pay/profitsharing", "/secapi/pay/multiprofitsharing", "/pay/profitsharingquery", "/pay/profitsharingaddreceiver"):
        add("md5-" + path.strip("/").replace("/", "-"), with_(api=f"POST {path}"), "account.sign_type", "config")
    institution = wechat.config(**wechat.INSTITUTION)
    file.add("wechat-call-refuse-another-sub-merchant", config=institution, call=with_(fields={"sub_mch_id": "1900000111"}), expect={"kind": "call", "field": "fields.sub_mch_id"})
    return file


def edgeros_refusals():
    file = new("edgeros")
    good = call("POST /pay/v1/transactions/refund", {"mch_trade_no": edgeros.MP})
    add, with_ = of_every(file, edgeros.config(aco_pay_sdk="2.0.0"), good, "version")
    paths(add, with_)
    for path in ("/pay/v1/other/refund", "/pay/v1/transactions", "/pay/v2/transactions/refund", "/pay/v1/transactions/a/b"):
        add("path-" + path.strip("/").replace("/", "-"), with_(api=f"POST {path}"), "api")
    order = {"mch_trade_no": edgeros.MP, "amount_total": "0.01"}
    front_end = with_(api="SIGN order", fields=order)
    for missing in order:
        add(f"front-end-no-{missing}", {**front_end, "fields": {k: v for k, v in order.items() if k != missing}}, f"fields.{missing}")
        add(f"front-end-empty-{missing}", {**front_end, "fields": {**order, missing: " "}}, f"fields.{missing}")
    for name in ("mch_no", "sign_type", "nonce", "sign"):
        add(f"front-end-another-{name}", {**front_end, "fields": {**order, name: "x"}}, f"fields.{name}")
    for id, value in (("list", []), ("boolean", True), ("negative", -1), ("large", 1e15)):
        add(f"front-end-amount-{id}", {**front_end, "fields": {**order, "amount_total": value}}, "fields.amount_total")
    add("front-end-number", {**front_end, "fields": {**order, "mch_trade_no": 1}}, "fields.mch_trade_no")
    add("front-end-omit", {**front_end, "omit": ["version"]}, "omit")
    add("front-end-nonce", {**front_end, "nonce": "n"}, "nonce")
    add("create", with_(api="POST /pay/v1/transactions/create"), "api", "unsupported")
    for member, value in (("content", "{}"), ("top_level", {"a": "1"}), ("encrypt", True), ("version", "3.0")):
        add(member, {**good, member: value}, member)
    for id, value in (("number", 1), ("object", {}), ("boolean", False)):
        add(f"field-{id}", with_(fields={"refund_amount": value}), "fields.refund_amount")
    for name in ("mch_no", "sign_type", "nonce", "sign", "aco_pay_sdk"):
        add(f"another-{name}", with_(fields={name: "x"}), f"fields.{name}")
    for id, nonce in (("short", "n" * 31), ("long", "n" * 33), ("sign", "-" * 32)):
        add(f"nonce-{id}", with_(nonce=nonce), "nonce")
    return file


def chinaums_refusals():
    file = new("chinaums")
    good = call("POST /v1/netpay/bills/query", {"billNo": "1"})
    add, with_ = of_every(file, chinaums.config(), good, "msgId")
    paths(add, with_)
    for path in ("/netpay/bills/query", "/v2/netpay/query", "/v1/netpay"):
        add("path-" + path.strip("/").replace("/", "-"), with_(api=f"POST {path}"), "api")
    add("msg_id-said-twice", with_(fields={"msgId": "m"}), "fields.msgId")
    for path in ("/v1/netpay/webpay/pay", "/v1/netpay/trade/h5-pay", "/v1/netpay/wxpay/h5-pay", "/v1/netpay/wxpay/h5-to-minipay", "/v1/netpay/uac/order"):
        add("page-" + path.strip("/").replace("/", "-"), with_(api=f"POST {path}"), "api")
    for at, path in enumerate(("/v1/netpay-route-server/api", "/netpay-route-server/api/x", "/netpay-route-server/api/", "/netpay-route-server/api/bills/qrCode.do?msgId=1", "https://qr.chinaums.com/netpay-route-server/api/",
                               "/self-contract-nmrs/interface/autoreg", "/self-contract-nmrs/interface/autoReg", "/v1/self-sign/apply")):
        for verb in ("POST", "GET"):
            add(f"protocol-{verb}-{at}", with_(api=f"{verb} {path}"), "api", "unsupported")
    for member, value in (("top_level", {"a": "1"}), ("encrypt", True), ("version", "3.0")):
        add(member, {**good, member: value}, member)
    for name in ("mid", "tid"):
        add(f"another-{name}", with_(fields={name: "x"}), f"fields.{name}")
    content = {k: v for k, v in good.items() if k != "fields"}
    add("content-of-another-merchant", {**content, "content": '{"mid":"x"}'}, "content.mid")
    add("content-list", {**content, "content": "[]"}, "content")
    add("msgId-long", with_(fields={"msgId": "m" * 65}, msg_id="m" * 65), "msg_id")
    add("nonce-sign", with_(nonce='a"b'), "nonce")
    return file


def files():
    return [make() for make in (icbc_refusals, ysepay_refusals, wechat_refusals, edgeros_refusals, chinaums_refusals)]
