"""Files in which something stands that no gateway uses, beside what one does."""

import base
import forms_java
import text
from certificates import Certificate, named
from corpus import PASSWORD, RSA_PRIVATE, SM2_PRIVATE, Case, Error, Load, fails
from pfx import export
from tools import openssl

RSA_BOTH = RSA_PRIVATE | {"certificate": "ok"}


def authority(options):
    """(private key, self-signed certificate) of an authority in PEM."""
    key = openssl(f"genpkey {options}")
    command = 'req -x509 -new -key {key} -subj "/C=CN/O=TEST ONLY/CN=TEST ONLY authority" -days 3650 -set_serial 7'
    return key, openssl(command, key=key)


def under(key, ca_key, ca, subject="TEST ONLY under it"):
    """A certificate of the key by that authority, as `named` gives them."""
    request = openssl(f'req -new -key {{key}} -subj "/C=CN/O=TEST ONLY/CN={subject}"', key=base.key(key).pem if isinstance(key, str) else key)
    made = openssl("x509 -req -CA {ca} -CAkey {ca_key} -set_serial 0x77 -days 3650 -outform DER", request, ca=ca, ca_key=ca_key)
    return Certificate(made, key if isinstance(key, str) else base.Tls.of(key))


def _certificate(pem):
    """Of a key that no gateway uses."""
    spki = openssl("pkey -pubin -outform DER", openssl("x509 -noout -pubkey", pem))
    return Certificate(openssl("x509 -outform DER", pem), base.Tls(spki))


def _chains():
    key = base.key("merchant").pem
    for id, options in (("p-256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"), ("ed25519", "-algorithm ED25519"), ("p-384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384")):
        ca_key, ca = authority(options)
        root = _certificate(ca)
        own, bank = under("merchant", ca_key, ca), under("bank", ca_key, ca)
        load, reverse = (Load("merchant", certificates=both) for both in ((own, root), (root, own)))
        yield Case(f"foreign-{id}-authority-pem", f"foreign-{id}-authority.pem", key + own.pem + ca, f"openssl: an RSA key under an authority of {id}", load, RSA_BOTH)
        yield Case(f"foreign-{id}-authority-first", f"foreign-{id}-authority-first.pem", ca + own.pem + key, "the same, the authority first", reverse, RSA_BOTH)
        command = "pkcs12 -export -inkey {key} -in {leaf} -certfile {ca} -passout env:KEY_PASSWORD"
        pfx = openssl(command, password=PASSWORD, key=key, leaf=own.pem, ca=ca)
        yield Case(f"foreign-{id}-authority-pfx", f"foreign-{id}-authority.pfx", pfx, f"openssl {command}", load, RSA_BOTH, PASSWORD)
        yield Case(
            f"foreign-{id}-platform-chain",
            f"foreign-{id}-platform-chain.pem",
            bank.pem + ca,
            f"openssl: the platform's certificate under an authority of {id}",
            Load(certificates=(bank, root)),
            {"rsa_public": "ok", "rsa_private": "certificate"},
        )
    sm2_key = base.key("sm2_merchant").pem
    yield Case(
        "foreign-sm2-authority",
        "foreign-sm2-authority.pem",
        sm2_key + ca,
        "openssl: an SM2 key, and an authority of P-384",
        Load("sm2_merchant", certificates=(root,)),
        SM2_PRIVATE,
    )
    leaf_key = openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256")
    root = named("ca")
    leaf = under(leaf_key, base.key("ca").pem, root.pem, "TEST ONLY leaf of P-256")
    # Its issuer is the root: the RSA key here is that of an authority, and nobody's signature.
    yield Case(
        "foreign-leaf-under-rsa",
        "foreign-leaf-under-rsa.pem",
        leaf.pem + root.pem,
        "openssl: a leaf of P-256 under an authority of RSA",
        Load(certificates=(leaf, root)),
        {"rsa_public": "unsupported", "rsa_private": "certificate"},
        foreign="leaf",
    )
    yield Case(
        "foreign-key-under-rsa",
        "foreign-key-under-rsa.pem",
        leaf_key + leaf.pem + root.pem,
        "openssl: a key of P-256 with its chain of RSA",
        Load(leaf.key, certificates=(leaf, root)),
        {"rsa_private": "unsupported"},
        foreign="private",
    )


