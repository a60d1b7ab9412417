"""One number, spelled in many ways: curves written out, zeros too many or too few, keys of which a part was left out."""

import dataclasses
import math

import arithmetic
import base
import der
import forms_java
import sm2
import text
from certificates import Certificate
from corpus import PASSWORD, RSA_PRIVATE, RSA_PUBLIC, SM2_CERTIFICATE, SM2_PRIVATE, SM2_PUBLIC, Case, Error, Load, fails
from private import RSA_ENCRYPTION
from tools import openssl

EC = der.oid("1.2.840.10045.2.1")
P = int("fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff", 16)
A, B = P - 3, int("28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93", 16)
G = bytes.fromhex("0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0")
ORDER = int.from_bytes(sm2.ORDER, "big")


def curve(p=P, a=A, b=B, g=G, n=ORDER, cofactor=1, seed=None, width=32, version=1):
    """X9.62 ECParameters."""
    seed = [der.bits(seed)] if seed else []
    coefficients = [der.octets(number.to_bytes(width, "big")) for number in (a, b)]
    parts = [der.integer(version), der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(p)), der.sequence(*coefficients, *seed), der.octets(g)]
    return der.sequence(*parts, der.integer(n), *([der.integer(cofactor)] if cofactor else []))


def pkcs8(key, parameters, inner=None):
    return der.sequence(der.integer(0), der.sequence(EC, parameters), der.octets(inner or sm2.sec1(key.d, key.point, curve=False)))


def sec1(key, parameters):
    return der.sequence(der.integer(1), der.octets(key.d), der.tlv(0xA0, parameters), der.tlv(0xA1, der.bits(key.point)))


def _curves():
    key, platform = base.key("sm2_merchant"), base.key("sm2_platform")
    private, public = Load("sm2_merchant"), Load(public=("sm2_platform",))
    compressed = bytes([2 + G[-1] % 2]) + G[1:33]
    explicit = openssl("ec -param_enc explicit", key.pem)
    for id, data, by, extension in (
        ("openssl-sec1", explicit, "openssl ec -param_enc explicit", "pem"),
        ("openssl-pkcs8", openssl("pkcs8 -topk8 -nocrypt", explicit), "openssl ec -param_enc explicit, pkcs8 -topk8", "pem"),
        ("openssl-compressed", openssl("ec -param_enc explicit -conv_form compressed -outform DER", key.pem), "openssl ec -conv_form compressed", "der"),
        ("bouncycastle-pkcs8", forms_java.file("sm2-explicit.der"), "BouncyCastle: a curve without a name", "der"),
        ("bouncycastle-encrypted", forms_java.file("sm2-explicit-encrypted.der"), "BouncyCastle: a curve without a name, PBES2", "der"),
        ("no-cofactor", pkcs8(key, curve(cofactor=None)), "Python: without the cofactor", "der"),
        ("seed", pkcs8(key, curve(seed=bytes(20))), "Python: with a seed", "der"),
        ("padded", pkcs8(key, curve(width=33)), "Python: coefficients of 33 bytes", "der"),
        ("base-compressed", pkcs8(key, curve(g=compressed)), "Python: a compressed base point", "der"),
        ("version-3", sec1(key, curve(version=3)), "Python: SEC1, version 3 of the parameters", "der"),
        ("inside-only", pkcs8(key, der.NULL, sec1(key, curve())), "Python: PKCS#8 with NULL, the curve in the inner key", "der"),
        ("inside-named", pkcs8(key, der.NULL, sm2.sec1(key.d, key.point)), "Python: PKCS#8 with NULL, the curve's name in the inner key", "der"),
    ):
        password = PASSWORD if "encrypted" in id else None
        yield Case(f"sm2-explicit-{id}", f"sm2-explicit-{id}.{extension}", data, by, private, SM2_PRIVATE, password)
    spki = der.sequence(der.sequence(EC, curve()), der.bits(platform.point))
    for id, data, by, extension in (
        ("openssl-spki", openssl("ec -pubout -param_enc explicit", platform.pem), "openssl ec -pubout -param_enc explicit", "pem"),
        ("spki", spki, "Python", "der"),
        ("spki-base64", text.one_line(spki), "Python: one line of base64", "txt"),
    ):
        yield Case(f"sm2-explicit-{id}", f"sm2-explicit-{id}.{extension}", data, by, public, SM2_PUBLIC)
    command = 'req -x509 -new -key {key} -sm3 -subj "/C=CN/O=TEST ONLY/CN=TEST ONLY written out" -set_serial 0x3010 -days 3650 -outform DER'
    made = openssl(command, key=openssl("ec -param_enc explicit", platform.pem))
    yield Case("sm2-explicit-certificate", "sm2-explicit-certificate.cer", made, f"openssl ec -param_enc explicit, {command}", Load(certificates=(Explicit(made, "sm2_platform"),)), SM2_CERTIFICATE)
    other = openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit")
    named = base.Tls(openssl("ec -pubin -inform DER -param_enc named_curve -outform DER", openssl("pkey -pubout -outform DER", other)))
    no = _no("p-256-explicit-private", other, "openssl genpkey -pkeyopt ec_param_enc:explicit", "pem", ("sm2_private", "rsa_private"), "private")
    yield dataclasses.replace(no, load=Load(named))
    yield _no("p-256-explicit-public", openssl("pkey -pubout", other), "openssl pkey -pubout", "pem", ("sm2_public",))
    for id, parameters in (("b", curve(b=B ^ 1)), ("base", curve(g=base.key("sm2_other").point)), ("order", curve(n=ORDER - 2)), ("cofactor", curve(cofactor=2)), ("a", curve(a=A - 1))):
        yield _no(f"sm2-explicit-other-{id}", pkcs8(key, parameters), f"Python: SM2's curve but for {id}", "der", ("sm2_private",), "private")


