"""Files that are whole, and of a kind that no role takes."""

import base64
import dataclasses
import hashlib
import json
import pathlib
import tempfile

import base
import text
from certificates import Certificate, named
from corpus import PASSWORD, Case, Error, Load, fails
from tools import openssl, run

KEYS = ("rsa_private", "rsa_public", "certificate")


def _no(id, data, by, reason, extension="pem", roles=KEYS, password=None):
    return Case(id, f"{id}.{extension}", data, by, Error(reason), fails(reason, *roles), password)


def _requests(key):
    made = openssl('req -new -key {key} -utf8 -subj "/C=CN/O=TEST ONLY/CN=TEST ONLY 商户"', key=key.pem)
    plain = openssl("req -outform DER", made)
    yield _no("request-pem", made, "openssl req -new", "certificate_request")
    yield _no("request-new-label", openssl("req -newhdr", made), "openssl req -newhdr", "certificate_request")
    yield _no("request-der", plain, "openssl req -new -outform DER", "certificate_request", "csr")
    yield _no("request-base64", text.one_line(plain), "openssl req -new, one line of base64", "certificate_request", "txt")


def _programs(key):
    """OpenSSH, PuTTY, PGP and JWK."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        file = folder / "key"
        file.write_bytes(openssl("rsa -traditional", key.pem))
        file.chmod(0o600)
        yield _no("openssh-public", run("ssh-keygen", "-y", "-f", file), "ssh-keygen -y", "openssh", "pub")
        yield _no("openssh-public-rfc4716", run("ssh-keygen", "-e", "-m", "RFC4716", "-f", file), "ssh-keygen -e -m RFC4716", "openssh", "pub")
        for version in ("2", "3"):
            run("puttygen", file, "-O", "private", "-o", folder / "ppk", "--ppk-param", f"version={version}")
            yield _no(f"putty-{version}", (folder / "ppk").read_bytes(), f"puttygen -O private --ppk-param version={version}", "unsupported", "ppk")
        run("ssh-keygen", "-p", "-N", "", "-f", file)
        yield _no("openssh-private", file.read_bytes(), "ssh-keygen -p -N ''", "openssh")
        run("ssh-keygen", "-p", "-N", PASSWORD, "-f", file)
        yield _no("openssh-private-encrypted", file.read_bytes(), f"ssh-keygen -p -N {PASSWORD}", "openssh", password=PASSWORD)
        home = folder / "gpg"
        home.mkdir(mode=0o700)
        gpg = ("gpg", "--homedir", home, "--batch", "--passphrase", "", "--pinentry-mode", "loopback")
        run(*gpg, "--quick-generate-key", "TEST ONLY <test@localhost>", "rsa2048", "sign", "never")
        yield _no("pgp-private", run(*gpg, "--armor", "--export-secret-keys"), "gpg --armor --export-secret-keys", "unsupported", "asc")
        yield _no("pgp-public", run(*gpg, "--armor", "--export"), "gpg --armor --export", "unsupported", "asc")
    number = lambda n: base64.urlsafe_b64encode(n.to_bytes((n.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
    jwk = {"kty": "RSA"} | dict(zip(("n", "e", "d", "p", "q", "dp", "dq", "qi"), map(number, key.numbers[1:])))
    yield _no("jwk-private", json.dumps(jwk, indent=1).encode(), "Python: JSON Web Key", "unsupported", "json")


def _algorithms():
    for name, options in (
        ("ed25519", "-algorithm ED25519"),
        ("x25519", "-algorithm X25519"),
        ("p-256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        ("rsa-pss", "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048"),
        ("rsa-three-primes", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3"),
    ):
        made = openssl(f"genpkey {options}")
        yield _tls(_no(f"{name}-private", made, f"openssl genpkey {options}", "unsupported", roles=("rsa_private",)), made)
        if name in ("ed25519", "p-256", "rsa-pss"):
            yield _no(
                f"{name}-public", openssl("pkey -pubout", made), f"openssl genpkey {options}, pkey -pubout", "unsupported", roles=("rsa_public",)
            )
        if name == "p-256":
            no = _no(
                "p-256-sec1",
                openssl("ecparam -name P-256") + openssl("ec", made),
                "openssl ecparam -name P-256 -genkey",
                "unsupported",
                roles=("rsa_private", "sm2_private"),
            )
            yield _tls(no, made)
            request = 'req -x509 -new -key {key} -subj "/CN=TEST ONLY P-256" -days 3650'
            certificate = openssl(request, key=made)
            own = Certificate(openssl("x509 -outform DER", certificate), base.Tls.of(made))
            no = _no("p-256-certificate", certificate, f"openssl {request}", "unsupported", roles=("rsa_public", "certificate"))
            yield dataclasses.replace(no, load=Load(certificates=(own,)))
            pfx = openssl("pkcs12 -export -inkey {key} -in {leaf} -passout env:KEY_PASSWORD", password=PASSWORD, key=made, leaf=certificate)
            no = _no("p-256-pfx", pfx, "openssl pkcs12 -export", "unsupported", "pfx", ("rsa_private",), PASSWORD)
            yield dataclasses.replace(no, load=Load(own.key, certificates=(own,)))
    parameters = openssl("dsaparam 1024")
    made = openssl("gendsa {parameters}", parameters=parameters)
    yield _no("dsa-private", made, "openssl gendsa", "unsupported", roles=("rsa_private",))
    yield _no("dsa-traditional", openssl("pkey -traditional", made), "openssl pkey -traditional", "unsupported", roles=("rsa_private",))


def _tls(case, key):
    """What no gateway takes, and TLS does."""
    return dataclasses.replace(case, load=Load(base.Tls.of(key))) if case.id.startswith(("p-256", "ed25519")) else case


def _collections(key):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "index").write_bytes(b"")
        (folder / "number").write_bytes(b"01\n")
        (folder / "cnf").write_text("[ca]\ndefault_ca=a\n[a]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=30\n")
        (folder / "key").write_bytes(base.key("ca").pem)
        (folder / "cer").write_bytes(named("ca").pem)
        crl = run("openssl", "ca", "-gencrl", "-config", "cnf", "-keyfile", "key", "-cert", "cer", folder=folder)
    yield _no("crl-pem", crl, "openssl ca -gencrl", "unsupported", "crl")
    yield _no("crl-der", openssl("crl -outform DER", crl), "openssl crl -outform DER", "unsupported", "crl")
    yield _no(
        "parameters-only",
        openssl("ecparam -name SM2"),
        "openssl ecparam -name SM2: a curve without a key",
        "no_key",
        roles=("rsa_private", "sm2_private"),
    )
    yield _no("two-keys", key.pem + base.key("other").pem, "Python: two different keys", "several", roles=("rsa_private",))


def _containers():
    for size in (1224, 640):
        container = size.to_bytes(2, "big") + hashlib.shake_256(b"TEST ONLY").digest(size)
        yield _no(
            f"icbc-container-{size}", container, "Python: length, then bytes that stand for the ciphertext of an ICBC .key", "vendor_container", "key"
        )
    yield _no("icbc-container-base64", text.one_line(container), "Python: the same in one line of base64", "vendor_container", "txt")
    yield _no("icbc-container-base64-76-crlf", text.wrapped(container, 76, b"\r\n"), "Python: the same in lines of base64", "vendor_container", "txt")


def cases():
    key = base.key("merchant")
    yield from _requests(key)
    yield from _programs(key)
    yield from _algorithms()
    yield from _collections(key)
    yield from _containers()
