"""Cases: a file, its password, and what reading and configuring it must give."""

import base64
import dataclasses
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

import base
import tools

#: The password wherever a case does not say another.
PASSWORD = "123456"
#: Where a case says nothing else: the private key that a certificate role is opened with.
MERCHANT_FILE = "rsa-pkcs8.pem"

CALL = {"operation": "close", "order": {"protocol_no": "K2021101436720150055"}, "timestamp": "2021-10-14 12:00:00"}
#: YSEPay's string to sign of CALL: what the signatures of the manifest are over.
MESSAGE = (
    'biz_content={"protocol_no":"K2021101436720150055"}&charset=UTF-8&method=ysepay.trusteeship.sign.cancel'
    "&partner_id=unit_test&sign_type=RSA&timestamp=2021-10-14 12:00:00&version=3.0"
)


@dataclasses.dataclass(frozen=True)
class Load:
    """What a file holds: names of base keys, and certificates."""

    private: str | None = None
    public: tuple = ()
    certificates: tuple = ()

    def json(self):
        return {
            "private": base.key(self.private).facts() if self.private else None,
            "public": [base.key(name).facts() for name in self.public],
            "certificates": [certificate.facts(self.private) for certificate in self.certificates],
        }


@dataclasses.dataclass(frozen=True)
class Error:
    reason: str

    def json(self):
        return {"error": self.reason}


@dataclasses.dataclass(frozen=True)
class Case:
    """`data` is the file's bytes; None where another case makes the file, or nothing does."""

    id: str
    file: str
    data: bytes | None
    made_by: str
    load: Load | Error
    roles: dict
    password: str | None = None
    key: str | None = None
    #: What decides beside `load`: "private" (the private key is of no use here), "leaf" (so is the certificate that issued none), "pair" (a key
    #: that TLS alone signs with stands here with its certificate too).
    foreign: str | None = None

    def json(self):
        row = {"id": self.id, "file": self.file, "made_by": self.made_by}
        if self.foreign:
            row["foreign"] = self.foreign
        if self.password is not None:
            row["password"] = self.password
        if "certificate" in self.roles:
            row["key"] = self.key or MERCHANT_FILE
        row |= {"load": self.load.json(), "roles": self.roles}
        if "ok" in (self.roles.get("rsa_private"), self.roles.get("rsa_private_weak")):
            row["signature"] = sign(self.load.private)
        return row


def sign(name):
    """SHA1withRSA over MESSAGE by `cryptography`, in base64."""
    private = serialization.load_der_private_key(base.key(name).pkcs8, None)
    return base64.b64encode(private.sign(MESSAGE.encode(), padding.PKCS1v15(), hashes.SHA1())).decode()


def fails(reason, *roles):
    """Every role named fails with the reason."""
    return dict.fromkeys(roles or ("rsa_private", "rsa_public", "sm2_private", "sm2_public", "certificate"), reason)


#: What the roles say to a usable file of each kind.
RSA_PRIVATE = {"rsa_private": "ok", "rsa_public": "private_key", "sm2_private": "wrong_type", "certificate": "private_key"}
RSA_PUBLIC = {"rsa_public": "ok", "rsa_private": "public_key", "sm2_public": "wrong_type", "certificate": "not_a_certificate"}
RSA_CERTIFICATE = {"rsa_public": "ok", "rsa_private": "certificate", "sm2_public": "wrong_type"}
SM2_PRIVATE = {"sm2_private": "ok", "sm2_public": "private_key", "rsa_private": "wrong_type"}
SM2_PUBLIC = {"sm2_public": "ok", "sm2_private": "public_key", "rsa_public": "wrong_type"}
SM2_CERTIFICATE = {"sm2_public": "ok", "sm2_private": "certificate", "rsa_public": "wrong_type"}


def _role(account):
    return {"gateway": "ysepay", "base_url": "https://127.0.0.1:1", "account": {"partner_id": "unit_test", **account}}


def roles():
    """The configuration of each role; README.md says how its placeholders are filled."""
    wanted, corpus = {"file": "$file", "password": "$password"}, lambda name: {"file": f"$corpus/{name}"}
    rsa, sm2 = {"sign_type": "RSA"}, {"sign_type": "SM"}
    platform, sm2_platform, merchant = corpus("platform-certificate.cer"), corpus("sm2-platform.cer"), corpus(MERCHANT_FILE)
    ca = {"app_id": "10000000000000002156", "sign_type": "CA", "certificate": wanted, "private_key": corpus("$key"), "gateway_public_key": platform}
    return {
        "rsa_private": _role(rsa | {"private_key": wanted, "gateway_public_key": platform}),
        "rsa_private_weak": _role(rsa | {"private_key": wanted, "gateway_public_key": platform, "allow_weak_key": True}),
        "rsa_public": _role(rsa | {"private_key": merchant, "gateway_public_key": wanted}),
        "sm2_private": _role(sm2 | {"private_key": wanted, "gateway_public_key": sm2_platform}),
        "sm2_public": _role(sm2 | {"private_key": corpus("sm2-pkcs8.pem"), "gateway_public_key": wanted}),
        "certificate": {"gateway": "icbc", "base_url": "https://127.0.0.1:1", "account": ca},
        "client_certificate": _client(wanted),
        "client_certificate_apart": _client({"file": "$file", "key": {"file": "$corpus/$key", "password": "$password"}}),
    }


def _client(certificate):
    account = {"appid": "wx8888888888888888", "mch_id": "1900000109", "api_key": "TEST ONLY TEST ONLY TEST ONLY 00"}
    return {"gateway": "wechat", "base_url": "https://127.0.0.1:1", "account": account, "client_certificate": certificate}


def manifest(rows):
    """The text of manifest.json."""
    return (
        json.dumps(
            {
                "total": len(rows),
                "message": MESSAGE,
                "call": CALL,
                "made_with": tools.versions(),
                "keys": {name: base.key(name).row() for name in base.MAKERS},
                "roles": roles(),
                "cases": rows,
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )
