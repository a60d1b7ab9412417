"""PKCS#12 by every maker."""

import pathlib
import tempfile

import base
import bouncy
import der
import text
from certificates import DATA, named
from corpus import PASSWORD, RSA_PRIVATE, Case, Error, Load, fails
from encrypted import CHINESE, LONG
from tools import openssl, run

#: A PFX of the merchant's key and certificate, in the place of a private key and of a certificate.
BOTH = RSA_PRIVATE | {"certificate": "ok"}
EMOJI = "key🔑锁"


def _holds(*names, private="merchant"):
    return Load(private, certificates=tuple(named(name) for name in names))


def _opens(id, data, by, load=None, password=PASSWORD, roles=BOTH, extension="pfx"):
    return Case(id, f"{id}.{extension}", data, by, load or _holds("merchant"), roles, password)


def _refused(id, file, data, by, reason, password=PASSWORD):
    return Case(id, file, data, by, Error(reason), fails(reason, "rsa_private"), password)


def export(options="", password=PASSWORD, key="merchant", certificate="merchant", more=()):
    """A PFX by `openssl pkcs12 -export`; `more` are the chain's names."""
    files = {"key": base.key(key).pem, "leaf": named(certificate).pem, "more": b"".join(named(name).pem for name in more)}
    chain = "-certfile {more}" if more else ""
    return openssl(f"pkcs12 -export -inkey {{key}} -in {{leaf}} {chain} -name TEST -passout env:KEY_PASSWORD {options}", password=password, **files)


def _openssl():
    for id, options in (
        ("modern", ""),
        ("legacy", "-legacy"),
        ("legacy-descert", "-legacy -descert"),
        ("legacy-rc2-128", "-legacy -keypbe PBE-SHA1-RC2-128 -certpbe PBE-SHA1-RC2-128"),
        ("legacy-rc4-128", "-legacy -keypbe PBE-SHA1-RC4-128 -certpbe PBE-SHA1-RC4-40"),
        ("legacy-2des", "-legacy -keypbe PBE-SHA1-2DES -certpbe PBE-SHA1-2DES"),
        ("aes-128-sha1mac", "-keypbe AES-128-CBC -certpbe AES-128-CBC -macalg sha1"),
        ("macalg-sha384", "-macalg sha384"),
        ("macalg-sha512", "-macalg sha512"),
        ("sm4-macalg-sm3", "-keypbe sm4-cbc -certpbe sm4-cbc -macalg sm3"),
        ("plain-certificates", "-certpbe NONE"),
        ("plain-key", "-keypbe NONE"),
        ("plain", "-keypbe NONE -certpbe NONE"),
        ("nomac", "-nomac"),
        ("no-iterations", "-noiter -nomaciter -legacy"),
        ("windows-attributes", '-legacy -keysig -CSP "Microsoft Enhanced Cryptographic Provider v1.0"'),
    ):
        yield _opens(f"pfx-openssl-{id}", export(options), f"openssl pkcs12 -export {options}".rstrip())
    yield _opens(
        "pfx-openssl-open",
        export("-keypbe NONE -certpbe NONE -nomac"),
        "openssl pkcs12 -export -keypbe NONE -certpbe NONE -nomac: nothing to open",
        password=None,
    )
    chain = _holds("leaf", "sub_ca", "ca")
    yield _opens("pfx-openssl-chain", export(certificate="leaf", more=("sub_ca", "ca")), "openssl pkcs12 -export -certfile", chain)
    only_key = openssl("pkcs12 -export -nocerts -inkey {key} -passout env:KEY_PASSWORD", password=PASSWORD, key=base.key("merchant").pem)
    yield _opens("pfx-openssl-nocerts", only_key, "openssl pkcs12 -export -nocerts", Load("merchant"), roles={"rsa_private": "ok"})
    made = export("-legacy")
    yield _opens("pfx-base64", text.one_line(made), "openssl pkcs12 -export -legacy, one line of base64", extension="txt")
    yield _opens("pfx-base64-76-crlf", text.wrapped(made, 76, b"\r\n"), "openssl pkcs12 -export -legacy, base64 in lines of 76", extension="txt")
    yield _opens("pfx-pem", text.pem("PKCS12", made), "Python: PKCS12 label", extension="pem")
    weak = openssl(
        "pkcs12 -export -legacy -inkey {key} -in {leaf} -passout env:KEY_PASSWORD",
        password=PASSWORD,
        key=base.key("rsa_1024").pem,
        leaf=named("rsa_1024").pem,
    )
    yield _opens(
        "pfx-rsa-1024",
        weak,
        "openssl pkcs12 -export -legacy: 1024 bits",
        _holds("rsa_1024", private="rsa_1024"),
        roles={"rsa_private": "weak", "rsa_private_weak": "ok"},
    )


