"""Orders that are to be closed, and whether they were: the sandbox's book has the last word on what was posted."""

from __future__ import annotations

import itertools
import json
import os
import pathlib
import subprocess
import threading
import urllib.request
from collections.abc import Iterable
from typing import Any, Optional

from cluster import Cluster, until
from pyspark.sql import DataFrame, SparkSession

from chexiao import spark as on_spark

ORDERS = int(os.environ.get("CHEXIAO_SPARK_ORDERS", "200"))
SOME = 600
SLOW = "delay-300/wechat"
"""The account whose every close is answered after 300 ms."""
FAST = {"rate": 100_000.0, "host_rate": 100_000.0, "delay": 0.5, "grace": 2.0}
WORDS = {"CLOSED": ("closed", "done", False), "PAID": ("paid", "fulfil_or_refund", False)}
"""What a result has to say of an order that stands so in the book."""
_numbers = itertools.count(1)


class Sandbox:
    def __init__(self, process: subprocess.Popen[bytes], folder: pathlib.Path) -> None:
        assert process.stdout is not None
        self.http_url, self.folder = json.loads(process.stdout.readline())["http_url"], folder

    def account(self, name: str) -> str:
        """The path of a configuration whose deadline, and so whose lease, is short."""
        path = self.folder / f"{name.replace('/', '-')}-short.json"
        config = json.loads((self.folder / f"{name}.json").read_text("utf-8"))
        path.write_text(json.dumps({**config, "deadline_ms": 3000, "connect_timeout_ms": 1000}), "utf-8")
        return os.fspath(path)

    def closes(self) -> int:
        """How many were posted so far."""
        return int(self._asked("counts")["posts"]["wechat"])

    def book(self, part: str) -> dict[str, tuple[str, int]]:
        """How the orders with this part in their number stand, and how often each was posted to be closed."""
        return {one["order"]: (one["state"], one["posts"]) for one in self._asked("orders")["orders"] if part in one["order"]}

    def _asked(self, page: str) -> Any:
        with urllib.request.urlopen(f"{self.http_url}/_sandbox/{page}", timeout=60) as reply:
            return json.load(reply)


class Night:
    """Orders of numbers of their own, and a journal of their own. One of a hundred is paid by then, and of one no answer to its close comes."""

    def __init__(self, spark: SparkSession, sandbox: Sandbox, cluster: Cluster, count: int, account: str, partitions: int) -> None:
        number = next(_numbers)
        self.part, self.schema = f"N{number:02}N", f"night_{number}"
        self.sandbox, self.cluster, self.accounts = sandbox, cluster, {"shop": sandbox.account(account)}
        kinds = {50: "CUT", 75: "PAID"}
        self.numbers = [f"{kinds.get(at % 100, 'A')}{self.part}{at:06}" for at in range(count)]
        twice = self.numbers[: count // 100]  # Some stand there twice.
        self.frame: DataFrame = spark.createDataFrame([(one,) for one in self.numbers + twice], "out_trade_no string").repartition(partitions)
        self.before = sandbox.closes()

    def close(self, **settings: Any) -> DataFrame:
        return on_spark.close_orders(
            self.frame, self.accounts, url={"env": "CHEXIAO_JOURNAL"}, schema=self.schema, account="shop", **{**FAST, **settings}
        )

    def closing(self, **settings: Any) -> Beside:
        """The same, beside the test, with both executors at work."""
        run = Beside(self, settings)
        until(lambda: (self.posts() > 0 and self.workers() >= 2) or not run.is_alive())
        assert run.is_alive(), "it ended before the test could begin"
        return run

    def posts(self) -> int:
        return self.sandbox.closes() - self.before

    def agrees(self, results: Iterable[Any]) -> None:
        """Order by order: each was posted once, and its result says what the book does."""
        rows, book = list(results), self.sandbox.book(self.part)
        said = {json.loads(row.order_json)["out_trade_no"]: (row.word, row.next, row.needs_person) for row in rows}
        assert sorted(book) == sorted(self.numbers) and len(rows) == len(self.numbers)
        wrong = {one: (book[one], said.get(one)) for one in self.numbers if book[one][1] != 1 or said.get(one) != WORDS.get(book[one][0])}
        assert not wrong, f"{len(wrong)} of {len(rows)}: {dict(itertools.islice(wrong.items(), 5))}"
        assert len({row.account for row in rows}) == 1

    def asked(self, sql: str) -> int:
        """A number, of the journal."""
        command = ["psql", "-tAc", f"SET search_path TO {self.schema}; {sql}", self.cluster.database]
        return int(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout.split()[-1])

    def workers(self) -> int:
        """How many have asked about orders."""
        return self.asked("SELECT count(DISTINCT worker) FROM attempts")

    def lost(self) -> int:
        """Requests that were begun by a worker, and of which it told nothing."""
        return self.asked("SELECT count(*) FROM attempts WHERE reason = 'lost'")


class Beside(threading.Thread):
    """A night's run in a thread, and what it raised."""

    def __init__(self, night: Night, settings: dict[str, Any]) -> None:
        super().__init__(daemon=True)
        self.night, self.settings = night, settings
        self.result: Optional[DataFrame] = None
        self.error: Optional[BaseException] = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.night.close(**self.settings)
        except BaseException as error:
            self.error = error

    def done(self) -> list[Any]:
        self.join(300)
        assert self.result is not None, self.error or "it goes on"
        return list(self.result.collect())

    def failed(self) -> str:
        self.join(60)
        assert self.error is not None
        return str(self.error)
