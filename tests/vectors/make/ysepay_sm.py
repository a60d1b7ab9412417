"""YSEPay accounts with sign_type SM: their configuration, and what is refused of it."""

import crypto
import keys
import sm2
import ysepay
from refuse import Refusals
from vectors import base64, pem

MERCHANT, PLATFORM = "ysepay_merchant_sm2", "ysepay_platform_sm2"


def config(encoding=None, user_id=None, charset=None, private=None, gateway=None):
    """Settings that are None are left to their defaults: DER, 1234567812345678, UTF-8."""
    settings = {"sm2_encoding": encoding, "sm2_user_id": user_id}
    out = ysepay.config(charset, private or pem(f"{MERCHANT}.pkcs8_pem"), gateway or pem(f"{PLATFORM}.cert_pem"))
    out["account"] |= {"sign_type": "SM", **{name: value for name, value in settings.items() if value is not None}}
    return out


def signature(encoding, r, s):
    """Base64, in one of the two encodings."""
    return crypto.b64(sm2.der(r, s) if encoding == "der" else sm2.raw(r, s))


def refusals(file):
    r = Refusals(file, config(), ysepay.call())
    rsa = Refusals(file, ysepay.config(), ysepay.call())
    for id, key in (("pkcs8-pem", pem("ysepay_merchant.pkcs8_pem")), ("pkcs1-base64", base64("ysepay_merchant.pkcs1_base64"))):
        r.account(f"sm-private_key-rsa-{id}", "private_key", key, reason="wrong_type")
    for id, key in (("spki", pem("ysepay_platform.spki_pem")), ("cert", base64("ysepay_platform.cert_base64"))):
        r.account(f"sm-gateway_public_key-rsa-{id}", "gateway_public_key", key, reason="wrong_type")
    for encoding, form in (("pem", pem), ("base64", base64)):
        rsa.account(f"rsa-private_key-sm2-{encoding}", "private_key", form(f"{MERCHANT}.pkcs8_{encoding}"), reason="wrong_type")
        for kind in ("spki", "cert"):
            rsa.account(f"rsa-gateway_public_key-sm2-{kind}-{encoding}", "gateway_public_key", form(f"{PLATFORM}.{kind}_{encoding}"), reason="wrong_type")
        r.account(f"sm-private_key-is-public-{encoding}", "private_key", form(f"{MERCHANT}.spki_{encoding}"), reason="public_key")
        r.account(f"sm-private_key-is-a-certificate-{encoding}", "private_key", form(f"{MERCHANT}.cert_{encoding}"), reason="certificate")
        r.account(f"sm-gateway_public_key-is-private-{encoding}", "gateway_public_key", form(f"{PLATFORM}.pkcs8_{encoding}"), reason="private_key")
    r.account("sm-private_key-elliptic", "private_key", pem("elliptic.pkcs8_pem"))
    r.account("sm-gateway_public_key-elliptic", "gateway_public_key", pem("elliptic.spki_pem"))
    numbers(r)
    for id, value in {"upper-case": "DER", "raw-upper-case": "RAW", "asn1": "asn1", "hex": "hex", "empty": "", "blank-after": "der ", "number": 1, "true": True, "array": ["raw"]}.items():
        r.account(f"sm2_encoding-{id}", "sm2_encoding", value)
    for id, value in {"empty": "", "8192-bytes": "i" * 8192, "number": 1234567812345678, "array": ["1234567812345678"]}.items():
        r.account(f"sm2_user_id-{id}", "sm2_user_id", value)
    for name in ("sm", "SM2", "SM3withSM2", "RSA,SM"):
        r.account(f"sign_type-{name}-with-sm2-keys", "sign_type", name)
    r.order("sm-protocol_no-21-characters", "protocol_no", "K" * 21)
    r.order("sm-protocol_no-emoji-in-gbk", "protocol_no", "K\U0001f600", config=config(charset="GBK"))


def numbers(r):
    """Private numbers outside 1 to n - 2, a private number with the public point of another one, points off the curve."""
    good, other = keys.number(MERCHANT), sm2.point(keys.number(PLATFORM))
    point = sm2.point(good)
    for id, d in (("zero", 0), ("n-minus-1", sm2.N - 1), ("n", sm2.N), ("all-ones", 2**256 - 1)):
        r.account(f"sm-private_key-{id}", "private_key", {"pem": keys.sm2_pem(d, point, "pkcs8")})
    r.account("sm-private_key-with-another-public-point", "private_key", {"pem": keys.sm2_pem(good, other, "pkcs8")}, reason="inconsistent")
    off = {"off-the-curve": point[:-1] + bytes([point[-1] ^ 1]), "zeros": b"\x04" + bytes(64), "x-beyond-the-field": b"\x04" + b"\xff" * 32 + point[33:],
           "coordinates-swapped": b"\x04" + point[33:] + point[1:33], "cut": point[:-1], "infinity": b"\0"}
    for id, bad in off.items():
        r.account(f"sm-gateway_public_key-{id}", "gateway_public_key", {"pem": keys.sm2_pem(good, bad, "spki")})
