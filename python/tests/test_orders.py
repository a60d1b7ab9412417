"""The store of examples/orders.py: tests/store/run tells it everything, in every order, and kills it in between."""

from __future__ import annotations

import importlib
import json
import os
import shlex
import subprocess
import sys
from typing import Any, Optional

import pytest
from conftest import ROOT, Sandbox

import chexiao


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


# What the store says of a close, then of a payment after it, then of a refund, at each gateway. An agreement (YSEPay) is none of its payments;
# a void (ChinaUMS) ends what is paid; of a refund ICBC tells nothing, and WeChat Pay what nobody signs.
TOLD = {
    "icbc": ("release", "refund", None),
    "ysepay": ("query", "fulfil_or_refund", "reconcile"),
    "wechat": ("query", "refund", "query"),
    "edgeros": ("release", "refund", "reconcile"),
    "chinaums": ("query", "reconcile", "reconcile"),
}
AGREEMENT = "0000000000090000000001000000085016"


def test_a_close_and_its_notifications(orders: Any, sandbox: Sandbox, gateway: str) -> None:
    closed, paid, refunded = TOLD[gateway]
    client, store, order = chexiao.Client(sandbox.config(gateway)), orders.Orders(":memory:"), sandbox.order(gateway)
    number = next(value for value in order.values() if value.startswith("A"))
    # By the numbers that the sandbox's notices have.
    order = {"edgeros": {"mch_trade_no": number}, "icbc": {**order, "agreeCode": AGREEMENT}}.get(gateway, order)

    def told(state: str, fault: Optional[str] = None) -> Any:
        sandbox.admin("orders", {"gateway": gateway, "order": number, "state": state})
        return client.notification(sandbox.admin("notices", {"gateway": gateway, "order": number, **({"fault": fault} if fault else {})}))

    assert store.begin(gateway, order) == "unknown"
    assert store.outcome(gateway, order, client.close(order).to_dict()) == closed
    notice = told("PAID")
    for todo in (paid, "nothing"):
        assert store.notice(gateway, notice.to_dict()) == todo and notice.acknowledge is not None
    for fault in ("unsigned", "otherkey", "changed", "othermerchant"):
        # At YSEPay no field names the merchant.
        forged = told("PAID", fault)
        assert store.notice(gateway, forged.to_dict()) == ("nothing" if (gateway, fault) == ("ysepay", "othermerchant") else "refuse")
        assert (forged.acknowledge is None) or fault == "othermerchant"
    if refunded:
        assert store.notice(gateway, told("REFUNDED").to_dict()) == refunded
    assert store.notice(gateway, notice.to_dict()) == "nothing"
    word, todo = store.row(gateway, orders.number_of(gateway, notice.order))
    assert (word, todo) == (("refunded", "reconcile") if refunded == "reconcile" else ("paid", "refund"))
    store.close()
