"""What a client shows in TLS: pairs of kinds that no gateway signs with, and what `client_certificate` makes of the files of the other
families, in one place or apart.
"""

import base
from certificates import Certificate, issue, named
from corpus import PASSWORD, Case, Error, Load, fails
from tools import openssl

ONE, APART = "client_certificate", "client_certificate_apart"

#: Cases of other families in this role too.
BESIDE = {
    **dict.fromkeys(("pfx-openssl-modern", "pfx-openssl-legacy", "pfx-openssl-chain", "pfx-bouncycastle-leaf-in-the-middle"), "ok"),
    **dict.fromkeys(("pfx-bouncycastle-other-first", "pfx-keytool", "pfx-same-key-twice", "pfx-openssl-nomac", "pfx-openssl-open"), "ok"),
    **dict.fromkeys(("pfx-base64", "pfx-pem", "pfx-bouncycastle-store-3des", "pfx-openssl-legacy-chinese-password"), "ok"),
    **dict.fromkeys(("rsa-pem-key-certificate", "rsa-pem-certificate-key", "rsa-pem-chain-leaf-first", "rsa-pem-chain-leaf-last"), "ok"),
    **dict.fromkeys(("rsa-pem-printed-by-pkcs12", "p-256-pfx", "foreign-key-under-rsa", "foreign-p-256-authority-first"), "ok"),
    **dict.fromkeys(("foreign-ed25519-authority-pem", "foreign-p-384-authority-pfx", "foreign-request-last", "foreign-x25519-key-last"), "ok"),
    **dict.fromkeys(("pfx-openssl-nocerts", "rsa-pkcs8-pem", "pbes2-aes-256-cbc-sha256", "p-256-private", "p-256-sec1", "ed25519-private"), "private_key"),
    **dict.fromkeys(("pfx-certificates-only", "certificate-own-pem", "certificate-own-der", "p-256-certificate", "p7b-pem"), "certificate"),
    **dict.fromkeys(("pfx-wrong-password", "pfx-legacy-wrong-password", "pfx-flipped", "pfx-nomac-wrong-password"), "wrong_password"),
    **dict.fromkeys(("pfx-password-missing", "pfx-legacy-password-missing"), "password_missing"),
    **dict.fromkeys(("pfx-two-keys", "pfx-keytool-two-keys", "two-keys", "foreign-bouncycastle-store"), "several"),
    **dict.fromkeys(("sm2-pfx-openssl", "sm2-pem-key-certificate", "sm2-pkcs8-pem"), "wrong_type"),
    **dict.fromkeys(("dsa-private", "rsa-pss-private", "x25519-private", "pfx-endless"), "unsupported"),
    "pfx-no-match": "inconsistent",
    "pfx-rsa-1024": "weak",
    "rsa-spki-pem": "not_a_certificate",
    "pfx-empty": "no_key",
    "pfx-truncated": "truncated",
    "pfx-bytes-after": "malformed",
}

#: id -> (case of the certificate, file of the key, password of the key, answer).
_APART = {
    "one-each": ("certificate-own-pem", "rsa-pkcs8.pem", None, "ok"),
    "der": ("certificate-own-der", "rsa-pkcs1-der.der", None, "ok"),
    "chain-leaf-last": ("certificate-own-chain-leaf-last", "rsa-pkcs8.pem", None, "ok"),
    "encrypted-key": ("certificate-own-pem", "pbes2-aes-256-cbc-sha256.pem", PASSWORD, "ok"),
    "traditional-key": ("certificate-own-pem", "traditional-aes256.pem", PASSWORD, "ok"),
    "key-in-a-pfx": ("certificate-own-pem", "pfx-openssl-modern.pfx", PASSWORD, "ok"),
    "wrong-password": ("certificate-own-pem", "pbes2-aes-256-cbc-sha256.pem", "654321", "wrong_password"),
    "password-missing": ("certificate-own-pem", "pbes2-aes-256-cbc-sha256.pem", None, "password_missing"),
    "p-256": ("p-256-certificate", "p-256-private.pem", None, "ok"),
    "p-256-sec1": ("p-256-certificate", "p-256-sec1.pem", None, "ok"),
    "other-key": ("certificate-own-pem", "client-p-384.pem", None, "inconsistent"),
    "other-certificate": ("platform-certificate", "rsa-pkcs8.pem", None, "inconsistent"),
    "two-certificates": ("certificate-own-pem", "certificate-own-pem.pem", None, "certificate"),
    "two-keys": ("rsa-pkcs8-pem", "rsa-pkcs8.pem", None, "private_key"),
    "sm2-key": ("certificate-own-pem", "sm2-pkcs8.pem", None, "wrong_type"),
    "weak-key": ("certificate-1024", "rsa-1024-private.pem", None, "weak"),
    "no-such-key": ("certificate-own-pem", "no-such-file.pem", None, "unreadable"),
}


