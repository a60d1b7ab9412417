"""The refusals of each gateway."""

import base64
import copy

import chinaums
import edgeros
import icbc
import keys
import wechat
import ysepay
import ysepay_sm
from refuse import DROP, EMOJI, Refusals, common, new, plain_config_texts, queries, required, rsa_keys, too_long
from vectors import pem
from vectors import base64 as one_line


def icbc_refusals():
    file = new("icbc")
    r = Refusals(file, icbc.config(), icbc.call())
    common(r, "agreeCode", 34)
    names = ("agreeCode", "orderCode", "partnerSeq")
    required(r, names)
    too_long(r, dict.fromkeys(names[1:], 34))
    queries(r, dict.fromkeys(names, 34))
    gbk = icbc.config(charset="GBK")
    for name in names:
        r.order(f"{name}-emoji-in-gbk", name, f"a{EMOJI}", config=gbk)
    r.top("msg_id-41-characters", "msg_id", "m" * 41)
    r.top("msg_id-empty", "msg_id", "")
    r.account("app_id-21-characters", "app_id", "a" * 21)
    r.account("app_id-empty", "app_id", "")
    r.account("app_id-missing", "app_id", DROP)
    r.account("app_id-emoji-in-gbk", "app_id", EMOJI, charset="GBK")
    r.account("sign_type-SM2", "sign_type", "SM2", kind="unsupported")
    for name in ("rsa", "RSA256", "MD5", "", "SHA256withRSA"):
        r.account(f"sign_type-{name or 'empty'}", "sign_type", name)
    for name in ("utf8", "GB18030", "GB2312", "BIG5", ""):
        r.account(f"charset-{name or 'empty'}", "charset", name)
    for name in ("MD5", "sha1", "SHA-512", ""):
        r.account(f"reply_hash-{name or 'empty'}", "reply_hash", name)
    for size in (0, 8, 15, 17, 31, 33, 64):
        r.account(f"encrypt_key-{size}-bytes", "encrypt_key", base64.b64encode(bytes(size)).decode())
    r.account("encrypt_key-not-base64", "encrypt_key", "!!!not base64!!!")
    r.account("encrypt_orders-without-a-key", "encrypt_key", DROP, encrypt_orders=True)
    r.account("encrypt_orders-text", "encrypt_orders", "true", encrypt_key=base64.b64encode(bytes(16)).decode())
    r.account("allow_weak_key-text", "allow_weak_key", "yes")
    r.account("certificate-missing-in-ca-mode", "certificate", DROP, sign_type="CA")
    r.account("certificate-garbage", "certificate", {"base64": "AAAA"}, sign_type="CA")
    r.account("certificate-is-a-bare-public-key", "certificate", pem("icbc_merchant.spki_pem"), sign_type="CA")
    vendor_file = base64.b64encode(b"\x00\x80" + bytes(range(128))).decode()
    r.account("private_key-is-the-encrypted-vendor-file", "private_key", {"base64": vendor_file}, sign_type="CA", certificate=pem("icbc_merchant.cert_pem"))
    rsa_keys(r, "icbc_merchant", "icbc_gateway")
    test_key = icbc.config(gateway=one_line("icbc_test_gateway.spki_base64"))
    by_name = Refusals(file, {**test_key}, icbc.call())
    by_name.setting("public-test-key-in-production", "account.gateway_public_key", {"base_url": DROP, "environment": "production"})
    by_name.setting("public-test-key-at-the-production-host", "account.gateway_public_key", {"base_url": "https://gw.open.icbc.com.cn"})
    return file


