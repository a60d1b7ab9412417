"""What the openssl command line does not read, by Python's own arithmetic: curves written out, points, numbers of RSA, MACs, GCM."""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import der

CURVE = der.oid("1.2.156.10197.1.301")
EC = der.oid("1.2.840.10045.2.1")
RSA = der.sequence(der.oid("1.2.840.113549.1.1.1"), der.NULL)
P = int("fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff", 16)
B = int("28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93", 16)
G = int("32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7", 16), int("bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0", 16)
N = int("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123", 16)
PBMAC1 = (der.oid("1.2.840.113549.1.5.14"), der.oid("1.2.156.10197.6.1.4.1.5.3"))
SCRYPT = der.oid("1.3.6.1.4.1.11591.4.11")
HASHES = {
    der.oid("1.2.840.113549.2.7"): "sha1",
    der.oid("1.2.840.113549.2.9"): "sha256",
    der.oid("1.2.840.113549.2.10"): "sha384",
    der.oid("1.2.840.113549.2.11"): "sha512",
    der.oid("1.2.156.10197.1.401.2"): "sm3",
    der.oid("1.2.156.10197.1.401.3.1"): "sm3",
    der.oid("1.2.156.10197.1.401"): "sm3",
}


def number(body):
    return int.from_bytes(body, "big")


def point(body):
    """(x, y), if it is a point of the curve however it is written."""
    if body[:2] == b"\x04\x41" and len(body) == 67:
        body = body[2:]
    if len(body) == 64:
        body = b"\4" + body
    x = number(body[1:33])
    if body[0] in (2, 3) and len(body) == 33:
        y = pow(x**3 - 3 * x + B, (P + 1) // 4, P)
        y = y if y % 2 == body[0] % 2 else P - y
    elif body[0] in (4, 6, 7) and len(body) == 65:
        y = number(body[33:])
        if body[0] != 4 and body[0] % 2 != y % 2:
            raise ValueError("no hybrid point")
    else:
        raise ValueError("no point")
    if (y * y - x**3 + 3 * x - B) % P:
        raise ValueError("beside the curve")
    return x, y


def spki(x, y):
    """SM2's canonical SubjectPublicKeyInfo."""
    return der.sequence(der.sequence(EC, CURVE), der.bits(b"\4" + x.to_bytes(32, "big") + y.to_bytes(32, "big")))


def is_sm2(parameters):
    """Whether the body of an ECParameters has SM2's numbers."""
    try:
        (_, _), (_, field), (_, curve), (_, base), (_, order), *cofactor = der.children(parameters)
        (_, _), (_, p) = der.children(field)
        (_, a), (_, b), *_ = der.children(curve)
        same = [number(p), number(a), number(b), number(order)] == [P, P - 3, B, N] and point(base) == G
        return same and [number(c) for _, c in cofactor] in ([], [1])
    except (ValueError, IndexError):
        return False


def named(data):
    """The same DER with SM2's name wherever its numbers stand."""
    out = b""
    while data:
        tag, body, data = der.split(data)
        if tag == 0x30 and is_sm2(body):
            out += CURVE
        elif tag & 0x20:
            out += der.tlv(tag, named(body))
        elif tag == 0x04 and body[:1] == b"\x30":
            try:
                out += der.tlv(tag, named(body))
            except (ValueError, IndexError):
                out += der.tlv(tag, body)
        else:
            out += der.tlv(tag, body)
    return out


def ec_private(data):
    """(number, the point beside it or None) of an ECPrivateKey or a PKCS#8 around one, with SM2's curve in either."""
    parts = der.children(der.split(data)[1])
    if parts[1][0] == 0x30:
        algorithm, inner = parts[1][1], parts[2][1]
        if CURVE not in algorithm and CURVE not in inner:
            raise ValueError("another curve")
        parts = der.children(der.split(inner)[1])
    elif not any(tag == 0xA0 and body == CURVE for tag, body in parts):
        raise ValueError("no curve")
    beside = [der.children(body)[0][1][1:] for tag, body in parts if tag == 0xA1]
    return number(parts[1][1]), point(beside[0]) if beside else None


def rsa_public(data):
    """SPKI of an RSA public key whose integers have too many or too few zeros."""
    algorithm, bits = der.children(der.split(data)[1])
    if not algorithm[1].startswith(der.oid("1.2.840.113549.1.1.1")):
        raise ValueError("not RSA")
    n, e = (number(body) for _, body in der.children(der.split(bits[1][1:])[1]))
    if e % 2 == 0:
        raise ValueError("no exponent")
    return rsa_spki(n, e)


def rsa_spki(n, e):
    return der.sequence(RSA, der.bits(der.sequence(der.integer(n), der.integer(e))))


def rsa_private(data):
    """SPKI of an RSA private key of which numbers are missing (zero) or spelled otherwise."""
    parts = der.children(der.split(data)[1])
    if parts[1][0] == 0x30:
        parts = der.children(der.split(parts[2][1])[1])
    _, n, e, d, p, q, dp, dq, qinv, *_ = (number(body) for _, body in parts)
    found = [e] if e else [65537, 3]
    e = next(e for e in found + [0] if not e or pow(pow(2, e, n), d, n) == 2)
    whole = not all((p, q, dp, dq, qinv)) or (p * q == n and dp == d % (p - 1) and dq == d % (q - 1) and qinv * q % p == 1)
    if not e or not whole:
        raise ValueError("numbers that do not fit")
    return rsa_spki(n, e)


def _derived(kdf, password, length):
    """The key that a KDF's AlgorithmIdentifier body gives."""
    kind, (_, parameters) = der.children(kdf)
    values = der.children(parameters)
    salt = values[0][1]
    if der.tlv(*kind) == SCRYPT:
        n, r, p = (number(body) for _, body in values[1:4])
        return hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, maxmem=1 << 28, dklen=length)
    prf = next((HASHES[der.tlv(*der.children(body)[0])] for tag, body in values if tag == 0x30), "sha1")
    return hashlib.pbkdf2_hmac(prf, password, salt, number(values[1][1]), length)


def mac_fits(pfx, password):
    """Whether the PBMAC1 of a PFX is right; None where it has none."""
    try:
        _, safe, (_, mac) = der.children(der.split(pfx)[1])
        (_, info), *_ = der.children(mac)
        (_, algorithm), (_, expected) = der.children(info)
        kind, (_, parameters) = der.children(algorithm)
    except ValueError:
        return None
    if der.tlv(*kind) not in PBMAC1:
        return None
    (_, kdf), (_, scheme) = der.children(parameters)
    content = der.split(der.children(safe[1])[1][1])[1]
    values = der.children(der.children(kdf)[1][1])
    key = _derived(kdf, password, number(values[2][1]))
    own = hmac.new(key, content, HASHES[der.tlv(*der.children(scheme)[0])]).digest()
    return hmac.compare_digest(own, expected)


def gcm(data, password):
    """The plain text of an EncryptedPrivateKeyInfo with AES-256-GCM."""
    (_, algorithm), (_, cipher) = der.children(der.split(data)[1])
    (_, kdf), (_, scheme) = der.children(der.children(algorithm)[1][1])
    kind, (_, parameters) = der.children(scheme)
    if der.tlv(*kind) != der.oid("2.16.840.1.101.3.4.1.46"):
        raise ValueError("another cipher")
    try:
        return AESGCM(_derived(kdf, password, 32)).decrypt(der.children(parameters)[0][1], cipher, None)
    except InvalidTag as error:
        raise ValueError("wrong password") from error
