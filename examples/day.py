"""A shop's whole day at WeChat Pay with nothing but this library and SQLite: sold, paid, closed, given back, compared with the bill.

    shop = Shop("wechat.json", "shop.db", "https://shop.example/notify/wechat")
    shop.sell("A1", 100, "a book")          # fen; what the buyer's QR code says, or None
    answer = shop.hear(headers, body)       # what WeChat Pay posts to that address: send the answer as it is
    shop.end("A2")                          # nobody paid: closed, unless somebody does at this very moment
    shop.give_back("A1")                    # all of it and once, however often this is called
    shop.pursue()                           # every few minutes, and after a crash: what is not known yet is asked for
    shop.differences("20261128")            # between these books and the bill of that day

Every number is on record before anything with it leaves, and is never replaced by another one: a reply that is lost, or a process that
dies, leaves something to ask for, and nothing that happens twice. The configuration needs `client_certificate`, for refunds.
"""

import contextlib
import csv
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Optional

import chexiao

# opening → open → paid → returning → returned; closed; a payment of something closed, or of another amount, is a matter for a person.
SCHEMA = """CREATE TABLE IF NOT EXISTS orders (
    number TEXT PRIMARY KEY, fen INTEGER NOT NULL, state TEXT NOT NULL, note TEXT
) WITHOUT ROWID"""


class Shop:
    def __init__(self, config: str, books: str, notify_url: str) -> None:
        self._client = chexiao.Client(config)
        self._books = books
        self._notify_url = notify_url
        with self._transaction() as db:
            db.execute(SCHEMA)

    def sell(self, number: str, fen: int, body: str) -> Optional[str]:
        """Where the buyer pays. Without an answer: `end` it, and sell under another number."""
        with self._transaction() as db:
            db.execute("INSERT INTO orders VALUES (?, ?, 'opening', NULL)", (number, fen))
        fields = {"out_trade_no": number, "total_fee": str(fen), "body": body, "trade_type": "NATIVE"}
        told = self._call("POST /pay/unifiedorder", fields | {"spbill_create_ip": "127.0.0.1", "notify_url": self._notify_url})
        if told.get("result_code") != "SUCCESS":
            return None
        self._turn(number, "opening", "open")
        return told.get("code_url")

    def hear(self, headers: Mapping[str, str], body: bytes) -> chexiao.Answer:
        """Stored, and only then acknowledged. What is authentic but leaves a question is asked for."""
        notice = self._client.notification(chexiao.Incoming(body, headers=headers))
        number = notice.order.get("out_trade_no")
        if notice.acknowledge is None:
            return notice.refuse
        if notice.event is chexiao.Code.PAID and notice.confirm is chexiao.Confirm.NOT_NEEDED and notice.amount is not None:
            self._is_paid(notice.order["out_trade_no"], int(notice.amount.text))
        elif number is not None:
            self._ask(number)
        return notice.acknowledge

    def end(self, number: str) -> str:
        """The state in which the order is afterwards."""
        outcome = self._client.ensure_closed({"out_trade_no": number})
        if outcome.next is chexiao.Next.DONE:
            for state in ("opening", "open"):
                self._turn(number, state, "closed")
        elif outcome.code is chexiao.Code.PAID:
            self._ask(number)
        return self.state(number)

    def give_back(self, number: str) -> str:
        """The state afterwards: `returning` while WeChat Pay is at it, or nothing is known."""
        begins = self._turn(number, "paid", "returning")
        if begins or (self.state(number) == "returning" and self._refund(self._client.refund_query, number) is chexiao.Code.NOT_FOUND):
            self._refund(self._client.refund, number)
            self._refund(self._client.refund_query, number)
        return self.state(number)

    def pursue(self) -> None:
        for number, state in self._rows("SELECT number, state FROM orders WHERE state IN ('opening', 'open', 'returning')"):
            if state == "returning":
                self.give_back(number)
            else:
                self._ask(number)

    def differences(self, day: str) -> list[str]:
        """Nobody signs a bill: it is something to compare with, and changes nothing here."""
        text = self._client.call("POST /pay/downloadbill", {"bill_date": day, "bill_type": "ALL"}).raw.decode("utf-8-sig")
        if text.startswith("<xml"):
            return [text]
        rows = csv.DictReader(line.replace("`", "") for line in text.splitlines()[:-2])
        billed = {(row["商户退款单号" if row["交易状态"] == "REFUND" else "商户订单号"], row["交易状态"]) for row in rows}
        booked = {(number, "SUCCESS") for (number,) in self._rows("SELECT number FROM orders WHERE state IN ('paid', 'returning', 'returned')")}
        booked |= {(f"R{number}", "REFUND") for (number,) in self._rows("SELECT number FROM orders WHERE state = 'returned'")}
        return [f"only in the bill: {one}" for one in sorted(billed - booked)] + [f"not in the bill: {one}" for one in sorted(booked - billed)]

    def state(self, number: str) -> str:
        return str(self._rows("SELECT state FROM orders WHERE number = ?", number)[0][0])

    def _ask(self, number: str) -> None:
        """The order, by a query."""
        told = self._call("POST /pay/orderquery", {"out_trade_no": number})
        if told.get("out_trade_no") == number and told.get("trade_state") in ("SUCCESS", "REFUND"):
            self._is_paid(number, int(told.get("total_fee", "0")))

    def _refund(self, ask: Callable[[Mapping[str, str]], chexiao.Outcome], number: str) -> chexiao.Code:
        """Under a number that never changes, by which WeChat Pay gives back once."""
        fen = str(self._fen(number))
        outcome = ask({"out_trade_no": number, "out_refund_no": f"R{number}", "total_fee": fen, "refund_fee": fen})
        if outcome.code is chexiao.Code.REFUNDED:
            self._turn(number, "returning", "returned")
        elif outcome.code in (chexiao.Code.REFUSED, chexiao.Code.MISCONFIGURED):
            self._note(number, f"the refund is {outcome.code.name}: {outcome.gateway.code}")
        return outcome.code

    def _is_paid(self, number: str, fen: int) -> None:
        if fen != self._fen(number):
            self._note(number, f"paid {fen} fen")
        elif not (self._turn(number, "opening", "paid") or self._turn(number, "open", "paid")) and self.state(number) == "closed":
            self._note(number, "paid after it was closed")

    def _call(self, api: str, fields: Mapping[str, str]) -> Mapping[str, str]:
        """What WeChat Pay has signed; nothing, where nothing is proven: then it may have happened."""
        return self._client.call(api, fields).verified or {}

    def _turn(self, number: str, old: str, new: str) -> bool:
        """Whether it was in the old state: of two that try, one does."""
        with self._transaction() as db:
            return db.execute("UPDATE orders SET state = ? WHERE number = ? AND state = ?", (new, number, old)).rowcount == 1

    def _note(self, number: str, note: str) -> None:
        """For a person."""
        with self._transaction() as db:
            db.execute("UPDATE orders SET note = ? WHERE number = ?", (note, number))

    def _fen(self, number: str) -> Optional[int]:
        return next((fen for (fen,) in self._rows("SELECT fen FROM orders WHERE number = ?", number)), None)

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with self._transaction() as db:
            return db.execute(query, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Committed, on the disk, when it ends."""
        with contextlib.closing(sqlite3.connect(self._books, timeout=10)) as db, db:
            yield db
