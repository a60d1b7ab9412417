"""A second opinion on every notification: what is signed is read anew with the standard library, and openssl or gmssl is asked. So are the
answers of ICBC. Nothing here is shared with what made the messages."""

import base64
import json
import pathlib
import re
import subprocess
import tempfile
import urllib.parse
import xml.etree.ElementTree as etree

from gmssl import sm2

HERE = pathlib.Path(__file__).resolve().parent.parent


def disagreements():
    """What another implementation says otherwise, and how many messages and answers it was asked about."""
    wrong, asked = [], {}
    with tempfile.TemporaryDirectory() as name:
        for vector in vectors():
            for what, agrees in opinions(vector, pathlib.Path(name)):
                asked[what] = asked.get(what, 0) + 1
                if not agrees:
                    wrong.append(f"{vector['id']}: {what}")
    return wrong, asked


def vectors():
    """All, with their keys and settings in the account."""
    for file in json.loads((HERE / "manifest.json").read_text("utf-8"))["files"]:
        content = json.loads((HERE / file["path"]).read_text("utf-8"))
        for vector in content["vectors"]:
            text = json.dumps(vector)
            for key, value in content["keys"].items():
                text = text.replace(json.dumps({"$key": key}), json.dumps(value))
            vector = json.loads(text)
            vector["config"]["account"].update(vector.get("settings", {}))
            yield vector


def opinions(vector, folder):
    """Of what is authentic that it is, of what is forged that it is not, unless a rule refuses it; and that the answer is signed."""
    request, expect = vector["request"], vector["expect"]
    body = request["body_text"].encode() if "body_text" in request else base64.b64decode(request["body_base64"])
    account, gateway = vector["config"]["account"], vector["gateway"]
    is_authentic = expect["evidence"] != "none"
    if is_authentic or expect.get("reason") == "signature" and expect.get("kind") != "refund":
        try:
            verified = VERIFIERS[gateway](account, body, folder)
        except (ValueError, TypeError, KeyError):
            verified = False
        is_right = is_authentic or vector["id"] in REFUSED_BY_RULE
        yield f"{gateway}: {'signed' if is_right else 'forged'}", verified == is_right
    if gateway == "icbc" and "ack" in expect:
        yield "icbc: answers", icbc_answer(account, expect["ack"]["body"], folder)


def parameters(body, charset="utf-8"):
    pairs = [pair.split(b"=", 1) for pair in body.split(b"&")]
    read = lambda half: urllib.parse.unquote_to_bytes(half.replace(b"+", b" ")).decode(charset)
    return {read(name): read(value) for name, value in pairs}


def joined(fields):
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "sign" and fields[name].strip())


def openssl(*words, stdin=b""):
    return subprocess.run(["openssl", *words], input=stdin, capture_output=True)


def rsa(public, digest, data, signature, folder):
    (folder / "key").write_text(f"-----BEGIN PUBLIC KEY-----\n{public}\n-----END PUBLIC KEY-----\n")
    (folder / "signature").write_bytes(base64.b64decode(signature, validate=True))
    return openssl("dgst", f"-{digest}", "-verify", str(folder / "key"), "-signature", str(folder / "signature"), stdin=data).returncode == 0


def icbc(account, body, folder):
    charset = parameters(body, "latin-1").get("charset", account.get("charset", "UTF-8"))
    fields = parameters(body, charset)
    path = re.sub("^https?://[^/]*", "", account["notify_url"])
    return rsa(account["gateway_public_key"]["base64"], "sha1", f"{path}?{joined(fields)}".encode(charset), fields["sign"], folder)


