"""What no output may show: the secrets of an account and the signature of a request, in every spelling they could slip out in."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from typing import Any

# Of a key, every piece of so many bytes: base64 of a piece is a piece of its base64, and of one line of PEM.
PIECE = 24
TEXTS = {"api_key", "app_key", "encrypt_key", "notify_key", "password"}


def spellings(secret: bytes) -> set[bytes]:
    """As it is, in hex, in both kinds of base64, with percent signs, and as Rust shows bytes."""
    whole = base64.b64encode(secret[: len(secret) // 3 * 3])
    urlsafe = whole.translate(bytes.maketrans(b"+/", b"-_"))
    quoted = {urllib.parse.quote(text, safe="").encode() for text in (secret, whole)}
    return {secret, secret.hex().encode(), secret.hex().upper().encode(), whole, urlsafe, ", ".join(map(str, secret)).encode()} | quoted


def of_key(text: str) -> set[bytes]:
    """Of PEM or base64; what stands at the beginning is the same in many keys, and left out."""
    der = base64.b64decode("".join(line for line in text.splitlines() if not line.startswith("-")))
    pieces = [der[at : at + PIECE] for at in range(PIECE, len(der) - PIECE + 1, PIECE)]
    return set().union(*map(spellings, pieces))


def of_account(account: dict[str, Any]) -> set[bytes]:
    found = set()
    for name, value in account.items():
        if name in TEXTS and isinstance(value, str) and value:
            found |= spellings(value.encode())
        elif name == "private_key" and isinstance(value, dict):
            found |= of_account(value)
            inline = value.get("base64") or value.get("pem")
            found |= of_key(inline) if inline else set()
    return found



def of_request(request: dict[str, Any]) -> set[bytes]:
    """The signature, wherever the gateway wants it. Every request has one."""
    body = base64.b64decode(request["body_base64"]).decode("latin-1")
    headers = {name.lower(): value for name, value in dict(request["headers"]).items()}
    places = [
        headers.get("x-acopay-sign"),
        *re.findall(r'Signature="([^"]+)"', headers.get("authorization", "")),
        *re.findall(r"<sign>([^<]+)</sign>", body),
        *(urllib.parse.parse_qs(body).get("sign", []) if "biz_content=" in body else []),
    ]
    (sign,) = filter(None, places)
    if len(sign) < 32:
        raise ValueError(f"{sign} is no signature")
    is_hex = re.fullmatch(r"[0-9A-Fa-f]{32}|[0-9A-Fa-f]{64}", sign)
    return spellings(sign.encode()) | spellings(bytes.fromhex(sign) if is_hex else base64.b64decode(sign, validate=True))


def shown(output: bytes, secrets: set[bytes]) -> bool:
    """Whether a secret stands in an output; in the body that it holds in base64, too: there, only the gateway's words may stand."""
    if not secrets:
        raise ValueError("nothing to look for")
    bodies = [base64.b64decode(body) for body in re.findall(rb'"(?:raw|body)_base64":"([^"]*)"', output)]
    return any(secret in text for secret in secrets for text in [output, *bodies])


# A signature in each of the places where it may stand.
SIGN = base64.b64encode(bytes(range(100, 228))).decode()
SIGNED: dict[str, dict[str, Any]] = {
    SIGN: {"headers": {"x-acopay-sign": SIGN}},
    SIGN[4:]: {"body": f"biz_content=x&sign={urllib.parse.quote(SIGN[4:], safe='')}"},
    SIGN[8:]: {"headers": {"Authorization": f'OPEN-BODY-SIG AppId="x",Signature="{SIGN[8:]}"'}},
    "0123456789ABCDEF0123456789ABCDEF": {"body": "<xml><sign>0123456789ABCDEF0123456789ABCDEF</sign></xml>"},
}


def check_itself() -> int:
    """A search that finds nothing proves nothing: what is planted is found, and only that. Returns how often."""
    der = bytes(range(7, 207))
    key = base64.b64encode(der).decode()
    lines = [key[at : at + 64] for at in range(0, len(key), 64)]
    account = {"api_key": "k/e+y=with%odd characters", "private_key": {"base64": key, "password": "pass word"}, "app_id": "public"}
    secrets = of_account(account)
    piece, word = der[40:140], b"k/e+y=with%odd characters"
    plants = [key.encode(), "\n".join(lines).encode(), piece, piece.hex().encode(), piece.hex().upper().encode(), str(list(piece)).encode()]
    plants += [b"pass word", word, word.hex().encode(), base64.b64encode(word), base64.urlsafe_b64encode(word), urllib.parse.quote(word, safe="").encode()]
    for sign, request in SIGNED.items():
        body = base64.b64encode(request.get("body", "{}").encode()).decode()
        secrets |= of_request({"headers": request.get("headers", {}), "body_base64": body})
        raw = base64.b64decode(sign) if sign.endswith("=") else bytes.fromhex(sign)
        plants += [sign.encode(), urllib.parse.quote(sign, safe="").encode(), raw, raw.hex().encode(), base64.b64encode(raw)]
    for plant in plants:
        for output in (b"before " + plant + b" behind", b'{"raw_base64":"' + base64.b64encode(b"<xml>" + plant) + b'"}'):
            if not shown(output, secrets):
                raise AssertionError(f"a planted secret is not found: {output!r}")
    clean = json.dumps({"app_id": "public", "raw_base64": base64.b64encode(b"public").decode()}, separators=(",", ":")).encode()
    if shown(clean, secrets):
        raise AssertionError("something is found where nothing is")
    return 2 * len(plants)