def _passwords():
    for id, password in (("chinese", CHINESE), ("emoji", EMOJI), ("long", LONG), ("empty", "")):
        for kind, options in (("modern", ""), ("legacy", "-legacy")):
            yield _opens(
                f"pfx-openssl-{kind}-{id}-password", export(options, password), f"openssl pkcs12 -export {options}".rstrip(), password=password
            )
    for kind in ("modern", "legacy"):
        id = f"pfx-openssl-{kind}-empty-password"
        yield Case(f"{id}-left-out", f"{id}.pfx", None, f"the file of {id}", _holds("merchant"), BOTH)
    yield _opens("pfx-bouncycastle-chinese-password", bouncy.file("chinese-password.pfx"), "BouncyCastle", password=CHINESE)
    null = "BouncyCastle: the empty password as no bytes at all"
    yield _opens("pfx-bouncycastle-empty-password", bouncy.file("null-password.pfx"), null, password="")
    yield Case("pfx-bouncycastle-empty-password-left-out", "pfx-bouncycastle-empty-password.pfx", None, null, _holds("merchant"), BOTH)


def _bouncycastle():
    for id, holds in (
        ("der", ("merchant",)),
        ("leaf-in-the-middle", ("ca", "leaf", "sub_ca")),
        ("other-first", ("other", "merchant")),
    ):
        yield _opens(
            f"pfx-bouncycastle-{id}",
            bouncy.file(f"{id}.pfx"),
            "BouncyCastle PKCS12PfxPduBuilder: 3DES key first, RC2-40 certificates",
            _holds(*holds),
        )
    yield _opens(
        "pfx-no-match",
        bouncy.file("no-match.pfx"),
        "BouncyCastle: the only certificate is another key's",
        _holds("other"),
        roles={"rsa_private": "ok"},
    )
    yield _opens("pfx-same-key-twice", bouncy.file("same-key-twice.pfx"), "BouncyCastle: one key in two bags")
    for id, holds in (("store", ("merchant",)), ("store-der", ("merchant",)), ("store-aes", ("merchant",)), ("store-3des", ("leaf", "sub_ca", "ca"))):
        yield _opens(
            f"pfx-bouncycastle-{id}",
            bouncy.file(f"{id}.p12"),
            "BouncyCastle KeyStore, " + ("DER" if id == "store-der" else "BER"),
            _holds(*holds),
            extension="p12",
        )
    only = _holds("merchant", private=None)
    yield _opens(
        "pfx-certificates-only",
        bouncy.file("certificates-only.pfx"),
        "BouncyCastle: certificates only",
        only,
        roles={"rsa_private": "certificate", "certificate": "ok", "rsa_public": "own_key"},
    )
    yield Case(
        "pfx-empty",
        "pfx-empty.pfx",
        bouncy.file("empty.pfx"),
        "BouncyCastle: neither key nor certificate",
        Error("no_key"),
        fails("no_key", "rsa_private", "rsa_public", "certificate"),
        PASSWORD,
    )
    yield Case(
        "pfx-two-keys",
        "pfx-two-keys.pfx",
        bouncy.file("two-keys.pfx"),
        "BouncyCastle: two different keys",
        Error("several"),
        fails("several", "rsa_private"),
        PASSWORD,
    )


def _keytool():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "in.pfx").write_bytes(export(certificate="leaf", more=("sub_ca", "ca")))
        (folder / "other.pfx").write_bytes(export(key="other", certificate="other"))
        (folder / "root.cer").write_bytes(named("other").der)

        def keytool(out, *words):
            run("keytool", *words, "-storepass:env", "KEY_PASSWORD", "-keystore", out, "-noprompt", password=PASSWORD, folder=folder)
            return (folder / out).read_bytes()

        def taken(out, source, alias, *words):
            return keytool(
                out, "-importkeystore", "-srckeystore", source, "-srcstorepass:env", "KEY_PASSWORD", "-srcalias", "test", "-destalias", alias, *words
            )

        chain = _holds("leaf", "sub_ca", "ca")
        command = "keytool -importkeystore -deststoretype PKCS12"
        modern, legacy = ("-deststoretype", "PKCS12"), ("-deststoretype", "PKCS12", "-J-Dkeystore.pkcs12.legacy")
        yield _opens("pfx-keytool", taken("modern.p12", "in.pfx", "merchant", *modern), command, chain, extension="p12")
        yield _opens(
            "pfx-keytool-legacy", taken("legacy.p12", "in.pfx", "merchant", *legacy), f"{command} -J-Dkeystore.pkcs12.legacy", chain, extension="p12"
        )
        secret = keytool("modern.p12", "-genseckey", "-alias", "aes", "-keyalg", "AES", "-keysize", "128", "-storetype", "PKCS12")
        yield _opens("pfx-keytool-secret", secret, f"{command}, and a secret key by -genseckey", chain, extension="p12")
        two = taken("legacy.p12", "other.pfx", "other", *legacy)
        yield _refused("pfx-keytool-two-keys", "pfx-keytool-two-keys.p12", two, f"{command}: two entries", "several")
        for kind in ("JKS", "JCEKS"):
            store = taken(kind, "in.pfx", "merchant", "-deststoretype", kind)
            yield Case(
                f"keystore-{kind.lower()}",
                f"keystore.{kind.lower()}",
                store,
                f"keytool -importkeystore -deststoretype {kind}",
                Error("unsupported"),
                fails("unsupported"),
                PASSWORD,
            )


