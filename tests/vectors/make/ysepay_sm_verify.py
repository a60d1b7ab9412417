"""Replies signed SM3withSM2, in both encodings, and everything that is nearly such a signature."""

import itertools

import crypto
import keys
import sm2
import ysepay
import ysepay_others
from reply import MISMATCH, reply, unknown
from vectors import base64, pem
from wire import Raw, string
from ysepay_sm import MERCHANT, PLATFORM, config, signature
from ysepay_verify import BOUND, CLOSED, CONTENT, MAYBE, MISCONFIGURED, biz
from ysepay_verify import envelope as rsa_envelope

BAD = unknown("signature", evidence="none")
GBK = {"Content-Type": "application/json;charset=GBK"}
R, S = crypto.sm(PLATFORM, CONTENT.encode())
DER, RAW = sm2.der(R, S), sm2.raw(R, S)


def enclosed(sign, text=CONTENT, *, charset="utf-8", last=False, name=ysepay.RESPONSE):
    """A reply with this text, base64 or not, as its sign."""
    sign, content = f'"sign":{string(sign)}', f"{string(name)}:{text}"
    return ("{" + (f"{content},{sign}" if last else f"{sign},{content}") + "}").encode(charset)


def envelope(encoding, text=CONTENT, *, signed=None, key=PLATFORM, user_id=sm2.USER_ID, charset="utf-8", last=False, name=ysepay.RESPONSE):
    over = (text if signed is None else signed).encode(charset)
    return enclosed(signature(encoding, *crypto.sm(key, over, user_id)), text, charset=charset, last=last, name=name)


def good_cases(encoding):
    """Right signatures in the encoding of the account."""
    plain = config(encoding)
    yield "closed", plain, reply(envelope(encoding)), CLOSED
    yield "typo-sign-last", plain, reply(envelope(encoding, biz("10000", "SUCCES"), last=True)), CLOSED
    yield "failed", plain, reply(envelope(encoding, biz("10000", "FAILED"))), {"outcome": "refused", **BOUND}
    yield "access-forbidden", plain, reply(envelope(encoding, biz("40004", "absent", sub="ACQ.ACCESS_FORBIDDEN"))), MISCONFIGURED
    yield "system-error", plain, reply(envelope(encoding, biz("40004", "absent", sub="ACQ.SYSTEM_ERROR"))), unknown("unlisted", **BOUND)
    yield "contradiction", plain, reply(envelope(encoding, biz("10000", "SUCCESS", sub="ACQ.SYSTEM_ERROR"))), unknown("contradiction", contradiction=True)
    for name in ("total_amount", "out_trade_no", "refund_state"):
        yield f"of-another-call-{name}", plain, reply(envelope(encoding, biz("10000", "SUCCESS", (name, "1")))), MISMATCH
    yield "stranger", plain, reply(envelope(encoding, biz("10000", "SUCCESS", ("trace", None)))), MAYBE
    yield "stranger-refused", plain, reply(envelope(encoding, biz("10000", "FAILED", ("trace", "x")))), {"outcome": "refused", **BOUND}
    url, escaped = biz("10000", "SUCCESS", ("url", "https://x.example/a")), biz("10000", "SUCCESS", ("url", Raw('"https:\\/\\/x.example\\/a"')))
    yield "slash-escaped-signed-plain", plain, reply(envelope(encoding, escaped, signed=url)), MAYBE
    yield "slash-plain-signed-escaped", plain, reply(envelope(encoding, url, signed=escaped)), BAD
    chinese = biz("10000", "SUCCESS", msg="解约成功")
    yield "utf8-chinese", plain, reply(envelope(encoding, chinese)), CLOSED
    for name, codec in (("GBK", "gbk"), ("GB2312", "gb2312")):
        yield f"{codec}-chinese", config(encoding, charset=name), reply(envelope(encoding, chinese, charset=codec), headers=GBK), CLOSED
    in_utf8 = signature(encoding, *crypto.sm(PLATFORM, chinese.encode()))
    yield "gbk-signed-in-utf8", config(encoding, charset="GBK"), reply(enclosed(in_utf8, chinese, charset="gbk"), headers=GBK), BAD
    for user_id in ("unit_test", "A", "i" * 200):
        yield f"user-id-of-{len(user_id)}", config(encoding, user_id), reply(envelope(encoding, user_id=user_id)), CLOSED
    yield "user-id-given", config(encoding, sm2.USER_ID), reply(envelope(encoding)), CLOSED
    yield "http-500", plain, reply(envelope(encoding), 500), unknown("http_500")
    yield "duplicate-code", plain, reply(envelope(encoding, biz("10000", "SUCCESS", ("code", "40004")))), unknown("parse")
    yield "unknow-signed", plain, reply(envelope(encoding, name="unknow_response")), unknown()
    for id, r_below, s_below in (("r-of-31-bytes", 2**247, sm2.N), ("s-of-31-bytes", sm2.N, 2**247), ("r-of-30-bytes", 2**240, sm2.N), ("both-below-2-255", 2**255, 2**255)):
        text, numbers = searched(lambda r, s: r < r_below and s < s_below)
        yield f"{id}", plain, reply(enclosed(signature(encoding, *numbers), text)), MAYBE
    text, numbers = searched(lambda r, s: min(r, s) >= 2**255)
    yield "both-above-2-255", plain, reply(enclosed(signature(encoding, *numbers), text)), MAYBE