def _beside():
    key, own = base.key("merchant").pem, named("merchant")
    ec, ed, x = (openssl(f"genpkey -algorithm {name}") for name in ("EC -pkeyopt ec_paramgen_curve:P-256", "ED25519", "X25519"))
    dsa = openssl("gendsa {parameters}", parameters=openssl("dsaparam 1024"))
    request = openssl('req -new -key {key} -subj "/CN=TEST ONLY"', key=key)
    for id, beside in (("p-256-key", ec), ("ed25519-key", ed), ("x25519-key", x), ("dsa-key", dsa), ("request", request), ("pss-key", openssl("genpkey -algorithm RSA-PSS"))):
        yield Case(f"foreign-{id}-first", f"foreign-{id}-first.pem", beside + key, f"openssl: {id}, then an RSA key", Load("merchant"), RSA_PRIVATE)
        yield Case(f"foreign-{id}-last", f"foreign-{id}-last.pem", key + own.pem + beside, f"openssl: an RSA key, then {id}", Load("merchant", certificates=(own,)), RSA_BOTH)
    for id, data, by, certificates in (
        ("bouncycastle-store", "mixed.p12", "BouncyCastle KeyStore: entries of P-256 and RSA", ("ec.cer", own)),
        ("bouncycastle-store-ed25519", "mixed-ed25519.p12", "BouncyCastle KeyStore: entries of Ed25519 and RSA", ("ed.cer", own)),
    ):
        certificates = tuple(_certificate(openssl("x509 -inform DER", forms_java.file(one))) if isinstance(one, str) else one for one in certificates)
        data = forms_java.file(data)
        yield Case(f"foreign-{id}", f"foreign-{id}.p12", data, by, Load("merchant", certificates=certificates), RSA_BOTH, PASSWORD)
    for id, data, load in (("two-keys", ec + ed, Error("unsupported")), ("key-and-request", ec + request, Load(base.Tls.of(ec))), ("dsa-and-x25519", dsa + x, Error("unsupported"))):
        yield Case(f"foreign-only-{id}", f"foreign-only-{id}.pem", data, f"openssl: {id}", load, fails("unsupported", "rsa_private", "sm2_private"))


def _collections():
    chain = b"".join(named(name).pem for name in ("leaf", "sub_ca", "ca"))
    p7b = openssl("crl2pkcs7 -nocrl -certfile {chain}", chain=chain)
    own = Load(certificates=tuple(named(name) for name in ("leaf", "sub_ca", "ca")))
    roles = {"certificate": "ok", "rsa_private": "certificate", "rsa_public": "own_key"}
    yield Case("p7b-pem", "p7b-pem.p7b", p7b, "openssl crl2pkcs7 -nocrl -certfile", own, roles)
    plain = openssl("pkcs7 -outform DER", p7b)
    yield Case("p7b-der", "p7b-der.p7b", plain, "openssl pkcs7 -outform DER", own, roles)
    yield Case("p7b-base64", "p7b-base64.txt", text.wrapped(plain, 76, b"\r\n"), "Python: base64 of it", own, roles)
    bank = b"".join(named(name).pem for name in ("ca", "sub_ca", "bank_leaf"))
    platform = Load(certificates=tuple(named(name) for name in ("ca", "sub_ca", "bank_leaf")))
    made = openssl("crl2pkcs7 -nocrl -certfile {chain}", chain=bank)
    yield Case("p7b-platform", "p7b-platform.p7b", made, "openssl crl2pkcs7: the platform's chain", platform, {"rsa_public": "ok", "rsa_private": "certificate"})
    nothing = openssl("crl2pkcs7 -nocrl")
    yield Case("p7b-empty", "p7b-empty.p7b", nothing, "openssl crl2pkcs7 -nocrl", Error("no_key"), fails("no_key", "rsa_public", "rsa_private", "certificate"))


def cases():
    yield from _chains()
    yield from _beside()
    yield from _collections()
