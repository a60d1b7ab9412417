"""Text around keys that is itself wrapped, marked or damaged, and containers by other numbers."""

import base64

from cryptography.hazmat.primitives.ciphers import algorithms

import base
import der
import encrypted
import sm2
import text
from certificates import named
from corpus import PASSWORD, RSA_CERTIFICATE, RSA_PRIVATE, RSA_PUBLIC, SM2_PRIVATE, Case, Error, Load, fails
from pfx import export
from private import BOM
from tools import openssl

MERCHANT = Load("merchant")


def _wrapped():
    key, bank = base.key("merchant"), base.key("bank")
    pem = openssl("pkcs8 -topk8 -nocrypt", key.pem)
    public = openssl("pkey -pubout", bank.pem)
    for id, data, by in (
        ("base64-of-pem", text.one_line(pem), "base64 of a whole PEM, as Kubernetes secrets hold it"),
        ("base64-of-pem-76-crlf", text.wrapped(text.with_end(pem, b"\r\n"), 76, b"\r\n"), "base64 in lines of 76 of a PEM with CR LF"),
        ("base64-of-base64", text.one_line(text.one_line(key.pkcs8)), "base64 of base64"),
        ("base64-of-base64-of-pem", text.one_line(text.one_line(pem)), "base64 of base64 of a PEM"),
        ("base64-of-pkcs1-pem", text.one_line(text.pem("RSA PRIVATE KEY", key.inner)) + b"\n", "base64 of a PEM of PKCS#1"),
        ("hex-der", key.pkcs8.hex().encode(), "DER in hexadecimal"),
        ("hex-der-upper-lines", text.with_end("\n".join(key.inner.hex().upper()[i : i + 64] for i in range(0, 2 * len(key.inner), 64)).encode(), b"\r\n"), "PKCS#1 in capitals, lines of 64"),
        ("hex-der-0x", b"0x" + key.pkcs8.hex().encode() + b"\n", "0x and DER in hexadecimal"),
        ("hex-of-pem", pem.hex().encode(), "a PEM in hexadecimal"),
        ("hex-der-colons", key.pkcs8.hex(":").encode(), "DER in hexadecimal with colons"),
    ):
        yield Case(f"rsa-{id}", f"rsa-{id}.txt", data, f"Python: {by}", MERCHANT, RSA_PRIVATE)
    for id, data, by in (("base64-of-pem", text.one_line(public), "base64 of a whole PEM"), ("hex-der", bank.spki.hex().encode(), "DER in hexadecimal")):
        yield Case(f"rsa-spki-{id}", f"rsa-spki-{id}.txt", data, f"Python: {by}", Load(public=("bank",)), RSA_PUBLIC)
    certificate, load = named("bank"), Load(certificates=(named("bank"),))
    roles = RSA_CERTIFICATE | {"certificate": "inconsistent"}
    for id, data, by in (("base64-of-pem", text.one_line(certificate.pem), "base64 of a whole PEM"), ("hex", certificate.der.hex().encode(), "DER in hexadecimal")):
        yield Case(f"certificate-{id}", f"certificate-{id}.txt", data, f"Python: {by}", load, roles)
    made = export()
    both = RSA_PRIVATE | {"certificate": "ok"}
    yield Case("pfx-hex", "pfx-hex.txt", made.hex().encode(), "openssl pkcs12 -export, in hexadecimal", Load("merchant", certificates=(named("merchant"),)), both, PASSWORD)
    sm2_key = base.key("sm2_merchant")
    for id, data, by in (("base64-of-pem", text.one_line(sm2_key.pem), "base64 of a PEM"), ("hex-pkcs8", sm2_key.pkcs8.hex().encode(), "PKCS#8 in hexadecimal")):
        yield Case(f"sm2-{id}", f"sm2-{id}.txt", data, f"Python: {by}", Load("sm2_merchant"), SM2_PRIVATE)


def _marks():
    key = base.key("merchant")
    pem = openssl("pkcs8 -topk8 -nocrypt", key.pem)
    utf16 = lambda data, order: "\ufeff".encode(f"utf-16-{order}") + data.decode().encode(f"utf-16-{order}")
    for id, file, data, by in (
        ("utf-16-le", "utf-16-le.pem", utf16(pem, "le"), "a PEM saved by Windows Notepad as Unicode"),
        ("utf-16-be", "utf-16-be.pem", utf16(pem, "be"), "a PEM saved by Windows Notepad as Unicode big endian"),
        ("utf-16-base64", "utf-16-base64.txt", utf16(text.wrapped(key.pkcs8, 76, b"\r\n"), "le"), "base64 redirected by PowerShell"),
    ):
        yield Case(id, file, data, f"Python: {by}", MERCHANT, RSA_PRIVATE)
    twice = BOM + openssl("pkey -pubout", base.key("bank").pem) + BOM + b"\r\n"
    yield Case("rsa-spki-bom-twice", "rsa-spki-bom-twice.pem", twice, "Python: a byte order mark before and after", Load(public=("bank",)), RSA_PUBLIC)


