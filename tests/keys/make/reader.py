"""Reads a key file with the `openssl` command line, knowing nothing of how the corpus was made."""

import base64
import functools
import hashlib
import re

import der
from tools import LEGACY, Refused, openssl

CURVE = der.oid("1.2.156.10197.1.301")
EC_SM2 = der.sequence(der.oid("1.2.840.10045.2.1"), CURVE)
CFCA = der.oid("1.2.156.10197.6.1.4.2.1")
SM3_PRFS = (der.oid("1.2.156.10197.1.401.2"), der.oid("1.2.156.10197.1.401.3.1"))
_BLOCK = re.compile(rb"-----BEGIN ([^-]+)-----(.*?)-----END \1-----", re.DOTALL)


class Unreadable(Exception):
    """No tool makes sense of the file."""


def read(data, password):
    """{"private", "public", "certificates"} as in the manifest."""
    found = {"private": set(), "public": [], "certificates": []}
    for label, block in _blocks(data):
        _object(label, block, password, found)
    if len(found["private"]) > 1:
        raise Unreadable("several private keys")
    private = facts(*found["private"]) if found["private"] else None
    for certificate in found["certificates"]:
        certificate["matches"] = private and certificate["spki_sha256"] == private["spki_sha256"]
    if not (private or found["public"] or found["certificates"]):
        raise Unreadable("no key")
    return {"private": private, "public": found["public"], "certificates": found["certificates"]}


@functools.cache
def facts(spki):
    """Algorithm, bits and hash of a SubjectPublicKeyInfo."""
    printed = openssl("pkey -pubin -inform DER -noout -text", spki).decode()
    sm2, rsa = "ASN1 OID: SM2" in printed, re.match(r"(?:RSA )?Public-Key: \((\d+) bit\)\nModulus", printed)
    if not sm2 and not rsa:
        raise Unreadable(printed.splitlines()[0])
    return {"algorithm": "SM2" if sm2 else "RSA", "bits": 256 if sm2 else int(rsa[1]), "spki_sha256": hashlib.sha256(spki).hexdigest()}


def _blocks(data):
    """[(label or None, DER, or the whole PEM block where openssl must see its headers)]"""
    if data[:1] in (b"\xfe", b"\xff") or data[:1] == b"\x30" and not data.isascii():
        return [(None, data)]
    data = data.removeprefix(b"\xef\xbb\xbf").strip()
    if b"-----BEGIN" in data:
        data = data.replace(b"\\r\\n", b"\n").replace(b"\\n", b"\n")
        found = list(_BLOCK.finditer(data))
        if len(found) != data.count(b"-----BEGIN"):
            raise Unreadable("a block without its end")
        return [(m[1].decode(), _pem(m) if b":" in m[2] else _base64(m[2])) for m in found]
    if re.fullmatch(rb"(0x|00)?[0-9a-fA-F]{64}|(02|03)[0-9a-fA-F]{64}|04[0-9a-fA-F]{128}", data):
        return [("HEX", bytes.fromhex(data.decode().removeprefix("0x")))]
    return [(None, _base64(data))]


def _pem(match):
    return b"\n".join(line.strip() for line in match[0].splitlines()) + b"\n"


def _base64(text):
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _object(label, block, password, found):
    if label == "HEX":
        return _hex(block, found)
    if (label or "").endswith(" PARAMETERS"):
        return None
    if label == "TRUSTED CERTIFICATE":
        return found["certificates"].append(_certificate(openssl("x509 -outform DER", _block(label, block))))
    if not block.startswith(b"-----") and block[1:2] != b"\x80" and _split(block)[2]:
        raise Unreadable("bytes after the end")
    for reader in (_read_cfca, _read_pfx, _read_certificate, _read_sm3, _read_private, _read_public):
        try:
            return reader(block, password, found)
        except (Refused, ValueError, IndexError):
            continue
    raise Unreadable(label or "DER")


def _block(label, data):
    return f"-----BEGIN {label}-----\n".encode() + base64.encodebytes(data) + f"-----END {label}-----\n".encode()


def _split(data):
    try:
        return der.split(data)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _hex(data, found):
    if len(data) in (65, 33) and data[0] in (2, 3, 4):
        return found["public"].append(facts(_uncompressed(der.sequence(EC_SM2, der.bits(data)))))
    return found["private"].add(_from_number(data[-32:]))


def _from_number(d):
    """SPKI of an SM2 number: openssl works out the point."""
    return openssl("ec -inform DER -pubout -outform DER", der.sequence(der.integer(1), der.octets(d.rjust(32, b"\0")), der.tlv(0xA0, CURVE)))