def searched(wanted):
    """A reply's object, counted up until its signature has the wanted shape."""
    d, k = keys.number(PLATFORM), 1 + int.from_bytes(sm2.sm3(b"a number for the searches"), "big") % (sm2.N - 1)
    public, x, inverse = sm2.point(d), sm2.times(k)[0], pow(1 + d, -1, sm2.N)
    head = sm2.za(public, sm2.USER_ID.encode())
    for turn in itertools.count():
        text = biz("10000", "SUCCESS", ("trace", str(turn)))
        r = (int.from_bytes(sm2.sm3(head + text.encode()), "big") + x) % sm2.N
        s = inverse * (k - r * d) % sm2.N
        if wanted(r, s):
            crypto.LEDGER.append((f"sm2:{sm2.USER_ID}", PLATFORM, text.encode(), sm2.der(r, s)))
            return text, (r, s)


def wrong_number_cases(encoding):
    """Two numbers that are no signature of this text."""
    n = sm2.N
    pairs = {"r-zero": (0, S), "s-zero": (R, 0), "both-zero": (0, 0), "r-is-n": (n, S), "s-is-n": (R, n), "s-is-n-plus-1": (R, n + 1), "r-all-ones": (2**256 - 1, S), "swapped": (S, R),
             "sum-is-n": (R, n - R), "r-negated": (n - R, S), "s-negated": (R, n - S), "r-plus-1": (R + 1, S), "s-minus-1": (R, S - 1), "r-flipped-bit": (R ^ 1 << 200, S), "s-flipped-bit": (R, S ^ 1 << 200),
             "one-and-one": (1, 1)}
    for id, numbers in pairs.items():
        yield id, config(encoding), reply(enclosed(signature(encoding, *numbers))), BAD


def wrong_text_cases(encoding):
    """Right signatures of something else or by somebody else."""
    plain = config(encoding)
    yield "tampered-status", plain, reply(envelope(encoding, signed=biz("10000", "FAILED"))), BAD
    yield "blanks-dropped", plain, reply(envelope(encoding, CONTENT.replace(",", ", "), signed=CONTENT)), BAD
    yield "merchant-key", plain, reply(envelope(encoding, key=MERCHANT)), BAD
    yield "other-key", plain, reply(envelope(encoding, key="standard_sm2")), BAD
    for id, other in (("other-user-id", "1234567812345679"), ("partner-id-as-user-id", "unit_test"), ("empty-user-id", "")):
        yield id, plain, reply(enclosed(signature(encoding, *sm2.sign(keys.number(PLATFORM), other, CONTENT.encode())))), BAD
    yield "default-user-id-for-another", config(encoding, "unit_test"), reply(envelope(encoding)), BAD
    d, data = keys.number(PLATFORM), CONTENT.encode()
    digests = {"without-user-id": sm2.sm3(data), "sha256": crypto.hashlib.sha256(sm2.za(sm2.point(d), sm2.USER_ID.encode()) + data).digest(),
               "hashed-twice": sm2.b32(sm2.e(sm2.point(d), sm2.USER_ID.encode(), sm2.sm3(data)))}
    for id, digest in digests.items():
        numbers = sm2.with_k(d, int.from_bytes(digest, "big"), 2**200 + 1)
        yield id, plain, reply(enclosed(signature(encoding, *numbers))), BAD
    yield "signed-with-rsa", plain, reply(rsa_envelope(CONTENT)), BAD
    yield "rsa-account", ysepay.config(), reply(envelope(encoding)), BAD
    right = signature(encoding, R, S)
    spelt = {"url-safe": right.replace("+", "-").replace("/", "_"), "no-fill": right.rstrip("="), "line-break": right[:64] + "\n" + right[64:], "blank-after": right + " ", "cut": right[:-4],
             "empty": "", "blank": " ", "hex": (DER if encoding == "der" else RAW).hex(), "base64-of-hex": crypto.b64((DER if encoding == "der" else RAW).hex().encode())}
    for id, sign in spelt.items():
        if sign != right:
            yield f"sign-{id}", plain, reply(enclosed(sign)), BAD
    yield "sign-absent", plain, reply(f'{{"{ysepay.RESPONSE}":{CONTENT}}}'), BAD
    for at in (0, 1, 3, 5, 20, 40, 50, 63):
        flipped = bytearray(DER if encoding == "der" else RAW)
        flipped[at] ^= 0x10
        yield f"flipped-byte-{at}", plain, reply(enclosed(crypto.b64(flipped))), BAD


