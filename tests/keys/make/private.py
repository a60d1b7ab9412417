"""RSA private keys that no password protects."""

import base
import der
import text
from certificates import named
from corpus import Case, Error, Load, MERCHANT_FILE, PASSWORD, RSA_PRIVATE, fails
from tools import openssl

BOM = "\ufeff".encode()
MERCHANT = Load("merchant")
RSA_ENCRYPTION = der.sequence(der.oid("1.2.840.113549.1.1.1"), der.NULL)


def _ok(id, data, by, extension="pem", roles=RSA_PRIVATE, load=MERCHANT, **more):
    return Case(id, f"{id}.{extension}", data, by, load, roles, **more)


def _formats(key):
    pkcs8, pkcs1 = key.pkcs8, key.inner
    yield Case("rsa-pkcs8-pem", MERCHANT_FILE, openssl("pkcs8 -topk8 -nocrypt", key.pem), "openssl pkcs8 -topk8 -nocrypt", MERCHANT, RSA_PRIVATE)
    yield _ok("rsa-pkcs8-der", pkcs8, "openssl pkcs8 -topk8 -nocrypt -outform DER", "der")
    yield _ok("rsa-pkcs1-pem", openssl("rsa -traditional", key.pem), "openssl rsa -traditional")
    yield _ok("rsa-pkcs1-der", pkcs1, "openssl rsa -traditional -outform DER", "der")
    yield _ok("rsa-password-not-needed", pkcs8, "openssl pkcs8 -topk8 -nocrypt -outform DER", "der", password=PASSWORD)
    for id, data, by in (
        ("rsa-pkcs8-base64", text.one_line(pkcs8), "one line of base64, as the ICBC console shows it"),
        ("rsa-pkcs1-base64", text.one_line(pkcs1), "one line of base64 of PKCS#1"),
        ("rsa-pkcs8-base64-newline", text.one_line(pkcs8) + b"\n", "one line of base64 with a line feed at the end"),
        ("rsa-pkcs8-base64-blanks", b"  \t" + text.one_line(pkcs8) + b" \r\n\r\n", "one line of base64 between blanks"),
        ("rsa-pkcs8-base64-bom", BOM + text.one_line(pkcs8), "base64 saved by Windows Notepad as UTF-8"),
        ("rsa-pkcs8-base64-64", text.wrapped(pkcs8), "base64 in lines of 64: a PEM without its dashes"),
        ("rsa-pkcs8-base64-76-crlf", text.wrapped(pkcs8, 76, b"\r\n"), "base64 in lines of 76 with CR LF, as MIME encoders write"),
        ("rsa-pkcs1-base64-cr", text.wrapped(pkcs1, 64, b"\r"), "base64 in lines of 64 with CR only"),
    ):
        yield _ok(id, data, "Python: " + by, "txt")


def _labels(key):
    for id, label, data in (
        ("rsa-pkcs8-labelled-rsa", "RSA PRIVATE KEY", key.pkcs8),
        ("rsa-pkcs1-labelled-pkcs8", "PRIVATE KEY", key.inner),
        ("rsa-pkcs8-labelled-any", "ANY PRIVATE KEY", key.pkcs8),
        ("rsa-pkcs1-labelled-certificate", "CERTIFICATE", key.inner),
        ("rsa-pkcs8-labelled-chinese", "商户私钥", key.pkcs8),
    ):
        yield _ok(id, text.pem(label, data), f"Python: {label} around known DER")


def _framings(key):
    pem = openssl("pkcs8 -topk8 -nocrypt", key.pem)
    attributes = b"Bag Attributes\n    friendlyName: TEST ONLY\n    localKeyID: 01 02 03 04\nKey Attributes: <No Attributes>\n"
    for id, data, by in (
        ("rsa-pem-crlf", text.with_end(pem, b"\r\n"), "CR LF"),
        ("rsa-pem-cr", text.with_end(pem, b"\r"), "CR only"),
        ("rsa-pem-bom", BOM + text.with_end(pem, b"\r\n"), "saved by Windows Notepad as UTF-8"),
        ("rsa-pem-leading-text", attributes + pem, "the lines that openssl pkcs12 prints before a key"),
        ("rsa-pem-leading-text-gbk", "商户私钥（请妥善保管）\n".encode("gbk") + pem, "a remark in GBK before the key"),
        ("rsa-pem-trailing-text", pem + "\n以上为商户私钥\n".encode(), "a remark after the key"),
        ("rsa-pem-no-newline", pem.rstrip(), "no line feed at the end"),
        ("rsa-pem-indented", text.indented(pem), "indented, as cut out of YAML"),
        ("rsa-pem-trailing-blanks", text.with_end(pem, b"  \t\n"), "blanks at every line's end"),
        ("rsa-pem-empty-lines", text.with_end(pem, b"\n\n"), "an empty line after each line"),
        ("rsa-pem-long-line", text.pem("PRIVATE KEY", key.pkcs8, 10_000), "the whole base64 in one line"),
        ("rsa-pem-76", text.pem("PRIVATE KEY", key.pkcs8, 76), "lines of 76"),
        ("rsa-pem-one-line-spaces", text.spaced(pem), "line breaks lost to spaces in an environment variable"),
        ("rsa-pkcs1-pem-one-line-spaces", text.spaced(text.pem("RSA PRIVATE KEY", key.inner)), "line breaks lost to spaces; a label of three words"),
        ("rsa-pem-one-line-nothing", text.with_end(pem, b""), "line breaks lost"),
        ("rsa-pem-escaped-newlines", text.escaped(pem), "line breaks as the two characters \\n, from an environment file"),
        ("rsa-pem-escaped-crlf", text.escaped(pem, b"\\r\\n"), "line breaks as the four characters \\r\\n"),
    ):
        yield _ok(id, data, "Python: " + by)