def _damaged():
    key = base.key("merchant")
    line, pem = text.one_line(key.pkcs8).decode(), openssl("pkcs8 -topk8 -nocrypt", key.pem).decode()
    assert "+" in line
    made = export()
    unseen = lambda c: line[:200] + c + line[200:]
    full = {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789"}
    for id, extension, data, reason, by in (
        ("zero-width", "txt", unseen("\u200b"), "malformed", "U+200B in base64"),
        ("no-break", "txt", unseen("\u00a0"), "malformed", "U+00A0 in base64"),
        ("bom-inside", "txt", unseen("\ufeff"), "malformed", "U+FEFF in base64"),
        ("full-width", "txt", line[:200] + line[200:].translate(full), "malformed", "full-width digits in base64"),
        ("ideographic-space", "pem", pem[:300] + "\u3000" + pem[300:], "malformed", "U+3000 in a PEM"),
        ("zero-width-pem", "pem", pem[:300] + "\u200d" + pem[300:], "malformed", "U+200D in a PEM"),
        ("plus-to-blank", "txt", line.replace("+", " "), "truncated", "+ turned into blanks by a form"),
        ("plus-to-blank-lines", "txt", text.wrapped(key.pkcs8, 76, b"\r\n").decode().replace("+", " "), "truncated", "+ turned into blanks, in lines of 76"),
        ("utf-16-no-mark", "pem", pem.encode("utf-16-le"), "malformed", "UTF-16 without a mark"),
        ("en-dashes", "pem", pem.replace("-----", "–––––"), "malformed", "dashes that a word processor put"),
        ("full-width-dashes", "pem", pem.replace("-----", "－－－－－"), "malformed", "full-width dashes"),
    ):
        data = data if isinstance(data, bytes) else data.encode()
        yield Case(f"damaged-{id}", f"damaged-{id}.{extension}", data, f"Python: {by}", Error(reason), fails(reason, "rsa_private"))
    crlf = next(data for data in (export() for _ in range(50)) if b"\n" in data and b"\r\n" not in data)
    for id, data, by in (
        ("replacement", made.decode("utf-8", "replace").encode(), "EF BF BD for each byte that is no text, as Java's new String(bytes)"),
        ("latin-1", made.decode("latin-1").encode(), "bytes taken for Latin-1 and written as UTF-8"),
        ("question-marks", made.decode("ascii", "replace").encode("ascii", "replace"), "a question mark for each byte that is no text"),
        ("crlf", crlf.replace(b"\n", b"\r\n"), "FTP's text mode"),
    ):
        yield Case(f"filtered-{id}", f"filtered-{id}.pfx", data, f"openssl pkcs12 -export, then Python: {by}", Error("malformed"), fails("malformed", "rsa_private"), PASSWORD)
    der_key = key.pkcs8.decode("utf-8", "replace").encode()
    yield Case("filtered-der", "filtered-der.der", der_key, "Python: EF BF BD for each byte that is no text", Error("malformed"), fails("malformed", "rsa_private"))


def _numbers():
    plain = base.key("merchant").pkcs8
    sm4, sm3 = encrypted._SM4, encrypted._SM3
    gmt = ("1.2.156.10197.6.1.4.1.5.2", "1.2.156.10197.6.1.4.1.5.1")
    bare = {**sm4, "oid": "1.2.156.10197.1.104"}
    for id, data, by in (
        ("gmt-0091", encrypted.pbes2(plain, PASSWORD, sm4, encrypted._SM3_OPENSSL, numbers=gmt), "PBES and PBKDF of GM/T 0091, HMAC-SM3 and SM4-CBC"),
        ("gmt-0091-hmac-sm3", encrypted.pbes2(plain, PASSWORD, sm4, sm3, numbers=gmt), "the same, HMAC-SM3 as 1.2.156.10197.1.401.2"),
        ("gmt-0091-pbes-only", encrypted.pbes2(plain, PASSWORD, sm4, sm3, numbers=(gmt[0], encrypted.PBKDF2)), "PBES of GM/T 0091 with PBKDF2"),
        ("sm4-bare", encrypted.pbes2(plain, PASSWORD, bare, sm3), "SM4 as 1.2.156.10197.1.104"),
        ("sm3-bare", encrypted.pbes2(plain, PASSWORD, sm4, {**sm3, "oid": "1.2.156.10197.1.401"}), "SM3 itself in the place of its HMAC"),
        ("sm4-bare-sha256", encrypted.pbes2(plain, PASSWORD, bare), "SM4 as 1.2.156.10197.1.104, HMAC-SHA256"),
    ):
        yield Case(f"pbes2-{id}", f"pbes2-{id}.der", data, f"Python: {by}", MERCHANT, RSA_PRIVATE, PASSWORD)
    key, own = base.key("sm2_merchant"), named("sm2_merchant")
    load = Load("sm2_merchant", certificates=(own,))
    iv, secret = sm2.secret(PASSWORD)
    cipher = der.octets(encrypted.cbc(algorithms.SM4, secret, iv, key.d))
    data = der.oid("1.2.156.10197.6.1.4.2.1")
    container = lambda scheme: der.sequence(der.integer(1), der.sequence(data, scheme, cipher), der.sequence(data, der.octets(own.der)))
    number = der.oid("1.2.156.10197.1.104.2")
    for id, made, by in (
        ("sm4-cbc", text.one_line(container(number)), "SM4 by its other number, 1.2.156.10197.1.104.2"),
        ("sm4-cbc-der", container(number), "the same in DER"),
        ("sm4-identifier", container(der.sequence(der.oid("1.2.156.10197.1.104"), der.NULL)), "SM4 in an AlgorithmIdentifier"),
        ("base64-of-base64", text.one_line(text.one_line(container(number))), "base64 of base64"),
    ):
        yield Case(f"cfca-{id}", f"cfca-{id}.sm2", made, f"Python: {by}", load, SM2_PRIVATE, PASSWORD)
    ecb = container(der.oid("1.2.156.10197.1.104.1"))
    yield Case("cfca-sm4-ecb", "cfca-sm4-ecb.sm2", ecb, "Python: a container that names SM4-ECB", Error("unsupported"), fails("unsupported", "sm2_private"), PASSWORD)


def cases():
    yield from _wrapped()
    yield from _marks()
    yield from _damaged()
    yield from _numbers()
