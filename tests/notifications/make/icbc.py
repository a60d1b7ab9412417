"""ICBC: the page's table of states, and what is signed."""

import itertools
import json

from common import KEYS, File, aes_cbc, against, bound, b64, ca, compact, form, key, none, rsa, text_to_sign, unbound

PATH = "/pay/icbc/notify"
AGREE = "0020000998140010446437000000201002"
ACCOUNT = {"app_id": "10000000000000012345", "sign_type": "RSA", "private_key": {"base64": key("icbc_merchant_private")}, "gateway_public_key": {"base64": key("icbc_gateway_public")}}
RSA2 = ACCOUNT | {"sign_type": "RSA2"}
CA = ACCOUNT | {"sign_type": "CA", "certificate": {"base64": key("icbc_merchant_certificate")}}
AES = ACCOUNT | {"encrypt_key": key("icbc_aes_key")}
GBK = ACCOUNT | {"charset": "GBK"}


def config(account):
    return {"gateway": "icbc", "base_url": "https://gateway.invalid", "account": account}


def outer(biz, **more):
    fields = {"from": "icbc-api", "api": "/mybank/pay/cpay/cppayapply/V1", "app_id": ACCOUNT["app_id"], "charset": "UTF-8", "format": "json", "timestamp": "2026-03-01 10:20:30", "biz_content": biz, "sign_type": "RSA", **more}
    return {name: text for name, text in fields.items() if text is not None}


def signed(fields, charset="utf-8", path=PATH, name="icbc_gateway_private", digest="sha1"):
    return {**fields, "sign": rsa(name, digest, f"{path}?{text_to_sign(fields)}".encode(charset))}


def biz(seq, pay="1", kind="101", plans=("1",), **more):
    members = {"msg_id": f"0501{seq}", "app_id": ACCOUNT["app_id"], "agreeCode": AGREE, "partnerSeq": seq, "payMode": "1", "payType": kind, "orderAmount": "100", "payStatus": pay,
               "payPlanList": None if plans is None else [{"payPlanSubcode": "1", "status": word} for word in plans], **more}
    return {member: value for member, value in members.items() if value is not None}


def says(pay, kind, plans):
    """Transcribed from the page's table, from the top."""
    plans = plans or ()
    done = bool(plans) and all(word in ("6", "7") for word in plans)
    money = "paid" if any(word in ("1", "3", "4") for word in plans) else None
    if pay == "1" and any(word != "1" for word in plans):
        return against("paid")
    if pay == "1":
        return bound("paid") if kind in ("101", "203") else bound("unknown", hint=None if kind == "202" else "paid")
    if pay == "2" and kind not in ("101", "201"):
        return bound("unknown", hint="paid")
    if pay == "2" and any(word not in ("2", "6", "7") for word in plans):
        return against(money)
    if pay == "2":
        return bound("already_closed", confirm="not_needed" if done else "recommended" if plans else "required")
    if pay in (None, "") and done:
        return bound("closed")
    if pay in ("3", "4") and done:
        return against("paid" if pay == "4" else None)
    if pay == "3":
        return bound("processing")
    return bound("unknown", hint="paid" if pay == "4" else money)


def answer(account, msg_id, code=0, message="success", encrypted=False):
    content = compact({"return_code": code, "return_msg": message, "msg_id": msg_id})
    if encrypted:
        content = f'"{aes_cbc(KEYS["icbc_aes_key"], content.encode())}"'
    text = f'"response_biz_content":{content},"sign_type":"{account["sign_type"]}"'
    if account["sign_type"] == "CA":
        text += f',"ca":"{KEYS["icbc_merchant_certificate"]}"'
    sign = {"RSA": lambda: rsa("icbc_merchant_private", "sha1", text.encode()), "RSA2": lambda: rsa("icbc_merchant_private", "sha256", text.encode()), "CA": lambda: ca("icbc_merchant_private", text.encode())}[account["sign_type"]]()
    return {"status": 200, "content_type": "application/json; charset=UTF-8", "body": f'{{{text},"sign":"{sign}"}}'}


def _states(file):
    lists = (None, (), ("1",), ("2",), ("6",), ("7", "6"), ("2", "6"), ("1", "6"), ("0",), ("4",), ("5", "3"))
    for number, (pay, kind, plans) in enumerate(itertools.product(("1", "2", "3", "4", None, "5"), ("101", "201", "202", "203", None), lists)):
        if pay in ("1", "2") or kind in ("101", "202"):
            content = biz(f"S{number}", pay, kind, plans)
            expect = says(pay, kind, plans)
            named = pay is not None or plans is not None
            expect = expect | {"order": {"agreeCode": AGREE, "partnerSeq": f"S{number}"}} if named else unbound()
            if pay and kind and named and "contradiction" not in expect | {"contradiction": False} or expect["outcome"] in ("paid", "already_closed", "processing") and pay and kind:
                expect["dedupe"] = f"{AGREE}|S{number}|{kind}|{pay}"
            id = f"state-{pay or 'absent'}-{kind or 'absent'}-{'absent' if plans is None else '-'.join(plans) or 'empty'}"
            file.add(id, form(signed(outer(compact(content)))), expect)