def icbc_answer(account, answer, folder):
    """Everything between the first brace and the signature, by the merchant's key."""
    signed, sign = re.fullmatch(r'\{(.*),"sign":"([^"]*)"\}', answer, re.S).groups()
    key = folder / "key"
    key.write_text(f"-----BEGIN PRIVATE KEY-----\n{account['private_key']['base64']}\n-----END PRIVATE KEY-----\n")
    if account["sign_type"] == "CA":
        hashed = openssl("dgst", "-sha1", "-binary", stdin=signed.encode()).stdout
        made = openssl("pkeyutl", "-sign", "-inkey", str(key), "-pkeyopt", "rsa_padding_mode:pkcs1", stdin=hashed).stdout
    else:
        digest = {"RSA": "sha1", "RSA2": "sha256"}[account["sign_type"]]
        made = openssl("dgst", f"-{digest}", "-sign", str(key), stdin=signed.encode()).stdout
    return base64.b64encode(made).decode() == sign


def ysepay(account, body, folder):
    fields = parameters(body)
    public = account["gateway_public_key"]["base64"]
    if account.get("sign_type") == "SM":
        return by_gmssl(base64.b64decode(public)[-64:].hex(), joined(fields).encode(), base64.b64decode(fields["sign"], validate=True))
    return rsa(public, "sha1", joined(fields).encode(), fields["sign"], folder)


def by_gmssl(public, data, signature):
    """SM3 with the usual user id; gmssl wants r and s in one row, as hexadecimal."""
    if len(signature) != 64:
        signature = b"".join(number.to_bytes(32, "big") for number in der_numbers(signature))
    return bool(sm2.CryptSM2(private_key="", public_key=public, asn1=False).verify_with_sm3(signature.hex(), data))


def der_numbers(signature):
    text = openssl("asn1parse", "-inform", "DER", stdin=signature).stdout.decode()
    return [int(number, 16) for number in re.findall(r"INTEGER\s*:([0-9A-F]+)", text)]


def wechat(account, body, _):
    fields = {child.tag: child.text or "" for child in etree.fromstring(body)}
    signed = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "sign" and fields[name]) + f"&key={account['api_key']}"
    if account.get("sign_type", "MD5") == "MD5":
        return hexadecimal("dgst", "-md5", stdin=signed.encode()) == fields["sign"]
    return hexadecimal("dgst", "-sha256", "-mac", "HMAC", "-macopt", f"key:{account['api_key']}", stdin=signed.encode()) == fields["sign"]


def edgeros(account, body, folder):
    """Numbers as they were written; Gson's escapes are json's but for two, and those of controls and of <, >, &, =, ' are off."""
    message = json.loads(body.decode("utf-8-sig"), parse_int=Written, parse_float=Written)
    kept = {name: value for name, value in message.items() if name != "sign" and value is not None}
    names = sorted(kept, key=lambda name: name.encode("utf-16-be"))
    members = ",".join(f"{text(name)}:{kept[name] if isinstance(kept[name], Written) else text(kept[name])}" for name in names)
    return rsa(account["gateway_public_key"]["base64"], "sha256", f"{{{members}}}".encode(), message["sign"], folder)


class Written(str):
    """A number as it was written."""


def text(value):
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def chinaums(account, body, _):
    fields = parameters(body)
    digest = {"SHA256": "sha256", "MD5": "md5"}[account.get("notify_sign_type", "SHA256")]
    return hexadecimal("dgst", f"-{digest}", stdin=(joined(fields) + account["notify_key"]).encode()) == fields["sign"].upper()


def hexadecimal(*words, stdin):
    return openssl(*words, stdin=stdin).stdout.decode().rsplit(" ", 1)[-1].strip().upper()


VERIFIERS = {"icbc": icbc, "ysepay": ysepay, "wechat": wechat, "edgeros": edgeros, "chinaums": chinaums}
# The numbers are right; what the message says of them, or how they are written, is not what the account says.
REFUSED_BY_RULE = {
    "ysepay-x-sm-raw-where-der-configured",
    "ysepay-own-x-sm-der-where-raw",
    "wechat-own-x-hmac-says-md5",
    "wechat-own-x-sign-type-unknown",
    "edgeros-own-x-sign-type-absent",
    "edgeros-own-x-sign-type-other",
    "edgeros-own-x-sign-type-lower",
    "chinaums-own-x-sign-type-lower-case",
}