def beside(rows):
    """Adds the roles and the cases that stand over the files of others; `rows` is id -> row, and of some families perhaps none."""
    for id, answer in BESIDE.items():
        if id in rows:
            rows[id]["roles"][ONE] = answer
    for id, (certificate, key, password, answer) in _APART.items():
        if certificate in rows:
            row = {"id": f"client-apart-{id}", "file": rows[certificate]["file"], "made_by": f"{certificate}, its key in {key}"}
            row |= {"password": password} if password is not None else {}
            rows[row["id"]] = row | {"key": key, "load": rows[certificate]["load"], "roles": {APART: answer}}
    # An entry of P-256 is as whole as that of RSA beside it.
    if "foreign-bouncycastle-store" in rows:
        rows["foreign-bouncycastle-store"]["foreign"] = "pair"


def cases():
    request = 'req -x509 -new -key {key} -subj "/C=CN/O=TEST ONLY/CN=TEST ONLY client" -days 3650 -set_serial 7'
    for id, options in (
        ("p-384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
        ("p-521", "-algorithm EC -pkeyopt ec_paramgen_curve:P-521"),
        ("ed25519", "-algorithm ED25519"),
    ):
        key = openssl(f"genpkey {options}")
        own = Certificate(openssl(f"{request} -outform DER", key=key), base.Tls.of(key))
        load, roles = Load(own.key, certificates=(own,)), fails("unsupported", "rsa_private", "sm2_private") | {ONE: "ok"}
        yield Case(f"client-{id}", f"client-{id}.pem", key + own.pem, f"openssl genpkey {options}, req -x509", load, roles)
        pfx = _export(key, own.pem)
        yield Case(f"client-{id}-pfx", f"client-{id}.pfx", pfx, "openssl pkcs12 -export", load, roles, PASSWORD)
    merchant = base.key("merchant")
    encrypted = openssl("pkcs8 -topk8 -v2 aes-256-cbc -passout env:KEY_PASSWORD", merchant.pem, PASSWORD)
    both, load = named("merchant").pem + encrypted, Load("merchant", certificates=(named("merchant"),))
    by = "openssl pkcs8 -topk8 -v2 aes-256-cbc, behind its certificate"
    yield Case("client-encrypted", "client-encrypted.pem", both, by, load, {ONE: "ok"}, PASSWORD)
    yield Case("client-encrypted-wrong-password", "client-encrypted.pem", None, by, Error("wrong_password"), fails("wrong_password", ONE), "654321")
    yield Case("client-encrypted-password-missing", "client-encrypted.pem", None, by, Error("password_missing"), fails("password_missing", ONE))
    # Its dates are looked at where it is shown, not where it is read.
    expired = issue("merchant", "TEST ONLY expired", 0x4001, ("2020-01-01", "2021-01-01"))
    pfx = _export(merchant.pem, expired.pem)
    yield Case("client-expired", "client-expired.pfx", pfx, "openssl pkcs12 -export", Load("merchant", certificates=(expired,)), {ONE: "ok"}, PASSWORD)
    wrong = named("other").pem + merchant.pem
    load = Load("merchant", certificates=(named("other"),))
    yield Case("client-of-another-key", "client-of-another-key.pem", wrong, "Python: a key and the certificate of another", load, {ONE: "inconsistent"})


def _export(key, leaf):
    return openssl("pkcs12 -export -inkey {key} -in {leaf} -passout env:KEY_PASSWORD", password=PASSWORD, key=key, leaf=leaf)
