"""Writes docs/key-containers.md: what each tool writes by default, read out of the corpus's own files, and what comes of it."""

import json
import pathlib
import sys

import der
from tools import Refused, openssl

KEYS = pathlib.Path(__file__).resolve().parent.parent
PAGE = KEYS.parent.parent / "docs" / "key-containers.md"
#: By position in DER of any kind: the names of what encrypts, derives and authenticates.
NAMES = {
    "1.2.840.113549.1.5.13": "PBES2", "1.2.156.10197.6.1.4.1.5.2": "PBES2 (GM/T 0091)", "1.2.840.113549.1.5.12": "PBKDF2", "1.2.156.10197.6.1.4.1.5.1": "PBKDF2 (GM/T 0091)",
    "1.3.6.1.4.1.11591.4.11": "scrypt", "1.2.840.113549.1.5.14": "PBMAC1", "1.2.840.113549.2.7": "HMAC-SHA1", "1.2.840.113549.2.9": "HMAC-SHA256", "1.2.840.113549.2.11": "HMAC-SHA512",
    "1.2.156.10197.1.401.2": "HMAC-SM3", "1.2.156.10197.1.401.3.1": "HMAC-SM3", "2.16.840.1.101.3.4.1.2": "AES-128-CBC", "2.16.840.1.101.3.4.1.22": "AES-192-CBC",
    "2.16.840.1.101.3.4.1.42": "AES-256-CBC", "2.16.840.1.101.3.4.1.46": "AES-256-GCM", "2.16.840.1.101.3.4.1.6": "AES-128-GCM", "1.2.156.10197.1.104.2": "SM4-CBC", "1.2.156.10197.1.104": "SM4",
    "1.2.840.113549.3.7": "3DES", "1.3.14.3.2.7": "DES", "1.2.840.113549.3.2": "RC2", "1.2.392.200011.61.1.1.1.4": "Camellia-256", "1.2.840.113549.1.12.1.1": "SHA1-RC4-128", "1.2.840.113549.1.12.1.3": "SHA1-3DES",
    "1.2.840.113549.1.12.1.4": "SHA1-2DES", "1.2.840.113549.1.12.1.5": "SHA1-RC2-128", "1.2.840.113549.1.12.1.6": "SHA1-RC2-40", "1.2.840.113549.1.5.3": "MD5-DES", "1.2.840.113549.1.5.10": "SHA1-DES",
    "1.3.14.3.2.26": "MAC SHA-1", "2.16.840.1.101.3.4.2.1": "MAC SHA-256", "2.16.840.1.101.3.4.2.2": "MAC SHA-384", "2.16.840.1.101.3.4.2.3": "MAC SHA-512", "1.2.156.10197.1.401": "MAC SM3",
}  # fmt: skip
#: Cases whose file is what its maker writes if nothing else is asked for, or what one of its options is for.
ROWS = """
pfx-openssl-modern pfx-openssl-legacy pfx-openssl-legacy-descert pfx-openssl-sm4-macalg-sm3 pfx-openssl-aes-128-sha1mac pfx-openssl-nomac pfx-openssl-plain
pbes2-der pbes2-aes-256-cbc-sha512 pbes2-sm4-cbc-sha256 pbes2-scrypt pbes2-scrypt-8192-4 pbes2-camellia pbes2-aes-256-cbc-sha224 pbes1-md5-des pbes1-sha1-3des
traditional-des3 traditional-aes256 traditional-camellia pfx-keytool pfx-keytool-legacy keystore-jks keystore-jceks pfx-nss pfx-bouncycastle-store
pfx-bouncycastle-store-3des pfx-bouncycastle-store-aes pfx-bouncycastle-1200000 pfx-bouncycastle-aes pfx-bouncycastle-pbmac1 pfx-bouncycastle-gcm keystore.bks keystore.uber
keystore.bcfks pbes2-bouncycastle-aes-256 pbes2-gcm-bouncycastle pbes2-scrypt-bouncycastle pbes2-scrypt-memory.der pbes2-bouncycastle-sm4-sm3 sm2-explicit-bouncycastle-pkcs8
sm2-explicit-openssl-sec1 sm2-pfx-bouncycastle-store foreign-bouncycastle-store rsa-numbers-jdk rsa-numbers-bouncycastle pfx-pbmac1-sha256-sha256 pbes2-gmt-0091 cfca cfca-sm4-cbc
p7b-pem putty-3 openssh-private pgp-private private.msblob private.pvk encrypted.pvk icbc-container-1224
""".split()


