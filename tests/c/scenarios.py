#!/usr/bin/env python3
"""Runs tests/faults/scenarios.json, the table that every language runs, through a program that says what its interface answers
(tests/c/scenarios.c, tests/cpp/scenarios.cpp), against a sandbox of its own; then accounts.py's calls beside the table.

Everything the program says, with logs and backtraces at their fullest, is searched for secrets.
    scenarios.py CHEXIAO FOLDER PROGRAM…
"""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from typing import Any

import accounts
import canaries

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEIJING = datetime.timezone(datetime.timedelta(hours=8))
# For a program that answers no more.
PATIENCE_SECONDS = 300


class Program:
    """The program under test."""

    def __init__(self, command: list[str]) -> None:
        self.errors = tempfile.TemporaryFile()
        environment = os.environ | {"RUST_LOG": "trace", "RUST_BACKTRACE": "full"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env=environment)

    def ask(self, *texts: str) -> list[tuple[int, bytes]]:
        """The status and the document of signing and of sending."""
        for text in texts:
            self.process.stdin.write(b"%d:%s," % (len(text.encode()), text.encode()))
        self.process.stdin.flush()
        said = [self.read() for _ in range(4)]
        return [(int(said[0]), said[1]), (int(said[2]), said[3])]

    def read(self) -> bytes:
        length = b""
        while (digit := self.process.stdout.read(1)).isdigit():
            length += digit
        if digit != b":":
            sys.exit(f"no answer of the program, but {digit + self.process.stdout.read1(500)!r}; on stderr: {self.said_besides()!r}")
        text = self.process.stdout.read(int(length) + 1)
        return text[:-1]

    def said_besides(self) -> bytes:
        self.errors.seek(0)
        return self.errors.read()

    def end(self) -> bytes:
        """What it said besides answers. It must have ended with 0."""
        self.process.stdin.close()
        rest = self.process.stdout.read()
        if self.process.wait(timeout=60) != 0:
            sys.exit(f"the program ends with {self.process.returncode}: {self.said_besides()!r}")
        return rest + self.said_besides()


