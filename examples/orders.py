"""A store for what closes, queries and notifications say of orders, in which a final word is never overwritten by a later weaker one.

    orders = Orders("orders.db")

    orders.begin("wechat", order)                                      # before the close is sent
    todo = orders.outcome("wechat", order, client.close(order).to_dict())

    todo = orders.notice("wechat", notice.to_dict())                   # committed when it returns: now acknowledge
    answer = notice.refuse if todo == "refuse" else notice.acknowledge

    orders.done("wechat", number, todo)                                # once the stock is released, the money given back, …
    for gateway, number, todo in orders.due(600): ...                  # what a process that died left undone

Who gets a `todo` other than "nothing" is the only one to get it, until `due` hands it out again. The documents are those of `to_dict()`:
see docs/close-and-notifications.md.
"""

from __future__ import annotations

import contextlib
import json
import pathlib
import sqlite3
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Optional

SCHEMA = pathlib.Path(__file__).with_name("orders.sql")
TIMEOUT = 10  # seconds for which another process may keep the file

# What `outcome` and `notice` say is to be done.
REFUSE = "refuse"  # nothing proves that the gateway sent it: nothing is stored
NOTHING = "nothing"  # it is known, or changes nothing
LOOK = "look"  # authentic, but about no order that this store knows a number of: somebody looks at it
QUERY = "query"  # ask the gateway, and give the answer to `outcome`
RELEASE = "release"  # closed: the goods may be sold to others
FULFIL_OR_REFUND = "fulfil_or_refund"  # paid: compare the amount, then deliver or give the money back
REFUND = "refund"  # paid after it was closed: give the money back
RECONCILE = "reconcile"  # money went back, or two things contradict each other: compare with the books before anything else

# How a close's order and a notice's order name the same thing.
NUMBERS = {
    "icbc": ("agreeCode", "partnerSeq"),
    "ysepay": ("out_trade_no",),
    "wechat": ("out_trade_no",),
    "edgeros": ("mch_trade_no",),
    "chinaums": ("merOrderId",),
}
FINAL = ("closed", "already_closed", "paid", "voided", "refunded")
CLOSED = ("closed", "already_closed")
SETTLED = ("done", "fulfil_or_refund", "reconcile")


def number_of(gateway: str, order: Mapping[str, str]) -> Optional[str]:
    """The number under which an order is stored; None if it is not named. An agreement (YSEPay) is none of the orders paid by it."""
    if "protocol_no" in order:
        return "protocol_no/" + order["protocol_no"]
    parts = [order.get(name, "") for name in NUMBERS[gateway]]
    return "/".join(parts) if all(parts) else None


@dataclass(frozen=True)
class Said:
    """What a document says of an order."""

    claim: str  # its word
    is_proven: bool  # authentic, of this order, and nothing wants it confirmed
    evidence: str
    hint: Optional[str]
    is_outcome: bool

    @classmethod
    def by(cls, gateway: str, document: Mapping[str, Any]) -> Said:
        is_outcome = "outcome" in document
        claim = document["outcome" if is_outcome else "event"]
        if is_outcome:
            is_proven = claim not in FINAL or document["next"] in SETTLED
        else:
            is_proven = document["evidence"] == "signed_bound" and document["confirm"] == "not_needed"
        if gateway == "chinaums" and claim in CLOSED:
            claim = "voided"
        return cls(claim, is_proven, document["evidence"], document["hint"], is_outcome)

    @property
    def word(self) -> str:
        return self.claim if self.is_proven else "unknown"

    def is_for_the_books(self, standing: str) -> bool:
        """Closed after paid, paid after the money went back by a void, one more refund. (One more payment: see `_is_another_payment`.)"""
        is_one_more_refund = self.word == "refunded" and standing in ("refunded", "voided") and not self.is_outcome
        return (self.claim in CLOSED and standing == "paid") or (self.claim == "paid" and standing == "voided") or is_one_more_refund

    def is_worth_a_query(self) -> bool:
        return self.hint is not None or (self.claim in FINAL and not self.is_proven)


