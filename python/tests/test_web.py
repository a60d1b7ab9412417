"""The whole way: the sandbox posts, an application of a real framework verifies, stores and acknowledges; what is forged is refused and comes
again."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import pathlib
import sqlite3
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Optional

import pytest
from conftest import Sandbox
from web import ACCOUNTS, SITES, until

import chexiao


@dataclass
class Site:
    sandbox: Sandbox
    url: str
    orders: pathlib.Path

    def to(self, account: str) -> str:
        return f"{self.url}/notifications/{account}"

    def posted(self, account: str, number: str, **over: Any) -> None:
        """From now on, by the sandbox, until it is acknowledged."""
        self.sandbox.admin("notices", {"gateway": account, "order": number, "to": self.to(account), **over})

    def deliveries(self, number: str) -> list[dict[str, Any]]:
        return [one for one in self.sandbox.admin("notices")["notices"] if one["order"] == number]

    def acknowledged(self, number: str) -> list[dict[str, Any]]:
        until(lambda: all(one["acknowledged"] for one in self.deliveries(number)))
        return self.deliveries(number)

    def message(self, account: str, number: str, **over: Any) -> dict[str, Any]:
        """What the gateway would post of an order."""
        return dict(self.sandbox.admin("notices", {"gateway": account, "order": number, **over}))

    def answer(self, account: str, body: bytes, headers: dict[str, str]) -> bytes:
        with urllib.request.urlopen(urllib.request.Request(self.to(account), body, headers), timeout=30) as reply:
            assert reply.status == 200
            return bytes(reply.read())

    def number(self, account: str, prefix: str = "A") -> str:
        order = self.sandbox.order(account.split("-")[0], prefix)
        return next(value for value in order.values() if value.startswith(prefix))

    def word(self, number: str) -> Optional[str]:
        """What stands in the application's own database, whatever of the order's names it is kept under."""
        if not self.orders.exists():
            return None
        with contextlib.closing(sqlite3.connect(self.orders)) as database:
            heard = database.execute("SELECT number, document FROM heard").fetchall()
            kept = [(one,) for one, document in heard if number in json.loads(document)["order"].values()]
            return str(database.execute("SELECT word FROM orders WHERE number = ?", kept[-1]).fetchone()[0]) if kept else None

    def heard(self) -> int:
        if not self.orders.exists():
            return 0
        with contextlib.closing(sqlite3.connect(self.orders)) as database:
            return int(database.execute("SELECT count(*) FROM heard").fetchone()[0])


@pytest.fixture(params=sorted(SITES))
def site(request: pytest.FixtureRequest, sandbox: Sandbox, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with SITES[request.param](sandbox, tmp_path / "orders.db", monkeypatch) as url:
        yield Site(sandbox, url, tmp_path / "orders.db")


def test_a_forged_one_is_refused_and_the_genuine_one_stored_once(site: Site) -> None:
    for count, account in enumerate(ACCOUNTS):
        client, number = chexiao.Client(site.sandbox.folder / f"{account}.json"), site.number(account)
        for fault, word in (("otherkey", None), (None, "paid"), ("replayed", "paid")):
            message = site.message(account, number, **({"fault": fault} if fault else {}))
            notice = client.notification(message)
            wanted = notice.acknowledge if word else notice.refuse
            assert wanted and site.answer(account, base64.b64decode(message["body_base64"]), message["headers"]) == wanted.body
            assert (site.word(number), site.heard()) == (word, count + (word is not None)), (account, fault)


def test_what_is_paid_is_stored_and_acknowledged(site: Site) -> None:
    """At every gateway; those with signed answers look at the signature."""
    numbers = {account: site.number(account) for account in ACCOUNTS}
    for account, number in numbers.items():
        site.posted(account, number)
    for account, number in numbers.items():
        (delivery,) = site.acknowledged(number)
        assert delivery["answers"] == [{"status": 200, "as_expected": True}], account
        assert site.word(number) == "paid", account
    assert site.heard() == len(ACCOUNTS)


def test_what_is_forged_is_refused_and_comes_again(site: Site) -> None:
    numbers = {account: site.number(account) for account in ACCOUNTS}
    for account, number in numbers.items():
        site.posted(account, number, fault="otherkey")
    for account, number in numbers.items():
        (delivery,) = until(lambda: [one for one in site.deliveries(number) if one["posted"] > 1])
        assert not delivery["acknowledged"] and all(one == {"status": 200, "as_expected": False} for one in delivery["answers"]), account
        assert site.word(number) is None
    assert site.heard() == 0


def test_what_is_told_twice_or_too_late_changes_nothing(site: Site) -> None:
    for account in ACCOUNTS:
        for fault in ("replayed", "duplicated"):
            site.posted(account, number := site.number(account), fault=fault)
            site.acknowledged(number)
            assert site.word(number) == "paid", account
    assert site.heard() == 2 * len(ACCOUNTS)
    for account in ("ysepay", "edgeros", "chinaums"):
        site.posted(account, number := site.number(account, "REFUNDED"), fault="outoforder")
        assert len(site.acknowledged(number)) and site.word(number) == "refunded", account


@pytest.mark.parametrize("site", ["asgi", "fastapi", "flask"], indirect=True)
def test_without_a_length(site: Site) -> None:
    """In chunks: where the server says that its input ends. (Django and bare WSGI read nothing then, and refuse.)"""
    message = site.message("ysepay", number := site.number("ysepay"))
    body = base64.b64decode(message["body_base64"])
    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=30)
    with contextlib.closing(connection):
        connection.request("POST", "/notifications/ysepay", iter([body[:9], body[9:]]), message["headers"], encode_chunked=True)
        assert connection.getresponse().read() == b"success" and site.word(number) == "paid"


def test_what_strangers_post(site: Site) -> None:
    """No answer of the application's is an error of it, and nothing of that is kept."""
    bodies = [b"", b"\0", b"a=1&a=1", b"<xml>", b"{}" * 100, bytes(range(256)), b"x" * ((1 << 20) + 5), b"--x\r\n\r\n--x--\r\n"]
    for body in bodies:
        for content_type in ("application/x-www-form-urlencoded", "text/xml", "multipart/form-data; boundary=x", "\xff", "application/json"):
            assert b"FAIL" in site.answer("wechat", body, {"Content-Type": content_type})
    assert site.heard() == 0