def ber(data, size):
    """The same values with indefinite lengths, and OCTET STRINGs in chunks of `size` bytes."""
    out = b""
    while data:
        tag, body, data = der.split(data)
        if tag in (0x04, 0x80) and len(body) > size:
            chunks = b"".join(der.octets(body[i : i + size]) for i in range(0, len(body), size))
            out += bytes([tag | 0x20, 0x80]) + chunks + b"\0\0"
        elif tag & 0x20:
            out += bytes([tag, 0x80]) + ber(body, size) + b"\0\0"
        else:
            out += der.tlv(tag, body)
    return out


def _ber():
    for name, by in (
        ("ysepay-3des", "openssl: strict DER, 3DES, MAC SHA-1"),
        ("ysepay-rc2-40", "openssl: RC2-40 certificates, MAC SHA-1"),
        ("ysepay-aes-256", "openssl: PBES2 AES-256, MAC SHA-256"),
        ("ysepay-ber", "Python and openssl: BER with indefinite lengths and chunks of 1000, RC2-40"),
    ):
        yield _opens(f"pfx-{name}", (DATA / f"{name}.pfx").read_bytes(), f"{by}; the published synthetic YSEPay file", _holds("ysepay_merchant"))
    made = export("-legacy")
    for size in (64, 1000):
        yield _opens(f"pfx-ber-{size}", ber(made, size), f"openssl pkcs12 -export -legacy, written again by Python as BER with chunks of {size}")
    indefinite = ber(made, 1000)
    yield _refused("pfx-ber-truncated", "pfx-ber-truncated.pfx", indefinite[:-5], "Python: BER without its last 5 bytes", "truncated")


def _wrong():
    by = "the file of pfx-openssl-modern"
    yield _refused("pfx-wrong-password", "pfx-openssl-modern.pfx", None, by, "wrong_password", "654321")
    yield _refused("pfx-password-missing", "pfx-openssl-modern.pfx", None, by, "password_missing", None)
    yield _refused("pfx-legacy-wrong-password", "pfx-openssl-legacy.pfx", None, "the file of pfx-openssl-legacy", "wrong_password", "654321")
    yield _refused("pfx-legacy-password-missing", "pfx-openssl-legacy.pfx", None, "the file of pfx-openssl-legacy", "password_missing", None)
    yield _refused("pfx-ber-wrong-password", "pfx-ysepay-ber.pfx", None, "the file of pfx-ysepay-ber", "wrong_password", "654321")
    yield _refused(
        "pfx-nomac-wrong-password", "pfx-openssl-nomac.pfx", None, "the file of pfx-openssl-nomac: only the padding tells", "wrong_password", "654321"
    )
    yield _refused(
        "pfx-plain-wrong-password", "pfx-openssl-plain.pfx", None, "the file of pfx-openssl-plain: only the MAC tells", "wrong_password", "654321"
    )
    made = export()
    flipped = made[:800] + bytes([made[800] ^ 1]) + made[801:]
    yield _refused("pfx-flipped", "pfx-flipped.pfx", flipped, "Python: one bit of the contents flipped: the MAC decides", "wrong_password")
    yield _refused("pfx-truncated", "pfx-truncated.pfx", made[: len(made) // 2], "Python: the first half", "truncated")
    yield _refused("pfx-bytes-after", "pfx-bytes-after.pfx", made + b"\0TEST", "Python: bytes after the end", "malformed")
    version, safe, mac = der.children(der.split(made)[1])
    digest, salt, _ = der.children(mac[1])
    endless = der.sequence(der.tlv(*digest), der.tlv(*salt), der.integer(50_000_000))
    yield _refused(
        "pfx-endless",
        "pfx-endless.pfx",
        der.sequence(der.tlv(*version), der.tlv(*safe), endless),
        "Python: 50,000,000 iterations of the MAC",
        "unsupported",
    )


def cases():
    for family in (_openssl, _passwords, _bouncycastle, _keytool, _ber, _wrong):
        yield from family()
