"""The shop of examples/day.py at the sandbox: its books, the sandbox's and the bill agree, whatever is lost on the way."""

from __future__ import annotations

import base64
import datetime
import importlib
import json
import os
import pathlib
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from conftest import ROOT, Sandbox

import chexiao

BEIJING = datetime.timezone(datetime.timedelta(hours=8))


class Day:
    def __init__(self, sandbox: Sandbox, folder: pathlib.Path) -> None:
        certificate, key = (os.fspath(sandbox.folder / f"apiclient_{name}.pem") for name in ("cert", "key"))
        config = sandbox.config("wechat", client_certificate={"file": certificate, "key": {"file": key}})
        (folder / "wechat.json").write_text(json.dumps(config), "utf-8")
        self.sandbox, self.books = sandbox, folder / "shop.db"
        self.shop = importlib.import_module("day").Shop(os.fspath(folder / "wechat.json"), os.fspath(self.books), "https://shop.example/notify")

    def number(self) -> str:
        return self.sandbox.order("wechat", "DAY")["out_trade_no"]

    def sold(self, fen: int = 100) -> str:
        number = self.number()
        assert self.shop.sell(number, fen, "a book").startswith("weixin://")
        return number

    def pays(self, number: str) -> chexiao.Answer:
        """The buyer does, and the shop hears of it."""
        self.sandbox.admin("orders", {"gateway": "wechat", "order": number, "state": "PAID"})
        message = self.sandbox.admin("notices", {"gateway": "wechat", "order": number})
        answer: chexiao.Answer = self.shop.hear(dict(message["headers"]), base64.b64decode(message["body_base64"]))
        return answer

    def is_lost(self, call: str) -> None:
        """The next such call is executed, and not answered."""
        self.sandbox.admin("faults", {"gateway": "wechat", "fault": call})

    def money(self, number: str) -> list[tuple[str, int]]:
        return [(one["kind"], one["fen"]) for one in self.sandbox.admin("money")["movements"] if one["order"] == number]

    def note(self, number: str) -> Any:
        with closing(sqlite3.connect(self.books)) as db:
            return db.execute("SELECT note FROM orders WHERE number = ?", (number,)).fetchone()[0]

    def is_as(self, number: str, state: str) -> None:
        """As if the process had died once this was on record."""
        with closing(sqlite3.connect(self.books)) as db, db:
            db.execute("UPDATE orders SET state = ? WHERE number = ?", (state, number))


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Any:
    monkeypatch.syspath_prepend(os.fspath(ROOT / "examples"))
    (tmp_path / "sandbox").mkdir()
    sandbox = Sandbox(tmp_path / "sandbox")
    yield Day(sandbox, tmp_path)
    sandbox.stop()


GIVEN_BACK = [("PAID", 100), ("REFUNDED", 100)]


def test_a_day(day: Day) -> None:
    paid, unpaid = day.sold(), day.sold()
    assert day.pays(paid).status == 200 and day.shop.state(paid) == "paid"
    assert day.shop.end(unpaid) == "closed" and day.sandbox.book("wechat", unpaid)[1] == "closed"
    assert [day.shop.give_back(paid) for _ in range(3)] == ["returned"] * 3
    assert day.money(paid) == GIVEN_BACK and day.money(unpaid) == []
    assert day.shop.differences(datetime.datetime.now(BEIJING).strftime("%Y%m%d")) == []
    assert "No Bill Exist" in day.shop.differences("20200101")[0]


def test_what_is_forged_changes_nothing(day: Day) -> None:
    number = day.sold()
    message = day.sandbox.admin("notices", {"gateway": "wechat", "order": number, "fault": "changed"})
    answer = day.shop.hear(dict(message["headers"]), base64.b64decode(message["body_base64"]))
    assert b"FAIL" in answer.body and day.shop.state(number) == "open"


def test_who_pays_while_it_is_closed_has_paid(day: Day) -> None:
    number = day.sold()
    day.sandbox.admin("orders", {"gateway": "wechat", "order": number, "state": "PAID"})
    assert day.shop.end(number) == "paid" and day.note(number) is None


def test_another_amount_is_for_a_person(day: Day) -> None:
    number = day.sold()
    with closing(sqlite3.connect(day.books)) as db, db:
        db.execute("UPDATE orders SET fen = 99 WHERE number = ?", (number,))
    day.pays(number)
    assert (day.shop.state(number), day.note(number)) == ("open", "paid 100 fen")


@pytest.mark.parametrize("lost", ["refund:cut", "refund:reset", "refundquery:cut"])
def test_one_refund_whatever_is_lost(day: Day, lost: str) -> None:
    number = day.sold()
    day.pays(number)
    day.is_lost(lost)
    assert day.shop.give_back(number) in ("returning", "returned")
    day.shop.pursue()
    assert day.shop.state(number) == "returned" and day.money(number) == GIVEN_BACK


def test_a_process_that_died_before_the_refund_left_makes_up_for_it(day: Day) -> None:
    number = day.sold()
    day.pays(number)
    day.is_as(number, "returning")
    day.shop.pursue()
    assert day.shop.state(number) == "returned" and day.money(number) == GIVEN_BACK


def test_a_lost_create_is_ended(day: Day) -> None:
    number = day.number()
    day.is_lost("create:cut")
    assert day.shop.sell(number, 100, "a book") is None and day.shop.state(number) == "opening"
    assert day.shop.end(number) == "closed" and day.sandbox.book("wechat", number)[1] == "closed"