def _pkcs8_variants(key):
    usage = der.tlv(0xA0, der.sequence(der.oid("2.5.29.15"), der.tlv(0x31, der.tlv(0x03, b"\0\x10"))))
    inner = der.octets(key.inner)
    yield _ok(
        "rsa-pkcs8-attributes",
        der.sequence(der.integer(0), RSA_ENCRYPTION, inner, usage),
        "Python: PKCS#8 with the key usage attribute that Windows writes",
        "der",
    )
    bare = der.sequence(der.oid("1.2.840.113549.1.1.1"))
    yield _ok("rsa-pkcs8-no-null", der.sequence(der.integer(0), bare, inner), "Python: PKCS#8 without the NULL after rsaEncryption", "der")
    public = der.tlv(0x81, b"\0", key.public)
    yield _ok(
        "rsa-pkcs8-v2", der.sequence(der.integer(1), RSA_ENCRYPTION, inner, public), "Python: OneAsymmetricKey (RFC 5958) with the public key", "der"
    )


def _sizes():
    for name in ("rsa_512", "rsa_768", "rsa_9216"):
        made = openssl("pkcs8 -topk8 -nocrypt", base.key(name).pem)
        roles = fails("wrong_size", "rsa_private", "rsa_private_weak")
        yield _ok(name.replace("_", "-") + "-private", made, f"openssl {base.MAKERS[name]}", roles=roles, load=Error("wrong_size"))
    for name, roles in (
        ("rsa_1024", {"rsa_private": "weak", "rsa_private_weak": "ok"}),
        ("rsa_3072", RSA_PRIVATE),
        ("rsa_4096", RSA_PRIVATE),
        ("rsa_8192", RSA_PRIVATE),
        ("rsa_e3", RSA_PRIVATE),
    ):
        yield _ok(
            name.replace("_", "-") + "-private", openssl("pkcs8 -topk8 -nocrypt", base.key(name).pem), f"openssl {base.MAKERS[name]}", roles=roles, load=Load(name)
        )


def _together(key):
    own, leaf, sub_ca, ca = named("merchant"), named("leaf"), named("sub_ca"), named("ca")
    private = key.pem
    both = RSA_PRIVATE | {"certificate": "ok"}
    one = Load("merchant", certificates=(own,))
    yield _ok("rsa-pem-key-certificate", private + own.pem, "Python: key, then its certificate", roles=both, load=one)
    yield _ok("rsa-pem-certificate-key", own.pem + private, "Python: certificate, then its key", roles=both, load=one)
    yield _ok(
        "rsa-pem-chain-leaf-first",
        private + leaf.pem + sub_ca.pem + ca.pem,
        "Python: key, leaf, intermediate, root",
        roles=both,
        load=Load("merchant", certificates=(leaf, sub_ca, ca)),
    )
    yield _ok(
        "rsa-pem-chain-leaf-last",
        ca.pem + sub_ca.pem + leaf.pem + private,
        "Python: root, intermediate, leaf, key",
        roles=both,
        load=Load("merchant", certificates=(ca, sub_ca, leaf)),
    )
    yield _ok("rsa-pem-same-key-twice", private + text.pem("RSA PRIVATE KEY", key.inner), "Python: PKCS#8 and PKCS#1 of one key")
    yield _ok("rsa-pem-pair", private + openssl("pkey -pubout", private), "Python: a key and its public half", load=Load("merchant", ("merchant",)))
    pfx = openssl("pkcs12 -export -inkey {key} -in {own} -name TEST -passout pass:", key=private, own=own.pem)
    printed = openssl("pkcs12 -nodes -passin pass:", pfx)
    yield _ok("rsa-pem-printed-by-pkcs12", printed, "openssl pkcs12 -nodes, with its Bag Attributes", roles=both, load=one)


def cases():
    key = base.key("merchant")
    for family in (_formats, _labels, _framings, _pkcs8_variants):
        yield from family(key)
    yield from _sizes()
    yield from _together(key)
