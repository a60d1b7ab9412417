"""Private keys under a password outside PKCS#12: PKCS#8 with PBES2 and PBES1, and the traditional PEM encryption."""

import itertools

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

import base
import bouncy
import der
import text
from corpus import PASSWORD, RSA_PRIVATE, Case, Error, Load, fails
from tools import LEGACY, openssl

MERCHANT = Load("merchant")
CHINESE = "密码123"
LONG = "TEST ONLY " + "0123456789" * 30

_AES = {"oid": "2.16.840.1.101.3.4.1.42", "cipher": algorithms.AES, "size": 32}
_SM4 = {"oid": "1.2.156.10197.1.104.2", "cipher": algorithms.SM4, "size": 16}
_SHA256 = {"oid": "1.2.840.113549.2.9", "hash": hashes.SHA256}
_SM3 = {"oid": "1.2.156.10197.1.401.2", "hash": hashes.SM3}
#: The name that GM/T 0091 and later openssl give the same function.
_SM3_OPENSSL = {**_SM3, "oid": "1.2.156.10197.1.401.3.1"}


def cbc(cipher, secret, iv, plain):
    """The plain text padded as PKCS#7 and encrypted in CBC mode."""
    pad = padding.PKCS7(128).padder()
    encryptor = Cipher(cipher(secret), modes.CBC(iv)).encryptor()
    return encryptor.update(pad.update(plain) + pad.finalize()) + encryptor.finalize()


PBES2, PBKDF2 = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12"


def pbes2(plain, password, kind=_AES, prf=_SHA256, iterations=2048, written=None, numbers=(PBES2, PBKDF2)):
    """EncryptedPrivateKeyInfo (RFC 8018); `written` stands in the file for the iterations that were done."""
    salt, iv = bytes(range(8)), bytes(range(16))
    secret = PBKDF2HMAC(prf["hash"](), kind["size"], salt, iterations).derive(password.encode())
    kdf = der.sequence(der.octets(salt), der.integer(written or iterations), der.sequence(der.oid(prf["oid"]), der.NULL))
    parameters = der.sequence(der.sequence(der.oid(numbers[1]), kdf), der.sequence(der.oid(kind["oid"]), der.octets(iv)))
    return der.sequence(der.sequence(der.oid(numbers[0]), parameters), der.octets(cbc(kind["cipher"], secret, iv, plain)))


def _opens(id, data, by, extension="pem", password=PASSWORD):
    return Case(id, f"{id}.{extension}", data, by, MERCHANT, RSA_PRIVATE, password)


def _pbes2(pem):
    for cipher, prf in (
        ("aes-128-cbc", "hmacWithSHA1"),
        ("aes-192-cbc", "hmacWithSHA256"),
        ("aes-256-cbc", "hmacWithSHA1"),
        ("aes-256-cbc", "hmacWithSHA256"),
        ("aes-256-cbc", "hmacWithSHA384"),
        ("aes-256-cbc", "hmacWithSHA512"),
        ("des-ede3-cbc", "hmacWithSHA1"),
        ("des-ede3-cbc", "hmacWithSHA256"),
        ("des-cbc", "hmacWithSHA1"),
        ("rc2-cbc", "hmacWithSHA1"),
        ("sm4-cbc", "hmacWithSHA256"),
    ):
        command = f"pkcs8 -topk8 -v2 {cipher} -v2prf {prf} -passout env:KEY_PASSWORD {LEGACY}"
        yield _opens(f"pbes2-{cipher}-{prf[8:].lower()}", openssl(command, pem, PASSWORD), f"openssl {command}")
    command = f"pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA224 -passout env:KEY_PASSWORD {LEGACY}"
    yield Case(
        "pbes2-aes-256-cbc-sha224",
        "pbes2-aes-256-cbc-sha224.pem",
        openssl(command, pem, PASSWORD),
        f"openssl {command}: no tool chooses it by itself",
        Error("unsupported"),
        fails("unsupported", "rsa_private"),
        PASSWORD,
    )
    plain = base.key("merchant").pkcs8
    yield _opens(
        "pbes2-sm4-cbc-sm3",
        text.pem("ENCRYPTED PRIVATE KEY", pbes2(plain, PASSWORD, _SM4, _SM3)),
        "Python: PBES2 with SM4-CBC and HMAC-SM3 1.2.156.10197.1.401.2, as GmSSL",
    )
    yield _opens(
        "pbes2-sm4-cbc-sm3-openssl",
        text.pem("ENCRYPTED PRIVATE KEY", pbes2(plain, PASSWORD, _SM4, _SM3_OPENSSL)),
        "Python: PBES2 with SM4-CBC and HMAC-SM3 1.2.156.10197.1.401.3.1, as openssl 3.1",
    )
    yield _opens("pbes2-bouncycastle-sm4-sm3", bouncy.file("pbes2-sm4-sm3.der"), "BouncyCastle: PBES2 with SM4-CBC and HMAC-SM3", "der")
    yield _opens(
        "pbes2-bouncycastle-aes-256",
        bouncy.file("pbes2-aes-256.der"),
        "BouncyCastle: PBES2 with AES-256-CBC, HMAC-SHA256 and the key's length",
        "der",
    )