class Sandbox:
    def __init__(self, command: str, folder: pathlib.Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen([command, "sandbox", "--strict", "--json", "--dir", os.fspath(folder)], stdout=subprocess.PIPE)
        self.http = json.loads(self.process.stdout.readline())["http_url"]

    def config(self, gateway: str) -> dict[str, Any]:
        return json.loads((self.folder / f"{gateway}.json").read_text("utf-8"))

    def book(self, gateway: str, number: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.http}/_sandbox/orders", timeout=10) as reply:
            orders = json.load(reply)["orders"]
        found = [order for order in orders if (order["gateway"], order["order"]) == (gateway, number)]
        return {"posts": found[0]["posts"], "book": found[0]["state"].lower()} if found else {"posts": 0, "book": None}


class Run:
    """All calls, and what is wrong with their answers."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.words = words()
        self.calls = self.signatures = 0
        self.secrets: set[bytes] = set()
        self.wrong: list[str] = []

    def call(
        self, title: str, config: dict[str, Any], operation: str, order: dict[str, Any], secrets: set[bytes], client: str = "new"
    ) -> dict[str, Any]:
        """The document of sending. `secrets` are to be looked for besides those of the account and the signature."""
        self.calls += 1
        moment = datetime.datetime.now(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
        call = {"operation": operation, "order": order, "msg_id": f"{self.calls:032x}", "nonce": f"{self.calls:032x}", "timestamp": moment}
        # ensure_closed is more than one request; its first is the close.
        to_sign = call | {"operation": "close"} if operation == "ensure_closed" else call
        (sign_status, request), (status, document) = self.program.ask("" if client == "same" else compact(config), compact(to_sign), compact(call))
        told = json.loads(document)
        secrets = secrets | canaries.of_account(config.get("account", {}))
        self.search(f"{title}: signing", request, secrets)
        if sign_status == 0:
            secrets |= canaries.of_request(json.loads(request))
            self.signatures += 1
        self.search(title, document, secrets)
        self.secrets |= secrets
        if (status, self.words[status]) not in (outcome_of(told), error_of(told)):
            self.wrong.append(f"{title}: {status} was returned with {document!r}")
        return told

    def search(self, title: str, output: bytes, secrets: set[bytes]) -> None:
        if canaries.shown(output, secrets):
            self.wrong.append(f"{title}: a secret is shown")

    def end(self) -> None:
        besides = self.program.end()
        self.search("at last", besides, self.secrets)
        if besides:
            self.wrong.append(f"it says besides: {besides[:500]!r}")


def outcome_of(told: dict[str, Any]) -> tuple[Any, Any]:
    return told.get("code"), told.get("outcome")


def error_of(told: dict[str, Any]) -> tuple[Any, Any]:
    return told.get("status"), told.get("error")


def words() -> dict[int, str]:
    """What the header calls a status: 1 is CHEXIAO_CLOSED, "closed"; -20 is CHEXIAO_ERROR_DNS, "dns"."""
    header = (ROOT / "include/chexiao.h").read_text("utf-8")
    numbers = re.findall(r"^#define CHEXIAO_(?!ABI|VERSION)(?:ERROR_)?([A-Z0-9_]+) (-?\d+)$", header, re.MULTILINE)
    return {int(number): name.lower() for name, number in numbers}


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def merged(members: dict[str, Any], over: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    both = {**members, **over}
    return {name: texts.get(value, value) if isinstance(value, str) else value for name, value in both.items() if value is not None}


def the_table(run: Run, sandbox: Sandbox, table: dict[str, Any]) -> int:
    addresses = {"$http": sandbox.http, "$tls_to_plain": sandbox.http.replace("http:", "https:")}
    runs = 0
    for scenario in table["scenarios"]:
        for gateway, expected in scenario["expect"].items():
            runs += 1
            title = f"{scenario['id']} at {gateway}"
            numbers = scenario["number"] if isinstance(scenario["number"], list) else [scenario["number"]]
            config = merged(sandbox.config(gateway), scenario.get("config", {}), addresses)
            for at, number in enumerate(numbers):
                order = merged(merged(table["orders"][gateway], {}, {"$number": number}), scenario.get("order", {}), {})
                told = run.call(title, config, scenario.get("operation", "close"), order, set(), "same" if at else "new")
            told |= sandbox.book(gateway, numbers[-1])
            unfit = [(name, value) for name, value in expected.items() if not fits(told.get(name), value)]
            run.wrong += [f"{title}: {name} is {told.get(name)!r}, not {value!r}" for name, value in unfit]
    return runs


def fits(found: Any, wanted: Any) -> bool:
    return found in wanted if isinstance(wanted, list) else found == wanted


def main() -> None:
    chexiao, folder, *command = sys.argv[1:]
    planted = canaries.check_itself()
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"no end after {PATIENCE_SECONDS} s"))
    signal.alarm(PATIENCE_SECONDS)
    table = json.loads((ROOT / "tests/faults/scenarios.json").read_text("utf-8"))
    run = Run(Program(command))
    sandbox = Sandbox(chexiao, pathlib.Path(folder))
    try:
        runs = the_table(run, sandbox, table)
        besides = accounts.call_all(run.call, sandbox.config, table["orders"])
        run.end()
    finally:
        run.program.process.kill()
        sandbox.process.terminate()
        sandbox.process.wait(10)
    if runs != table["runs"] or runs == 0:
        run.wrong.append(f"{runs} runs, not the table's {table['runs']}")
    for wrong in run.wrong[:20]:
        print(wrong)
    print(f"  {runs} runs of {len(table['scenarios'])} scenarios, {besides} beside the table, {len(run.wrong)} wrong")
    print(f"  {run.signatures} signatures and {len(run.secrets)} spellings of secrets looked for; {planted} of {planted} planted ones found")
    sys.exit(bool(run.wrong))


main()
