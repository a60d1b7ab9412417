"""SM2 keys and certificates, and CFCA's container."""

import itertools

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

import base
import bouncy
import der
import encrypted
import text
from certificates import DATA, named
from corpus import PASSWORD, SM2_CERTIFICATE, SM2_PRIVATE, SM2_PUBLIC, Case, Error, Load, fails
from pfx import export
from private import BOM
from tools import openssl

MERCHANT, PLATFORM = Load("sm2_merchant"), Load(public=("sm2_platform",))
CURVE = der.oid("1.2.156.10197.1.301")
EC_SM2 = der.sequence(der.oid("1.2.840.10045.2.1"), CURVE)
#: The order of the group (GB/T 32918.5).
ORDER = bytes.fromhex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123")
OWN = {"sm2_public": "own_key", "sm2_private": "certificate"}


def _ok(id, data, by, extension="pem", load=MERCHANT, roles=SM2_PRIVATE, password=None):
    return Case(id, f"{id}.{extension}", data, by, load, roles, password)


def _refused(id, data, by, reason, extension="der", password=None, file=None, roles=("sm2_private",)):
    return Case(id, file or f"{id}.{extension}", data, by, Error(reason), fails(reason, *roles), password)


def sec1(d, point=None, curve=True):
    """ECPrivateKey (RFC 5915)."""
    parts = [der.integer(1), der.octets(d)]
    parts += [der.tlv(0xA0, CURVE)] if curve else []
    parts += [der.tlv(0xA1, der.bits(point))] if point else []
    return der.sequence(*parts)


def pkcs8(inner, algorithm=EC_SM2):
    return der.sequence(der.integer(0), algorithm, der.octets(inner))


def _private(key):
    yield Case("sm2-pkcs8-pem", "sm2-pkcs8.pem", openssl("pkcs8 -topk8 -nocrypt", key.pem), "openssl pkcs8 -topk8 -nocrypt", MERCHANT, SM2_PRIVATE)
    parameters = openssl("ecparam -name SM2")
    traditional = openssl("ec", key.pem)
    older = lambda made: made.replace(b"SM2 P", b"EC P")
    yield _ok("sm2-sec1-sm2-parameters", parameters + traditional, "openssl ecparam, openssl ec: SM2 PARAMETERS before SM2 PRIVATE KEY")
    yield _ok("sm2-sec1-ec-parameters", older(parameters + traditional), "Python: as openssl 1.1 labels them: EC PARAMETERS before EC PRIVATE KEY")
    yield _ok("sm2-sec1-ec-label", older(traditional), "Python: as openssl 1.1 and Tongsuo label it: EC PRIVATE KEY")
    locked = openssl("ec -aes256 -passout env:KEY_PASSWORD", key.pem, PASSWORD)
    yield _ok("sm2-traditional-ec-label", older(locked), "openssl ec -aes256, labelled EC PRIVATE KEY", password=PASSWORD)
    yield _ok("sm2-pem-one-line-spaces", text.spaced(traditional), "Python: line breaks lost to spaces")
    yield _ok("sm2-pem-escaped-newlines", text.escaped(key.pem), "Python: line breaks as the two characters \\n")
    for id, extension, data, by in (
        ("sm2-pkcs8-der", "der", key.pkcs8, "openssl pkcs8 -topk8 -nocrypt -outform DER"),
        ("sm2-pkcs8-base64", "txt", text.one_line(key.pkcs8), "Python: one line of base64"),
        ("sm2-sec1-pem", "pem", traditional, "openssl ec: SM2 PRIVATE KEY"),
        ("sm2-sec1-der", "der", openssl("ec -outform DER", key.pem), "openssl ec -outform DER"),
        ("sm2-sec1-no-public", "der", openssl("ec -no_public -outform DER", key.pem), "openssl ec -no_public -outform DER"),
        ("sm2-pkcs8-v2", "der", bouncy.file("sm2-pkcs8-v2.der"), "BouncyCastle: OneAsymmetricKey with the public key"),
        ("sm2-pkcs8-no-public", "der", pkcs8(sec1(key.d, curve=False)), "Python: ECPrivateKey with the number only"),
        ("sm2-pkcs8-curve-twice", "der", pkcs8(sec1(key.d, key.point)), "Python: the curve in ECPrivateKey as well, as GmSSL writes"),
        ("sm2-pkcs8-bare-oid", "der", pkcs8(sec1(key.d, key.point), der.sequence(CURVE)), "Python: 1.2.156.10197.1.301 as the algorithm"),
        ("sm2-hex", "txt", key.d.hex().encode(), "Python: the number in hexadecimal"),
        ("sm2-hex-upper-newline", "txt", key.d.hex().upper().encode() + b"\r\n", "Python: in capitals, with CR LF"),
        ("sm2-hex-0x", "txt", b"0x" + key.d.hex().encode(), "Python: 0x before it"),
        ("sm2-hex-zero-byte", "txt", b"00" + key.d.hex().encode(), "Python: 33 bytes, as Java's BigInteger.toByteArray gives"),
        ("sm2-hex-bom", "txt", BOM + key.d.hex().encode(), "Python: saved by Windows Notepad as UTF-8"),
        ("sm2-traditional-aes256", "pem", locked, "openssl ec -aes256"),
        (
            "sm2-pbes2-aes-256",
            "pem",
            openssl("pkcs8 -topk8 -v2 aes-256-cbc -passout env:KEY_PASSWORD", key.pem, PASSWORD),
            "openssl pkcs8 -topk8 -v2 aes-256-cbc",
        ),
        ("sm2-pbes2-sm4-sm3", "der", bouncy.file("sm2-pbes2-sm4-sm3.der"), "BouncyCastle: PBES2 with SM4-CBC and HMAC-SM3"),
    ):
        yield _ok(id, data, by, extension, password=PASSWORD if "pbes2" in id or "traditional" in id else None)
    short = base.key("sm2_zero")
    zero = Load("sm2_zero")
    yield _ok("sm2-pkcs8-short", pkcs8(sec1(short.d.lstrip(b"\0"), short.point)), "Python: a number of 31 bytes, its zero byte left out", "der", zero)
    yield _ok("sm2-hex-leading-zero", short.d.hex().encode(), "Python: a number that begins with a zero byte", "txt", zero)


