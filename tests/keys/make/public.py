"""RSA public keys and certificates."""

from cryptography.hazmat.primitives import hashes
from cryptography.x509.name import _ASN1Type

import base
import der
import text
from certificates import by_openssl, issue, named, version_1
from corpus import Case, Error, Load, RSA_CERTIFICATE, RSA_PUBLIC, fails
from private import BOM
from tools import openssl

BANK = Load(public=("bank",))
#: A certificate that is not the merchant's, given for the merchant's key.
FOREIGN = RSA_CERTIFICATE | {"certificate": "inconsistent"}
#: One of the merchant's own, given for the platform's.
OWN = {"rsa_public": "own_key", "rsa_private": "certificate", "certificate": "ok"}


def _keys(key):
    spki, pkcs1 = key.spki, key.public
    pem = openssl("pkey -pubout", key.pem)
    for id, extension, data, by in (
        ("rsa-spki-pem", "pem", pem, "openssl pkey -pubout"),
        ("rsa-spki-der", "der", spki, "openssl pkey -pubout -outform DER"),
        ("rsa-public-pkcs1-pem", "pem", openssl("rsa -RSAPublicKey_out", key.pem), "openssl rsa -RSAPublicKey_out"),
        ("rsa-public-pkcs1-der", "der", pkcs1, "openssl rsa -RSAPublicKey_out -outform DER"),
        ("rsa-spki-base64", "txt", text.one_line(spki), "Python: one line of base64, as the ICBC console shows it"),
        ("rsa-public-pkcs1-base64", "txt", text.one_line(pkcs1), "Python: one line of base64 of PKCS#1"),
        ("rsa-spki-base64-76-crlf", "txt", text.wrapped(spki, 76, b"\r\n"), "Python: base64 in lines of 76 with CR LF"),
        ("rsa-spki-pem-bom-crlf", "pem", BOM + text.with_end(pem, b"\r\n"), "Python: saved by Windows Notepad as UTF-8"),
        ("rsa-spki-pem-one-line-spaces", "pem", text.spaced(pem), "Python: line breaks lost to spaces"),
        ("rsa-spki-pem-escaped-newlines", "pem", text.escaped(pem), "Python: line breaks as the two characters \\n"),
        ("rsa-spki-labelled-rsa", "pem", text.pem("RSA PUBLIC KEY", spki), "Python: RSA PUBLIC KEY around an SPKI"),
        ("rsa-public-pkcs1-labelled-spki", "pem", text.pem("PUBLIC KEY", pkcs1), "Python: PUBLIC KEY around PKCS#1"),
        ("rsa-spki-labelled-certificate", "pem", text.pem("CERTIFICATE", spki), "Python: CERTIFICATE around an SPKI"),
        (
            "rsa-spki-no-null",
            "der",
            der.sequence(der.sequence(der.oid("1.2.840.113549.1.1.1")), der.bits(pkcs1)),
            "Python: SPKI without the NULL after rsaEncryption",
        ),
    ):
        yield Case(id, f"{id}.{extension}", data, by, BANK, RSA_PUBLIC)


def _sizes():
    for name, good in (("rsa_512", False), ("rsa_768", False), ("rsa_1024", True), ("rsa_8192", True), ("rsa_9216", False)):
        id = name.replace("_", "-") + "-public"
        load, roles = Load(public=(name,)), {"rsa_public": "ok", "rsa_private": "public_key"}
        if not good:
            load, roles = Error("wrong_size"), fails("wrong_size", "rsa_public")
        yield Case(id, f"{id}.pem", openssl("pkey -pubout", base.key(name).pem), "openssl pkey -pubout", load, roles)
    yield Case(
        "rsa-public-own",
        "rsa-public-own.pem",
        openssl("pkey -pubout", base.key("merchant").pem),
        "openssl pkey -pubout: the merchant's own half",
        Load(public=("merchant",)),
        {"rsa_public": "own_key", "rsa_private": "public_key", "certificate": "not_a_certificate"},
    )


def _forms(bank):
    load = Load(certificates=(bank,))
    trusted = openssl("x509 -trustout -addtrust serverAuth -setalias TEST", bank.pem)
    printed = openssl("x509 -text", bank.pem)
    for id, extension, data, by in (
        ("certificate-pem", "pem", bank.pem, "cryptography, openssl x509"),
        ("certificate-der", "cer", bank.der, "cryptography"),
        ("certificate-base64", "txt", text.one_line(bank.der), "Python: one line of base64"),
        ("certificate-base64-64-crlf", "txt", text.wrapped(bank.der, 64, b"\r\n"), "Python: base64 in lines of 64 with CR LF"),
        ("certificate-x509-label", "pem", text.pem("X509 CERTIFICATE", bank.der), "Python: X509 CERTIFICATE"),
        ("certificate-labelled-public", "pem", text.pem("PUBLIC KEY", bank.der), "Python: PUBLIC KEY around a certificate"),
        ("certificate-trusted", "pem", trusted, "openssl x509 -trustout -addtrust serverAuth -setalias TEST: auxiliary data after the certificate"),
        ("certificate-with-text", "pem", printed, "openssl x509 -text"),
        ("certificate-pem-cr", "pem", text.with_end(bank.pem, b"\r"), "Python: CR only"),
        ("certificate-pem-one-line-spaces", "pem", text.spaced(bank.pem), "Python: line breaks lost to spaces"),
        ("certificate-pem-escaped-newlines", "pem", text.escaped(bank.pem), "Python: line breaks as the two characters \\n"),
    ):
        yield Case(id, f"{id}.{extension}", data, by, load, FOREIGN)


