"""SM2, SM3 and SM4 by themselves, the standards' examples among them; the container of an SM2 key; the field ciphers of YSEPay and WeChat Pay."""

import base64

import cfca
import crypto
import keys
import sm2

ERROR = {"error": True}
S = keys.SAMPLES
STANDARD = sm2.point(keys.number("standard_sm2"))


def sm3(file):
    for x in S["ysepay"]["sm3"]:
        data = x["message_ascii"].encode()
        assert crypto.sm3(data).hex() == x["digest_hex"]
        file.add(f"ysepay-sm3-{len(data)}-bytes", source=x["id"], function="sm3.digest", input={"message": data.hex()}, expect={"digest": x["digest_hex"]})
    for size in (1, 55, 56, 63, 64, 65, 119, 120, 1000):
        data = bytes(at % 251 for at in range(size))
        file.add(f"ysepay-sm3-counted-{size}-bytes", function="sm3.digest", input={"message": data.hex()}, expect={"digest": crypto.sm3(data).hex()})


def sm4(file):
    one, million, cbc = S["ysepay"]["sm4"]
    for x, turns in ((one, 1), (million, 1_000_000)):
        key, plain = bytes.fromhex(x["key_hex"]), bytes.fromhex(x["plain_hex"])
        assert crypto.sm4_blocks(key, plain, turns).hex() == x["cipher_hex"]
        checked = "recomputed with Python cryptography, the first turn with the openssl command line"
        file.add(f"ysepay-sm4-{turns}-times", source=x["id"], checked=checked, function="sm4.encrypt_block", input={"key": key.hex(), "block": plain.hex(), "times": turns}, expect={"block": x["cipher_hex"]})
    key, iv = bytes.fromhex(cbc["key_hex"]), bytes.fromhex(cbc["iv_hex"])
    add = lambda id, cipher, expect, **more: file.add(f"ysepay-sm4-cbc-{id}", function="sm4.cbc_decrypt", input={"key": key.hex(), "iv": iv.hex(), "cipher": cipher.hex()}, expect=expect, **more)
    sample = bytes.fromhex(cbc["plain_hex"])
    assert crypto.sm4_cbc(key, iv, sample).hex() == cbc["cipher_hex"]
    add("sample", bytes.fromhex(cbc["cipher_hex"]), {"plain": sample.hex()}, source="derived sample, recomputed")
    for size in (0, 1, 15, 16, 17, 32):
        add(f"{size}-bytes", crypto.sm4_cbc(key, iv, bytes(size)), {"plain": bytes(size).hex()})
    for id, block in (("fill-of-0", bytes(16)), ("fill-of-17", b"\x11" * 16), ("fill-uneven", bytes(13) + b"\x03\x02\x03"), ("fill-of-255", b"\xff" * 16)):
        add(id, crypto.sm4_cbc(key, iv, block)[:16], ERROR)
    whole = crypto.sm4_cbc(key, iv, bytes(32))
    for id, cipher in (("empty", b""), ("cipher-of-15-bytes", whole[:15]), ("cut", whole[:-1]), ("a-byte-more", whole + b"\0")):
        add(id, cipher, ERROR)


