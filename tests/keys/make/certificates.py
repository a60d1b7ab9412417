"""The certificates of the corpus, made anew each time; their keys are the base keys."""

import dataclasses
import datetime
import functools
import pathlib
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

import base
from tools import openssl

DATA = pathlib.Path(__file__).parent / "data"
#: A negative serial is wanted here.
warnings.filterwarnings("ignore", message="Parsed a serial number")


@dataclasses.dataclass(frozen=True)
class Certificate:
    der: bytes
    key: str

    @functools.cached_property
    def pem(self):
        return openssl("x509 -inform DER", self.der)

    def facts(self, private=None):
        """What the manifest says of it beside the private key of that name."""
        read = x509.load_der_x509_certificate(self.der)
        return {
            "serial": f"{read.serial_number:x}",
            "subject": read.subject.rfc4514_string(),
            "not_before": f"{read.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}",
            "not_after": f"{read.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
            **base.key(self.key).facts(),
            "matches": None if private is None else private == self.key,
        }


def _day(text):
    return datetime.datetime.fromisoformat(text)


def _name(common_name, kind=None):
    attribute = lambda oid, value, kind=None: x509.NameAttribute(oid, value, _type=kind)
    return x509.Name(
        [
            attribute(NameOID.COUNTRY_NAME, "CN"),
            attribute(NameOID.ORGANIZATION_NAME, "TEST ONLY, not a bank", kind),
            attribute(NameOID.COMMON_NAME, common_name, kind),
        ]
    )


def issue(key, common_name, serial, days=("2026-01-01", "2046-01-01"), issuer=None, kind=None, digest=hashes.SHA256, ca=False):
    """An X.509 v3 certificate of an RSA key by `cryptography`; issuer is (key, common name), else self-signed."""
    private = lambda name: serialization.load_der_private_key(base.key(name).pkcs8, None)
    signer, signer_name = issuer or (key, common_name)
    builder = x509.CertificateBuilder(
        issuer_name=_name(signer_name, kind if issuer is None else None),
        subject_name=_name(common_name, kind),
        public_key=private(key).public_key(),
        serial_number=serial,
        not_valid_before=_day(days[0]),
        not_valid_after=_day(days[1]),
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    return Certificate(builder.sign(private(signer), digest()).public_bytes(serialization.Encoding.DER), key)


def by_openssl(key, options, common_name="TEST ONLY by openssl"):
    """A self-signed certificate by `openssl req -x509`."""
    command = f'req -x509 -new -key {{key}} -utf8 -subj "/C=CN/O=TEST ONLY/CN={common_name}" -outform DER {options}'
    return Certificate(openssl(command, key=base.key(key).pem), key)


def version_1(key):
    """X.509 v1: a request signed by `openssl x509 -req` without extensions."""
    request = openssl('req -new -key {key} -subj "/C=CN/O=TEST ONLY/CN=TEST ONLY version 1"', key=base.key(key).pem)
    return Certificate(openssl("x509 -req -signkey {key} -set_serial 1 -days 3650 -outform DER", request, key=base.key(key).pem), key)


@functools.cache
def named(name):
    """The certificates that several cases hold."""
    sm2 = "-sm3 -sigopt distid:1234567812345678 -days 3650 -set_serial"
    return {
        "merchant": lambda: issue("merchant", "TEST ONLY 商户签名证书", 0x1001),
        "other": lambda: issue("other", "TEST ONLY other", 0x1002),
        "bank": lambda: issue("bank", "TEST ONLY platform of 2048 bits", 0x2001),
        "ca": lambda: issue("ca", "TEST ONLY root", 0x01, ca=True),
        "sub_ca": lambda: issue("sub_ca", "TEST ONLY intermediate", 0x02, issuer=("ca", "TEST ONLY root"), ca=True),
        "leaf": lambda: issue("merchant", "TEST ONLY 商户", 0x1003, issuer=("sub_ca", "TEST ONLY intermediate")),
        "bank_leaf": lambda: issue("bank", "TEST ONLY platform under a root", 0x2002, issuer=("sub_ca", "TEST ONLY intermediate")),
        "rsa_1024": lambda: issue("rsa_1024", "TEST ONLY 1024", 0x1004),
        "ysepay_merchant": lambda: Certificate(openssl("x509 -outform DER", (DATA / "ysepay-merchant.pem").read_bytes()), "merchant"),
        "ysepay_platform": lambda: Certificate((DATA / "ysepay-platform.cer").read_bytes(), "platform"),
        "ysepay_sm2": lambda: Certificate((DATA / "ysepay-sm2.cer").read_bytes(), "sm2_merchant"),
        "sm2_platform": lambda: by_openssl("sm2_platform", f"{sm2} 0x3001", "TEST ONLY 国密平台"),
        "sm2_zero": lambda: by_openssl("sm2_zero", f"{sm2} 0x3002", "TEST ONLY zero byte"),
        "sm2_merchant": lambda: by_openssl("sm2_merchant", f"{sm2} 0x3003", "TEST ONLY 国密商户"),
    }[name]()