def ysepay_refusals():
    file = new("ysepay")
    r = Refusals(file, ysepay.config(), ysepay.call())
    common(r, "protocol_no", 20)
    required(r, ("protocol_no",))
    for charset in ("GBK", "GB2312"):
        r.order(f"protocol_no-emoji-in-{charset}", "protocol_no", f"K{EMOJI}", config=ysepay.config(charset))
    for name in "镕喆堃銀":
        r.order(f"protocol_no-{name}-in-GB2312", "protocol_no", f"K{name}", config=ysepay.config("GB2312"))
    r.account("partner_id-21-characters", "partner_id", "p" * 21)
    r.account("partner_id-empty", "partner_id", "")
    r.account("partner_id-missing", "partner_id", DROP)
    r.account("partner_id-emoji-in-gbk", "partner_id", EMOJI, charset="GBK")
    r.account("notify_url-emoji-in-gbk", "notify_url", f"https://shop.example/{EMOJI}", charset="GBK")
    for name in ("rsa", "RSA2", "SM2", "MD5", ""):
        r.account(f"sign_type-{name or 'empty'}", "sign_type", name)
    for name in ("utf8", "BIG5", "GB18030", ""):
        r.account(f"charset-{name or 'empty'}", "charset", name)
    r.top("operation-query", "operation", "query", kind="unsupported")
    rsa_keys(r, "ysepay_merchant", "ysepay_platform")
    ysepay_sm.refusals(file)
    return file


def wechat_refusals():
    file = new("wechat")
    r = Refusals(file, wechat.config(), wechat.call())
    common(r, "out_trade_no", 32)
    required(r, ("out_trade_no",))
    queries(r, {"out_trade_no": 32})
    bad = {"blank-inside": "a b", "blank-before": " 12", "blank-after": "12 ", "line-after": "12\n", "tab": "1\t2", "chinese": "订单1", "emoji": f"1{EMOJI}", "slash": "a/b", 
           "plus": "a+b", "dot": "a.b", "colon": "a:b", "percent": "a%b", "full-width-digit": "１２", "hash": "a#b", "equals": "a=b"}
    for id, value in bad.items():
        r.order(f"out_trade_no-{id}", "out_trade_no", value)
    r.top("nonce-33-characters", "nonce", "n" * 33)
    r.top("nonce-empty", "nonce", "")
    r.top("nonce-emoji", "nonce", EMOJI)
    r.top("nonce-blank-before", "nonce", " n")
    for name, value in (("appid", "wx8888888888888888"), ("mch_id", "1900000109")):
        r.account(f"{name}-33-characters", name, "a" * 33)
        r.account(f"{name}-empty", name, "")
        r.account(f"{name}-missing", name, DROP)
        r.account(f"{name}-emoji", name, EMOJI)
        r.account(f"{name}-blank-before", name, " " + value)
        r.account(f"{name}-blank-after", name, value + "\n")
    secret = keys.SECRETS["wechat_api_key"]
    for id, value in (("31-bytes", secret[:31]), ("33-bytes", secret + "0"), ("empty", ""), ("32-characters-but-more-bytes", "密" * 32)):
        r.account(f"api_key-{id}", "api_key", value)
    r.account("api_key-missing", "api_key", DROP)
    r.account("api_key-no-such-variable", "api_key", {"env": "CHEXIAO_TEST_NO_SUCH_VARIABLE"})
    for name in ("HMAC-SHA2566", "hmac-sha256", "RSA", "SHA256", ""):
        r.account(f"sign_type-{name or 'empty'}", "sign_type", name)
    for name in ("partner", "Direct", ""):
        r.account(f"mode-{name or 'empty'}", "mode", name)
    r.account("direct-with-sub_mch_id", "sub_mch_id", "1900000110")
    r.account("direct-with-sub_appid", "sub_appid", "wx9999999999999999")
    r.order("direct-order-with-sub_mch_id", "sub_mch_id", "1900000110")
    r.order("direct-order-with-sub_appid", "sub_appid", "wx9999999999999999")
    institution = wechat.config(mode="institution")
    r.order("institution-without-sub_mch_id", "sub_mch_id", DROP, config=institution)
    r.order("institution-sub_mch_id-33-characters", "sub_mch_id", "1" * 33, config=institution)
    r.order("institution-sub_appid-33-characters", "sub_appid", "w" * 33, config=wechat.config(**wechat.INSTITUTION))
    plain = copy.deepcopy(wechat.config())
    plain["account"]["api_key"] = secret
    plain_config_texts(r, plain)
    return file


