"""Runs the scenario table that every language runs, `tests/faults/scenarios.json`, on a sandbox of its own."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import json
import pathlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import ROOT, Sandbox

import chexiao


class OnALoop:
    """An asynchronous client as a blocking one, each call on a loop of its own."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.client = chexiao.AsyncClient(config)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def told(*about: Any) -> Any:
            said = getattr(self.client, name)(*about)
            return asyncio.run(said) if asyncio.iscoroutine(said) else said

        return told


def merged(members: dict[str, Any], over: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    both = {**members, **over}
    return {name: words.get(value, value) if isinstance(value, str) else value for name, value in both.items() if value is not None}


def told_of(error: chexiao.Error) -> dict[str, Any]:
    return {"error": error.kind, "status": error.status, "field": error.field, "message": error.message, "hint": error.hint}


def result(client: Any, operation: str, order: dict[str, Any]) -> dict[str, Any]:
    try:
        outcome: chexiao.Outcome = getattr(client, operation)(order)
        return outcome.to_dict()
    except chexiao.Error as error:
        return told_of(error)


def last_result(opened: Callable[..., Any], config: dict[str, Any], operation: str, orders: list[dict[str, Any]]) -> dict[str, Any]:
    """One client; its calls one after the other."""
    try:
        client = opened(config)
    except chexiao.Error as error:
        return told_of(error)
    return [result(client, operation, order) for order in orders][-1]


def heard(
    opened: Callable[..., Any], sandbox: Sandbox, config: dict[str, Any], scenario: dict[str, Any], gateway: str, order: dict[str, Any]
) -> dict[str, Any]:
    """What comes of the notification that the sandbox would post: the notice, or the outcome where it is handed to `verify`."""
    number, wanted = scenario["number"], scenario["notice"]
    wanted = {**wanted, **wanted.get("at", {}).get(gateway, {})}
    config["account"] = merged(config["account"], wanted.get("account", {}), {})
    about = {"gateway": gateway, "order": number}
    if "state" in wanted:
        sandbox.admin("orders", {**about, "state": wanted["state"]})
    message = sandbox.admin("notices", {**about, "fault": wanted["fault"]} if "fault" in wanted else about)
    if "expect" in wanted:
        message["expect"] = {name: text.replace("$number", number) for name, text in wanted["expect"].items()}
    client = opened(config)
    if "to_verify" in wanted:
        request = client.sign({"operation": scenario["operation"], "order": order})
        reply = chexiao.HttpReply(200, message["headers"], base64.b64decode(message["body_base64"]))
        outcome: chexiao.Outcome = client.verify(request, reply)
        return outcome.to_dict()
    try:
        notice = client.notification(message)
    except chexiao.Error as error:
        return told_of(error)
    assert "twice" not in wanted or client.notification(message) == notice, scenario["id"]
    return {**notice.to_dict(), "acknowledged": notice.acknowledge is not None, "named": number in notice.order.values()}


def fits(found: Any, wanted: Any) -> bool:
    return found in wanted if isinstance(wanted, list) else bool(found == wanted)


def wrong_at(gateway: str, opened: Callable[..., Any], sandbox: Sandbox, table: dict[str, Any]) -> tuple[int, list[str]]:
    """How many scenarios were run at one gateway, in their order, and what did not end as the table says."""
    words = {"$http": sandbox.http_url, "$tls_to_plain": sandbox.http_url.replace("http:", "https:")}
    runs, wrong = 0, []
    for scenario in table["scenarios"]:
        if gateway not in scenario["expect"]:
            continue
        runs += 1
        numbers = scenario["number"] if isinstance(scenario["number"], list) else [scenario["number"]]
        config = merged(sandbox.config(gateway), scenario.get("config", {}), words)
        orders = [merged(merged(table["orders"][gateway], {}, {"$number": number}), scenario.get("order", {}), {}) for number in numbers]
        if "notice" in scenario:
            told = heard(opened, sandbox, config, scenario, gateway, orders[-1])
        else:
            told = last_result(opened, config, scenario.get("operation", "close"), orders)
        told["posts"], told["book"] = sandbox.book(gateway, numbers[-1])
        for name, value in scenario["expect"][gateway].items():
            if not fits(told.get(name), value):
                wrong.append(f"{scenario['id']} at {gateway}: {name} is {told.get(name)!r}, not {value!r}")
    return runs, wrong


ONCE = pytest.mark.skipif(not importlib.util.find_spec("uvloop"), reason="once, where all is installed")


@pytest.mark.parametrize("opened", [chexiao.Client, pytest.param(OnALoop, marks=ONCE)])
def test_every_scenario_ends_as_the_table_says(tmp_path: pathlib.Path, opened: Callable[..., Any]) -> None:
    """Most scenarios wait: the gateways beside each other."""
    table = json.loads((ROOT / "tests/faults/scenarios.json").read_text("utf-8"))
    gateways = sorted({gateway for scenario in table["scenarios"] for gateway in scenario["expect"]})
    sandbox = Sandbox(tmp_path)
    try:
        with ThreadPoolExecutor(len(gateways)) as pool:
            results = list(pool.map(lambda gateway: wrong_at(gateway, opened, sandbox, table), gateways))
    finally:
        sandbox.stop()
    runs = sum(runs for runs, _ in results)
    assert not any(wrong for _, wrong in results), "\n".join(line for _, wrong in results for line in wrong)
    assert runs == table["runs"] > 0
    print(f"\n  {runs} runs of {len(table['scenarios'])} scenarios")