def sm2_(file):
    request, standard = S["ysepay"]["request_sm"], S["ysepay"]["sm2_standard"]
    merchant = sm2.point(keys.number("ysepay_merchant_sm2"))
    for id, name, public, x, data, source in (("standard", "standard_sm2", STANDARD, standard, standard["message_ascii"].encode(), standard["id"]),
                                              ("request", "ysepay_merchant_sm2", merchant, request, request["string_to_sign"].encode(), "synthetic sample, recomputed")):
        user_id = x["user_id_ascii"]
        digest = sm2.e(public, user_id.encode(), data)
        r, s = sm2.with_k(keys.number(name), digest, int(x["k_hex"], 16))
        assert sm2.za(public, user_id.encode()).hex() == x["za_hex"].lower() and digest == int(x["e_hex"], 16)
        assert (r, s) == (int(x["r_hex"], 16), int(x["s_hex"], 16)) and crypto.b64(sm2.der(r, s)) == x["sign_der_b64"]
        crypto.LEDGER.append((f"sm2:{user_id}", name, data, sm2.der(r, s)))
        made = {"der": sm2.der(r, s), "raw": sm2.raw(r, s)}
        given = {"public_key": public.hex(), "user_id": user_id, "message": data.hex()}
        add = lambda what, encoding, signature, valid, **other: file.add(
            f"ysepay-sm2-{id}-{encoding}{what}", source=source, function="sm2.verify",
            input={**given, **other, "encoding": encoding, "signature": crypto.b64(signature)}, expect={"valid": valid} if isinstance(valid, bool) else valid)
        for encoding, other in (("der", "raw"), ("raw", "der")):
            add("", encoding, made[encoding], True)
            add("-other-encoding", encoding, made[other], False)
            add("-other-user-id", encoding, made[encoding], False, user_id="1234567812345679")
            add("-other-message", encoding, made[encoding], False, message=(data + b".").hex())
            add("-other-key", encoding, made[encoding], False, public_key=(merchant if id == "standard" else STANDARD).hex())
    bad = {"off-the-curve": STANDARD[:-1] + bytes([STANDARD[-1] ^ 1]), "zeros": b"\x04" + bytes(64), "infinity": b"\0", "cut": STANDARD[:-1], "too-long": STANDARD + b"\0",
           "x-beyond-the-field": b"\x04" + b"\xff" * 32 + STANDARD[33:]}
    for what, public in bad.items():
        file.add(f"ysepay-sm2-public-key-{what}", function="sm2.verify", expect=ERROR,
                 input={"public_key": public.hex(), "user_id": sm2.USER_ID, "message": "", "encoding": "raw", "signature": crypto.b64(b"\x01" * 64)})
    file.add("ysepay-string-to-sign-sm", source="synthetic sample", function="form.string_to_sign", input={"params": request["params"]}, expect={"text": request["string_to_sign"]})


