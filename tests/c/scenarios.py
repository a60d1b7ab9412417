#!/usr/bin/env python3
"""Runs tests/faults/scenarios.json, the table that every language runs, through a program that says what its interface answers
(program.py), against a sandbox of its own; then accounts.py's calls beside the table, and apart.py's clients that differ.

Everything the program says, with logs and backtraces at their fullest, is searched for secrets.
    scenarios.py CHEXIAO FOLDER PROGRAM…
"""

from __future__ import annotations

import datetime
import json
import pathlib
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import accounts
import apart
import canaries
from program import ROOT, Program, compact, words
from sandbox import Sandbox

BEIJING = datetime.timezone(datetime.timedelta(hours=8))
# For a program that answers no more.
PATIENCE_SECONDS = 300


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
        call = self.call_of(operation, order)
        # ensure_closed is more than one request; its first is the close.
        to_sign = call | {"operation": "close"} if operation == "ensure_closed" else call
        secrets = secrets | canaries.of_account(config.get("account", {}))
        refused = None if client == "same" else self.open(title, config, secrets)
        if refused:
            return refused
        self.signed(title, to_sign, secrets)
        return self.tell(title, "send", compact(call), secrets)

    def hear(self, title: str, config: dict[str, Any], message: dict[str, Any], twice: bool) -> dict[str, Any]:
        """The notice, and whether it can be acknowledged."""
        secrets = canaries.of_account(config["account"])
        refused = self.open(title, config, secrets)
        if refused:
            return refused
        answer = self.program.ask("notification", compact(message))
        if twice and self.program.ask("notification", compact(message)) != answer:
            self.wrong.append(f"{title}: heard again, it says something else")
        told = self.read(title, *answer, secrets)
        return told | {"acknowledged": told.get("acknowledge") is not None}

    def verify(self, title: str, config: dict[str, Any], operation: str, order: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
        """What a notification says as the reply to a call."""
        secrets = canaries.of_account(config["account"])
        self.open(title, config, secrets)
        call = self.call_of(operation, order)
        reply = {"status": 200, "headers": message["headers"], "body_base64": message["body_base64"]}
        return self.tell(title, "verify", compact({"call": call, "request": self.signed(title, call, secrets), "reply": reply}), secrets)

    def call_of(self, operation: str, order: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        moment = datetime.datetime.now(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
        return {"operation": operation, "order": order, "msg_id": f"{self.calls:032x}", "nonce": f"{self.calls:032x}", "timestamp": moment}

    def open(self, title: str, config: dict[str, Any], secrets: set[bytes]) -> dict[str, Any] | None:
        """The error, twice the same, where no client opens."""
        self.secrets |= secrets
        status, document = self.program.ask("open", compact(config))
        if status == 0:
            return None
        if self.program.ask("open", compact(config)) != (status, document):
            self.wrong.append(f"{title}: opened twice, it fails in two ways")
        return self.read(title, status, document, secrets)

    def signed(self, title: str, call: dict[str, Any], secrets: set[bytes]) -> dict[str, Any] | None:
        """The request, whose signature is a secret from now on; None where the call is refused."""
        status, request = self.program.ask("sign", compact(call))
        self.search(f"{title}: signing", request, secrets)
        if status != 0:
            return None
        secrets |= canaries.of_request(json.loads(request))
        self.secrets |= secrets
        self.signatures += 1
        return json.loads(request)

    def tell(self, title: str, verb: str, text: str, secrets: set[bytes]) -> dict[str, Any]:
        return self.read(title, *self.program.ask(verb, text), secrets)

    def read(self, title: str, status: int, document: bytes, secrets: set[bytes]) -> dict[str, Any]:
        self.search(title, document, secrets)
        told = json.loads(document)
        if (status, self.words[status]) not in (outcome_of(told), event_of(told), error_of(told)):
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


def event_of(told: dict[str, Any]) -> tuple[Any, Any]:
    return told.get("code"), told.get("event")


def error_of(told: dict[str, Any]) -> tuple[Any, Any]:
    return told.get("status"), told.get("error")


def merged(members: dict[str, Any], over: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    both = {**members, **over}
    return {name: texts.get(value, value) if isinstance(value, str) else value for name, value in both.items() if value is not None}


def at_gateway(run: Run, sandbox: Sandbox, table: dict[str, Any], gateway: str) -> int:
    """How many scenarios were run, in their order."""
    addresses = {"$http": sandbox.http, "$tls_to_plain": sandbox.http.replace("http:", "https:")}
    runs = 0
    for scenario in table["scenarios"]:
        if gateway not in scenario["expect"]:
            continue
        runs += 1
        title = f"{scenario['id']} at {gateway}"
        numbers = scenario["number"] if isinstance(scenario["number"], list) else [scenario["number"]]
        config = merged(sandbox.config(gateway), scenario.get("config", {}), addresses)
        operation = scenario.get("operation", "close")
        orders = [ordered(table["orders"][gateway], scenario, number) for number in numbers]
        if "notice" in scenario:
            told = heard(run, sandbox, title, gateway, config, scenario, operation, orders[0])
        else:
            for at, order in enumerate(orders):
                told = run.call(title, config, operation, order, set(), "same" if at else "new")
        told |= sandbox.book(gateway, numbers[-1])
        unfit = [(name, value) for name, value in scenario["expect"][gateway].items() if not fits(told.get(name), value)]
        run.wrong += [f"{title}: {name} is {told.get(name)!r}, not {value!r}" for name, value in unfit]
    return runs


def ordered(template: dict[str, Any], scenario: dict[str, Any], number: str) -> dict[str, Any]:
    return merged(merged(template, {}, {"$number": number}), scenario.get("order", {}), {})


def heard(
    run: Run, sandbox: Sandbox, title: str, gateway: str, config: dict[str, Any], scenario: dict[str, Any], operation: str, order: dict[str, Any]
) -> dict[str, Any]:
    """What the notice, or the outcome, says of what the sandbox would post."""
    number, notice = scenario["number"], scenario["notice"] | scenario["notice"].get("at", {}).get(gateway, {})
    config = config | {"account": merged(config["account"], notice.get("account", {}), {})}
    if "state" in notice:
        sandbox.ask("orders", {"gateway": gateway, "order": number, "state": notice["state"]})
    message = sandbox.ask("notices", {"gateway": gateway, "order": number} | {name: notice[name] for name in ("fault",) if name in notice})
    if notice.get("to_verify"):
        return run.verify(title, config, operation, order, message)
    if "expect" in notice:
        message |= {"expect": {name: text.replace("$number", number) for name, text in notice["expect"].items()}}
    told = run.hear(title, config, message, notice.get("twice", False))
    return told | {"named": number in told.get("order", {}).values()}


def fits(found: Any, wanted: Any) -> bool:
    return found in wanted if isinstance(wanted, list) else found == wanted


def main() -> None:
    chexiao, folder, *command = sys.argv[1:]
    planted = canaries.check_itself()
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"no end after {PATIENCE_SECONDS} s"))
    signal.alarm(PATIENCE_SECONDS)
    table = json.loads((ROOT / "tests/faults/scenarios.json").read_text("utf-8"))
    gateways = sorted({gateway for scenario in table["scenarios"] for gateway in scenario["expect"]})
    sandbox = Sandbox(chexiao, pathlib.Path(folder))
    # Most scenarios wait: the gateways beside each other, and beside the table its neighbours, each with a program of its own.
    all_runs = [Run(Program(command)) for _ in [*gateways, "beside"]]
    *at_gateways, last = all_runs
    try:
        with ThreadPoolExecutor(len(gateways)) as pool:
            tables = [pool.submit(at_gateway, run, sandbox, table, gateway) for run, gateway in zip(at_gateways, gateways)]
            besides = pool.submit(accounts.call_all, last.call, sandbox.config, table["orders"]).result()
            last.wrong += apart.look(last.program, sandbox, table["orders"]["icbc"])
            runs = sum(each.result() for each in tables)
        for run in all_runs:
            run.end()
    finally:
        for run in all_runs:
            run.program.process.kill()
        sandbox.end()
    wrong = [line for run in all_runs for line in run.wrong]
    if runs != table["runs"] or runs == 0:
        wrong.append(f"{runs} runs, not the table's {table['runs']}")
    for line in wrong[:20]:
        print(line)
    print(f"  {runs} runs of {len(table['scenarios'])} scenarios, {besides} beside the table, {len(wrong)} wrong")
    signatures, secrets = sum(run.signatures for run in all_runs), len(set().union(*(run.secrets for run in all_runs)))
    print(f"  {signatures} signatures and {secrets} spellings of secrets looked for; {planted} of {planted} planted ones found")
    sys.exit(bool(wrong))


main()
