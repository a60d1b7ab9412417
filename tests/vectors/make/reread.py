"""Reads the finished vectors back with stock readers (urllib, json, ElementTree) and looks whether signatures stand where they should."""

import base64
import hashlib
import hmac
import json
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

import keys
import openssl
import sm2

CODECS = {"UTF-8": "utf-8", "GBK": "gbk", "GB2312": "gb2312"}


def key_der(key, texts):
    text = texts[next(iter(key.values()))["$key"]]
    return base64.b64decode("".join(text.split("-----")[2].split())) if "-----" in text else base64.b64decode(text)


def _public(key, texts):
    der = key_der(key, texts)
    try:
        return serialization.load_der_public_key(der)
    except ValueError:
        return x509.load_der_x509_certificate(der).public_key()


def rsa_valid(key, digest, data, signature):
    try:
        key.verify(base64.b64decode(signature, validate=True), data, padding.PKCS1v15(), digest)
        return True
    except (InvalidSignature, ValueError, TypeError):
        return False


def _sm_accepts(spki, encoding, user_id, data, signature):
    """By openssl, which reads DER only."""
    if encoding == "raw":
        if len(signature) != 64:
            return False
        signature = sm2.der(*(int.from_bytes(half, "big") for half in (signature[:32], signature[32:])))
    pem = b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(spki) + b"-----END PUBLIC KEY-----\n"
    return openssl.sm2_accepts(pem.decode(), user_id, data, signature)


def _sm_valid(account, texts, data, sign):
    """The public key is the 91 bytes of SPKI, wherever in a certificate they stand."""
    der = key_der(account["gateway_public_key"], texts)
    start = der.index(bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200"))
    user_id = account.get("sm2_user_id", sm2.USER_ID)
    return _sm_accepts(der[start : start + 91], account.get("sm2_encoding"), user_id, data, base64.b64decode(sign, validate=True))


def _members(text):
    """name -> (raw text, value) of a JSON object."""
    decoder, out, at = json.JSONDecoder(), {}, text.index("{") + 1
    skip = lambda i: re.compile(r"\s*").match(text, i).end()
    while True:
        name, at = decoder.raw_decode(text, skip(at))
        start = skip(text.index(":", at) + 1)
        value, at = decoder.raw_decode(text, start)
        out[name] = (text[start:at], value)
        at = skip(at)
        if text[at] == "}":
            return out
        at += 1


def canonical(value):
    if isinstance(value, tuple):
        return value[0]
    if isinstance(value, dict):
        names = sorted((k for k in value if value[k] is not None), key=lambda k: k.encode("utf-16-be"))
        return "{" + ",".join(canonical(k) + ":" + canonical(value[k]) for k in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _wechat(account, body, texts):
    fields = {e.tag: e.text or "" for e in ElementTree.fromstring(body)}
    secret = texts["wechat_api_key"]
    data = ("&".join(f"{k}={fields[k]}" for k in sorted(fields) if k != "sign" and fields[k]) + "&key=" + secret).encode()
    digest = hmac.new(secret.encode(), data, "sha256") if account.get("sign_type") == "HMAC-SHA256" else hashlib.md5(data)
    return fields.get("sign") == digest.hexdigest().upper()


def _edgeros(account, body, texts):
    number = lambda text: (text,)
    reply = json.loads(body, parse_float=number, parse_int=number)
    sign = reply["data"].pop("sign")
    return rsa_valid(_public(account["gateway_public_key"], texts), hashes.SHA256(), canonical(reply).encode(), sign)


def _object(name, slashes):
    def verifies(account, body, texts):
        codec = CODECS[account.get("charset", "UTF-8")]
        members = _members(body.decode(codec))
        spans = [members[name][0]] + ([members[name][0].replace("\\/", "/")] if slashes else [])
        if account.get("sign_type") == "SM":
            return any(_sm_valid(account, texts, s.encode(codec), members["sign"][1]) for s in spans)
        digest = hashes.SHA256() if account.get("reply_hash") == "SHA-256" else hashes.SHA1()
        return any(rsa_valid(_public(account["gateway_public_key"], texts), digest, s.encode(codec), members["sign"][1]) for s in spans)
    return verifies


def _other_than_sign(body):
    """The member that holds the reply to a call, whatever its method."""
    return next((name for name in _members(body.decode("latin-1")) if name != "sign"), "")


REPLIES = {"icbc": _object("response_biz_content", False), "ysepay": _object("ysepay_trusteeship_sign_cancel_response", True), "wechat": _wechat, "edgeros": _edgeros}
RIGHT = ("mismatch", "unlisted", "contradiction")
UNREAD = ("parse", "charset", "encoding", "redirect", "http_")


def _reply_complaint(gateway, vector, texts):
    expect = vector["expect"]
    reason, evidence = expect.get("reason") or "", expect.get("evidence", "")
    if gateway not in REPLIES or (reason or "").startswith(UNREAD):
        return None
    verifies = REPLIES[gateway]
    body = base64.b64decode(vector["reply"]["body_base64"])
    try:
        if gateway == "ysepay" and vector["call"]["operation"] == "call":
            verifies = _object(_other_than_sign(body), True)
        valid = verifies(vector["config"]["account"], body, texts)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ElementTree.ParseError):
        valid = False
    if not valid and (evidence.startswith("signed") or reason in RIGHT):
        return "the reply's signature should be right and is not"
    if valid and (evidence == "none" and reason not in (RIGHT if vector["call"]["operation"] == "call" else ("mismatch",)) or reason == "signature"):
        return "the reply's signature should be wrong and is right"
    return None


def _request_complaint(gateway, vector):
    """Form bodies come apart into the very parameters of the string to sign."""
    if gateway not in ("icbc", "ysepay"):
        return None
    url = urllib.parse.urlsplit(vector["expect"]["url"])
    parts = [url.query, base64.b64decode(vector["expect"]["body_base64"]).decode("ascii")]
    body = "&".join(part for part in parts if part)
    codec = CODECS[vector["config"]["account"].get("charset", "UTF-8")]
    params = dict(urllib.parse.parse_qsl(body, strict_parsing=True, encoding=codec, errors="strict"))
    params.pop("sign")
    path = url.path + "?" if gateway == "icbc" else ""
    again = path + "&".join(f"{k}={v}" for k, v in sorted(params.items()))
    return None if again == vector["string_to_sign"] else "the form does not hold what was signed"


def _step_complaint(vector):
    if vector["function"] != "sm2.verify":
        return None
    given = vector["input"]
    spki, signature = keys.sm2_der(None, bytes.fromhex(given["public_key"]), "spki"), base64.b64decode(given["signature"])
    valid = _sm_accepts(spki, given["encoding"], given["user_id"], bytes.fromhex(given["message"]), signature)
    return None if valid == vector["expect"].get("valid", False) else "openssl says otherwise of the signature"


def complaints(text):
    """(id, what is wrong) for the vectors of one file's text."""
    file = json.loads(text)
    look = {"answer": lambda vector: _reply_complaint(file["gateway"], vector, file.get("keys", {})), "verify": lambda vector: _reply_complaint(file["gateway"], vector, file.get("keys", {})),
            "sign": lambda vector: _request_complaint(file["gateway"], vector), "primitive": _step_complaint}
    for vector in file["vectors"]:
        wrong = look.get(file["kind"], lambda _: None)(vector)
        if wrong:
            yield vector["id"], wrong
