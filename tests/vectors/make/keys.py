"""The TEST ONLY keys in every format a user may hand over: `icbc_merchant.pkcs1_base64` and so on."""

import base64
import functools
import json
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import serialization as s

import sm2

DATA = pathlib.Path(__file__).parent / "data"
SAMPLES = json.loads((DATA / "samples.json").read_text("utf-8"))
_KEYS = json.loads((DATA / "keys.json").read_text("utf-8"))["keys"]

#: Secrets that stand in configurations as plain text.
SECRETS = {
    "icbc_aes128": base64.b64encode(bytes(range(16))).decode(),
    "icbc_aes192": base64.b64encode(bytes(range(0x20, 0x38))).decode(),
    "icbc_aes256": base64.b64encode(bytes(range(0x40, 0x60))).decode(),
    "wechat_api_key": "192006250b4c09247ec02edce69f6a2d",
    "chinaums_app_key": "67890123456789012345678901234567",
}


@functools.cache
def private(name):
    return s.load_pem_private_key(_KEYS[name]["private"].encode(), None)


@functools.cache
def public(name):
    key = _KEYS[name]
    if "private" in key:
        return private(name).public_key()
    if "certificate" in key:
        return x509.load_pem_x509_certificate(key["certificate"].encode()).public_key()
    return s.load_der_public_key(base64.b64decode(key["public_base64"]))


def _b64(der):
    return base64.b64encode(der).decode()


def certificate_der(name):
    return x509.load_pem_x509_certificate(_KEYS[name]["certificate"].encode()).public_bytes(s.Encoding.DER)


def number(name):
    """The private number of an SM2 key."""
    return int(_KEYS[name]["sm2"], 16)


def _pem(label, der):
    base64_ = _b64(der)
    lines = [base64_[at : at + 64] for at in range(0, len(base64_), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def sm2_der(d, point, kind):
    """PKCS#8 or SPKI of an SM2 key, whether it is a good one or not."""
    algorithm = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
    if kind == "spki":
        return sm2.element(0x30, algorithm + sm2.element(3, b"\0" + point))
    inner = b"\x02\x01\x01" + sm2.element(4, sm2.b32(d)) + sm2.element(0xA1, sm2.element(3, b"\0" + point))
    return sm2.element(0x30, b"\x02\x01\0" + algorithm + sm2.element(4, sm2.element(0x30, inner)))


def sm2_pem(d, point, kind):
    return _pem({"spki": "PUBLIC KEY", "pkcs8": "PRIVATE KEY"}[kind], sm2_der(d, point, kind))


def _sm2_text(name, form):
    kind, encoding = form.split("_")
    make = {"pem": sm2_pem, "base64": lambda *key: _b64(sm2_der(*key))}[encoding]
    return make(number(name), sm2.point(number(name)), kind)


@functools.cache
def text(ref):
    """The text a vector file holds under this name."""
    if ref in SECRETS:
        return SECRETS[ref]
    name, form = ref.split(".")
    if form == "cfca":
        return SAMPLES["ysepay"]["cfca"]["file_text_b64"]
    if "sm2" in _KEYS[name] and not form.startswith("cert"):
        return _sm2_text(name, form)
    if form == "cert_pem":
        return _KEYS[name]["certificate"]
    if form == "cert_base64":
        return _b64(certificate_der(name))
    if form.startswith("spki"):
        key = public(name)
        if form == "spki_pem":
            return key.public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo).decode()
        return _b64(key.public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo))
    kind, encoding = form.split("_")
    shape = {"pkcs8": s.PrivateFormat.PKCS8, "pkcs1": s.PrivateFormat.TraditionalOpenSSL}[kind]
    if encoding == "pem":
        return private(name).private_bytes(s.Encoding.PEM, shape, s.NoEncryption()).decode()
    return _b64(private(name).private_bytes(s.Encoding.DER, shape, s.NoEncryption()))