def _uncompressed(spki):
    return openssl("ec -pubin -inform DER -conv_form uncompressed -outform DER", spki)


def _certificate(data):
    printed = openssl("x509 -inform DER -noout -serial -subject -dates -nameopt RFC2253,utf8,-esc_msb -dateopt iso_8601", data).decode()
    line = dict(row.split("=", 1) for row in printed.splitlines())
    sign, digits = re.fullmatch(r"(-?)0*([0-9A-F]+)", line["serial"]).groups()
    spki = openssl("pkey -pubin -pubout -outform DER", openssl("x509 -inform DER -noout -pubkey", data))
    day = lambda text: text.replace(" ", "T", 1)
    return {
        "serial": sign + digits.lower(),
        "subject": line["subject"],
        "not_before": day(line["notBefore"]),
        "not_after": day(line["notAfter"]),
        **facts(spki),
    }


def _read_certificate(block, password, found):
    found["certificates"].append(_certificate(block))


def _read_pfx(block, password, found):
    printed = openssl(f"pkcs12 -nodes -passin env:KEY_PASSWORD {LEGACY}", block, password or "")
    for label, inner in _blocks(printed) if b"BEGIN" in printed else ():
        _object(label, inner, None, found)


def _read_private(block, password, found):
    pem = block.startswith(b"-----")
    form = "" if pem else "-inform DER"
    block = block if pem else _plain_pkcs8(block)
    printed = openssl(f"pkey {form} -check -text -pubout -passin env:KEY_PASSWORD {LEGACY}", block, password or "")
    if b"primes" in printed and b"2 primes" not in printed:
        raise Unreadable("more than two primes")
    if b"Key is valid" not in printed:
        raise Refused("-check")
    ((_, spki),) = _blocks(_BLOCK.search(printed)[0])
    found["private"].add(spki)


def _plain_pkcs8(block):
    """PKCS#8 as openssl 3.0 knows it: version 0, without a public key, id-ecPublicKey for SM2."""
    parts = der.children(der.split(block)[1])
    if len(parts) < 3 or [tag for tag, _ in parts[:3]] != [0x02, 0x30, 0x04]:
        return block
    version, algorithm, inner, *_ = parts
    algorithm = EC_SM2 if algorithm[1] == CURVE else der.tlv(*algorithm)
    return der.sequence(der.integer(0), algorithm, der.tlv(*inner))


def _read_public(block, password, found):
    if _bare(block):
        block = der.sequence(EC_SM2, der.tlv(*der.children(der.split(block)[1])[1]))
    for command in ("rsa -pubin -inform DER -pubout -outform DER", "rsa -RSAPublicKey_in -inform DER -pubout -outform DER"):
        try:
            return found["public"].append(facts(openssl(command, block)))
        except Refused:
            continue
    return found["public"].append(facts(_uncompressed(block)))


def _bare(block):
    """Whether SM2's curve stands where the algorithm belongs."""
    return any(body == CURVE for tag, body in der.children(der.split(block)[1])[:2] if tag == 0x30)


def _read_sm3(block, password, found):
    """PBES2 with HMAC-SM3 and SM4-CBC, which openssl 3.0 has no name for: Python's PBKDF2, openssl's SM4."""
    (_, algorithm), (_, cipher) = der.children(der.split(block)[1])
    (_, kdf), (_, scheme) = der.children(der.children(algorithm)[1][1])
    salt, iterations, *rest = [body for _, body in der.children(der.children(kdf)[1][1])]
    if not rest[-1].startswith(SM3_PRFS):
        raise ValueError("another function")
    secret = hashlib.pbkdf2_hmac("sm3", (password or "").encode(), salt, int.from_bytes(iterations, "big"), 16)
    _read_private(_sm4(secret, der.children(scheme)[1][1], cipher), None, found)


def _sm4(secret, iv, cipher):
    return openssl(f"enc -d -sm4-cbc -K {secret.hex()} -iv {iv.hex()}", cipher)


def _read_cfca(block, password, found):
    version, private, public = [body for _, body in der.children(der.split(block)[1])]
    if version != b"\1" or not private.startswith(CFCA):
        raise ValueError("no container")
    derived = openssl("dgst -sm3 -binary", (password or "").encode() + b"\0\0\0\1")
    d = _sm4(derived[16:], derived[:16], der.children(private)[2][1])
    if len(d) not in (31, 32):
        raise Unreadable("not a number of 32 bytes")
    found["private"].add(_from_number(d))
    found["certificates"].append(_certificate(der.children(public)[1][1]))
