"""Any other API: what comes back to a call, and what a correct client makes of it."""

import gzip

import chinaums
import crypto
import edgeros
import edgeros_verify
import icbc
import icbc_verify
import reply as r
import wechat
import wechat_verify
import wire
import ysepay
import ysepay_verify
from calls import ID, PRINTED, UNIFIED, call
from reply import reply
from vectors import File, key
from wire import Raw

BAD = {"code": 9, "verified": None, "evidence": "none"}


def authentic(fields, evidence="signed_unbound", **words):
    return {"code": 0, "verified": fields, "evidence": evidence, "reason": None, **({"gateway": words} if words else {})}


def bad(reason, **words):
    return {**BAD, "reason": reason, **({"gateway": words} if words else {})}


def transport(good, kind=None):
    """HTTP tells against a good body."""
    kind = kind or r.JSON
    for status in (201, 400, 403, 404, 500, 502):
        yield f"http-{status}", reply(good, status, kind), bad(f"http_{status}")
    for status in (302, 307):
        yield f"redirect-{status}", reply(good, status, {**kind, "Location": "https://elsewhere.example/"}), bad("redirect")
    yield "empty", reply(b"", 200, kind), bad("parse")
    yield "html", reply(b"<html>502</html>", 200, {"Content-Type": "text/html"}), BAD
    yield "cut", reply(good[:-1], 200, kind), bad("parse")
    yield "second-root", reply(good + good, 200, kind), bad("parse")
    yield "compressed", reply(gzip.compress(good, mtime=0), 200, {**kind, "Content-Encoding": "gzip"}), bad("encoding")


def icbc_cases():
    what = call("POST /api/mybank/pay/cpay/cppayapply/V1", {"agreeCode": "1"})
    seal = icbc_verify.envelope
    text = '{"return_code":0,"return_msg":"","orderAmount":1000.00,"big":12345678901234567890,"payPlanList":[{"planSerialNo":"1", "amount":1.0}],"redirectUrl":"https:\\/\\/x\\/\\u8d27","none":null,"ok":true,"partnerSeq":"1"}'
    good = seal(text)
    fields = {"return_code": "0", "return_msg": "", "orderAmount": "1000.00", "big": "12345678901234567890", "payPlanList": '[{"planSerialNo":"1", "amount":1.0}]',
              "redirectUrl": "https://x/货", "ok": "true", "partnerSeq": "1"}
    yield "created", what, reply(good), authentic(fields, code="0", message="")
    yield "sign-first", what, reply(seal(text, sign="first")), authentic(fields)
    for id, said in (("refused", ("5205", "订单关闭失败", "1", "true")), ("in-doubt", ("80005207", "调用企网指令查询服务异常", "3", "false"))):
        printed = '{\n\t"agreeCode":"0000000000090000000001000000085016",\n\t"partnerSeq":"20190470026",\n\t"return_code":%s,\n\t"return_msg":"%s",\n\t"status":"%s",\n\t"success":%s}' % said
        shown = {"agreeCode": "0000000000090000000001000000085016", "partnerSeq": "20190470026", **dict(zip(("return_code", "return_msg", "status", "success"), said))}
        close = call(f"POST {icbc.PATHS['close']}", content=PRINTED, msg_id=icbc.MSG_ID)
        yield f"page-sample-{id}", close, reply(seal(printed)), authentic(shown, code=said[0], message=said[1])
    gateway = f'{{"return_code":400011,"return_msg":"app id is not registered","msg_id":"{ID}"}}'
    yield "gateway-level", what, reply(seal(gateway)), authentic({"return_code": "400011", "return_msg": "app id is not registered", "msg_id": ID}, code="400011")
    yield "msg_id-of-another-call", what, reply(seal(gateway.replace(ID, "0" * 32))), bad("mismatch")
    yield "msg_id-of-another-call-where-ours-is-left-out", {**what, "omit": ["msg_id"]}, reply(seal(gateway.replace(ID, "0" * 32))), authentic({"return_code": "400011", "return_msg": "app id is not registered", "msg_id": "0" * 32})
    yield "a-list", what, reply(seal('[{"a":1.0}, 2]')), authentic({"response_biz_content": '[{"a":1.0}, 2]'})
    yield "a-text", what, reply(seal('"a\\u0062c"')), authentic({"response_biz_content": "abc"})
    gbk = icbc.config("RSA2", "GBK")
    yield "gbk", (gbk, what), reply(seal('{"return_msg":"成功"}', charset="gbk")), authentic({"return_msg": "成功"})
    yield "sha-256", what, reply(seal(text, digest="sha256")), bad("signature")
    yield "wrong-key", what, reply(seal(text, key="ysepay_platform")), bad("signature")
    yield "other-text-signed", what, reply(seal(text, signed=text.replace("1000.00", "1000.0"))), bad("signature")
    yield "no-sign", what, reply(b'{"response_biz_content":' + text.encode() + b"}"), bad("signature")
    yield "two-values", what, reply(good[:-1] + b',"response_biz_content":{}}'), bad("parse")
    yield "no-value", what, reply(b'{"sign":"x"}'), bad("parse")
    aes = icbc.config(encrypt_key=key("icbc_aes128"))
    cipher = wire.string(crypto.aes("icbc_aes128", b'{"return_code":"0","x":1.50}'))
    yield "encrypted", (aes, {**what, "encrypt": True}), reply(seal(cipher)), authentic({"return_code": "0", "x": "1.50"}, code="0")
    yield "encrypted-answered-in-plain", (aes, {**what, "encrypt": True}), reply(seal('{"return_code":1}')), authentic({"return_code": "1"}, code="1")
    yield "encrypted-no-cipher", (aes, {**what, "encrypt": True}), reply(seal('"AAAA"')), bad("parse")
    yield "encrypted-wrong-key", (aes, {**what, "encrypt": True}), reply(seal(cipher, key="ysepay_platform")), bad("signature")
    yield "a-cipher-nobody-asked-for", (aes, what), reply(seal(cipher)), authentic({"response_biz_content": cipher.strip('"')})
    for id, answer, expect in transport(good):
        yield id, what, answer, expect