def _kinds():
    days = "-days 3650"
    for id, certificate, by in (
        ("version-1", version_1("bank"), "openssl x509 -req: X.509 v1"),
        ("negative-serial", by_openssl("bank", f"-set_serial -547225600 {days}"), "openssl req -x509 -set_serial -547225600"),
        ("serial-zero", by_openssl("bank", f"-set_serial 0 {days}"), "openssl req -x509 -set_serial 0"),
        ("serial-20-bytes", issue("bank", "TEST ONLY", int("7f" + "e5" * 19, 16)), "cryptography"),
        ("md5", by_openssl("bank", f"-md5 -set_serial 16 {days}"), "openssl req -x509 -md5"),
        ("sha1", by_openssl("bank", f"-sha1 -set_serial 17 {days}"), "openssl req -x509 -sha1"),
        ("sha512", issue("bank", "TEST ONLY", 0x2011, digest=hashes.SHA512), "cryptography"),
        (
            "pss-signed",
            by_openssl("bank", f"-sha256 -sigopt rsa_padding_mode:pss -set_serial 18 {days}"),
            "openssl req -x509 -sigopt rsa_padding_mode:pss; the key is a plain RSA key",
        ),
        ("expired", issue("bank", "TEST ONLY expired", 0x2012, ("2010-06-01", "2015-06-01")), "cryptography"),
        ("not-yet-valid", issue("bank", "TEST ONLY not yet valid", 0x2013, ("2048-01-01", "2049-12-31T23:59:59")), "cryptography"),
        (
            "generalized-time",
            issue("bank", "TEST ONLY GeneralizedTime", 0x2014, ("2050-01-01", "2126-10-28T20:28:16")),
            "cryptography: both dates after 2049",
        ),
        ("utf8-subject", issue("bank", "测试平台，仅供测试", 0x2015, kind=_ASN1Type.UTF8String), "cryptography, UTF8String"),
        ("bmp-subject", issue("bank", "测试平台，仅供测试", 0x2016, kind=_ASN1Type.BMPString), "cryptography, BMPString"),
    ):
        yield Case(f"certificate-{id}", f"certificate-{id}.cer", certificate.der, by, Load(certificates=(certificate,)), FOREIGN)
    platform = named("ysepay_platform")
    yield Case(
        "certificate-platform",
        "platform-certificate.cer",
        platform.der,
        "openssl: the published synthetic platform certificate, 1024 bits, md5WithRSA",
        Load(certificates=(platform,)),
        RSA_CERTIFICATE,
    )


def _own():
    own = named("merchant")
    for id, extension, data in (
        ("certificate-own-pem", "pem", own.pem),
        ("certificate-own-der", "cer", own.der),
        ("certificate-own-base64", "txt", text.one_line(own.der)),
    ):
        yield Case(id, f"{id}.{extension}", data, "cryptography: the merchant's own", Load(certificates=(own,)), OWN)
    bank = named("bank")
    yield Case(
        "certificate-bank-with-its-key",
        "certificate-der.cer",
        None,
        "the file of certificate-der",
        Load(certificates=(bank,)),
        {"certificate": "ok"},
        key="rsa-bank.pem",
    )
    yield Case(
        "rsa-bank",
        "rsa-bank.pem",
        openssl("pkcs8 -topk8 -nocrypt", base.key("bank").pem),
        "openssl pkcs8 -topk8 -nocrypt",
        Load("bank"),
        {"rsa_private": "ok"},
    )
    weak = named("rsa_1024")
    yield Case(
        "certificate-1024",
        "certificate-1024.cer",
        weak.der,
        "cryptography",
        Load(certificates=(weak,)),
        {"rsa_public": "ok", "rsa_private": "certificate"},
    )


def _chains():
    leaf, bank, sub_ca, ca = named("leaf"), named("bank_leaf"), named("sub_ca"), named("ca")
    first = {"rsa_public": "ok", "rsa_private": "certificate"}
    for id, chain in (("leaf-first", (bank, sub_ca, ca)), ("leaf-last", (ca, sub_ca, bank))):
        yield Case(
            f"certificate-chain-{id}",
            f"certificate-chain-{id}.pem",
            b"".join(c.pem for c in chain),
            "cryptography, PEM one after the other",
            Load(certificates=chain),
            first,
        )
    for id, chain in (("leaf-first", (leaf, sub_ca, ca)), ("leaf-last", (ca, sub_ca, leaf))):
        yield Case(
            f"certificate-own-chain-{id}",
            f"certificate-own-chain-{id}.pem",
            b"".join(c.pem for c in chain),
            "cryptography, PEM one after the other",
            Load(certificates=chain),
            {"certificate": "ok", "rsa_private": "certificate"},
        )


def cases():
    yield from _keys(base.key("bank"))
    yield from _sizes()
    yield from _forms(named("bank"))
    yield from _kinds()
    yield from _own()
    yield from _chains()