def der_cases():
    """The right numbers, not in DER."""
    r, s = sm2.integer(R), sm2.integer(S)
    seq = lambda *parts: sm2.element(0x30, b"".join(parts))
    assert max(len(r), len(s)) == 35
    longer = lambda number, fill: sm2.element(2, fill + number[2:])
    spelt = {"r-with-a-zero-too-many": seq(longer(r, b"\0"), s), "s-with-a-zero-too-many": seq(r, longer(s, b"\0")), "s-with-many-zeros": seq(r, longer(s, bytes(20))),
             "r-minus-n": sm2.der(R - sm2.N, S), "s-minus-n": sm2.der(R, S - sm2.N), "minus-r": sm2.der(-R, S), "minus-s": sm2.der(R, -S), "r-plus-n": sm2.der(R + sm2.N, S), "s-plus-n": sm2.der(R, S + sm2.N),
             "s-plus-many-n": sm2.der(R, S + (sm2.N << 256)), "sign-byte-missing": seq(sm2.element(2, sm2.b32(R)), sm2.element(2, sm2.b32(S))),
             "long-length": b"\x30\x81" + DER[1:], "longer-length": b"\x30\x82\0" + DER[1:], "long-inner-length": seq(b"\x02\x81" + r[1:], s), "indefinite-length": b"\x30\x80" + r + s + b"\0\0",
             "byte-behind": DER + b"\0", "twice": DER + DER, "null-inside": seq(r, s, b"\x05\0"), "third-number": seq(r, s, b"\x02\x01\x01"), "one-number": seq(r), "no-number": seq(),
             "no-sequence": r + s, "set": b"\x31" + DER[1:], "octet-strings": seq(sm2.element(4, sm2.b32(R)), sm2.element(4, sm2.b32(S))), "in-an-octet-string": sm2.element(4, DER), "in-a-sequence": seq(DER),
             "raw-in-an-octet-string": sm2.element(4, RAW), "empty-integers": seq(b"\x02\0", b"\x02\0"), "cut": DER[:-1], "length-too-long": b"\x30" + bytes([DER[1] + 1]) + DER[2:], "length-too-short": b"\x30" + bytes([DER[1] - 1]) + DER[2:],
             "high-tag": b"\x3f" + DER[1:], "huge-length": b"\x30\x84\xff\xff\xff\xff" + DER[2:], "only-a-tag": b"\x30"}
    for id, sign in spelt.items():
        assert sign != DER, id
        yield id, config("der"), reply(enclosed(crypto.b64(sign))), BAD
    yield "raw-signature", config("der"), reply(envelope("raw")), BAD
    yield "default-is-der", config(), reply(envelope("der")), CLOSED
    yield "default-is-not-raw", config(), reply(envelope("raw")), BAD


def raw_cases():
    """The right numbers, not in twice 32 bytes."""
    text, (r, s) = searched(lambda r, s: r < 2**247)
    spelt = {"63-bytes": RAW[:-1], "65-bytes": RAW + b"\0", "zero-before": b"\0" + RAW, "four-before": b"\x04" + RAW, "r-alone": RAW[:32], "s-first": RAW[32:] + RAW[:32], "little-endian": RAW[31::-1] + RAW[:31:-1],
             "thrice-32": RAW + RAW[:32], "33-bytes-each": b"\0" + RAW[:32] + b"\0" + RAW[32:], "zeros": bytes(64), "ones": b"\xff" * 64}
    for id, sign in spelt.items():
        yield id, config("raw"), reply(enclosed(crypto.b64(sign))), BAD
    short = r.to_bytes(31, "big") + sm2.b32(s)
    yield "short-r-not-filled", config("raw"), reply(enclosed(crypto.b64(short), text)), BAD
    yield "der-signature", config("raw"), reply(envelope("der")), BAD


def key_cases():
    """The platform's and the merchant's key in the forms they are handed out in."""
    body = reply(envelope("der"))
    for form, source in (("spki_pem", pem), ("spki_base64", base64), ("cert_base64", base64)):
        yield f"platform-{form}", config(gateway=source(f"{PLATFORM}.{form}")), body, CLOSED
    yield "merchant-pkcs8_base64", config(private=base64(f"{MERCHANT}.pkcs8_base64")), body, CLOSED
    sealed = {**base64(f"{MERCHANT}.cfca"), "password": keys.SAMPLES["ysepay"]["cfca"]["password"]}
    yield "merchant-cfca-container", config(private=sealed), body, CLOSED


def cases():
    """(id, config, reply, expect)"""
    for encoding, odd in (("der", der_cases), ("raw", raw_cases)):
        for id, *rest in itertools.chain(good_cases(encoding), wrong_number_cases(encoding), wrong_text_cases(encoding), odd()):
            yield f"sm-{encoding}-{id}", *rest
    for id, *rest in key_cases():
        yield f"sm-{id}", *rest
    yield "sm-unknow-unsigned", config(), reply(f'{{"unknow_response":{biz("40001", "absent")}}}'), unknown(evidence="none")


def verify():
    """The replies to RSA accounts, then those to SM accounts."""
    file = ysepay_others.verify()
    for id, conf, what, expect in cases():
        file.add(f"ysepay-verify-{id}", config=conf, call=ysepay.call(), reply=what, expect=expect,
                 source="worked out by hand from the rules for ysepay and GB/T 32918 with Python integers",
                 checked="the openssl command line takes the right signatures and refuses the wrong ones; outcome read off the table")
    return file
