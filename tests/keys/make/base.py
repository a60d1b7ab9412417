"""The TEST ONLY keys under every file of the corpus: those of base.pem, each under its name, made once by `openssl genpkey` and kept, so that
a new case changes no key.
"""

import base64
import dataclasses
import functools
import hashlib
import pathlib
import re

from cryptography.hazmat.primitives import serialization

import der
from tools import openssl

FILE = pathlib.Path(__file__).with_name("base.pem")

_RSA = "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{}"
_SM2 = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -pkeyopt ec_param_enc:named_curve"
#: name -> how it was made; the three of the published synthetic YSEPay vectors cannot be made again.
MAKERS = {
    "merchant": None,
    "platform": None,
    "sm2_merchant": None,
    "bank": _RSA.format(2048),
    "other": _RSA.format(2048),
    "ca": _RSA.format(2048),
    "sub_ca": _RSA.format(2048),
    "rsa_512": _RSA.format(512),
    "rsa_768": _RSA.format(768),
    "rsa_1024": _RSA.format(1024),
    "rsa_3072": _RSA.format(3072),
    "rsa_4096": _RSA.format(4096),
    "rsa_8192": _RSA.format(8192),
    "rsa_9216": _RSA.format(9216),
    "rsa_e3": _RSA.format(2048) + " -pkeyopt rsa_keygen_pubexp:3",
    "sm2_platform": _SM2,
    "sm2_odd": _SM2,
    "sm2_zero": _SM2,
    "sm2_other": _SM2,
    "sm2_nibble": _SM2,
    "sm2_x_zero": _SM2,
}
#: What is wanted of an SM2 key besides: the parity of its point (compressed form 02 or 03), a private number that begins with a zero byte or four zero bits, an x
#: that begins with a zero byte.
_WANTED = {
    "sm2_platform": lambda key: key.point[-1] % 2 == 0,
    "sm2_odd": lambda key: key.point[-1] % 2 == 1,
    "sm2_zero": lambda key: key.d[0] == 0 and key.d[1] != 0,
    "sm2_nibble": lambda key: 0 < key.d[0] < 16,
    "sm2_x_zero": lambda key: key.point[1] == 0,
}


@dataclasses.dataclass(frozen=True)
class Key:
    name: str
    pem: bytes

    @functools.cached_property
    def pkcs8(self):
        return openssl("pkcs8 -topk8 -nocrypt -outform DER", self.pem)

    @functools.cached_property
    def spki(self):
        return openssl("pkey -pubout -outform DER", self.pem)

    @functools.cached_property
    def inner(self):
        """PKCS#1 RSAPrivateKey, or SEC1 ECPrivateKey with its curve, in DER."""
        return openssl("pkey -traditional -outform DER", self.pem)

    @functools.cached_property
    def public(self):
        """What the SPKI wraps: PKCS#1 RSAPublicKey in DER, or the uncompressed point."""
        return der.children(der.split(self.spki)[1])[1][1][1:]

    @property
    def sm2(self):
        return self.name.startswith("sm2")

    @property
    def point(self):
        return self.public

    @property
    def numbers(self):
        """The integers of PKCS#1: version, n, e, d, p, q, dp, dq, qinv."""
        return [int.from_bytes(body, "big") for _, body in der.children(der.split(self.inner)[1])]

    @property
    def d(self):
        """SM2's private number, 32 bytes."""
        return der.children(der.split(self.inner)[1])[1][1].rjust(32, b"\0")

    @property
    def bits(self):
        return 256 if self.sm2 else self.numbers[1].bit_length()

    def facts(self):
        return {"algorithm": "SM2" if self.sm2 else "RSA", "bits": self.bits, "spki_sha256": hashlib.sha256(self.spki).hexdigest()}

    def row(self):
        return {**self.facts(), "spki": base64.b64encode(self.spki).decode()}


@dataclasses.dataclass(frozen=True)
class Tls:
    """The public half of a key that no gateway signs with, and TLS does."""

    spki: bytes

    @classmethod
    def of(cls, pem):
        return cls(openssl("pkey -pubout -outform DER", pem))

    def facts(self):
        public = serialization.load_der_public_key(self.spki)
        curve = getattr(public, "curve", None)
        algorithm, bits = (curve.name.replace("secp", "P-").removesuffix("r1"), curve.key_size) if curve else ("Ed25519", 256)
        return {"algorithm": algorithm, "bits": bits, "spki_sha256": hashlib.sha256(self.spki).hexdigest()}


@functools.cache
def key(name):
    """The key of this name; what is one stays so."""
    if isinstance(name, Tls):
        return name
    kept = dict(re.findall(r"^# (\w+)\n([^#]+)", FILE.read_text(), re.MULTILINE))
    if name not in kept:
        kept[name] = wanted(name)
        FILE.write_text("".join(f"# {each}\n{kept[each]}" for each in MAKERS if each in kept))
    return Key(name, kept[name].encode())


def wanted(name):
    is_wanted = _WANTED.get(name, lambda _: True)
    while not is_wanted(made := Key(name, openssl(MAKERS[name]))):
        pass
    return made.pem.decode()