def _pbes1(pem):
    for name in (
        "MD5-DES",
        "SHA1-DES",
        "MD5-RC2-64",
        "SHA1-RC2-64",
        "SHA1-3DES",
        "SHA1-2DES",
        "SHA1-RC2-128",
        "SHA1-RC2-40",
        "SHA1-RC4-128",
        "SHA1-RC4-40",
    ):
        command = f"pkcs8 -topk8 -v1 PBE-{name} -passout env:KEY_PASSWORD {LEGACY}"
        yield _opens(f"pbes1-{name.lower()}", openssl(command, pem, PASSWORD), f"openssl {command}")
    for name in ("sha1-3des", "sha1-rc2-40"):
        yield _opens(f"pbes1-bouncycastle-{name}", bouncy.file(f"pbes1-{name}.der"), f"BouncyCastle: {name}", "der")


def _traditional(pem):
    for cipher in ("des3", "des", "aes128", "aes192", "aes256"):
        command = f"rsa -traditional -{cipher} -passout env:KEY_PASSWORD {LEGACY}"
        made = openssl(command, pem, PASSWORD)
        yield _opens(f"traditional-{cipher}", made, f"openssl {command}")
    yield _opens("traditional-crlf", text.with_end(made, b"\r\n"), f"openssl {command}, CR LF")
    yield Case(
        "traditional-password-missing",
        "traditional-aes256.pem",
        None,
        "the file of traditional-aes256",
        Error("password_missing"),
        fails("password_missing", "rsa_private"),
    )
    yield Case(
        "traditional-wrong-password",
        "traditional-aes256.pem",
        None,
        "the file of traditional-aes256",
        Error("wrong_password"),
        fails("wrong_password", "rsa_private"),
        "654321",
    )


def _forms(pem):
    command = "pkcs8 -topk8 -v2 aes-256-cbc -passout env:KEY_PASSWORD"
    made = lambda more="", password=PASSWORD: openssl(command + more, pem, password)
    yield _opens("pbes2-der", made(" -outform DER"), f"openssl {command} -outform DER", "der")
    yield _opens("pbes2-base64", text.one_line(made(" -outform DER")), f"openssl {command}, one line of base64", "txt")
    yield _opens("pbes2-labelled-private", text.pem("PRIVATE KEY", made(" -outform DER")), "Python: PRIVATE KEY around an encrypted PKCS#8")
    yield _opens("pbes2-one-line-spaces", text.spaced(made()), "Python: line breaks lost to spaces")
    yield _opens("pbes2-chinese-password", made(password=CHINESE), f"openssl {command}", password=CHINESE)
    yield _opens("pbes2-long-password", made(password=LONG), f"openssl {command}", password=LONG)
    yield Case(
        "pbes2-password-missing", "pbes2-der.der", None, "the file of pbes2-der", Error("password_missing"), fails("password_missing", "rsa_private")
    )


def _wrong(plain):
    good = pbes2(plain, PASSWORD)
    yield _opens("pbes2-python", good, "Python: PBES2 with AES-256-CBC", "der")
    yield Case(
        "pbes2-wrong-password",
        "pbes2-python.der",
        None,
        "the file of pbes2-python",
        Error("wrong_password"),
        fails("wrong_password", "rsa_private"),
        "654321",
    )
    wrong = next(p for p in map(str, itertools.count(100000)) if p != PASSWORD and _pads(good, p))
    yield Case(
        "pbes2-wrong-password-that-pads",
        "pbes2-python.der",
        None,
        "the file of pbes2-python; this wrong password gives a correct padding byte",
        Error("wrong_password"),
        fails("wrong_password", "rsa_private"),
        wrong,
    )
    flipped = lambda at: good[:at] + bytes([good[at] ^ 0x40]) + good[at + 1 :]
    yield Case(
        "pbes2-flipped-at-the-end",
        "pbes2-flipped-at-the-end.der",
        flipped(len(good) - 20),
        "Python: a bit of the last block but one flipped",
        Error("wrong_password"),
        fails("wrong_password", "rsa_private"),
        PASSWORD,
    )
    yield Case(
        "pbes2-flipped-in-the-middle",
        "pbes2-flipped-in-the-middle.der",
        flipped(len(good) // 4),
        "Python: a bit inside the numbers flipped: it opens, and they do not fit",
        Error("inconsistent"),
        fails("inconsistent", "rsa_private"),
        PASSWORD,
    )
    endless = pbes2(plain, PASSWORD, written=50_000_000)
    yield Case(
        "pbes2-endless",
        "pbes2-endless.der",
        endless,
        "Python: 50,000,000 iterations",
        Error("unsupported"),
        fails("unsupported", "rsa_private"),
        PASSWORD,
    )


def _pads(encrypted, password):
    """Whether the wrong password's last plain byte is a padding of one byte."""
    _, (_, cipher) = der.children(der.split(encrypted)[1])
    secret = PBKDF2HMAC(hashes.SHA256(), 32, bytes(range(8)), 2048).derive(password.encode())
    decryptor = Cipher(algorithms.AES(secret), modes.CBC(cipher[-32:-16])).decryptor()
    return decryptor.update(cipher[-16:])[-1] == 1


def _unsupported(pem):
    for id, command in (
        ("pbes2-camellia", "pkcs8 -topk8 -v2 camellia-256-cbc -passout env:KEY_PASSWORD"),
        ("traditional-camellia", "rsa -traditional -camellia256 -passout env:KEY_PASSWORD"),
    ):
        yield Case(
            id,
            f"{id}.pem",
            openssl(command, pem, PASSWORD),
            f"openssl {command}",
            Error("unsupported"),
            fails("unsupported", "rsa_private"),
            PASSWORD,
        )


def cases():
    key = base.key("merchant")
    for family in (_pbes2, _pbes1, _traditional, _forms, _unsupported):
        yield from family(key.pem)
    yield from _wrong(key.pkcs8)
