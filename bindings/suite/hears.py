#!/usr/bin/env python3
"""The web server of a page, which hears notifications: what the sandbox posts it stores and acknowledges, what nobody signed it refuses.

    hears.py CONFIG COMMAND…    is given the configuration and a port to listen on, and prints what it stores
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable

SANDBOX = os.environ["CHEXIAO_HTTP"] + "/_sandbox/"
PATIENCE = 60  # seconds: some commands compile first


def ask(what: str, about: dict[str, str] | None = None) -> dict:
    with urllib.request.urlopen(SANDBOX + what, about and json.dumps(about).encode(), 10) as reply:
        return json.load(reply)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as tcp:
        return tcp.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as tcp:
        return tcp.getsockname()[1]


def posted(gateway: str, number: str, port: int) -> list[dict]:
    """A genuine notification and one that nobody signed, and what each was answered."""
    order, to = {"gateway": gateway, "order": number}, {"to": f"http://127.0.0.1:{port}/pay/notify"}
    ask("orders", order | {"state": "PAID"})
    ask("notices", order | to)
    ask("notices", order | to | {"fault": "unsigned"})

    def deliveries() -> list[dict]:
        return [notice for notice in ask("notices")["notices"] if notice["order"] == number]

    until(lambda: all(notice["posted"] for notice in deliveries()))
    return deliveries()


def main(config: str, *command: str) -> None:
    port, number = free_port(), f"A{time.time_ns()}"
    with open(config, encoding="utf-8") as file:
        gateway = json.load(file)["gateway"]
    server = subprocess.Popen(
        [*command, config, str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        until(lambda: listens(port) or server.poll() is not None)
        heard = posted(gateway, number, port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        said, _ = server.communicate()
    print(said, heard)
    assert [notice["acknowledged"] for notice in heard] == [True, False], "one is genuine"
    assert heard[1]["answers"][0]["status"] == 200, "the other is refused with the answer of the library"
    stored = [line for line in said.splitlines() if number in line]
    assert len(stored) == 1 and "paid" in stored[0] and "unknown" not in said, stored


main(*sys.argv[1:])
