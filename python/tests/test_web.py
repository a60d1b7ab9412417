"""The whole way: what the sandbox would post is posted to an application of a real framework, which verifies, stores and answers."""

from __future__ import annotations

import base64
import contextlib
import json
import pathlib
import sqlite3
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Optional

import pytest
from conftest import Sandbox
from web import ACCOUNTS, SITES

import chexiao


@dataclass
class Site:
    sandbox: Sandbox
    url: str
    orders: pathlib.Path

    def to(self, account: str) -> str:
        return f"{self.url}/notifications/{account}"

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


def test_what_strangers_post(site: Site) -> None:
    """No answer of the application's is an error of it, and nothing of that is kept."""
    bodies = [b"", b"\0", b"a=1&a=1", b"<xml>", b"{}" * 100, bytes(range(256)), b"x" * ((1 << 20) + 5), b"--x\r\n\r\n--x--\r\n"]
    for body in bodies:
        for content_type in ("application/x-www-form-urlencoded", "text/xml", "multipart/form-data; boundary=x", "\xff", "application/json"):
            assert b"FAIL" in site.answer("wechat", body, {"Content-Type": content_type})
    assert site.heard() == 0