def ysepay_cases():
    method = "ysepay.online.trade.refund"
    name, seal = "ysepay_online_trade_refund_response", ysepay_verify.envelope
    what = call(method, {"out_trade_no": "1", "out_request_no": "2"})
    text = '{"code":"10000","msg":"Success","refund_amount":1.0,"trade_no":"301","list":[{"a":1.0}],"web_url":"https:\\/\\/x.example\\/a","nothing":null}'
    fields = {"code": "10000", "msg": "Success", "refund_amount": "1.0", "trade_no": "301", "list": '[{"a":1.0}]', "web_url": "https://x.example/a"}
    good = seal(text, name=name)
    yield "refunded", what, reply(good), authentic(fields, code="10000", message="Success")
    yield "sign-last", what, reply(seal(text, name=name, order="sign last")), authentic(fields)
    yield "slashes-signed-plain", what, reply(seal(text, name=name, signed=text.replace("\\/", "/"))), authentic(fields)
    yield "business-failure", what, reply(seal('{"code":"40004","msg":"x","sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"交易不存在"}', name=name)), authentic(
        {"code": "40004", "msg": "x", "sub_code": "ACQ.TRADE_NOT_EXIST", "sub_msg": "交易不存在"}, code="40004", sub_code="ACQ.TRADE_NOT_EXIST", message="交易不存在")
    yield "gbk", (ysepay.config("GBK"), what), reply(seal('{"msg":"成功"}', name=name, charset="gbk")), authentic({"msg": "成功"})
    yield "case-is-kept", call("ysepay.trusteeship.fastPay.queryProtocol", {"protocol_no": "1"}), reply(seal('{"code":"10000"}', name="ysepay_trusteeship_fastPay_queryProtocol_response")), authentic({"code": "10000"})
    yield "another-case", call("ysepay.trusteeship.fastPay.queryProtocol", {"protocol_no": "1"}), reply(seal('{"code":"10000"}', name="ysepay_trusteeship_fastpay_queryprotocol_response")), bad("mismatch")
    single = call("ysepay.df.single.query", {"out_trade_no": "1"})
    yield "misspelt-as-known", single, reply(seal('{"code":"10000"}', name="ysepay_df_single_query_respose")), authentic({"code": "10000"})
    yield "misspelt-method-spelt-right", single, reply(seal('{"code":"10000"}', name="ysepay_df_single_query_response")), authentic({"code": "10000"})
    yield "misspelt-elsewhere", what, reply(seal(text, name="ysepay_online_trade_refund_respose")), bad("parse")
    yield "of-another-method", what, reply(seal(text, name="ysepay_online_trade_query_response")), bad("mismatch")
    failure = '{"code":"40001","msg":"x","sub_code":"y","sub_msg":"z"}'
    yield "unknow_response-signed", what, reply(seal(failure, name="unknow_response")), bad("unlisted", code="40001", sub_code="y", message="z")
    yield "unknow_response-unsigned", what, reply(f'{{"unknow_response":{failure}}}'), bad("signature", code="40001")
    yield "both", what, reply(good[:-1] + b',"unknow_response":{}}'), bad("contradiction")
    yield "wrong-key", what, reply(seal(text, name=name, key="ysepay_merchant")), bad("signature")
    yield "sha-256", what, reply(seal(text, name=name, digest="sha256")), bad("signature")
    yield "other-text-signed", what, reply(seal(text, name=name, signed=text.replace("1.0", "1"))), bad("signature")
    yield "no-sign", what, reply(f'{{"{name}":{text}}}'), bad("signature")
    yield "a-list", what, reply(seal("[1]", name=name)), bad("parse")
    yield "duplicate-member", what, reply(seal('{"code":"10000","code":"1"}', name=name)), bad("parse")
    for id, answer, expect in transport(good):
        yield id, what, answer, expect


