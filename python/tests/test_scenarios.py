"""Runs the scenario table that every language runs, `tests/faults/scenarios.json`, on a sandbox of its own."""

from __future__ import annotations

import json
import pathlib
from typing import Any

from conftest import ROOT, Sandbox

import chexiao


def merged(members: dict[str, Any], over: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    both = {**members, **over}
    return {name: words.get(value, value) if isinstance(value, str) else value for name, value in both.items() if value is not None}


def result(client_config: dict[str, Any], operation: str, order: dict[str, Any]) -> dict[str, Any]:
    try:
        outcome: chexiao.Outcome = getattr(chexiao.Client(client_config), operation)(order)
        return outcome.to_dict()
    except chexiao.Error as error:
        return {"error": error.kind, "status": error.status, "field": error.field, "message": error.message, "hint": error.hint}


def test_every_scenario_ends_as_the_table_says(tmp_path: pathlib.Path) -> None:
    table = json.loads((ROOT / "tests/faults/scenarios.json").read_text("utf-8"))
    sandbox = Sandbox(tmp_path)
    words = {"$http": sandbox.http_url, "$tls_to_plain": sandbox.http_url.replace("http:", "https:")}
    runs, wrong = 0, []
    try:
        for scenario in table["scenarios"]:
            for gateway, expected in scenario["expect"].items():
                runs += 1
                number = scenario["number"]
                config = merged(sandbox.config(gateway), scenario.get("config", {}), words)
                order = merged(merged(table["orders"][gateway], {}, {"$number": number}), scenario.get("order", {}), {})
                told = result(config, scenario.get("operation", "close"), order)
                told["posts"], told["book"] = sandbox.book(gateway, number)
                wrong += [
                    f"{scenario['id']} at {gateway}: {name} is {told.get(name)!r}, not {value!r}"
                    for name, value in expected.items()
                    if told.get(name) != value
                ]
    finally:
        sandbox.stop()
    assert not wrong, "\n".join(wrong)
    assert runs == table["runs"] > 0
    print(f"\n  {runs} runs of {len(table['scenarios'])} scenarios")
