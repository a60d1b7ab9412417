"""Files that were something once."""

import base64
import io
import json
import zipfile

import base
import der
import text
from certificates import named
from corpus import Case, Error, fails
from private import BOM, RSA_ENCRYPTION
from tools import openssl

PORTAL = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>登录超时</title></head>
<body><p>您的会话已超时，请重新登录后下载证书。</p></body></html>
"""


def _bad(id, data, by, reason, extension="pem", roles=()):
    return Case(id, f"{id}.{extension}", data, f"Python: {by}", Error(reason), fails(reason, *roles))


def _nothing():
    yield Case("no-such-file", "no-such-file.pem", None, "not made", Error("unreadable"), fails("unreadable"))
    yield Case("folder", ".", None, "not made: the folder itself", Error("unreadable"), fails("unreadable"))
    yield _bad("empty", b"", "no byte", "empty")
    yield _bad("blanks", b" \t\r\n\n  ", "blanks only", "empty", "txt")


def _something_else(pem, pkcs8):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("merchant.pem", pem)
    inside = base64.b64encode(pkcs8).decode()
    for id, extension, data, by in (
        ("html", "cer", PORTAL.encode(), "a portal's error page saved as a certificate"),
        ("password", "txt", "证书密码：Test#2024!\n".encode(), "the file with the password"),
        ("password-only", "txt", b"Test#2024!", "the password itself"),
        ("json", "json", json.dumps({"private_key": inside}).encode(), "JSON around the key"),
        ("zip", "zip", archive.getvalue(), "the archive that the key came in"),
        ("binary", "key", bytes(range(0xDE, 0xFF)) * 20, "bytes of no known kind"),
        ("typographic-dashes", "pem", pem.replace(b"-----", "—————".encode()), "dashes that a word processor put"),
    ):
        yield _bad(id, data, by, "malformed", extension)


def _base64(pkcs8):
    line = text.one_line(pkcs8)
    assert line.endswith(b"=") and b"+" in line and b"/" in line
    half = len(line) // 8 * 4
    stray = line[:200] + b"*" + line[201:]
    for id, data, by, reason in (
        ("base64-cut-at-a-group", line[:half], "cut after a group of four", "truncated"),
        ("base64-cut-by-1", line[: half + 1], "cut one character after a group", "truncated"),
        ("base64-cut-by-2", line[: half + 2], "cut two characters after a group", "truncated"),
        ("base64-cut-by-3", line[: half + 3], "cut three characters after a group", "truncated"),
        ("base64-no-padding", line.rstrip(b"="), "without its =", "truncated"),
        ("base64-url-safe", base64.urlsafe_b64encode(pkcs8), "with - and _", "malformed"),
        ("base64-stray", stray, "an asterisk in it", "malformed"),
        ("base64-chinese", line[:200] + "。".encode() + line[200:], "a full stop in it", "malformed"),
        ("base64-bytes-after", text.one_line(pkcs8 + b"TEST ONLY"), "bytes after the end of the DER", "malformed"),
        ("base64-padding-inside", line[:200] + b"==" + line[200:], "== in the middle", "malformed"),
    ):
        yield _bad(id, data, by, reason, "txt")


def _pem(pem, pkcs8):
    lines = pem.splitlines(keepends=True)
    text_of = lambda data: text.pem("PRIVATE KEY", data)
    line = text.one_line(pkcs8)
    for id, data, by, reason in (
        ("pem-no-end", b"".join(lines[:-1]), "without END", "truncated"),
        ("pem-half", pem[: len(pem) // 2], "the first half", "truncated"),
        ("pem-half-end", pem.rstrip()[:-12], "the END line cut", "truncated"),
        ("pem-begin-only", lines[0], "BEGIN only", "truncated"),
        ("pem-line-lost", b"".join(lines[:10] + lines[11:]), "a line in the middle lost", "truncated"),
        ("pem-last-line-lost", b"".join(lines[:-2] + lines[-1:]), "the last line of base64 lost", "truncated"),
        ("pem-character-lost", pem[:-40] + pem[-39:], "a character of the base64 lost", "truncated"),
        ("pem-stray", pem[:300] + b"#" + pem[301:], "a # in the base64", "malformed"),
        ("pem-other-end", pem.replace(b"END PRIVATE", b"END PUBLIC"), "END of another label", "malformed"),
        ("pem-no-begin", b"".join(lines[1:]), "without BEGIN", "malformed"),
        ("pem-bytes-after", text_of(pkcs8 + b"TEST ONLY"), "bytes after the end of the DER", "malformed"),
        ("pem-not-der", text_of(b"TEST ONLY, no DER at all"), "base64 of a text", "malformed"),
    ):
        assert len(line) % 4 == 0
        yield _bad(id, data, by, reason)
    certificate = named("bank").pem
    yield _bad("certificate-no-end", certificate[: len(certificate) // 2], "the first half", "truncated")
    yield _bad("certificate-bom-empty", BOM, "a byte order mark only", "empty", "txt")


def _der(pkcs8, certificate):
    for id, data, by in (
        ("1", pkcs8[:1], "the first byte"),
        ("3", pkcs8[:3], "the first three bytes"),
        ("30", pkcs8[:30], "the first 30 bytes"),
        ("half", pkcs8[: len(pkcs8) // 2], "the first half"),
        ("all-but-one", pkcs8[:-1], "without its last byte"),
    ):
        yield _bad(f"der-cut-{id}", data, by, "truncated", "der")
    yield _bad("certificate-cut", certificate[:-100], "without its last 100 bytes", "truncated", "cer")
    yield _bad("der-bytes-after", pkcs8 + b"TEST ONLY", "bytes after the end", "malformed", "der")
    yield _bad("certificate-bytes-after", certificate + b"TEST ONLY", "bytes after the end", "malformed", "cer")
    yield _bad("der-other-tag", b"\x31" + pkcs8[1:], "SET for the outer SEQUENCE", "malformed", "der")
    version, algorithm, inner = der.children(der.split(pkcs8)[1])
    yield _bad(
        "der-algorithm-tag",
        der.sequence(der.integer(0), der.octets(algorithm[1]), der.octets(inner[1])),
        "OCTET STRING for the algorithm",
        "malformed",
        "der",
    )
    yield _bad("der-null", der.NULL, "a NULL", "malformed", "der")
    yield _bad("der-empty-sequence", der.sequence(), "an empty SEQUENCE", "malformed", "der")


def _inconsistent(key, other):
    names = ("version", "n", "e", "d", "p", "q", "dp", "dq", "qinv")
    for name, foreign in (
        ("n", other.numbers[1]),
        ("e", 3),
        ("d", other.numbers[3]),
        ("p", other.numbers[4]),
        ("dp", key.numbers[6] ^ 4),
        ("qinv", key.numbers[8] ^ 4),
    ):
        numbers = list(key.numbers)
        numbers[names.index(name)] = foreign
        pkcs1 = der.sequence(*map(der.integer, numbers))
        yield _bad(f"inconsistent-{name}", pkcs1, f"PKCS#1 with a foreign {name}", "inconsistent", "der", ("rsa_private",))
    wrapped = der.sequence(der.integer(0), RSA_ENCRYPTION, der.octets(pkcs1))
    yield _bad("inconsistent-pkcs8", wrapped, "PKCS#8 with a foreign qinv", "inconsistent", "der", ("rsa_private",))


def cases():
    key, other = base.key("merchant"), base.key("other")
    pem = openssl("pkcs8 -topk8 -nocrypt", key.pem)
    yield from _nothing()
    yield from _something_else(pem, key.pkcs8)
    yield from _base64(base.key("bank").pkcs8 if not text.one_line(key.pkcs8).endswith(b"=") else key.pkcs8)
    yield from _pem(pem, key.pkcs8)
    yield from _der(key.pkcs8, named("bank").der)
    yield from _inconsistent(key, other)
