"""The orders of a Spark frame, closed by workers that share a journal in PostgreSQL.

    from chexiao import spark

    accounts = {"shop": "/etc/chexiao/shop.json"}
    results = spark.close_orders(frame, accounts, url={"env": "JOURNAL"}, schema="night_2026_11_30", account="shop")
    results.filter("needs_person").show()

An action: when it returns, the orders have their last word, and the frame that it returns reads the journal. Nothing that is done with that
frame closes anything. ``docs/bulk.md`` says when Spark is worth it, and what becomes of executors that die.
"""

from __future__ import annotations

import importlib
import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Optional, Union

from chexiao import _native, errors
from chexiao.bulk import Job, Journal, JournalError, _opened

__all__ = ["SCHEMA", "DataFrame", "OrdersLeftError", "close_orders", "results"]

DataFrame = Any
"""A ``pyspark.sql.DataFrame``; this package does without pyspark."""

_COLUMNS = {
    "account": "string",
    "line": "long",
    "order_json": "string",
    "word": "string",
    "next": "string",
    "needs_person": "boolean",
    "why": "string",
    "attempts": "long",
    "msg_id": "string",
}
_ARROW = {"string": "string", "long": "int64", "boolean": "bool_"}

SCHEMA = ", ".join(f"{name} {of}" for name, of in _COLUMNS.items())
"""Of the frame of results: the members of :class:`chexiao.bulk.Result`."""

_MARK_LASTS = 15.0
"""In seconds: so long do workers go on without their driver."""
_MARK_RENEWED = 3.0
_MARK_LOOKED_AT = 1.0


class OrdersLeftError(Exception):
    """Some orders have no last word: their account answered ``misconfigured`` ten times in a row, or the run was stopped. Mend it and call
    again. What has ended is in the journal: :func:`results`."""


def close_orders(
    df: DataFrame,
    accounts: Mapping[str, str],
    *,
    url: Union[str, Mapping[str, str]],
    schema: str,
    account: Optional[str] = None,
    workers: Optional[int] = None,
    rate: float = 50.0,
    in_flight: int = 32,
    host_rate: float = 200.0,
    host_in_flight: int = 128,
    **rules: float,
) -> DataFrame:
    """Closes the orders of a frame, and gives a frame of their results. The same call again goes on where this one was stopped.

    Every column of ``df`` is a text, named as a field of the order at its gateway; ``account``, or else a column of this name, says whose
    the order is. A null is no field. ``accounts``: by name the path of each configuration, the same on every node; a relative one is that
    of a file that Spark was given by ``--files``.

    The journal is the ``schema`` at ``url``, of this job alone. What holds a password goes by ``{"env": NAME}`` or ``{"file": PATH}``,
    which every node has, as the driver does.

    ``workers`` tasks (as many as Spark runs at once) share ``rate`` and the other limits through the journal, which are those of :class:`chexiao.bulk.Job`, as
    are the ``rules`` (``attempts``, ``delay``, ``longest_delay``, ``grace``).

    Raises :class:`chexiao.Error` where nothing was sent, and :class:`OrdersLeftError`. What a worker raises, Spark raises.
    """
    session, place = df.sparkSession, _Place.of(url, schema)
    # As in Journal.postgres.
    del url
    place.is_fit()
    for column in df.schema.fields:
        if column.dataType.simpleString() != "string":
            raise errors.of_field("call", column.name, "is a column of another type than string", "cast it to string, and look at what it is then")
    tasks = workers if workers is not None else session.sparkContext.defaultParallelism
    pace = {"rate": rate, "in_flight": in_flight, "host_rate": host_rate, "host_in_flight": host_in_flight}
    run = _Run(place, dict(accounts), account, {**pace, **rules})
    journal = place.open()
    with _marked(journal, run.mark):
        df.mapInArrow(run.writes, "new long").collect()
        for one in journal.status():
            if one.account not in accounts:
                raise errors.of_field("config", "accounts", f"there are orders of {one.account!r}, which has no configuration")
        ends = [row.end for row in session.range(0, tasks, 1, tasks).mapInArrow(run.works, "end string").collect()]
    if any(one.state != "ended" for one in journal.status()):
        raise OrdersLeftError(f"some orders have no last word: the workers ended with {', '.join(sorted(set(ends)))}")
    return _results(session, place, None)


def results(session: Any, *, url: Union[str, Mapping[str, str]], schema: str, partitions: Optional[int] = None) -> DataFrame:
    """The orders of a journal that have their last word, as a frame of :data:`SCHEMA`. Reads only."""
    place = _Place.of(url, schema)
    del url
    place.is_fit()
    return _results(session, place, partitions)


