"""The store of examples/orders.py: tests/store/run tells it everything, in every order, and kills it in between."""

from __future__ import annotations

import importlib
import json
import os
import shlex
import subprocess
import sys
from typing import Any

import pytest
from conftest import ROOT


def test_no_final_word_is_overwritten_by_a_weaker_one() -> None:
    store = ROOT / "tests/store"
    driver = shlex.join([sys.executable, os.fspath(store / "driver.py")])
    ran = subprocess.run([sys.executable, os.fspath(store / "run"), driver], capture_output=True, text=True, timeout=300)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    print(ran.stdout, end="")


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(os.fspath(ROOT / "examples"))
    return importlib.import_module("orders")


def test_what_fails_leaves_nothing_behind(orders: Any) -> None:
    cases = json.loads((ROOT / "tests/store/cases.json").read_text("utf-8"))
    store, order = orders.Orders(":memory:"), cases["orders"]["wechat"]
    with pytest.raises(TypeError):
        store.outcome("wechat", order, {**cases["events"]["closed"], "raw": object()})
    assert store.row("wechat", "A1") is None
    assert store.outcome("wechat", order, cases["events"]["closed"]) == "release"
    with pytest.raises(ValueError, match="mch_trade_no"):
        store.outcome("edgeros", {"transaction_no": "T1"}, cases["events"]["closed"])
    store.close()
