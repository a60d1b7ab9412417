"""Clients that differ in ca_file, proxy or client_certificate share no connection, those that do not differ share one: told by a door of
the sandbox, which notes what each connection has brought."""

from __future__ import annotations

import pathlib
from typing import Any

from program import Program, compact
from sandbox import Sandbox


def look(program: Program, sandbox: Sandbox, order: dict[str, str]) -> list[str]:
    """What is wrong. The clients stay open until the program ends."""
    door = sandbox.ask("doors", {})
    config = sandbox.config("icbc") | {"base_url": door["https_url"]}
    wrong = []
    for name, settings in settings_of(sandbox.folder, sandbox.http).items():
        told = [program.ask("another", compact(config | settings)), program.ask("warm", "")]
        for number in (f"APART{name}x1", f"APART{name}x2"):
            told.append(program.ask("send", compact({"operation": "close", "order": numbered(order, number)})))
        if [status for status, _ in told] != [0, 0, 1, 1]:
            wrong.append(f"apart: {name}: {told}")
    connections = sandbox.ask("doors")["doors"][door["door"]]["connections"]
    brought = [("".join(order.split("x")[0].removeprefix("APART") for order in it["orders"]), it["merchant"]) for it in connections if it["orders"]]
    expected = [("PLAINPLAINAGAINAGAIN", False), ("TRUSTTRUST", False), ("PROXYPROXY", False), ("SHOWNSHOWN", True), ("BOTHBOTH", True)]
    return wrong if brought == expected else [*wrong, f"apart: the connections brought {brought}"]


def settings_of(folder: pathlib.Path, proxy: str) -> dict[str, dict[str, Any]]:
    """By name; the last is equal to the first."""
    issued = folder / "apiclient_cert.pem"
    shown = {"client_certificate": {"file": str(issued), "key": {"file": str(folder / "apiclient_key.pem")}}}
    other = folder / "ca-and-another.pem"
    other.write_text((folder / "ca.pem").read_text("ascii") + issued.read_text("ascii"), "ascii")
    return {"PLAIN": {}, "TRUST": {"ca_file": str(other)}, "PROXY": {"proxy": proxy}, "SHOWN": shown, "BOTH": shown | {"proxy": proxy}, "AGAIN": {}}


def numbered(order: dict[str, str], number: str) -> dict[str, str]:
    return {name: number if value == "$number" else value for name, value in order.items()}