def _forms(file):
    good = outer(compact(biz("F1")))
    paid = bound("paid", order={"agreeCode": AGREE, "partnerSeq": "F1"}, dedupe=f"{AGREE}|F1|101|1", amount={"text": "100", "unit": "fen"}, time="2026-03-01 10:20:30")
    for name, account in (("rsa", ACCOUNT), ("rsa2", RSA2), ("ca", CA)):
        file.add(f"answered-{name}", form(signed(good)), paid | {"ack": answer(account, "0501F1")}, config=config(account))
    cipher = lambda text, charset="utf-8": outer(aes_cbc(KEYS["icbc_aes_key"], text.encode(charset)), encrypt_type="AES")
    file.add("encrypted", form(signed(cipher(compact(biz("F1"))))), paid | {"ack": answer(AES, "0501F1", encrypted=True)}, config=config(AES))
    file.add("not-encrypted-though-there-is-a-key", form(signed(good)), paid | {"ack": answer(AES, "0501F1")}, config=config(AES))
    file.add("encrypted-without-a-key", form(signed(cipher(compact(biz("F1"))))), none("parse"))
    file.add("encrypted-with-another-key", form(signed(outer(aes_cbc(b64(bytes(16)), compact(biz("F1")).encode()), encrypt_type="AES"))), none("parse"), config=config(AES))
    file.add("encrypted-and-not-said-so", form(signed(cipher(compact(biz("F1"))) | {"encrypt_type": ""})), none("parse"), config=config(AES))
    file.add("encrypted-in-another-way", form(signed(cipher(compact(biz("F1"))) | {"encrypt_type": "SM4"})), none("parse"), config=config(AES))
    chinese = outer(compact(biz("F1", agreeName="中国工商银行")))
    file.add("chinese", form(signed(chinese)), paid)
    file.add("gbk", form(signed(chinese | {"charset": "GBK"}, "gbk"), "gbk"), paid)
    file.add("gbk-lower-case", form(signed(chinese | {"charset": "gbk"}, "gbk"), "gbk"), paid, config=config(GBK))
    file.add("gbk-encrypted", form(signed(cipher(compact(biz("F1", agreeName="中国")), "gbk") | {"charset": "GBK"})), paid, config=config(AES))
    file.add("utf-8-lower-case", form(signed(chinese | {"charset": "utf-8"})), paid, config=config(GBK))
    file.add("charset-of-the-account", form(signed(outer(compact(biz("F1", agreeName="中国")), charset=None), "gbk"), "gbk"), paid, config=config(GBK))
    file.add("gbk-that-says-utf-8", form(signed(chinese, "gbk"), "gbk"), none("charset"))
    file.add("charset-unknown", form(signed(chinese | {"charset": "Big5"})), none("charset"))
    file.add("timestamp-with-slashes", form(signed(good | {"timestamp": "2026/03/01 10:20:30"})), paid | {"time": "2026/03/01 10:20:30"})
    file.add("parameter-unknown", form(signed(good | {"notify_times": "2"})), paid)
    file.add("parameter-blank-and-not-signed", form(signed(good) | {"x": " \t", "y": ""}), paid)
    file.add("order-of-parameters-turned", form(dict(reversed(signed(good).items()))), paid)
    file.add("numbers-without-quotes", form(signed(outer(compact(biz("F1") | {"payStatus": 1, "payType": 101, "orderAmount": 100, "payPlanList": [{"status": 1}]})))), paid)
    file.add("msg-id-absent", form(signed(outer(compact(biz("F1", msg_id=None))))), paid | {"ack": answer(ACCOUNT, "")})
    file.add("msg-id-with-quotes", form(signed(outer(compact(biz("F1", msg_id='a"b\\c'))))), paid | {"ack": answer(ACCOUNT, 'a"b\\c')})
    # No page gives a notification a return_code: one that is not 0 leaves only what speaks of money.
    for id, code, pay, plans, expect in (
        ("zero", "0", "1", ("1",), paid),
        ("number-zero", 0, "1", ("1",), paid),
        ("in-doubt", "-31", "1", ("1",), bound("unknown", hint="paid")),
        ("of-the-gateway", "500021", "1", ("1",), bound("unknown", hint="paid")),
        ("in-doubt-and-ended", "-31", None, ("6", "6"), bound("unknown", hint=None)),
        ("in-doubt-and-failed", "-31", "2", ("2",), bound("unknown", hint=None)),
    ):
        file.add(f"return-code-{id}", form(signed(outer(compact(biz("F1", pay, plans=plans, return_code=code))))), expect)
    file.add("list-is-none", form(signed(outer(compact(biz("F1", plans=None, payPlanList="1"))))), bound("unknown", hint="paid", dedupe=None))
    file.add("plan-without-status", form(signed(outer(compact(biz("F1", plans=None, payPlanList=[{"status": "1"}, {}]))))), bound("unknown", hint="paid", dedupe=None))
    file.add("contradiction-has-no-key", form(signed(outer(compact(biz("F1", plans=("6",)))))), against("paid") | {"dedupe": None})
    for id, members in (("agree-code", {"agreeCode": None}), ("partner-seq", {"partnerSeq": None}), ("partner-seq-empty", {"partnerSeq": ""}), ("state", {"payStatus": None, "payPlanList": None})):
        content = {k: v for k, v in (biz("F1") | members).items() if v is not None}
        file.add(f"other-family-without-{id}", form(signed(outer(compact(content)))), unbound())