def _stores():
    own = Load("sm2_merchant", certificates=(named("sm2_merchant"),))
    for id, data, by, extension in (
        ("sm2-pfx-bouncycastle", bouncy.file("sm2.pfx"), "BouncyCastle PKCS12PfxPduBuilder", "pfx"),
        ("sm2-pfx-bouncycastle-store", bouncy.file("store-sm2.p12"), "BouncyCastle KeyStore, BER", "p12"),
        ("sm2-pfx-openssl", export(key="sm2_merchant", certificate="sm2_merchant"), "openssl pkcs12 -export", "pfx"),
        (
            "sm2-pfx-openssl-sm4-sm3",
            export("-keypbe sm4-cbc -certpbe sm4-cbc -macalg sm3", key="sm2_merchant", certificate="sm2_merchant"),
            "openssl pkcs12 -export -keypbe sm4-cbc -certpbe sm4-cbc -macalg sm3",
            "pfx",
        ),
    ):
        yield _ok(id, data, by, extension, own, password=PASSWORD)
    yield _ok("sm2-pem-key-certificate", base.key("sm2_merchant").pem + named("sm2_merchant").pem, "Python: key, then its certificate", load=own)


def _public(key):
    odd = base.key("sm2_odd")
    compressed = lambda k: bytes([2 + k.point[-1] % 2]) + k.point[1:33]
    for id, extension, data, by in (
        ("sm2-spki-pem", "pem", openssl("pkey -pubout", key.pem), "openssl pkey -pubout"),
        ("sm2-spki-der", "der", key.spki, "openssl pkey -pubout -outform DER"),
        ("sm2-spki-base64", "txt", text.one_line(key.spki), "Python: one line of base64"),
        ("sm2-spki-compressed", "der", openssl("ec -pubout -conv_form compressed -outform DER", key.pem), "openssl ec -pubout -conv_form compressed"),
        ("sm2-spki-bare-oid", "der", der.sequence(der.sequence(CURVE), der.bits(key.point)), "Python: 1.2.156.10197.1.301 as the algorithm"),
        ("sm2-public-hex", "txt", key.point.hex().encode(), "Python: 04, x, y in hexadecimal"),
        ("sm2-public-hex-upper", "txt", key.point.hex().upper().encode() + b"\n", "Python: in capitals, with a line feed"),
        ("sm2-public-hex-02", "txt", compressed(key).hex().encode(), "Python: 02, x"),
    ):
        yield _ok(id, data, by, extension, PLATFORM, SM2_PUBLIC)
    yield _ok("sm2-public-hex-03", compressed(odd).hex().encode(), "Python: 03, x", "txt", Load(public=("sm2_odd",)), SM2_PUBLIC)
    own = {"sm2_public": "own_key", "sm2_private": "public_key"}
    yield _ok(
        "sm2-public-own", base.key("sm2_merchant").spki, "openssl pkey -pubout: the merchant's own half", "der", Load(public=("sm2_merchant",)), own
    )


def _certificates():
    platform = named("sm2_platform")
    load = Load(certificates=(platform,))
    roles = SM2_CERTIFICATE | {"certificate": "wrong_type"}
    yield Case("sm2-certificate-der", "sm2-platform.cer", platform.der, "openssl req -x509 -sm3", load, roles)
    yield _ok("sm2-certificate-pem", platform.pem, "openssl x509", load=load, roles=roles)
    yield _ok("sm2-certificate-base64", text.one_line(platform.der), "Python: one line of base64", "txt", load, roles)
    synthetic = Load(certificates=(named("ysepay_sm2"),))
    yield _ok(
        "sm2-certificate-ysepay", named("ysepay_sm2").der, "the published synthetic YSEPay certificate: the merchant's own", "cer", synthetic, OWN
    )