class Orders:
    """Of one account at each gateway. For one thread; any number of processes may have the file open."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, timeout=TIMEOUT, isolation_level=None)
        self._prepare(time.monotonic() + TIMEOUT)

    def _prepare(self, deadline: float) -> None:
        """Of two that turn a new file into a WAL at once, SQLite refuses one without waiting."""
        while True:
            try:
                self._db.executescript(SCHEMA.read_text("utf-8"))
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    self._db.close()
                    raise
            time.sleep(0.01)

    def close(self) -> None:
        self._db.close()

    def begin(self, gateway: str, order: Mapping[str, str]) -> str:
        """Before a close is sent, so that it is queried should this process die before `outcome`: the word that stands."""
        number = _named(gateway, order)
        with self._transaction():
            self._ask(gateway, number)
            return self._standing(gateway, number)

    def outcome(self, gateway: str, order: Mapping[str, str], outcome: Mapping[str, Any]) -> str:
        """What came of a close, a query or an ensure_closed of this order."""
        return self._hear(gateway, _named(gateway, order), None, outcome)

    def notice(self, gateway: str, notice: Mapping[str, Any]) -> str:
        """When this returns, and not earlier, the notification may be acknowledged."""
        if notice["acknowledge"] is None:
            return REFUSE
        return self._hear(gateway, number_of(gateway, notice["order"]), _key(notice), notice)

    def done(self, gateway: str, number: str, todo: str) -> bool:
        """Whether it was still to be done: if not, another word has come in the meantime."""
        change = "UPDATE orders SET todo = NULL WHERE gateway = ? AND number = ? AND todo = ?"
        return self._db.execute(change, (gateway, number, todo)).rowcount == 1

    def due(self, seconds: int) -> list[tuple[str, str, str]]:
        """What was to be done `seconds` ago and is not: gateway, number and todo. Another `due` gets it after as long again."""
        now = int(time.time())
        with self._transaction():
            late = "todo IS NOT NULL AND updated <= ?"
            rows = self._db.execute(f"SELECT gateway, number, todo FROM orders WHERE {late} ORDER BY updated", (now - seconds,)).fetchall()
            self._db.execute(f"UPDATE orders SET updated = ? WHERE {late}", (now, now - seconds))
        return rows

    def row(self, gateway: str, number: str) -> Optional[tuple[str, Optional[str]]]:
        """The word that stands, and what is to be done."""
        found = self._db.execute("SELECT word, todo FROM orders WHERE gateway = ? AND number = ?", (gateway, number)).fetchone()
        return found and (found[0], found[1])

    def _hear(self, gateway: str, number: Optional[str], dedupe: Optional[str], document: Mapping[str, Any]) -> str:
        said = Said.by(gateway, document)
        with self._transaction():
            if said.evidence == "none" and not said.is_outcome:
                # WeChat Pay's notice of a refund, which nobody vouches for: that it is a repetition neither. It is not kept.
                if number is None:
                    return LOOK
                self._ask(gateway, number)
                return QUERY
            is_another_payment = self._is_another_payment(gateway, number, dedupe, document)
            is_new = self._keep(gateway, number, dedupe, document)
            if number is None or said.evidence == "signed_unbound" and not said.is_outcome:
                return LOOK if is_new else NOTHING
            return self._take(gateway, number, said, is_another_payment) if is_new else NOTHING

    def _is_another_payment(self, gateway: str, number: Optional[str], dedupe: Optional[str], document: Mapping[str, Any]) -> bool:
        """A payment was heard of that was not this one."""
        others = "SELECT 1 FROM heard WHERE gateway = ? AND number = ? AND dedupe <> ? AND json_extract(document, '$.event') = 'paid'"
        return document.get("event") == "paid" and self._db.execute(others, (gateway, number, dedupe)).fetchone() is not None

    def _take(self, gateway: str, number: str, said: Said, is_another_payment: bool) -> str:
        if self._write(gateway, number, said):
            _, todo = self.row(gateway, number) or ("", None)
            return todo or NOTHING
        if is_another_payment or said.is_for_the_books(self._standing(gateway, number)):
            is_new = self._set(gateway, number, RECONCILE, "(todo IS NULL OR todo IN ('fulfil_or_refund', 'query'))")
            return RECONCILE if is_new else NOTHING
        if said.is_worth_a_query():
            self._ask(gateway, number)
            return QUERY
        if said.is_outcome and said.word in FINAL:
            self._set(gateway, number, None, "todo = 'query'")
        return NOTHING

    def _keep(self, gateway: str, number: Optional[str], dedupe: Optional[str], document: Mapping[str, Any]) -> bool:
        """False if it is known."""
        insert = "INSERT INTO heard (gateway, dedupe, number, document, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (gateway, dedupe) DO NOTHING"
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return self._db.execute(insert, (gateway, dedupe, number, text, int(time.time()))).rowcount == 1

    def _write(self, gateway: str, number: str, said: Said) -> bool:
        """False if a word stands that is not weaker."""
        upsert = """
            INSERT INTO orders (gateway, number, word, rank, evidence, if_paid, todo, updated)
            SELECT ?, ?, said.word, said.rank, ?, claim.if_paid, said.todo, ?
            FROM words AS said, words AS claim WHERE said.word = ? AND claim.word = ?
            ON CONFLICT (gateway, number) DO UPDATE SET
                word = excluded.word, rank = excluded.rank, evidence = excluded.evidence, updated = excluded.updated,
                todo = CASE excluded.word WHEN 'paid' THEN orders.if_paid ELSE excluded.todo END,
                if_paid = CASE excluded.if_paid WHEN 'fulfil_or_refund' THEN orders.if_paid ELSE excluded.if_paid END
            WHERE excluded.rank > orders.rank OR orders.rank < 2"""
        values = (gateway, number, said.evidence, int(time.time()), said.word, said.claim)
        return self._db.execute(upsert, values).rowcount == 1

    def _ask(self, gateway: str, number: str) -> None:
        """Nothing that is to be done gives way to it, and no word."""
        insert = """
            INSERT INTO orders (gateway, number, word, rank, evidence, if_paid, todo, updated)
            SELECT ?, ?, word, rank, 'none', if_paid, todo, ? FROM words WHERE word = 'unknown'
            ON CONFLICT (gateway, number) DO NOTHING"""
        self._db.execute(insert, (gateway, number, int(time.time())))
        self._set(gateway, number, QUERY, "todo IS NULL")

    def _set(self, gateway: str, number: str, todo: Optional[str], where: str) -> bool:
        change = f"UPDATE orders SET todo = ?, updated = ? WHERE gateway = ? AND number = ? AND {where}"
        return self._db.execute(change, (todo, int(time.time()), gateway, number)).rowcount == 1

    def _standing(self, gateway: str, number: str) -> str:
        found = self.row(gateway, number)
        return found[0] if found else "unknown"

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """One writer at a time; who comes second waits."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _key(notice: Mapping[str, Any]) -> Optional[str]:
    """Against repeats. At YSEPay two refunds of one payment have the same, but not the same number."""
    dedupe, refund = notice["dedupe"], notice["order"].get("out_request_no")
    return f"{dedupe}|{refund}" if dedupe and refund else dedupe


def _named(gateway: str, order: Mapping[str, str]) -> str:
    number = number_of(gateway, order)
    if number is None:
        raise ValueError(f"an order at {gateway} is stored by " + " and ".join(NUMBERS[gateway]))
    return number