def _results(session: Any, place: _Place, partitions: Optional[int]) -> DataFrame:
    last = int(place.open()._asked("last_id"))
    parts = partitions if partitions is not None else session.sparkContext.defaultParallelism
    step = max(1, -(-last // parts))
    return session.range(0, last, step, parts).mapInArrow(_Reading(place, step), SCHEMA)


@dataclass(frozen=True)
class _Place:
    """Where the journal is, as each node finds it; the text is left out where it holds a password."""

    text: Optional[str]
    env: Optional[str]
    file: Optional[str]
    schema: str
    is_secret: bool = False

    @classmethod
    def of(cls, url: Union[str, Mapping[str, str]], schema: str) -> _Place:
        if not isinstance(url, str):
            return cls(None, url.get("env"), url.get("file"), schema)
        is_secret = _native.Journal.holds_password(url)
        return cls(None if is_secret else url, None, None, schema, is_secret)

    def is_fit(self) -> None:
        if self.is_secret:
            hint = 'give {"env": NAME} or {"file": PATH}, which every node has: what is given here, Spark writes into its logs and files'
            raise errors.of_field("config", "url", "holds a password", hint)

    def open(self) -> Journal:
        url = self.text
        if self.env is not None:
            url = os.environ.get(self.env)
        elif self.file is not None:
            with open(_path(self.file), encoding="utf-8") as file:
                url = file.read().strip()
        if not url:
            raise errors.of_field("config", "url", "is not there on this node: set the variable, or put the file there")
        opened = _opened({"postgres": {"url": url, "schema": self.schema}})
        del url
        return Journal(opened)


@dataclass(frozen=True)
class _Run:
    """What the workers of a run are told: nothing secret."""

    place: _Place
    accounts: Mapping[str, str]
    account: Optional[str]
    settings: Mapping[str, Any]
    mark: str = field(default_factory=lambda: secrets.token_hex(16))

    def writes(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The orders of these batches into the journal; twice is as good as once."""
        journal, new = self.place.open(), 0
        for batch in batches:
            rows = ({name: value for name, value in row.items() if value is not None} for row in batch.to_pylist())
            # Of no line: one that Spark hands out once more would be another one.
            new += journal._add(((0, row) for row in rows), self.account)
        yield _batch([{"new": new}], {"new": "long"})

    def works(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Closes until no order is left, or the mark is gone."""
        for _ in batches:
            pass
        journal = self.place.open()
        job = Job(journal, {name: _path(path) for name, path in self.accounts.items()}, **self.settings)
        with _every(_MARK_LOOKED_AT, lambda: _stops(journal, self.mark, job)):
            end = job.run()
        yield _batch([{"end": end}], {"end": "string"})


@dataclass(frozen=True)
class _Reading:
    """The results of the ids after each that it is given, in steps of so many."""

    place: _Place
    step: int

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        journal = self.place.open()
        for batch in batches:
            for first in batch.to_pydict()["id"]:
                for page in journal._pages(first):
                    rows = [one for one in page if one.pop("id") <= first + self.step]
                    yield _batch(rows, _COLUMNS)
                    if len(rows) < len(page):
                        break


@contextmanager
def _marked(journal: Journal, mark: str) -> Iterator[None]:
    """While the driver is here, the mark stands; without it the workers take no more orders."""

    def renew() -> None:
        # A journal that is away for a while is the workers' trouble too.
        with suppress(JournalError):
            journal._asked("mark", mark=mark, seconds=_MARK_LASTS)

    journal._asked("mark", mark=mark, seconds=_MARK_LASTS)
    try:
        with _every(_MARK_RENEWED, renew):
            yield
    finally:
        with suppress(JournalError):
            journal._asked("unmark", mark=mark)


def _stops(journal: Journal, mark: str, job: Job) -> None:
    try:
        stands = journal._asked("is_marked", mark=mark)
    except JournalError:
        return  # The job hears of it too.
    if not stands:
        job.stop()


@contextmanager
def _every(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Does it again and again, in a thread."""
    over = threading.Event()

    def acts() -> None:
        while not over.wait(seconds):
            act()

    thread = threading.Thread(target=acts, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _path(path: str) -> str:
    if os.path.isabs(path):
        return path
    return str(importlib.import_module("pyspark").SparkFiles.get(path))


def _batch(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> Any:
    arrow = importlib.import_module("pyarrow")
    return arrow.RecordBatch.from_pylist(rows, schema=arrow.schema([(name, getattr(arrow, _ARROW[of])()) for name, of in columns.items()]))
