"""A sandbox of one's own, and its pages."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import urllib.request
from typing import Any


class Sandbox:
    def __init__(self, command: str, folder: pathlib.Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen([command, "sandbox", "--strict", "--json", "--dir", os.fspath(folder)], stdout=subprocess.PIPE)
        self.http = json.loads(self.process.stdout.readline())["http_url"]

    def config(self, gateway: str) -> dict[str, Any]:
        return json.loads((self.folder / f"{gateway}.json").read_text("utf-8"))

    def ask(self, page: str, command: dict[str, Any] | None = None) -> Any:
        """What a page says, or answers to a command; None if that is no document."""
        body = None if command is None else json.dumps(command).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.http}/_sandbox/{page}", body), timeout=10) as reply:
            text = reply.read()
        return json.loads(text) if text[:1] == b"{" else None

    def book(self, gateway: str, number: str) -> dict[str, Any]:
        found = [order for order in self.ask("orders")["orders"] if (order["gateway"], order["order"]) == (gateway, number)]
        return {"posts": found[0]["posts"], "book": found[0]["state"].lower()} if found else {"posts": 0, "book": None}

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(10)