def described(data):
    """The schemes in the file with their numbers, in the order in which they stand; empty where nothing is encrypted."""
    if b"-----BEGIN" in data[:4000]:
        if b"DEK-Info: " in data:
            return ["MD5, once", data.split(b"DEK-Info: ")[1].split(b",")[0].decode()]
        try:
            data = der.tlv(0x30, der.split(openssl("asn1parse -noout -out {out}", data))[1])
        except (Refused, ValueError):
            return []
    try:
        return list(dict.fromkeys(_schemes(_definite(data)[0], [])))
    except (ValueError, IndexError, StopIteration):
        return []


def _definite(data):
    """(BER's first element as DER with OCTET STRINGs in one piece, the rest)"""
    if data[1] != 0x80:
        tag, body, rest = der.split(data)
        parts = [] if tag & 0x20 else [body]
        while tag & 0x20 and body:
            part, body = _definite(body)
            parts.append(part)
    else:
        tag, rest, parts = data[0], data[2:], []
        while rest[:2] != b"\0\0":
            part, rest = _definite(rest)
            parts.append(part)
        rest = rest[2:]
    if tag == 0x24:
        tag, body = 0x04, b"".join(der.split(part)[1] for part in parts)
        body = _definite(body)[0] if body[:2] == b"\x30\x80" else body
    else:
        body = b"".join(parts)
    return der.tlv(tag, body), rest


def _schemes(data, found):
    number = lambda body: int.from_bytes(body, "big")
    while data:
        tag, body, data = der.split(data)
        if tag == 0x06:
            name = NAMES.get(_dotted(body))
            found += [name] if name else []
        elif tag & 0x20:
            found = _schemes(body, found)
            parts = der.children(body)
            tags = [part[0] for part in parts]
            if tags[:2] == [0x04, 0x02] and number(parts[1][1]) > 64 and len(parts[1][1]) <= 4:
                cost = [f"{number(value):,}" for kind, value in parts[1:] if kind == 0x02][:3]
                scrypt = tags[:4] == [0x04, 0x02, 0x02, 0x02]
                found.append(f"N, r, p = {', '.join(cost)}" if scrypt else f"{cost[0]} iterations")
            elif tags == [0x30, 0x04, 0x02] and "PBMAC1" not in found:
                found.append(f"{number(parts[2][1]):,} iterations of the MAC")
        elif tag == 0x04 and body[:1] == b"\x30":
            try:
                found = _schemes(body, found)
            except (ValueError, IndexError):
                pass
    return found


def _dotted(body):
    numbers, value = [], 0
    for byte in body:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers, value = numbers + [value], 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def main():
    manifest = json.loads((KEYS / "manifest.json").read_text("utf-8"))
    cases = {case["id"]: case for case in manifest["cases"]}
    lines = []
    for id in ROWS:
        case = cases[id]
        what = ", ".join(described((KEYS / "files" / case["file"]).read_bytes())) or "–"
        reason = case["load"].get("error")
        lines.append(f"| {case['made_by']} | {what} | {f'`{reason}`' if reason else 'loads'} | `{case['file']}` |")
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition("<!-- containers.py writes from here -->\n")
    _, _, after = rest.partition("<!-- to here -->\n")
    versions = "; ".join(f"{value}" for name, value in manifest["made_with"].items() if name != "python")
    head = f"Made with: {versions}; BouncyCastle 1.86 where it is named.\n\n| tool and command | what it writes | here | file |\n| --- | --- | --- | --- |\n"
    PAGE.write_text(f"{before}<!-- containers.py writes from here -->\n{head}" + "\n".join(lines) + f"\n<!-- to here -->\n{after}", "utf-8")
    print(f"{len(lines)} rows")
    return 0 if len(lines) >= 40 else 1


if __name__ == "__main__":
    sys.exit(main())
