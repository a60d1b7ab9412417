"""What is sent, checked by another cryptographic library: one signature of each algorithm."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import pathlib
import re
import urllib.parse
from typing import Any

import pytest
from conftest import Sandbox
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import chexiao


def public_half(key: dict[str, str]) -> rsa.RSAPublicKey:
    text = key["pem"] if "pem" in key else None
    data = text.encode() if text else base64.b64decode(key["base64"])
    load = serialization.load_pem_private_key if text else serialization.load_der_private_key
    private = load(data, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    return private.public_key()


def signed(sandbox: Sandbox, gateway: str, **account: Any) -> tuple[chexiao.HttpRequest, dict[str, Any]]:
    config = sandbox.config(gateway)
    config["account"].update(account)
    return chexiao.Client(config).sign({"operation": "close", "order": sandbox.order(gateway)}), config["account"]


@pytest.mark.parametrize(("sign_type", "hash_"), [("RSA", hashes.SHA1()), ("RSA2", hashes.SHA256())])
def test_rsa_of_a_form_with_its_path(sandbox: Sandbox, sign_type: str, hash_: hashes.HashAlgorithm) -> None:
    request, account = signed(sandbox, "icbc", sign_type=sign_type)
    fields = dict(urllib.parse.parse_qsl(request.body.decode(), strict_parsing=True))
    signature = base64.b64decode(fields.pop("sign"), validate=True)
    text = urllib.parse.urlsplit(request.url).path + "?" + "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    public_half(account["private_key"]).verify(signature, text.encode(), padding.PKCS1v15(), hash_)


def test_rsa_of_a_form(sandbox: Sandbox) -> None:
    request, account = signed(sandbox, "ysepay")
    fields = dict(urllib.parse.parse_qsl(request.body.decode(), strict_parsing=True))
    signature = base64.b64decode(fields.pop("sign"), validate=True)
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    public_half(account["private_key"]).verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA1())


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_macs_of_xml(sandbox: Sandbox, sign_type: str) -> None:
    request, account = signed(sandbox, "wechat", sign_type=sign_type)
    fields = dict(re.findall(r"<(\w+)>([^<]*)</\1>", request.body.decode()))
    sign, key = fields.pop("sign"), account["api_key"]
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields)) + f"&key={key}"
    md5 = hashlib.md5(text.encode()).hexdigest()
    expected = md5 if sign_type == "MD5" else hmac.new(key.encode(), text.encode(), "sha256").hexdigest()
    assert sign == expected.upper()


def test_hmac_of_an_authorization_header(sandbox: Sandbox) -> None:
    request, account = signed(sandbox, "chinaums", authentication="body_sig")
    said = dict(re.findall(r'(\w+)="([^"]*)"', request.headers["Authorization"]))
    text = said["AppId"] + said["Timestamp"] + said["Nonce"] + hashlib.sha256(request.body).hexdigest()
    expected = base64.b64encode(hmac.new(account["app_key"].encode(), text.encode(), "sha256").digest()).decode()
    assert said["Signature"] == expected and json.loads(request.body)["merOrderId"]


def test_a_key_in_a_file_signs_the_same(sandbox: Sandbox, tmp_path: pathlib.Path) -> None:
    call = {
        "operation": "close",
        "order": sandbox.order("edgeros"),
        "nonce": "0" * 32,
        "msg_id": "m1",
        "timestamp": "2026-01-02 03:04:05",
    }
    text, file = (chexiao.Client(config).sign(call) for config in (sandbox.config("edgeros"), sandbox.by_reference("edgeros", tmp_path)))
    assert text == file