def wechat_cases():
    xml, base, kind = wechat_verify.xml, wechat_verify.BASE, wechat_verify.KIND
    answer = lambda body: reply(body, 200, kind)
    words = {"code": "SUCCESS", "status": "SUCCESS", "message": "OK"}
    what = call("POST /pay/unifiedorder", UNIFIED)
    made = {**base, "result_code": "SUCCESS", "prepay_id": "wx201411101639507cbf6ffd8b0779950874", "trade_type": "JSAPI", "new_field": "新 字段 "}
    good = xml(made).encode()
    yield "unifiedorder", what, answer(good), authentic(made, **words)
    yield "empty-elements-are-not-signed", what, answer(xml({**made, "empty": ""})), authentic(made)
    yield "failed", what, answer(xml({**base, "result_code": "FAIL", "err_code": "ORDERPAID", "err_code_des": "已支付"})), authentic(
        {**base, "result_code": "FAIL", "err_code": "ORDERPAID", "err_code_des": "已支付"}, code="SUCCESS", sub_code="ORDERPAID", status="FAIL", message="已支付")
    hmac = wechat.config("HMAC-SHA256")
    yield "hmac", (hmac, what), answer(xml(made, alg="HMAC-SHA256")), authentic(made)
    yield "md5-for-hmac", (hmac, what), answer(xml(made)), bad("signature")
    yield "hmac-for-md5", what, answer(xml(made, alg="HMAC-SHA256")), bad("signature")
    query = call("POST /pay/refundquery", {"out_refund_no": "R1", "out_trade_no": "A1"})
    found = {**base, "result_code": "SUCCESS", "out_trade_no": "A1", "refund_count": "1", "out_refund_no_0": "R1", "refund_fee_0": "100"}
    yield "refundquery-names-the-order", query, answer(xml(found)), authentic(found, "signed_bound")
    yield "refundquery-of-another-order", query, answer(xml({**found, "out_trade_no": "A2"})), bad("mismatch")
    yield "refundquery-without-number", query, answer(xml({k: v for k, v in found.items() if k != "out_trade_no"})), authentic({k: v for k, v in found.items() if k != "out_trade_no"})
    by_number = call("POST /pay/refundquery", {"out_refund_no": "R1"})
    second = {**found, "refund_count": "2", "out_refund_no_0": "R0", "out_refund_no_1": "R1"}
    yield "refundquery-by-the-refund-alone", by_number, answer(xml(found)), authentic(found, "signed_bound")
    yield "refundquery-lists-it-second", by_number, answer(xml(second)), authentic(second, "signed_bound")
    yield "refundquery-of-another-refund", by_number, answer(xml({**found, "out_refund_no_0": "R2"})), bad("mismatch")
    for name in ("appid", "mch_id"):
        yield f"another-{name}", what, answer(xml({**made, name: "1900000001"})), bad("mismatch")
        yield f"no-{name}", what, answer(xml({k: v for k, v in made.items() if k != name})), authentic({k: v for k, v in made.items() if k != name})
    yield "a-sub-merchant-in-direct-mode", what, answer(xml({**made, "sub_mch_id": "1900000110"})), bad("mismatch")
    institution = wechat.config(mode="institution")
    named = call("POST /pay/unifiedorder", {**UNIFIED, "sub_mch_id": "1900000111"})
    yield "sub-merchant", (institution, named), answer(xml({**made, "sub_mch_id": "1900000111"})), authentic({**made, "sub_mch_id": "1900000111"})
    yield "another-sub-merchant", (institution, named), answer(xml({**made, "sub_mch_id": "1900000112"})), bad("mismatch")
    yield "no-sign", what, answer(wechat_verify.unsigned(made)), bad("signature", **words)
    yield "wrong-sign", what, answer(xml(made, over={**made, "prepay_id": "x"})), bad("signature")
    yield "return_code-fail", what, answer("<xml><return_code>FAIL</return_code><return_msg>签名失败</return_msg></xml>"), bad("signature", code="FAIL", message="签名失败")
    yield "transfer-unsigned", call("POST /pay/transfers", {"partner_trade_no": "1"}), answer(wechat_verify.unsigned({**base, "result_code": "SUCCESS", "payment_no": "1"})), bad("signature")
    yield "hidden-field", what, answer(xml({**made, "attach": "x&prepay_id=1"})), bad("parse")
    bill = call("POST /pay/downloadbill", {"bill_date": "20141110", "bill_type": "ALL"})
    yield "bill", bill, answer("交易时间,公众账号ID\r\n`2014-11-10,`wx1\r\n".encode()), bad("signature")
    yield "bill-gzip", bill, answer(gzip.compress(b"`1", mtime=0)), bad("signature")
    yield "bill-failed", bill, answer("<xml><return_code>FAIL</return_code><return_msg>No Bill Exist</return_msg><error_code>20002</error_code></xml>"), bad("signature", code="FAIL", message="No Bill Exist")
    yield "text-elsewhere", what, answer("交易时间".encode()), bad("parse")
    for id, it, expect in transport(good, kind):
        yield id, what, it, {**expect, "reason": "parse"} if id == "html" else expect


