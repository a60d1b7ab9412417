"""Calls beside the scenario table, for the secrets that its accounts do not have: key passwords and access tokens. What comes of
them is looked at elsewhere; here, whether a secret is shown."""

from __future__ import annotations

import http.server
import json
import pathlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import canaries

KEYS = pathlib.Path(__file__).resolve().parents[1] / "keys"
TOKEN = "CANARY0token0of0the0test0CANARY"

Call = Callable[[str, dict[str, Any], str, dict[str, Any], set[bytes]], dict[str, Any]]


def call_all(call: Call, config: Callable[[str], dict[str, Any]], orders: dict[str, Any]) -> int:
    """Returns how many calls were made."""
    calls = 0
    for title, with_key, key in with_passwords(config("ysepay")):
        call(f"the key file of {title}", with_key, "close", numbered(orders["ysepay"]), key)
        calls += 1
    token, order = canaries.spellings(TOKEN.encode()), numbered(orders["chinaums"])
    for case in CASES:
        with Desk(case) as desk:
            for operation in ("close", "query", "ensure_closed"):
                call(f"a gateway that {case}: {operation}", with_token(config("chinaums"), desk.url), operation, order, token)
                calls += 1
        if not desk.has_seen_token and case != "gives no token":
            raise AssertionError(f"{case}: the token was never sent, so looking for it proves nothing")
    return calls


def numbered(order: dict[str, str]) -> dict[str, str]:
    return {name: "A1" if value == "$number" else value for name, value in order.items()}


def with_passwords(config: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], set[bytes]]]:
    """Every RSA key file of the corpus whose password is worth looking for, with that and with a wrong one; and what is in it."""
    for case in json.loads((KEYS / "manifest.json").read_text("utf-8"))["cases"]:
        if len(case.get("password", "")) < 6 or "rsa_private" not in case["roles"]:
            continue
        key = canaries.of_key((KEYS / "files" / case["key"]).read_text("ascii")) if "key" in case else set()
        for password in (case["password"], f"{case['password']}-not"):
            source = {"file": str(KEYS / "files" / case["file"]), "password": password}
            yield f"{case['id']} with {password}", config | {"account": config["account"] | {"private_key": source}}, key


def with_token(config: dict[str, Any], base_url: str) -> dict[str, Any]:
    members = {name: value for name, value in config.items() if name != "ca_file"}
    return members | {"base_url": base_url, "account": config["account"] | {"authentication": "access_token"}}


# What a gateway says to who comes with the token; None: it breaks off.
CASES: dict[str, dict[str, str] | None] = {
    "knows the token": {"errCode": "SUCCESS", "errMsg": "OK"},
    "no longer knows the token": {"errCode": "0002", "errInfo": "认证失败"},
    "says nothing": {},
    "breaks off": None,
    "gives no token": None,
}


class Desk(http.server.ThreadingHTTPServer):
    """Gives the token and answers the calls that bring it, over plain HTTP on this machine."""

    def __init__(self, case: str) -> None:
        super().__init__(("127.0.0.1", 0), Window)
        self.case = case
        self.has_seen_token = False
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> "Desk":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class Window(http.server.BaseHTTPRequestHandler):
    server: Desk

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/token/access":
            # "gives no token": beside an error that says why not, there is one all the same.
            code = "0001" if self.server.case == "gives no token" else "0000"
            self.answer(200, {"errCode": code, "errInfo": "no", "accessToken": TOKEN, "expiresIn": 3600})
            return
        self.server.has_seen_token |= TOKEN in self.headers["Authorization"]
        reply = CASES[self.server.case]
        if reply is not None:
            self.answer(401 if "errInfo" in reply else 200, reply)

    def answer(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
