"""Keys, signatures and files: Python's hashlib, hmac and `cryptography`, SM2 on integers. Nothing of the library."""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

HERE = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(HERE.parent / "vectors" / "make"))

import sm2  # noqa: E402

KEYS = json.loads((HERE / "known.json").read_text("utf-8"))["keys"]
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}


def key(name):
    return {"$key": name}


def b64(data):
    return base64.b64encode(data).decode()


def rsa(name, digest, data):
    """RSASSA-PKCS1-v1_5, base64."""
    private = serialization.load_der_private_key(base64.b64decode(KEYS[name]), None)
    return b64(private.sign(data, padding.PKCS1v15(), _HASHES[digest]))


def ca(name, data):
    """PKCS#1 block type 1 over the bare SHA-1, without DigestInfo."""
    private = serialization.load_der_private_key(base64.b64decode(KEYS[name]), None).private_numbers()
    n = private.public_numbers.n
    size = (n.bit_length() + 7) // 8
    block = b"\x00\x01" + b"\xff" * (size - 23) + b"\x00" + hashlib.sha1(data).digest()
    return b64(pow(int.from_bytes(block, "big"), private.d, n).to_bytes(size, "big"))


def sm(data, write=sm2.der):
    number = int(KEYS["ysepay_platform_sm2_private_hex"], 16)
    return b64(write(*sm2.sign(number, sm2.USER_ID, data)))


def md5(data):
    return hashlib.md5(data).hexdigest().upper()


def sha256(data):
    return hashlib.sha256(data).hexdigest().upper()


def hmac_sha256(secret, data):
    return hmac.new(secret.encode(), data, "sha256").hexdigest().upper()


def _padded(data):
    fill = 16 - len(data) % 16
    return data + bytes([fill]) * fill


def aes_cbc(secret, data):
    """IV of zeros, base64; `secret` is base64 of the key."""
    encryptor = Cipher(algorithms.AES(base64.b64decode(secret)), modes.CBC(bytes(16))).encryptor()
    return b64(encryptor.update(_padded(data)) + encryptor.finalize())


def aes_ecb(secret, data):
    encryptor = Cipher(algorithms.AES(secret), modes.ECB()).encryptor()
    return encryptor.update(_padded(data)) + encryptor.finalize()


def text_to_sign(fields):
    """a=1&b=2, by byte, without blank values and `sign`."""
    kept = {name: text for name, text in fields.items() if text.strip() and name != "sign"}
    return "&".join(f"{name}={kept[name]}" for name in sorted(kept, key=str.encode))


def form(fields, charset="utf-8"):
    """The body, in the order given."""
    quote = lambda text: urllib.parse.quote_plus(text.encode(charset), safe="*-._")
    return "&".join(f"{quote(name)}={quote(text)}" for name, text in (fields.items() if isinstance(fields, dict) else fields)).encode()


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def near(word):
    """What a careless reader takes for this word."""
    spelt = {"blank-before": " " + word, "blank-after": word + " ", "tab-after": word + "\t", "longer": word + word[-1], "cut": word[:-1],
             "other-case": word.swapcase(), "quoted": f'"{word}"', "zero-width": word[:1] + "\u200b" + word[1:]}
    return [(how, text) for how, text in spelt.items() if text.strip() and text != word]


def none(reason):
    """Nothing is believed."""
    return {"outcome": "unknown", "evidence": "none", "reason": reason, "hint": None, "order": {}, "fields": {}, "dedupe": None, "acknowledge": False, "kind": "none"}


def bound(outcome, **rest):
    """Authentic, ours, of a known kind, and names its order."""
    reason = {} if outcome != "unknown" else {"reason": "unlisted"}
    hint = {} if outcome == "unknown" else {"hint": None, "reason": None, "contradiction": False}
    confirm = {"confirm": "not_needed"} if outcome != "unknown" else {}
    return {"outcome": outcome, "evidence": "signed_bound", "acknowledge": True, **reason, **hint, **confirm, **rest}


def unbound():
    """Authentic, of a kind that is not read: the verified fields, and no more."""
    return {"outcome": "unknown", "evidence": "signed_unbound", "reason": "unlisted", "hint": None, "order": {}, "acknowledge": "caller"}


def against(hint=None):
    return {"outcome": "unknown", "evidence": "signed_bound", "reason": "contradiction", "contradiction": True, "hint": hint, "acknowledge": True}


class File:
    def __init__(self, gateway, source, checked, config, settings=None, content_type=FORM):
        self.gateway, self.source, self.checked = gateway, source, checked
        self.config, self.settings, self.content_type = config, settings or {}, content_type
        self.path = f"{gateway}.json"
        self.vectors = []

    def add(self, id, body, expect, *, config=None, settings=None, expected=None):
        ascii = body.decode("ascii") if body.isascii() else None
        request = {"content_type": self.content_type, **({"body_text": ascii} if ascii is not None else {"body_base64": b64(body)})}
        vector = {"id": f"{self.gateway}-own-{id}", "gateway": self.gateway, "source": self.source, "checked": self.checked,
                  "config": config or self.config, "settings": self.settings if settings is None else settings, "request": request}
        self.vectors.append({**vector, **({"expected": expected} if expected else {}), "expect": expect})

    def text(self):
        lines = ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in self.vectors)
        names = sorted(name for name in KEYS if f'{{"$key": "{name}"}}' in lines)
        head = json.dumps({"gateway": self.gateway, "keys": {name: KEYS[name] for name in names}}, indent=1)[:-2]
        return f'{head},\n "vectors": [\n{lines}\n]}}\n'
