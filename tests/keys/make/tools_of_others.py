"""What other programs write by default today: many iterations, other MACs, stores of their own."""

import hashlib
import hmac
import pathlib
import tempfile

import base
import der
import forms_java
from certificates import named
from corpus import PASSWORD, RSA_PRIVATE, Case, Error, Load, fails
from pfx import BOTH, export
from tools import LEGACY, openssl, run

OWN = Load("merchant", certificates=(named("merchant"),))


def _nss():
    """pk12util: two derivations of 600,000 iterations, and the MAC's."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "in.pfx").write_bytes(export("-legacy"))
        (folder / "password").write_text(PASSWORD)
        run("certutil", "-N", "-d", "sql:.", "--empty-password", folder=folder)
        run("pk12util", "-i", "in.pfx", "-d", "sql:.", "-w", "password", folder=folder)
        run("pk12util", "-o", "out.p12", "-n", "TEST", "-d", "sql:.", "-w", "password", folder=folder)
        return (folder / "out.p12").read_bytes()


def pbmac1(pfx, prf, mac, length=None, password=PASSWORD, number="1.2.840.113549.1.5.14", kdf="1.2.840.113549.1.5.12"):
    """The same container under the MAC of RFC 9579."""
    numbers = {"sha1": "1.2.840.113549.2.7", "sha256": "1.2.840.113549.2.9", "sha384": "1.2.840.113549.2.10", "sha512": "1.2.840.113549.2.11", "sm3": "1.2.156.10197.1.401.3.1"}
    version, safe, _ = der.children(der.split(pfx)[1])
    content = der.split(der.children(safe[1])[1][1])[1]
    salt = bytes(range(16))
    length = length or hashlib.new(mac).digest_size
    key = hashlib.pbkdf2_hmac(prf, password.encode(), salt, 2048, length)
    hash_of = lambda name: der.sequence(der.oid(numbers[name]), der.NULL)
    derivation = der.sequence(der.oid(kdf), der.sequence(der.octets(salt), der.integer(2048), der.integer(length), hash_of(prf)))
    scheme = der.sequence(der.oid(number), der.sequence(derivation, hash_of(mac)))
    info = der.sequence(scheme, der.octets(hmac.new(key, content, mac).digest()))
    return der.sequence(der.tlv(*version), der.tlv(*safe), der.sequence(info, der.octets(b"NOT USED"), der.integer(1)))


def _macs():
    made = export()
    for prf, mac, length in (("sha256", "sha256", None), ("sha256", "sha512", 64), ("sha512", "sha512", None), ("sha1", "sha256", 32), ("sha384", "sha384", None), ("sm3", "sm3", None), ("sha256", "sha512", 256)):
        id = f"pfx-pbmac1-{prf}-{mac}" + (f"-{length}" if length else "")
        yield Case(id, f"{id}.pfx", pbmac1(made, prf, mac, length), "openssl pkcs12 -export, its MAC by Python (RFC 9579)", OWN, BOTH, PASSWORD)
    gmt = pbmac1(made, "sm3", "sm3", None, number="1.2.156.10197.6.1.4.1.5.3", kdf="1.2.156.10197.6.1.4.1.5.1")
    yield Case("pfx-pbmac1-gmt-0091", "pfx-pbmac1-gmt-0091.pfx", gmt, "the same by the numbers of GM/T 0091", OWN, BOTH, PASSWORD)
    yield _no("pfx-pbmac1-wrong-password", None, "the file of pfx-pbmac1-sha256-sha256", "wrong_password", "654321", "pfx-pbmac1-sha256-sha256.pfx")
    yield _no("pfx-pbmac1-password-missing", None, "the file of pfx-pbmac1-sha256-sha256", "password_missing", None, "pfx-pbmac1-sha256-sha256.pfx")


def _no(id, data, by, reason="unsupported", password=PASSWORD, file=None, roles=("rsa_private",)):
    return Case(id, file or id, data, by, Error(reason), fails(reason, *roles), password)


def _many_iterations():
    one = {"rsa_private": "ok"}
    yield Case("pfx-nss", "pfx-nss.p12", _nss(), "pk12util -o: 600,000 iterations, three times", OWN, one, PASSWORD)
    for id, kind in (("1200000", "PKCS12"), ("aes", "PKCS12-AES256-AES128"), ("pbmac1", "PKCS12-PBMAC1"), ("gcm", "PKCS12-AES256-AES128-GCM")):
        data = forms_java.file(f"{kind}.p12")
        yield Case(f"pfx-bouncycastle-{id}", f"pfx-bouncycastle-{id}.p12", data, f"BouncyCastle 1.86 KeyStore {kind}", OWN, one, PASSWORD)
    yield _no("pfx-nss-wrong-password", None, "the file of pfx-nss", "wrong_password", "654321", "pfx-nss.p12")
    command = "pkcs8 -topk8 -scrypt -passout env:KEY_PASSWORD"
    pem = base.key("merchant").pem
    merchant = Load("merchant")
    yield Case("pbes2-scrypt", "pbes2-scrypt.pem", openssl(command, pem, PASSWORD), f"openssl {command}", merchant, RSA_PRIVATE, PASSWORD)
    more = f"{command} -scrypt_N 8192 -scrypt_r 8 -scrypt_p 4"
    yield Case("pbes2-scrypt-8192-4", "pbes2-scrypt-8192-4.pem", openssl(more, pem, PASSWORD), f"openssl {more}", merchant, RSA_PRIVATE, PASSWORD)
    yield Case("pbes2-scrypt-bouncycastle", "pbes2-scrypt-bouncycastle.der", forms_java.file("scrypt.der"), "BouncyCastle: ScryptConfig(16384, 8, 1), AES-256-GCM", merchant, RSA_PRIVATE, PASSWORD)
    yield Case("pbes2-gcm-bouncycastle", "pbes2-gcm-bouncycastle.der", forms_java.file("gcm.der"), "BouncyCastle: PBES2 with AES-256-GCM", merchant, RSA_PRIVATE, PASSWORD)
    yield _no("pbes2-scrypt-wrong-password", None, "the file of pbes2-scrypt", "wrong_password", "654321", "pbes2-scrypt.pem")
    endless = openssl(f"{command} -outform DER", pem, PASSWORD)
    cost = der.integer(16384)
    assert endless.count(cost) == 1
    yield _no("pbes2-scrypt-endless.der", endless.replace(cost, b"\x02\x02\x7f\xff"), "openssl, then Python: an N that is no power of two", "malformed")
    yield _no("pbes2-scrypt-memory.der", forms_java.file("scrypt-1048576.der"), "BouncyCastle: ScryptConfig(1048576, 8, 1): 1 GiB of memory")


def _others():
    pem = base.key("merchant").pem
    for id, data, by in (
        ("keystore.bks", forms_java.file("BKS.p12"), "BouncyCastle KeyStore BKS"),
        ("keystore.uber", forms_java.file("BouncyCastle.p12"), "BouncyCastle KeyStore BouncyCastle (UBER)"),
        ("keystore.bcfks", forms_java.file("BCFKS.p12"), "BouncyCastle KeyStore BCFKS"),
        ("private.msblob", openssl("rsa -outform MSBLOB", pem), "openssl rsa -outform MSBLOB"),
        ("public.msblob", openssl("rsa -pubout -outform MSBLOB", pem), "openssl rsa -pubout -outform MSBLOB"),
        ("private.pvk", openssl(f"rsa -outform PVK -pvk-none {LEGACY}", pem), "openssl rsa -outform PVK -pvk-none"),
        ("encrypted.pvk", openssl(f"rsa -outform PVK -pvk-strong -passout env:KEY_PASSWORD {LEGACY}", pem, PASSWORD), "openssl rsa -outform PVK -pvk-strong"),
    ):
        yield _no(id, data, by, password=PASSWORD if "pvk" not in id or "encrypted" in id else None, roles=("rsa_private", "rsa_public", "certificate"))


def cases():
    yield from _macs()
    yield from _many_iterations()
    yield from _others()
