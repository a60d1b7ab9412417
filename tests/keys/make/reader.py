"""Reads a key file with the `openssl` command line, knowing nothing of how the corpus was made."""

import base64
import functools
import hashlib
import re

import arithmetic
import der
from tools import LEGACY, Refused, openssl

CURVE = der.oid("1.2.156.10197.1.301")
EC_SM2 = der.sequence(der.oid("1.2.840.10045.2.1"), CURVE)
CFCA = der.oid("1.2.156.10197.6.1.4.2.1")
FOREIGN = {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", "OPENSSH PRIVATE KEY", "X509 CRL", "DSA PRIVATE KEY"}
SM3_PRFS = (der.oid("1.2.156.10197.1.401.2"), der.oid("1.2.156.10197.1.401.3.1"), der.oid("1.2.156.10197.1.401"))
PSS = der.oid("1.2.840.113549.1.1.10")
SM4S = (der.oid("1.2.156.10197.1.104.2"), der.oid("1.2.156.10197.1.104"))
#: What gateways sign with; of all else in `facts` TLS alone does.
OWN = ("RSA", "SM2")
_BLOCK = re.compile(rb"-----BEGIN ([^-]+)-----(.*?)-----END \1-----", re.DOTALL)


class Unreadable(Exception):
    """No tool makes sense of the file."""


class Foreign(Unreadable):
    """Whole, and of a kind that no gateway uses."""


def read(data, password):
    """{"private", "public", "certificates"} as in the manifest."""
    found = {"private": set(), "public": [], "certificates": []}
    for label, block in _blocks(data):
        _unless_foreign(label, block, password, found)
    private = [facts(spki) for spki in found["private"]]
    own = [key for key in private if key["algorithm"] in OWN]
    if len(own) > 1:
        raise Unreadable("several private keys")
    private = own[0] if own else private[0] if len(private) == 1 else None
    for certificate in found["certificates"]:
        certificate["matches"] = private and certificate["spki_sha256"] == private["spki_sha256"]
    if not (private or found["public"] or found["certificates"]):
        raise Unreadable("no key")
    return {"private": private, "public": found["public"], "certificates": found["certificates"]}


def _unless_foreign(label, block, password, found):
    if label in FOREIGN:
        return
    try:
        _object(label, block, password, found)
    except Foreign:
        pass


@functools.cache
def facts(spki):
    """Algorithm, bits and hash of a SubjectPublicKeyInfo."""
    printed = openssl("pkey -pubin -inform DER -noout -text", spki).decode()
    size = re.match(r"(?:RSA )?Public-Key: \((\d+) bit\)\n", printed)
    name = re.search(r"^(?:ASN1 OID: (SM2)|NIST CURVE: (P-(?:256|384|521)))$|^(ED25519) Public-Key:|^(Modulus):", printed, re.MULTILINE)
    if not name or PSS in spki:
        raise Foreign(printed.splitlines()[0])
    name = {"Modulus": "RSA", "ED25519": "Ed25519"}.get(found := next(filter(None, name.groups())), found)
    return {"algorithm": name, "bits": int(size[1]) if size else 256, "spki_sha256": hashlib.sha256(spki).hexdigest()}


def _public(spki):
    """The facts of a bare public key, which TLS has no use for."""
    if (found := facts(spki))["algorithm"] not in OWN:
        raise Foreign(found["algorithm"])
    return found


def _blocks(data, depth=0):
    """[(label or None, DER, or the whole PEM block where openssl must see its headers)]"""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and len(data) % 2 == 0:
        data = data.decode("utf-16").encode()
    if data[:1] in (b"\xfe", b"\xff") or data[:1] == b"\x30" and not data.isascii():
        return [(None, data)]
    data = data.removeprefix(b"\xef\xbb\xbf").strip()
    if b"-----BEGIN" in data:
        data = data.replace(b"\\r\\n", b"\n").replace(b"\\n", b"\n")
        found = list(_BLOCK.finditer(data))
        if len(found) != data.count(b"-----BEGIN"):
            raise Unreadable("a block without its end")
        return [(m[1].decode(), _pem(m) if b":" in m[2] else _base64(m[2])) for m in found]
    if depth > 3:
        raise Unreadable("wrapped too often")
    digits = re.sub(rb"[\s:]", b"", re.sub(rb"^0[xX]", b"", data))
    if re.fullmatch(rb"[0-9a-fA-F]{56,}", digits):
        number = _number(digits)
        return [("HEX", number)] if number else _blocks(bytes.fromhex(digits.decode()), depth + 1)
    plain = _base64(data)
    if plain[:1] != b"\x30" and not plain.isascii() and (28 <= len(plain) <= 33 or len(plain) in (64, 65)):
        return [("HEX", _number(plain.hex().encode()))]
    return _blocks(plain, depth + 1) if plain.isascii() and len(plain) > 55 else [(None, plain)]


def _number(digits):
    """The bytes of a private number (32) or of a point (33, 64 or 65), whatever zeros stand before them or are missing."""
    digits = digits.lstrip(b"0")
    for size, first in ((64, b""), (66, b"23"), (130, b"467"), (128, b"")):
        lost = size - len(digits)
        if first and lost == 1 and digits[:1] in first or not first and 0 <= lost <= 8:
            return bytes.fromhex(digits.decode().rjust(size, "0"))
    return None


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
        return found["certificates"].append(certificate(openssl("x509 -outform DER", _block(label, block))))
    if not block.startswith(b"-----") and block[1:2] != b"\x80" and _split(block)[2]:
        raise Unreadable("bytes after the end")
    if not block.startswith(b"-----") and block[1:2] != b"\x80":
        block = arithmetic.named(block)
    for reader in (_read_p7b, _read_cfca, _read_pfx, _read_certificate, _read_sm3, _read_gcm, _read_private, _read_public, _read_request, *_LAST):
        try:
            return reader(block, password, found)
        except (Refused, ValueError, IndexError, StopIteration):
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
    if len(data) in (33, 64, 65):
        try:
            return found["public"].append(_public(arithmetic.spki(*arithmetic.point(data))))
        except ValueError as error:
            raise Unreadable(str(error)) from error
    return found["private"].add(_from_number(data))


def _from_number(d):
    """SPKI of an SM2 number: openssl works out the point."""
    return openssl("ec -inform DER -pubout -outform DER", der.sequence(der.integer(1), der.octets(d.rjust(32, b"\0")), der.tlv(0xA0, CURVE)))


def _uncompressed(spki):
    return openssl("ec -pubin -inform DER -conv_form uncompressed -outform DER", spki)


def certificate(data):
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
    found["certificates"].append(certificate(block))


def _read_pfx(block, password, found):
    fits = arithmetic.mac_fits(block, (password or "").encode())
    if fits is False:
        raise Unreadable("the MAC is wrong")
    printed = openssl(f"pkcs12 -nodes -passin env:KEY_PASSWORD {LEGACY} {'-nomacver' if fits else ''}", block, password or "")
    for label, inner in _blocks(printed) if b"BEGIN" in printed else ():
        _unless_foreign(label, inner, None, found)


def _read_p7b(block, password, found):
    if der.oid("1.2.840.113549.1.7.2") not in block[:30]:
        raise ValueError("no PKCS#7")
    for label, inner in _blocks(openssl("pkcs7 -inform DER -print_certs", block) or b"-"):
        _unless_foreign(label, inner, None, found)


def _read_request(block, password, found):
    openssl("req -inform DER -noout", block)
    raise Foreign("a request")


def _read_gcm(block, password, found):
    _read_private(arithmetic.gcm(block, (password or "").encode()), None, found)


def _read_ec_numbers(block, password, found):
    d, point = arithmetic.ec_private(block)
    spki = _from_number(d.to_bytes(32, "big"))
    if point and arithmetic.spki(*point) != spki:
        raise Unreadable("the public half of another")
    found["private"].add(spki)


def _read_rsa_numbers(block, password, found):
    found["private"].add(arithmetic.rsa_private(block))


def _read_ec_point(block, password, found):
    (_, algorithm), (_, bits) = der.children(der.split(block)[1])
    if CURVE not in algorithm:
        raise ValueError("another curve")
    found["public"].append(_public(arithmetic.spki(*arithmetic.point(bits[1:]))))


def _read_rsa_public_numbers(block, password, found):
    found["public"].append(_public(arithmetic.rsa_public(block)))


#: Where openssl refuses: the same numbers, otherwise spelled.
_LAST = (_read_ec_numbers, _read_rsa_numbers, _read_ec_point, _read_rsa_public_numbers)


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
    spki = arithmetic.named(spki)
    if b"Field Type" in printed and CURVE not in spki:
        spki = openssl("ec -pubin -inform DER -param_enc named_curve -outform DER", spki)
    facts(spki)
    found["private"].add(_uncompressed(spki) if CURVE in spki else spki)


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
            return found["public"].append(_public(openssl(command, block)))
        except Refused:
            continue
    return found["public"].append(_public(_uncompressed(block)))


def _bare(block):
    """Whether SM2's curve stands where the algorithm belongs."""
    return any(body == CURVE for tag, body in der.children(der.split(block)[1])[:2] if tag == 0x30)


def _read_sm3(block, password, found):
    """PBES2 with HMAC-SM3 and SM4-CBC, which openssl 3.0 has no name for: Python's PBKDF2, openssl's SM4."""
    (_, algorithm), (_, cipher) = der.children(der.split(block)[1])
    (_, kdf), (_, scheme) = der.children(der.children(algorithm)[1][1])
    salt, iterations, *rest = [body for _, body in der.children(der.children(kdf)[1][1])]
    prf = "sm3" if rest[-1].startswith(SM3_PRFS) else "sha256"
    if not scheme.startswith(SM4S) or prf == "sha256" and der.oid("1.2.840.113549.2.9") not in rest[-1]:
        raise ValueError("another function")
    secret = hashlib.pbkdf2_hmac(prf, (password or "").encode(), salt, int.from_bytes(iterations, "big"), 16)
    _read_private(_sm4(secret, der.children(scheme)[1][1], cipher), None, found)


def _sm4(secret, iv, cipher):
    return openssl(f"enc -d -sm4-cbc -K {secret.hex()} -iv {iv.hex()}", cipher)


def _read_cfca(block, password, found):
    version, private, public = [body for _, body in der.children(der.split(block)[1])]
    if version != b"\1" or not private.startswith(CFCA):
        raise ValueError("no container")
    derived = openssl("dgst -sm3 -binary", (password or "").encode() + b"\0\0\0\1")
    scheme, cipher = der.children(private)[1:3]
    scheme = scheme[1] if scheme[0] == 0x30 else der.tlv(*scheme)
    if scheme.removesuffix(der.NULL) not in SM4S:
        raise Unreadable("another cipher")
    d = _sm4(derived[16:], derived[:16], cipher[1])
    if len(d) not in (31, 32):
        raise Unreadable("not a number of 32 bytes")
    found["private"].add(_from_number(d))
    found["certificates"].append(certificate(der.children(public)[1][1]))