def edgeros_cases():
    seal, top, four = edgeros_verify.envelope, edgeros_verify.TOP, edgeros_verify.NO_ORDER
    what = call("POST /pay/v1/transactions/refund", {"mch_trade_no": edgeros.MP, "mch_refund_no": "R20211215115025226782984", "refund_amount": "0.01", "refund_reason": "x"})
    data = {**four, "mch_trade_no": edgeros.MP, "mch_refund_no": "R20211215115025226782984", "refund_no": "RF1", "code": "SUCCESS", "description": "退款", "refund_amount": Raw("0.010"), "extra": ""}
    fields = {**four, "mch_trade_no": edgeros.MP, "mch_refund_no": "R20211215115025226782984", "refund_no": "RF1", "code": "SUCCESS", "description": "退款", "refund_amount": "0.010", "extra": "",
              "status": "200", "message": "SUCCESS"}
    words = {"code": "200", "sub_code": "SUCCESS", "status": "SUCCESS", "message": "退款"}
    good = seal(data).encode()
    yield "refunded", what, reply(good), authentic(fields, "signed_bound", **words)
    yield "refund-of-another-order", what, reply(seal({**data, "mch_trade_no": "x"})), bad("mismatch")
    yield "refund-under-another-number", what, reply(seal({**data, "mch_refund_no": "x"})), bad("mismatch")
    for name in ("mch_trade_no", "mch_refund_no"):
        yield f"without-{name}", what, reply(seal({k: v for k, v in data.items() if k != name})), bad("mismatch")
    yield "of-another-merchant", what, reply(seal({**data, "mch_no": "MCH2"})), bad("mismatch")
    yield "without-merchant", what, reply(seal({k: v for k, v in data.items() if k != "mch_no"})), bad("mismatch")
    failed = {**top, "status": 1007, "message": "ORDER_NOT_EXIST"}
    yield "an-error-names-no-order", what, reply(seal(four, top=failed)), authentic({**four, "status": "1007", "message": "ORDER_NOT_EXIST"}, code="1007", sub_code="ORDER_NOT_EXIST")
    yield "an-error-of-another-order", what, reply(seal({**four, "mch_trade_no": "x"}, top=failed)), bad("mismatch")
    yield "an-unsigned-error", what, reply('{"status":1007,"message":"ORDER_NOT_EXIST","data":null}'), bad("signature", code="1007", sub_code="ORDER_NOT_EXIST")
    bill = call("GET /pay/v1/transactions/bill", {"bill_date": "2021-12-15"})
    url = {**four, "code": "SUCCESS", "url": "https://x.example/a", "hash_code": "ab", "hash_type": "SHA256"}
    yield "bill", bill, reply(seal(url)), authentic({**url, "status": "200", "message": "SUCCESS"})
    yield "a-status-in-data", bill, reply(seal({**url, "status": "X"})), authentic({**url, "status": "X", "message": "SUCCESS"}, code="200")
    yield "wrong-key", what, reply(seal(data, key="ysepay_merchant")), bad("signature")
    yield "sha-1", what, reply(seal(data, digest="sha1")), bad("signature")
    yield "another-member-signed", what, reply(seal(data, over=(top, {**data, "extra": "x"}))), bad("signature")
    yield "another-sign_type", what, reply(seal({**data, "sign_type": "SHA1withRSA"}, over=(top, data))), bad("signature")
    yield "no-sign", what, reply(seal(data, sign="")), bad("signature")
    for id, answer, expect in transport(good):
        yield id, what, answer, expect