class Explicit(Certificate):
    """One that `cryptography` does not read: openssl says what is in it."""

    def facts(self, private=None):
        import reader

        return {**reader.certificate(arithmetic.named(self.der)), "matches": None if private is None else private == self.key}


def _no(id, data, by, extension, roles, foreign=None, reason="unsupported"):
    return Case(id, f"{id}.{extension}", data, by, Error(reason), fails(reason, *roles), foreign=foreign)


def _digits():
    nibble, zero, merchant = base.key("sm2_nibble"), base.key("sm2_zero"), base.key("sm2_merchant")
    digits = lambda key: key.d.hex().lstrip("0")
    assert len(digits(nibble)) == 63 and len(digits(zero)) in (61, 62)
    text_of = lambda data: "\n    ".join(":".join(f"{byte:02x}" for byte in data[at : at + 15]) for at in range(0, len(data), 15)).encode()
    for id, name, data, by in (
        ("hex-63", "sm2_nibble", digits(nibble), "BigInteger.toString(16): 63 digits"),
        ("hex-62", "sm2_zero", digits(zero), "BigInteger.toString(16): two digits or three lost"),
        ("hex-63-0x-upper", "sm2_nibble", "0X" + digits(nibble).upper() + "\r\n", "0X and capitals, 63 digits"),
        ("hex-68", "sm2_merchant", "0000" + merchant.d.hex(), "two zero bytes before it"),
        ("hex-65", "sm2_merchant", "0" + merchant.d.hex(), "a zero before it"),
        ("hex-colons", "sm2_merchant", text_of(b"\0" + merchant.d), "as openssl pkey -text prints it"),
        ("hex-blanks", "sm2_merchant", merchant.d.hex(" ", 4), "in groups of eight"),
        ("hex-two-lines", "sm2_merchant", merchant.d.hex()[:32] + "\r\n" + merchant.d.hex()[32:], "in two lines"),
        ("base64-32", "sm2_merchant", text.one_line(merchant.d), "base64 of the bare number, as hutool"),
        ("base64-31", "sm2_zero", text.one_line(zero.d.lstrip(b"\0")), "base64 of the number without its zero byte"),
        ("base64-33", "sm2_merchant", text.one_line(b"\0" + merchant.d) + b"\n", "base64 of BigInteger.toByteArray"),
        ("base64-of-hex", "sm2_merchant", text.one_line(merchant.d.hex().encode()), "base64 of the hexadecimal"),
    ):
        data = data.encode() if isinstance(data, str) else data
        yield Case(f"sm2-{id}", f"sm2-{id}.txt", data, f"Python: {by}", Load(name), SM2_PRIVATE)
    platform, short = base.key("sm2_platform"), base.key("sm2_x_zero")
    compressed = bytes([2 + platform.point[-1] % 2]) + platform.point[1:33]
    for id, key, data, by in (
        ("public-hex-129", platform, platform.point.hex()[1:], "BigInteger.toString(16) of 04, x, y: the first zero lost"),
        ("public-hex-65", platform, compressed.hex()[1:], "the same of the compressed point"),
        ("public-hex-128", platform, platform.point[1:].hex(), "x, y"),
        ("public-hex-126", short, short.point[1:].hex().lstrip("0"), "x, y as a number: the zeros of x lost"),
        ("public-hex-colons", platform, text_of(platform.point), "as openssl pkey -text prints it"),
        ("public-base64-65", platform, text.one_line(platform.point), "base64 of the point, as hutool"),
        ("public-base64-64", platform, text.one_line(platform.point[1:]), "base64 of x, y"),
        ("public-base64-33", platform, text.one_line(compressed), "base64 of the compressed point"),
        ("public-hybrid", platform, bytes([6 + platform.point[-1] % 2]).hex() + platform.point[1:].hex(), "X9.62 hybrid"),
    ):
        data = data.encode() if isinstance(data, str) else data
        yield Case(f"sm2-{id}", f"sm2-{id}.txt", data, f"Python: {by}", Load(public=(key.name,)), SM2_PUBLIC)
    yield _no("sm2-hex-55", merchant.d.hex()[:55].encode(), "Python: 55 digits are no whole number", "txt", ("sm2_private",), reason="truncated")
    off = platform.point[:-1] + bytes([platform.point[-1] ^ 1])
    yield _no("sm2-public-hex-129-off-curve", off.hex()[1:].encode(), "Python: 129 digits, a point beside the curve", "txt", ("sm2_public",), reason="malformed")
    yield _no("sm2-public-base64-off-curve", text.one_line(off), "Python: base64 of a point beside the curve", "txt", ("sm2_public",), reason="malformed")
    platform_spki = lambda point: der.sequence(sm2.EC_SM2, der.bits(point))
    for id, point in (("hybrid", bytes([6 + platform.point[-1] % 2]) + platform.point[1:]), ("octets", der.octets(platform.point)), ("bare", platform.point[1:])):
        yield Case(f"sm2-spki-{id}", f"sm2-spki-{id}.der", platform_spki(point), f"Python: the point {id}", Load(public=("sm2_platform",)), SM2_PUBLIC)
    padded = sm2.pkcs8(sm2.sec1(bytes(3) + merchant.d, merchant.point))
    yield Case("sm2-pkcs8-padded", "sm2-pkcs8-padded.der", padded, "Python: three zero bytes before the number", Load("sm2_merchant"), SM2_PRIVATE)
    sec1 = sm2.sec1(bytes(2) + merchant.d, merchant.point)
    yield Case("sm2-sec1-padded", "sm2-sec1-padded.der", sec1, "Python: SEC1, two zero bytes before the number", Load("sm2_merchant"), SM2_PRIVATE)


