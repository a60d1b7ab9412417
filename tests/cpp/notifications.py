#!/usr/bin/env python3
"""The whole way: a sandbox posts to a web server, which starts the examples as CGI programs, as RFC 3875 has it: what is genuine is kept and
acknowledged, once; what is not is refused, and nothing is kept.

    notifications.py CHEXIAO FOLDER PROGRAM…
"""

from __future__ import annotations

import http.server
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, os.fspath(ROOT / "tests/c"))

from sandbox import Sandbox  # noqa: E402

GATEWAYS = ("icbc", "ysepay", "wechat", "edgeros", "chinaums")
# A reply of WeChat Pay is signed as its notifications are: those are in the scenarios.
FORGED = ("unsigned", "otherkey", "changed")
PATIENCE_SECONDS = 30
# Of the real schedules: of ICBC's five minutes, three seconds.
SPEED = 100


class Server(http.server.ThreadingHTTPServer):
    """Starts a program for each request: http://…/number of the program/folder/gateway."""

    def __init__(self, programs: list[str]) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.programs = programs
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.log: list[str] = []
        self.reports: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


    def handle_error(self, *_: object) -> None:
        """At the end the sandbox goes while it waits for an answer."""


class Request(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        length = self.headers["Content-Length"]
        body = self.rfile.read(int(length)) if length is not None else b""
        program, folder, gateway = self.path.split("?")[0].strip("/").split("/")
        environment = {
            "GATEWAY_INTERFACE": "CGI/1.1",
            "SERVER_PROTOCOL": self.request_version,
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": f"/{program}",
            "PATH_INFO": f"/{folder}/{gateway}",
            "QUERY_STRING": self.path.partition("?")[2],
            "REQUEST_URI": self.path,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "SHOP_FOLDER": bytes.fromhex(folder).decode(),
            "SHOP_GATEWAY": gateway,
        }
        if length is not None:
            environment["CONTENT_LENGTH"] = length
        for name, value in self.headers.items():
            environment["HTTP_" + name.upper().replace("-", "_")] = value
        ran = subprocess.run([self.server.programs[int(program)]], input=body, env=environment, capture_output=True, timeout=PATIENCE_SECONDS)
        said = ran.stderr.decode()
        self.server.log.append(said)
        if ran.returncode not in (0, 1) or "Sanitizer" in said or "runtime error" in said:
            self.server.reports.append(f"a program ends with {ran.returncode} and says {said}")
        head, separator, answer = ran.stdout.partition(b"\r\n\r\n")
        lines = [tuple(line.split(": ", 1)) for line in head.decode("ascii").split("\r\n")]
        if not separator or lines[0][0] != "Status":
            self.server.log.append(f"this is no answer of a CGI program: {ran.stdout!r}")
            self.send_error(502)
            return
        self.send_response_only(int(lines[0][1].split(" ")[0]))
        for name, value in lines[1:]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


class Shop:
    """A folder as the examples want it, and what is in its store."""

    def __init__(self, folder: pathlib.Path, sandbox: Sandbox) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "examples/orders.sql", folder)
        for gateway in GATEWAYS:
            (folder / f"{gateway}.json").write_text(json.dumps(sandbox.config(gateway)))
        self.folder = folder

    def path(self, program: int, gateway: str) -> str:
        return f"/{program}/{os.fspath(self.folder).encode().hex()}/{gateway}"

    def rows(self) -> tuple[list[Any], list[Any]]:
        if not (self.folder / "orders.db").exists():
            return [], []
        with sqlite3.connect(self.folder / "orders.db") as store:
            return (
                store.execute("SELECT gateway, word, todo FROM orders ORDER BY 1, number").fetchall(),
                store.execute("SELECT gateway, document FROM heard ORDER BY 1, dedupe").fetchall(),
            )