def chinaums_cases():
    mer = chinaums.MER
    what = call("POST /v1/netpay/bills/refund", {"instMid": "QRPAYDEFAULT", "billNo": mer, "billDate": "2022-06-18", "refundOrderId": mer + "1", "refundAmount": 1})
    own = {"mid": "898201612345678", "tid": "88880001", "instMid": "QRPAYDEFAULT", "billNo": mer}
    text = lambda **more: wire.object_([("errCode", "SUCCESS"), *own.items(), *more.items()])
    fields = {"errCode": "SUCCESS", **own, "refundAmount": "1.0", "billPayment": '{"merOrderId":"x"}', "refundStatus": "PROCESSING"}
    rest = {"refundAmount": Raw("1.0"), "billPayment": {"merOrderId": "x"}, "refundStatus": "PROCESSING"}
    good = text(**rest, msgId=ID).encode()
    tls = "tls_only"
    yield "refunded", what, reply(good), authentic({**fields, "msgId": ID}, tls, code="SUCCESS", status="PROCESSING")
    yield "names-merchant-and-bill", what, reply(text(**rest)), authentic(fields, tls)
    yield "msgId-of-another-call", what, reply(text(**rest, msgId="x")), bad("mismatch")
    yield "names-msgId-alone", what, reply(f'{{"errCode":"NO_ORDER","errMsg":"x","msgId":"{ID}"}}'), authentic({"errCode": "NO_ORDER", "errMsg": "x", "msgId": ID}, tls, code="NO_ORDER", message="x")
    yield "names-nothing", what, reply('{"errCode":"SUCCESS"}'), bad("mismatch", code="SUCCESS")
    yield "names-the-merchant-alone", what, reply('{"errCode":"SUCCESS","mid":"898201612345678"}'), bad("mismatch")
    yield "names-the-bill-alone", what, reply(f'{{"errCode":"SUCCESS","billNo":"{mer}"}}'), bad("mismatch")
    for name in ("mid", "tid", "billNo", "refundOrderId"):
        yield f"another-{name}", what, reply(text(**{**rest, name: "1"}, msgId=ID) if name not in own else text(msgId=ID).replace(own[name], "1")), bad("mismatch")
    pay = call("POST /v1/netpay/query", {"merOrderId": mer}, omit=["msgId"])
    yield "merOrderId-without-msgId", pay, reply(f'{{"errCode":"SUCCESS","mid":"898201612345678","merOrderId":"{mer}"}}'), authentic({"errCode": "SUCCESS", "mid": "898201612345678", "merOrderId": mer}, tls)
    yield "merOrderId-in-billPayment", pay, reply(f'{{"mid":"898201612345678","billPayment":{{"merOrderId":"{mer}"}}}}'), authentic({"mid": "898201612345678", "billPayment": f'{{"merOrderId":"{mer}"}}'}, tls)
    content = call("POST /v1/netpay/query", content=f'{{"mid":"898201612345678","merOrderId":"{mer}","msgId":"m-9"}}', msg_id="m-9")
    yield "content-names-the-call", content, reply('{"errCode":"SUCCESS","msgId":"m-9"}'), authentic({"errCode": "SUCCESS", "msgId": "m-9"}, tls)
    yield "content-of-another-call", content, reply(f'{{"errCode":"SUCCESS","msgId":"{ID}"}}'), bad("mismatch")
    yield "poslink", what, reply(f'{{"errCode":"00","errInfo":"成功","msgId":"{ID}"}}'), authentic({"errCode": "00", "errInfo": "成功", "msgId": ID}, tls, code="00", message="成功")
    yield "refused-412", what, reply('{"errCode":"1000","errInfo":"Timestamp解析失败"}', 412), bad("http_412", code="1000", message="Timestamp解析失败")
    yield "unexplained-412", what, reply('{"errCode":"9200"}', 412), bad("http_412", code="9200")
    yield "a-list", what, reply("[]"), bad("parse")
    yield "duplicate-member", what, reply(good[:-1] + b',"errCode":"x"}'), bad("parse")
    yield "a-coding-nobody-asked-for", what, reply(good, 200, {**r.JSON, "Content-Encoding": "none"}), bad("encoding")
    for id, answer, expect in transport(good):
        yield id, what, answer, expect


def files():
    made = []
    for gateway, config, cases in (("icbc", icbc.config, icbc_cases), ("ysepay", ysepay.config, ysepay_cases), ("wechat", wechat.config, wechat_cases),
                                   ("edgeros", edgeros.config, edgeros_cases), ("chinaums", chinaums.config, chinaums_cases)):
        file = File(gateway, "answer", "call-answer", "Replies to calls: what is verified and proven, and what is not.",
                    "read off the reply rules; signatures made with Python cryptography, hashlib and hmac, and verified with the openssl command line")
        for id, what, answer, expect in cases():
            conf, what = what if isinstance(what, tuple) else (config(), what)
            file.add(f"{gateway}-answer-{id}", config=conf, call=what, reply=answer, expect=expect)
        made.append(file)
    return made