def secret(password):
    """IV and SM4 key of CFCA's container: SM3(password ‖ 00000001)."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(password.encode() + b"\0\0\0\1")
    derived = digest.finalize()
    return derived[:16], derived[16:]


def cfca(d, certificate, password=PASSWORD):
    """CFCA's .sm2 container in DER."""
    data, sm4 = der.oid("1.2.156.10197.6.1.4.2.1"), der.oid("1.2.156.10197.1.104")
    iv, key = secret(password)
    private = der.sequence(data, sm4, der.octets(encrypted.cbc(algorithms.SM4, key, iv, d)))
    return der.sequence(der.integer(1), private, der.sequence(data, der.octets(certificate)))


def _pads(cipher, password):
    iv, key = secret(password)
    decryptor = Cipher(algorithms.SM4(key), modes.CBC(cipher[-32:-16])).decryptor()
    return decryptor.update(cipher[-16:])[-1] == 1


def _containers():
    roles = SM2_PRIVATE
    given, zero = Load("sm2_merchant", certificates=(named("ysepay_sm2"),)), Load("sm2_zero", certificates=(named("sm2_zero"),))
    yield _ok("cfca", (DATA / "ysepay.sm2").read_bytes(), "the published synthetic YSEPay container", "sm2", given, roles, PASSWORD)
    own, key = Load("sm2_merchant", certificates=(named("sm2_merchant"),)), base.key("sm2_merchant")
    made = cfca(key.d, named("sm2_merchant").der)
    by = "Python: SM3, SM4-CBC and DER"
    for id, data, how in (
        ("cfca-base64-64", text.wrapped(made), "base64 in lines of 64"),
        ("cfca-base64-76-crlf", text.wrapped(made, 76, b"\r\n"), "base64 in lines of 76 with CR LF"),
        ("cfca-der", made, "DER, not base64"),
        ("cfca-pem", text.pem("SM2 PRIVATE KEY", made), "PEM with an invented label"),
    ):
        yield _ok(id, data, f"{by}; {how}", "sm2", own, roles, PASSWORD)
    chinese, short = encrypted.CHINESE, base.key("sm2_zero")
    yield _ok("cfca-chinese-password", text.one_line(cfca(key.d, named("sm2_merchant").der, chinese)), by, "sm2", own, roles, chinese)
    certificate = named("sm2_zero").der
    yield _ok(
        "cfca-leading-zero", text.one_line(cfca(short.d, certificate)), f"{by}; the number begins with a zero byte", "sm2", zero, roles, PASSWORD
    )
    yield _ok("cfca-31-bytes", text.one_line(cfca(short.d[1:], certificate)), f"{by}; its zero byte left out", "sm2", zero, roles, PASSWORD)
    yield _refused("cfca-wrong-password", None, "the file of cfca", "wrong_password", password="654321", file="cfca.sm2")
    yield _refused("cfca-password-missing", None, "the file of cfca", "password_missing", file="cfca.sm2")
    cipher = der.children(der.children(der.split(made)[1])[1][1])[2][1]
    wrong = next(p for p in map(str, itertools.count(100000)) if p != PASSWORD and _pads(cipher, p))
    yield _refused(
        "cfca-wrong-password-that-pads",
        None,
        "the file of cfca-der; this wrong password gives a correct padding byte",
        "wrong_password",
        password=wrong,
        file="cfca-der.sm2",
    )
    yield _refused("cfca-truncated", text.one_line(made)[:400], f"{by}; the first 400 characters", "truncated", "sm2", PASSWORD)


def _broken(key):
    other = base.key("sm2_other").point
    yield _refused("sm2-inconsistent", pkcs8(sec1(key.d, other, False)), "Python: the public key of another", "inconsistent")
    off = key.point[:-1] + bytes([key.point[-1] ^ 1])
    yield _refused(
        "sm2-public-off-curve", der.sequence(EC_SM2, der.bits(off)), "Python: a point beside the curve", "malformed", roles=("sm2_public",)
    )
    yield _refused("sm2-public-hex-off-curve", off.hex().encode(), "Python: a point beside the curve", "malformed", "txt", roles=("sm2_public",))
    yield _refused("sm2-zero", pkcs8(sec1(bytes(32))), "Python: the number 0", "malformed")
    yield _refused("sm2-order", pkcs8(sec1(ORDER)), "Python: the group's order as the number", "malformed")
    request = openssl('req -new -key {key} -sm3 -subj "/C=CN/CN=TEST ONLY"', key=key.pem)
    yield _refused("sm2-request", request, "openssl req -new -sm3", "certificate_request", "pem", roles=("sm2_private", "sm2_public"))


def cases():
    key = base.key("sm2_merchant")
    yield from _private(key)
    yield from _stores()
    yield from _public(base.key("sm2_platform"))
    yield from _certificates()
    yield from _containers()
    yield from _broken(key)