def _forged(file):
    good, text = outer(compact(biz("X1"))), compact(biz("X1"))
    file.add("x-unsigned", form(good), none("signature"))
    file.add("x-sign-empty", form(good | {"sign": ""}), none("signature"))
    file.add("x-merchants-own-key", form(signed(good, name="icbc_merchant_private")), none("signature"))
    file.add("x-sha256", form(signed(good, digest="sha256")), none("signature"))
    for id, path in (("root", "/"), ("no-path", ""), ("doubled-slash", "//pay/icbc/notify"), ("longer", PATH + "/"), ("with-host", "https://merchant.invalid" + PATH), ("reply", "/api/mybank/pay/cpay/cporderclose/V1")):
        file.add(f"x-path-{id}", form(signed(good, path=path)), none("signature"))
    file.add("doubled-slash-as-registered", form(signed(good, path="//pay/icbc/notify")), bound("paid"), settings={"notify_url": "http://merchant.invalid//pay/icbc/notify"})
    file.add("x-values-encoded-before-signing", form(good | {"sign": rsa("icbc_gateway_private", "sha1", (PATH + "?" + form(dict(sorted(good.items()))).decode()).encode())}), none("signature"))
    file.add("x-app-of-another", form(signed(good | {"app_id": "10000000000000099999"})), none("mismatch"))
    file.add("x-app-absent", form(signed(outer(text, app_id=None))), none("mismatch"))
    file.add("x-app-appid", form(signed(outer(text, app_id=None, appid=ACCOUNT["app_id"]))), none("mismatch"))
    file.add("x-app-inside-of-another", form(signed(outer(compact(biz("X1", app_id="10000000000000099999"))))), none("mismatch"))
    file.add("x-twice", form([*signed(good).items(), ("app_id", ACCOUNT["app_id"])]), none("parse"))
    file.add("x-twice-blank", form([*signed(good).items(), ("biz_content", "")]), none("parse"))
    file.add("x-sign-twice", form([*signed(good).items(), ("sign", signed(good)["sign"])]), none("parse"))
    file.add("x-duplicate-member", form(signed(outer(text[:-1] + ',"payStatus":"2"}'))), none("parse"))
    file.add("x-duplicate-member-escaped", form(signed(outer(text[:-1] + ',"pay\\u0053tatus":"2"}'))), none("parse"))
    file.add("x-trailing", form(signed(outer(text + "{}"))), none("parse"))
    file.add("x-a-list", form(signed(outer(f"[{text}]"))), none("parse"))
    file.add("x-biz-absent", form(signed(outer(None))), none("parse"))
    file.add("x-deep", form(signed(outer(compact(biz("X1", x=json.loads("[" * 40 + "]" * 40)))))), none("parse"))
    file.add("x-json-body", compact(signed(good)).encode(), none("parse"))
    # A value that somebody else chose, read as other parameters: it brings a state of another order, and hides the true one in the last.
    true = outer(compact(biz("X1", pay="3", plans=("4",))), attach="x&biz_content=" + compact(biz("FORGED")) + "&z=")
    before, after = text_to_sign(true).split("&z=", 1)
    forged = {"api": true["api"], "app_id": true["app_id"], "attach": "x", "biz_content": compact(biz("FORGED")), "z": after}
    assert text_to_sign(forged) == text_to_sign(true)
    file.add("x-read-as-other-parameters", form(forged | {"sign": signed(true)["sign"]}), none("parse"))
    file.add("x-encrypt-type-hidden", form(signed(outer(text) | {"encrypt_type": "AES"}) | {"encrypt_type": "", "charset": "UTF-8&encrypt_type=AES"}), none("charset"))
    order = {"agreeCode": AGREE, "partnerSeq": "X1"}
    file.add("expected", form(signed(good)), bound("paid", order=order), expected={"partnerSeq": "X1", "orderAmount": "100", "amount": "100", "payType": "101"})
    file.add("x-expected-another-amount", form(signed(good)), none("mismatch"), expected={"partnerSeq": "X1", "orderAmount": "99"})
    file.add("x-expected-another-order", form(signed(good)), none("mismatch"), expected={"partnerSeq": "X2"})


def file():
    made = File("icbc", "ICBC notification document and the cpay pages, transcribed; synthetic", "Python cryptography and hashlib", config(ACCOUNT), {"notify_url": "https://merchant.invalid" + PATH})
    _states(made)
    _forms(made)
    _forged(made)
    return made
