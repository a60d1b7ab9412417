"""A server between a program's own HTTP client and the sandbox: it hands every call on, and does as it was told with the answer."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any

from conftest import Sandbox

import chexiao


class Front(http.server.BaseHTTPRequestHandler):
    """Hands every POST, and every GET with a query, to the sandbox, and does as it was told with the answer."""

    protocol_version = "HTTP/1.1"
    sandbox = ""
    told: list[str] = []
    seen: list[tuple[str, dict[str, str], bytes]] = []

    def do_POST(self) -> None:
        self.hand_on(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self) -> None:
        if "?" in self.path:
            return self.hand_on(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        self.seen.append((self.path, {}, b""))
        self.send_error(404)

    def hand_on(self, body: bytes) -> None:
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        status, headers, answer = self.asked(body)
        way = self.told.pop(0) if self.told else "plain"
        if way == "hang up":
            self.close_connection = True
            return
        accepted = self.headers.get("Accept-Encoding", "")
        if way == "compress" and ("gzip" in accepted or "*" in accepted):
            answer, headers["Content-Encoding"] = gzip.compress(answer), "gzip"
        if way in ("307", "302"):
            status, answer, headers["Location"] = int(way), b"", self.path
        if way == "503":
            status, answer, headers["Retry-After"] = 503, b"", "0"
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(answer))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def asked(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection", "accept-encoding")}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(self.sandbox + self.path, body or None, kept, method=self.command), timeout=10) as reply:
            return reply.status, {"Content-Type": reply.headers.get("Content-Type", "text/plain")}, reply.read()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that ends a connection is none of this server's faults."""


class Shop:
    """A merchant's program with an HTTP client of its own."""

    def __init__(self, sandbox: Sandbox, url: str, front: type[Front]) -> None:
        self.sandbox, self.url, self.front = sandbox, url, front

    def client(self, gateway: str) -> chexiao.Client:
        return chexiao.Client(self.sandbox.config(gateway, base_url=self.url))

    def signed(self, gateway: str) -> tuple[chexiao.Client, chexiao.HttpRequest, str]:
        client, order = self.client(gateway), self.sandbox.order(gateway)
        return client, client.sign({"operation": "close", "order": order}), next(value for value in order.values() if value.startswith("A"))

    def told(self, *ways: str) -> None:
        self.front.told[:] = ways
        self.front.seen.clear()

    def posts(self) -> int:
        return len(self.front.seen)


@contextlib.contextmanager
def opened(sandbox: Sandbox) -> Iterator[Shop]:
    front = type("Front", (Front,), {"sandbox": sandbox.http_url, "told": [], "seen": []})
    server = Quiet(("127.0.0.1", 0), front)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Shop(sandbox, f"http://127.0.0.1:{server.server_address[1]}", front)
    server.shutdown()
    server.server_close()