def containers(file):
    x = S["ysepay"]["cfca"]
    password, sample = x["password"], base64.b64decode(x["file_text_b64"])
    d, certificate = sm2.b32(keys.number("ysepay_merchant_sm2")), keys.certificate_der("ysepay_merchant_sm2")
    assert crypto.sm3(password.encode() + b"\0\0\0\1").hex() == x["kdf_out_hex"]
    assert cfca.container(cfca.sealed(d, password), certificate) == sample
    opened = lambda d, certificate: {"private_key": d.hex(), "certificate": crypto.b64(certificate)}

    def add(id, content, expect, password=password, **more):
        text = content if isinstance(content, str) else crypto.b64(content)
        file.add(f"ysepay-cfca-{id}", function="cfca.open", input={"container": text, "password": password}, expect=expect, **more)

    add("sample", sample, opened(d, certificate), source="synthetic sample, made anew byte for byte")
    add("in-lines", base64.encodebytes(sample).decode(), opened(d, certificate))
    add("in-lines-crlf", base64.encodebytes(sample).decode().replace("\n", "\r\n"), opened(d, certificate))
    long = "a password of more than sixty-four bytes, which is one block of SM3"
    add("long-password", cfca.container(cfca.sealed(d, long), certificate), opened(d, certificate), long)
    zero, own = sm2.b32(keys.number("leading_zero_sm2")), keys.certificate_der("leading_zero_sm2")
    add("leading-zero", cfca.container(cfca.sealed(zero, password), own), opened(zero, own))
    add("leading-zero-left-out", cfca.container(cfca.sealed(zero.lstrip(b"\0"), password), own), opened(zero, own))
    for id, wrong in (("wrong-password", "1234567"), ("empty-password", ""), ("password-with-a-line-end", "123456\n")):
        add(id, sample, ERROR, wrong)
    private = cfca.sealed(d, password)
    other = bytes.fromhex("06072a811ccf550167")
    bad = {"version-2": cfca.container(private, certificate, version=2), "other-cipher": cfca.container(private, certificate, cipher=other), "byte-behind": sample + b"\0", "cut": sample[:-1], "cut-in-half": sample[: len(sample) // 2],
           "cipher-cut": cfca.container(private[:-1], certificate), "cipher-of-one-block": cfca.container(private[:16], certificate), "cipher-empty": cfca.container(b"", certificate),
           "number-zero": cfca.container(cfca.sealed(bytes(32), password), certificate), "number-of-33-bytes": cfca.container(cfca.sealed(b"\x01" + d, password), certificate),
           "number-n": cfca.container(cfca.sealed(sm2.b32(sm2.N), password), certificate), "number-empty": cfca.container(cfca.sealed(b"", password), certificate), "not-base64": "!!!!", "empty": ""}
    for id, content in bad.items():
        add(id, content, ERROR)


def des(file):
    """The key is the first 8 characters of partner_id; spaces stand before a shorter one."""
    def add(id, partner_id, text, **more):
        key = partner_id[:8].rjust(8).encode()
        cipher = crypto.b64(crypto.des_ecb(key, text.encode("gbk")))
        file.add(f"ysepay-field-{id}", function="ysepay.encrypt_field", input={"partner_id": partner_id, "text": text}, expect={"base64": cipher}, **more)
        return cipher

    for x, source in zip(S["ysepay"]["des"], ("published by a vendor's demo (online-demo, SrcDesUtil), recomputed", "derived sample, recomputed")):
        assert add(x["id"], x["partner_id"], x["plain"], source=source) == x["cipher_b64"]
    for id, partner_id, text in (("seven", "partner", "张三"), ("eight", "partner8", "张三"), ("twenty", "partner8901234567890", "张三"), ("one", "p", "110101199003070000"), ("empty-text", "unit_test", ""),
                                 ("whole-block", "unit_test", "12345678"), ("beyond-gb2312", "unit_test", "朱镕基"), ("long", "unit_test", "广东省深圳市" * 20)):
        add(id, partner_id, text)
    for id, text in (("emoji", "a\U0001f600"), ("plane-2", "\U00020000")):
        file.add(f"ysepay-field-{id}", function="ysepay.encrypt_field", input={"partner_id": "unit_test", "text": text}, expect=ERROR)


def req_info(file):
    """AES-256 under the lower-case hex MD5 of the API key."""
    secret = keys.SECRETS["wechat_api_key"]
    under = lambda api_key, text: crypto.b64(crypto.aes_ecb(crypto.md5(api_key.encode()).lower().encode(), text))

    def add(id, api_key, cipher, expect, **more):
        file.add(f"wechat-req-info-{id}", function="wechat.req_info", input={"api_key": api_key, "req_info": cipher}, expect=expect, **more)

    for x in S["wechat"]["req_info"]:
        assert under(x["key"], x["plaintext"].encode()) == x["req_info"] and crypto.md5(x["key"].encode()).lower() == x["aes_key"]
        add(x["id"].split()[0].replace("/", "-"), x["key"], x["req_info"], {"text": x["plaintext"]}, source=f"published: {x['source']}; recomputed")
    good = under(secret, "<root><refund_status>SUCCESS</refund_status></root>".encode())
    for id, text in (("empty", ""), ("whole-block", "<root>12345</root"), ("chinese", "<root><refund_recv_accout>支付用户零钱</refund_recv_accout></root>")):
        add(id, secret, under(secret, text.encode()), {"text": text})
    add("other-api-key", "8" * 32, good, ERROR)
    add("not-utf-8", secret, under(secret, "退款".encode("gbk")), ERROR)
    raw = base64.b64decode(good)
    for id, cipher in (("nothing", ""), ("cut", crypto.b64(raw[:-1])), ("last-block-missing", crypto.b64(raw[:-16])), ("not-base64", "!" + good[1:]), ("url-safe", good.replace("+", "-").replace("/", "_")), ("no-fill", good.rstrip("="))):
        if cipher != good:
            add(id, secret, cipher, ERROR)


def ysepay(file):
    for part in (sm3, sm4, sm2_, containers, des):
        part(file)
    return file


def wechat(file):
    req_info(file)
    return file