def _padded(number, zeros=2):
    return der.tlv(0x02, bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _rsa():
    key, e3, weak = base.key("merchant"), base.key("rsa_e3"), base.key("rsa_1024")
    wrap = lambda pkcs1: der.sequence(der.integer(0), RSA_ENCRYPTION, der.octets(pkcs1))
    bare = lambda numbers: der.sequence(*map(der.integer, numbers))
    only = lambda key, e=0: bare([0, key.numbers[1], e, key.numbers[3], 0, 0, 0, 0, 0])
    version, n, e, d, p, q, *crt = key.numbers
    merchant, weak_roles = Load("merchant"), {"rsa_private": "weak", "rsa_private_weak": "ok"}
    for id, data, by, load, roles in (
        ("jdk", forms_java.file("rsa-n-d.der"), "JDK: KeyFactory, RSAPrivateKeySpec(n, d)", merchant, RSA_PRIVATE),
        ("bouncycastle", forms_java.file("rsa-n-d-bc.der"), "BouncyCastle: KeyFactory, RSAPrivateKeySpec(n, d)", merchant, RSA_PRIVATE),
        ("e3", wrap(only(e3)), "Python: n and d of a key whose e is 3", Load("rsa_e3"), RSA_PRIVATE),
        ("1024", only(weak), "Python: PKCS#1 with n and d of 1024 bits", Load("rsa_1024"), weak_roles),
        ("with-e", only(key, e), "Python: PKCS#1 with n, e and d", merchant, RSA_PRIVATE),
        ("without-crt", bare([0, n, e, d, p, q, 0, 0, 0]), "Python: PKCS#1 without dp, dq and qinv", merchant, RSA_PRIVATE),
        ("without-e", bare([0, n, 0, d, p, q, *crt]), "Python: PKCS#1 without e", merchant, RSA_PRIVATE),
        ("zeros", der.sequence(*map(_padded, key.numbers)), "Python: two zero bytes before each number", merchant, RSA_PRIVATE),
        ("no-zeros", der.sequence(*(_padded(number, not number) for number in key.numbers)), "Python: no zero byte before any", merchant, RSA_PRIVATE),
        ("zeros-pkcs8", wrap(der.sequence(*map(_padded, key.numbers))), "Python: PKCS#8 with two zero bytes before each", merchant, RSA_PRIVATE),
    ):
        yield Case(f"rsa-numbers-{id}", f"rsa-numbers-{id}.der", data, by, load, roles)
    group = (p - 1) * (q - 1)
    rare = next(pow(e, -1, group) for e in (5, 7, 11, 13, 17, 19, 23, 29) if math.gcd(e, group) == 1)
    for id, numbers in (("d", [0, n, 0, base.key("other").numbers[3], 0, 0, 0, 0, 0]), ("e", [0, n, 3, d, 0, 0, 0, 0, 0]), ("e-rare", [0, n, 0, rare, 0, 0, 0, 0, 0])):
        yield _no(f"rsa-numbers-other-{id}", bare(numbers), f"Python: n and a foreign {id}", "der", ("rsa_private",), reason="inconsistent")
    bank = base.key("bank").numbers
    spki = lambda zeros: der.sequence(RSA_ENCRYPTION, der.bits(der.sequence(_padded(bank[1], zeros), _padded(bank[2], zeros))))
    for id, data in (("zeros", spki(3)), ("no-zeros", spki(0))):
        yield Case(f"rsa-spki-{id}", f"rsa-spki-{id}.der", data, f"Python: SPKI, {id.replace('-', ' ')} before its numbers", Load(public=("bank",)), RSA_PUBLIC)
    even = der.sequence(RSA_ENCRYPTION, der.bits(der.sequence(der.integer(bank[1]), der.integer(4))))
    yield _no("rsa-spki-even-exponent", even, "Python: SPKI with the exponent 4", "der", ("rsa_public",), reason="inconsistent")


def cases():
    yield from _curves()
    yield from _digits()
    yield from _rsa()