def edgeros_refusals():
    file = new("edgeros")
    r = Refusals(file, edgeros.config(), edgeros.call())
    common(r, "mch_trade_no", 50)
    too_long(r, {"transaction_no": 50})
    asking = queries(r, {"transaction_no": 50, "mch_trade_no": 50}, one_of_them=True)
    for id, sign in (("ampersand", "&"), ("less-than", "<"), ("line-feed", "\n"), ("carriage-return", "\r"), ("nul", "\0")):
        asking.order(f"query-mch_trade_no-{id}", "mch_trade_no", f"a{sign}version=1.0")
    asking.top("query-nonce-31-characters", "nonce", "a" * 31)
    for of, make in (("", edgeros.call), ("query-", edgeros.query)):
        none = Refusals(file, edgeros.config(), make({}))
        none._add(f"{of}neither-id", "call", None)
        none._add(f"{of}both-ids-null", "call", None, call=make({"transaction_no": None, "mch_trade_no": None}))
        none._add(f"{of}both-ids-empty", "call", None, call=make({"transaction_no": "", "mch_trade_no": ""}))
    for id, value in (("31-characters", "a" * 31), ("33-characters", "a" * 33), ("empty", ""), ("dash", "a" * 31 + "-"), ("chinese", "a" * 31 + "订")):
        r.top(f"nonce-{id}", "nonce", value)
    r.account("mch_no-empty", "mch_no", "")
    r.account("mch_no-missing", "mch_no", DROP)
    r.account("aco_pay_sdk-13-characters", "aco_pay_sdk", "1234567890123")
    rsa_keys(r, "edgeros_merchant", "edgeros_platform")
    return file


def chinaums_refusals():
    file = new("chinaums")
    r = Refusals(file, chinaums.config(), chinaums.call())
    common(r, "merOrderId", 32)
    required(r, ("billNo", "billDate", "authIdRespCd"), empty_too=False)
    required(r, ("merOrderId",))
    too_long(r, {"mid": 32, "tid": 32, "billNo": 31, "authIdRespCd": 64, "srcReserve": 255})
    queries(r, {"billNo": 31, "merOrderId": 32, "authIdRespCd": 64})
    r.order("instMid-is-fixed", "instMid", "QRPAYDEFAULT")
    for name in ("mid", "tid"):
        bare = chinaums.config(**{name: None})
        r.order(f"{name}-nowhere", name, DROP, config=bare)
        r.order(f"{name}-empty", name, "", config=bare)
        r.account(f"account-{name}-33-characters", name, "m" * 33)
    r.top("msg_id-65-characters", "msg_id", "m" * 65)
    r.top("msg_id-empty", "msg_id", "")
    r.top("nonce-129-characters", "nonce", "n" * 129)
    r.top("nonce-empty", "nonce", "")
    r.account("app_id-missing", "app_id", DROP)
    r.account("app_id-empty", "app_id", "")
    r.account("app_key-missing", "app_key", DROP)
    r.account("app_key-empty", "app_key", "")
    r.account("app_key-two-sources", "app_key", {"env": "A", "file": "b"})
    r.account("app_key-no-such-variable", "app_key", {"env": "CHEXIAO_TEST_NO_SUCH_VARIABLE"})
    r.account("app_key-no-such-file", "app_key", {"file": "/nonexistent/app_key"})
    for name in ("OPEN-BODY-SIG", "form_param", ""):
        r.account(f"authentication-{name or 'empty'}", "authentication", name)
    r.account("token_header-unknown", "token_header", "curly", authentication="access_token")
    plain = copy.deepcopy(chinaums.config())
    plain["account"]["app_key"] = keys.SECRETS["chinaums_app_key"]
    plain_config_texts(r, plain)
    return file


def files():
    return [icbc_refusals(), ysepay_refusals(), wechat_refusals(), edgeros_refusals(), chinaums_refusals()]
