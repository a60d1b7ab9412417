"""Reads the finished requests back as a gateway would, with stock readers, and looks whether the signature in each is right."""

import base64
import hashlib
import hmac
import json
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

from cryptography.hazmat.primitives import hashes, serialization

from reread import CODECS, canonical, key_der, rsa_valid


def _merchant(account, texts):
    """The public half of the merchant's key; PKCS#1 or PKCS#8."""
    return serialization.load_der_private_key(key_der(account["private_key"], texts), None).public_key()


def _form(expect, codec):
    """Query and body as one; a name that is there twice is an error."""
    url = urllib.parse.urlsplit(expect["url"])
    parts = (url.query, base64.b64decode(expect["body_base64"]).decode("ascii"))
    pairs = [pair for part in parts if part for pair in urllib.parse.parse_qsl(part, strict_parsing=True, keep_blank_values=True, encoding=codec, errors="strict")]
    if len(dict(pairs)) != len(pairs):
        raise ValueError(f"a name twice: {pairs}")
    return url.path, dict(pairs)


def _joined(params):
    return "&".join(f"{name}={params[name]}" for name in sorted(params))


def _recovers(key, data, sign):
    """ICBC's CA mode: the bare digest in a block of type 1."""
    numbers = key.public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    block = pow(int.from_bytes(base64.b64decode(sign, validate=True), "big"), numbers.e, numbers.n).to_bytes(size, "big")
    digest = hashlib.sha1(data).digest()
    return block == b"\x00\x01" + b"\xff" * (size - 23) + b"\x00" + digest


def _icbc(account, expect, texts):
    codec = CODECS[account.get("charset", "UTF-8")]
    path, params = _form(expect, codec)
    sign, key = params.pop("sign"), _merchant(account, texts)
    data = f"{path}?{_joined(params)}".encode(codec)
    sign_type = account.get("sign_type", "RSA")
    if sign_type == "CA":
        return _recovers(key, data, sign)
    return rsa_valid(key, {"RSA": hashes.SHA1(), "RSA2": hashes.SHA256()}[sign_type], data, sign)


def _ysepay(account, expect, texts):
    codec = CODECS[account.get("charset", "UTF-8")]
    _, params = _form(expect, codec)
    sign = params.pop("sign")
    return rsa_valid(_merchant(account, texts), hashes.SHA1(), _joined(params).encode(codec), sign)


def _wechat(account, expect, texts):
    body, secret = base64.b64decode(expect["body_base64"]), texts["wechat_api_key"]
    if expect["method"] == "GET":
        _, params = _form(expect, "utf-8")
    else:
        params = json.loads(body) if expect["method"] == "SIGN" else {element.tag: element.text for element in ElementTree.fromstring(body)}
    sign = params.pop("paySign" if "paySign" in params else "sign")
    data = f"{_joined(params)}&key={secret}".encode()
    digest = hmac.new(secret.encode(), data, "sha256") if account.get("sign_type") == "HMAC-SHA256" else hashlib.md5(data)
    return all(params.values()) and sign == digest.hexdigest().upper()


def _edgeros(account, expect, texts):
    if expect["method"] == "SIGN":
        number = lambda text: (text,)
        signed = json.loads(base64.b64decode(expect["body_base64"]), parse_int=number, parse_float=number)
        sign = signed.pop("sign")
    else:
        fields = json.loads(base64.b64decode(expect["body_base64"])) if expect["method"] == "POST" else _form(expect, "utf-8")[1]
        headers = expect["headers"]
        signed = {name: text for name, text in fields.items() if name not in ("aco_pay_sdk", "version")}
        signed |= {name: headers["x-acopay-" + name.replace("_", "-")] for name in ("mch_no", "nonce", "sign_type")}
        sign = headers["x-acopay-sign"]
    return rsa_valid(_merchant(account, texts), hashes.SHA256(), canonical(signed).encode(), sign)


def _chinaums(account, expect, texts):
    body, secret = base64.b64decode(expect["body_base64"]), texts["chinaums_app_key"]
    if expect["method"] == "GET":
        _, given = _form(expect, "utf-8")
        scheme, body = given["authorization"], given["content"].encode()
        app_id, time, nonce, sign = (given[name] for name in ("appId", "timestamp", "nonce", "signature"))
    else:
        scheme, given = expect["headers"]["Authorization"].split(" ", 1)
        app_id, time, nonce, sign = re.fullmatch(r'AppId="(.*)",Timestamp="(.*)",Nonce="(.*)",Signature="(.*)"', given).groups()
    json.loads(body)
    text = app_id + time + nonce + hashlib.sha256(body).hexdigest()
    right = base64.b64encode(hmac.new(secret.encode(), text.encode(), "sha256").digest()).decode()
    return (scheme, app_id, sign) == ("OPEN-FORM-PARAM" if expect["method"] == "GET" else "OPEN-BODY-SIG", account["app_id"], right)


_VERIFIES = {"icbc": _icbc, "ysepay": _ysepay, "wechat": _wechat, "edgeros": _edgeros, "chinaums": _chinaums}


def complaints(text):
    """(id, what is wrong) for the requests of one file's text."""
    file = json.loads(text)
    for vector in file["vectors"] if file["kind"] == "sign" else ():
        if not _VERIFIES[file["gateway"]](vector["config"]["account"], vector["expect"], file["keys"]):
            yield vector["id"], "the request's signature should be right and is not"