class Way:
    def __init__(self, sandbox: Sandbox, server: Server) -> None:
        self.sandbox, self.server = sandbox, server
        self.checks, self.wrong, self.serial = 0, [], 0

    def check(self, holds: bool, what: str) -> None:
        self.checks += 1
        if not holds:
            self.wrong.append(f"{what}; the log ends {self.server.log[-3:]}")

    def number(self, prefix: str = "N") -> str:
        self.serial += 1
        return f"{prefix}{self.serial}{time.time_ns() % 1000000007}"

    def delivery(self, gateway: str, path: str, number: str, fault: str | None) -> dict[str, Any]:
        """Has the sandbox post it, and returns how that went, once it was answered."""
        before = len(self.deliveries(gateway, number))
        to = {"to": f"{self.server.url}{path}"}
        self.sandbox.ask("notices", {"gateway": gateway, "order": number} | to | ({"fault": fault} if fault else {}))
        return self.settled(gateway, number, lambda told: len(told) > before and all(delivery["answers"] for delivery in told[before:]))

    def settled(self, gateway: str, number: str, done: Callable[[list[dict[str, Any]]], bool]) -> dict[str, Any]:
        """The last delivery of this order, once all of them are as wanted; or as they are after a while."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not done(told := self.deliveries(gateway, number)) and time.monotonic() < until:
            time.sleep(0.02)
        return told[-1]

    def deliveries(self, gateway: str, number: str) -> list[dict[str, Any]]:
        return [told for told in self.sandbox.ask("notices")["notices"] if (told["gateway"], told["order"]) == (gateway, number)]

    def go(self, program: int, shop: Shop) -> None:
        for gateway in GATEWAYS:
            path, number = shop.path(program, gateway), self.number()
            title = f"{self.server.programs[program]} at {gateway}"
            told = self.delivery(gateway, path, number, None)
            self.check(told["acknowledged"] is True and told["posted"] == 1, f"{title}: a payment: {told}")
            kept = shop.rows()
            self.check([row for row in kept[0] if row[0] == gateway] == [(gateway, "paid", "fulfil_or_refund")], f"{title}: kept is {kept[0]}")
            for fault in ("replayed", "duplicated", "contenttype"):
                told = self.delivery(gateway, path, number, fault)
                self.check(told["acknowledged"] is True, f"{title}: {fault}: {told}")
            self.check(shop.rows() == kept, f"{title}: the same again is kept as {shop.rows()}")
            for fault in FORGED:
                told = self.delivery(gateway, path, self.number(), fault)
                self.check(told["acknowledged"] is False and not told["answers"][0]["as_expected"], f"{title}: {fault}: {told}")
            self.check(shop.rows() == kept, f"{title}: forged ones are kept: {shop.rows()}")
        self.without_a_store(program, shop)

    def without_a_store(self, program: int, shop: Shop) -> None:
        """What cannot be kept is not acknowledged, and told again until it can; without an account it is answered, but nothing is said."""
        self.sandbox.ask("notify", {"speed": SPEED})
        schema, number = shop.folder / "orders.sql", self.number()
        text = schema.read_text()
        schema.unlink()
        for gateway in GATEWAYS:
            told = self.delivery(gateway, shop.path(program, gateway), number, None)
            self.check(told["answers"][0] == {"status": 200, "as_expected": False}, f"without a store, {gateway}: {told}")
        schema.write_text(text)
        for gateway in GATEWAYS:
            told = self.settled(gateway, number, lambda told: told[-1]["acknowledged"])
            self.check(told["acknowledged"] is True and told["posted"] > 1, f"with a store again, {gateway}: {told}")
        self.check({row[0] for row in shop.rows()[0]} == set(GATEWAYS), "the store has them all")
        self.sandbox.ask("notify", {"speed": 1})
        for damage in ("", "{}", "[" * 100000):
            (shop.folder / "wechat.json").write_text(damage)
            told = self.delivery("wechat", shop.path(program, "wechat"), self.number(), None)
            self.check(told["answers"][0] == {"status": 500, "as_expected": False}, f"without an account: {told}")

    def strange(self, program: int, shop: Shop) -> None:
        """What others post: every one is answered, and none acknowledged."""
        for gateway in GATEWAYS:
            for body in (b"", b"\x00", b"\xff" * 1000, b"a=1&a=2", b"{}", b"<xml/>", b"a" * (1 << 20), b"a" * ((1 << 20) + 1), b"a" * (3 << 20)):
                request = urllib.request.Request(self.server.url + shop.path(program, gateway) + "?q=%E9", body)
                request.add_header("X-Odd", 'quote " backslash \\ tab \t and \xe9')
                with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as reply:
                    answer = reply.read()
                is_refusal = any(word in answer for word in (b"FAIL", b"fail", b"return_code\":-"))
                self.check(reply.status == 200 and is_refusal, f"{body[:9]!r} at {gateway} is answered {answer[:200]!r}")
        self.check(shop.rows() == ([], []), f"something is kept: {shop.rows()}")


def main() -> None:
    chexiao, folder, *programs = sys.argv[1:]
    sandbox, server = Sandbox(chexiao, pathlib.Path(folder) / "sandbox"), Server(programs)
    way = Way(sandbox, server)
    try:
        for program in range(len(programs)):
            way.strange(program, Shop(pathlib.Path(folder) / f"strange-{program}", sandbox))
            way.go(program, Shop(pathlib.Path(folder) / f"shop-{program}", sandbox))
    finally:
        sandbox.end()
        server.shutdown()
    way.check(not server.reports, f"the sanitizers report: {server.reports[:3]}")
    for line in way.wrong[:20]:
        print(line)
    print(f"  {way.checks} checks, {len(way.wrong)} failed")
    sys.exit(bool(way.wrong) or way.checks == 0)


main()
