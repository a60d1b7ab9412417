"""A night's orders, closed by a journal, so that the job can be killed at any moment and run again.

    from chexiao import bulk

    journal = bulk.Journal.sqlite("tonight.db")
    job = bulk.Job(journal, {"shop": "shop.json"}, rate=50)
    journal.add({"out_trade_no": number} for number in numbers, account="shop")
    job.run()
    for result in journal.results():
        print(result.line, result.word, result.next)

An order's last word is in the journal; ``docs/bulk.md`` says how an order comes to it.

Never open the file of a journal with :mod:`sqlite3` in a process that has it open here: Python brings a SQLite of its own, and when that
one closes the file, it takes away the locks and the log that this one works with. The methods of :class:`Journal` read it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Optional, Union, cast

from chexiao import _document, _native, errors
from chexiao.client import Config

__all__ = ["Count", "End", "Ended", "Event", "Heard", "Job", "Journal", "JournalError", "Read", "Repeat", "Result", "Stopped", "Unreadable"]

End = Literal["complete", "stopped", "accounts_stopped"]
"""How a run ended: every order of its accounts has its last word; it was stopped; orders are left at accounts that were stopped."""


class JournalError(Exception):
    """The journal failed, or was opened before a fork. Unlike after a :class:`chexiao.Error`, requests may have been sent: run the job again,
    and it asks about those first."""


@dataclass(frozen=True)
class Count:
    """How many orders of an account stand so."""

    account: str
    """The name of the account."""
    state: str
    """``new``, ``waiting`` or ``ended``."""
    word: Optional[str]
    """The word that they ended with, or would end with now."""
    next: Optional[str]
    """What is to be done about them; None if nothing was heard of them."""
    needs_person: bool
    """Whether a person must look at them."""
    orders: int
    """How many they are."""


@dataclass(frozen=True)
class Result:
    """An order with its last word, in words and numbers alone: ``pandas.DataFrame(map(vars, journal.results()))``."""

    account: str
    """The name of its account."""
    line: int
    """Its line in the input, or its number among those that were added, from 1."""
    order_json: str
    """Its members, as they came."""
    word: str
    """That of an outcome (:class:`chexiao.Code`), or of an error where nothing was ever sent."""
    next: str
    """What is to be done (:class:`chexiao.Next`); ``fix`` after an error."""
    needs_person: bool
    """Whether a person must look at it."""
    why: str
    """Why, for that person, in English and Chinese."""
    attempts: int
    """How many requests there were; 0 if nothing was sent."""
    msg_id: Optional[str]
    """Of the last attempt."""

    @property
    def order(self) -> dict[str, Any]:
        """Its members."""
        return cast("dict[str, Any]", json.loads(self.order_json))

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Repeat:
    """A line that named an order once more."""

    account: str
    """The name of the account."""
    line: int
    """The line, from 1."""
    first_line: int
    """The line that named it first."""


@dataclass(frozen=True)
class Unreadable:
    """A line of an input that gave no order, and repeats no value."""

    input: str
    """The name of the input."""
    line: int
    """The line, from 1."""
    column: Optional[int]
    """The column of a table, from 1; None if no single one is at fault."""
    field: Optional[str]
    """The field at fault; None if no single one is."""
    what: str
    """What is wrong."""
    hint: str
    """What to do about it."""


@dataclass(frozen=True)
class Read:
    """What was read of an input."""

    new: int
    """How many orders the journal did not have."""
    known: int
    """How many it had."""
    unreadable: int
    """How many lines gave no order: :meth:`Journal.unreadable` says why."""
    is_whole: bool
    """Whether its end was reached. Else nothing is sent until it is read once more."""


@dataclass(frozen=True)
class Heard:
    """What came of a request; with ``next`` None, nothing was sent."""

    account: str
    """The name of the account."""
    line: int
    """The line of the order."""
    verb: str
    """What was asked: ``close`` or ``query``."""
    word: str
    """That of the outcome, or of the error."""
    next: Optional[str]
    """What is to be done; None where nothing was sent."""
    took_ms: int
    """How long the request took."""


@dataclass(frozen=True)
class Ended:
    """An order has its last word."""

    account: str
    """The name of the account."""
    line: int
    """The line of the order."""
    word: str
    """Its last word."""
    next: str
    """What is to be done."""
    needs_person: bool
    """Whether a person must look at it."""
    why: str
    """Why, for that person."""
    took_ms: int
    """How long all its requests took."""


@dataclass(frozen=True)
class Stopped:
    """Ten misconfigured answers in a row: no further order of this account is taken in this run."""

    account: str
    """The name of the account."""
    why: str
    """What the last answer means."""


Event = Union[Heard, Ended, Stopped]
"""What a job tells while it runs."""

_Opened = tuple[Optional[_native.Journal], tuple[int, str]]

_EVENTS: dict[str, type[Event]] = {"heard": Heard, "ended": Ended, "account_stopped": Stopped}
_PAGE = 1000


class Journal:
    """The journal of one job, open. Threads may share it, and so may processes, each of which opens it: not those that it is forked into."""

    __slots__ = ("_native",)

    def __init__(self, opened: _Opened) -> None:
        """Use :meth:`sqlite` or :meth:`postgres`."""
        journal, answer = opened
        if journal is None:
            raise _error(answer)
        self._native = journal

    @classmethod
    def sqlite(cls, path: Union[str, "os.PathLike[str]"]) -> Journal:
        """The journal in this file, on a local disk; a new one, if there is none. For processes of one machine."""
        return cls(_opened({"sqlite": {"path": os.path.abspath(os.fspath(path))}}))

    @classmethod
    def postgres(cls, url: str, *, schema: str) -> Journal:
        """The journal in this schema of a PostgreSQL database; a new one, if there is none. For many machines.

        ``postgres://user@host/database`` or ``host=… user=… dbname=…``. A password that it lacks comes from ``PGPASSWORD``, or the file
        that ``PGPASSFILE`` names, or ``~/.pgpass``. ``sslmode`` and ``sslrootcert`` as libpq has them, but ``verify-full`` by the system's
        certificates where nothing is said and the host is no socket and not this machine.
        """
        opened = _opened({"postgres": {"url": url, "schema": schema}})
        # A debugger or an error tracker shows the locals of a traceback.
        del url
        return cls(opened)

    def add(self, orders: Iterable[_document.Order], *, account: Optional[str] = None, first_line: int = 1) -> int:
        """Adds orders, each a mapping, or pairs, of the gateway's own field names; how many are new. The same order twice is one.

        Without ``account``, each has the name of its account as a member ``account``. They are numbered from ``first_line`` on. Any
        iterable, which is read a thousand at a time: what was read until it raised is in the journal, and adding it again adds nothing twice.
        """
        return self._add(enumerate(orders, first_line), account)

    def _add(self, lines: Iterable[tuple[int, _document.Order]], account: Optional[str]) -> int:
        new, lines = 0, iter(lines)
        while chunk := [_line(line, order, account) for line, order in itertools.islice(lines, _PAGE)]:
            new += int(_said(self._native.add(chunk)))
        return new

    def status(self) -> list[Count]:
        """How many orders stand how, by account."""
        return [Count(**one) for one in self._asked("status")]

    def results(self) -> Iterator[Result]:
        """The orders with their last word, in the order in which they were added."""
        for page in self._pages(0):
            for one in page:
                del one["id"]
                yield Result(**one)

    def _pages(self, after: int) -> Iterator[list[dict[str, Any]]]:
        while page := self._asked("ended", after=after, limit=_PAGE):
            after = page[-1]["id"]
            yield page

    def people(self) -> Iterator[Result]:
        """Those of them that a person must look at."""
        return (result for result in self.results() if result.needs_person)

    def repeats(self) -> list[Repeat]:
        """Lines that named an order once more."""
        return [Repeat(**one) for one in self._asked("repeats")]

    def unreadable(self) -> Iterator[Unreadable]:
        """Lines of inputs that gave no order, for people."""
        input, line = "", 0
        while page := self._asked("unreadable", input=input, line=line, limit=_PAGE):
            input, line = page[-1]["input"], page[-1]["line"]
            yield from (Unreadable(**one) for one in page)

    def unfinished_inputs(self) -> list[str]:
        """Inputs that were not read to their end."""
        return cast("list[str]", self._asked("unfinished_inputs"))

    def reopen(self, account: str) -> int:
        """Takes up again the orders of an account that ended with ``fix``: at them nothing was executed. How many there are."""
        return int(self._asked("reopen", account=account))

    def _asked(self, what: str, **about: Any) -> Any:
        return json.loads(_said(self._native.ask(what, json.dumps(about).encode())))


class Job:
    """The orders of some accounts in a journal, and the pace at which they are closed. Run it again until it is ``complete``."""

    __slots__ = ("_native", "_on_event")

    def __init__(
        self,
        journal: Journal,
        accounts: Mapping[str, Config],
        *,
        rate: Optional[float] = None,
        in_flight: Optional[int] = None,
        host_rate: Optional[float] = None,
        host_in_flight: Optional[int] = None,
        attempts: Optional[int] = None,
        delay: Optional[float] = None,
        longest_delay: Optional[float] = None,
        grace: Optional[float] = None,
        on_event: Optional[Callable[[Event], object]] = None,
    ) -> None:
        """``accounts``: by the name that orders choose them by, each what a :class:`chexiao.Client` is opened from.

        ``rate`` requests a second (50) and ``in_flight`` under way (32) for each account, ``host_rate`` (200) and ``host_in_flight`` (128)
        for each host. ``attempts`` of an order (12) before a person must look, ``delay`` seconds (2) and then twice as long each time
        between them, ``longest_delay`` (300) at most. ``grace``: ``docs/bulk.md``.

        ``on_event`` is called in the thread that runs the job. A slow one slows the job; what it raises stops the job, and :meth:`run`
        raises it.

        Raises :class:`chexiao.ConfigError`, naming the setting and the remedy.
        """
        settings = {
            "rate": rate,
            "in_flight": in_flight,
            "host_rate": host_rate,
            "host_in_flight": host_in_flight,
            "attempts": attempts,
            "delay": delay,
            "longest_delay": longest_delay,
            "grace": grace,
        }
        given = json.dumps({name: value for name, value in settings.items() if value is not None}).encode()
        configs = [_config(name, config) for name, config in accounts.items()]
        job, answer = _native.Job.open(journal._native, given, configs)
        # A debugger or an error tracker shows the locals of a traceback.
        del accounts, configs
        if job is None:
            raise _error(answer)
        self._native, self._on_event = job, on_event

    def read(
        self,
        path: Union[str, "os.PathLike[str]", None] = None,
        *,
        query: Optional[str] = None,
        account: Optional[str] = None,
        account_column: Optional[str] = None,
        format: Optional[Literal["csv", "jsonl"]] = None,
        charset: Optional[str] = None,
        ignore: Iterable[str] = (),
    ) -> Read:
        """Reads a table or JSON lines into the journal, as ``chexiao bulk run --input`` does; sends nothing.

        Or what a ``query`` finds in the journal's own database, which it cannot change: a row is an order, a column of texts a field.

        What gives no order is told by :meth:`Journal.unreadable`. Without ``account``, the column ``account`` names each order's.
        """
        asked = {
            "path": None if path is None else os.fspath(path),
            "query": query,
            "account": account,
            "account_column": account_column,
            "format": format,
            "charset": charset,
            "ignore": list(ignore),
        }
        given = {name: value for name, value in asked.items() if value is not None}
        return Read(**json.loads(_said(self._native.read(json.dumps(given).encode()))))

    def run(self) -> End:
        """Works until every order has its last word, or until it is stopped; other threads of Python's run meanwhile.

        Ctrl-C, or whatever else is raised in here, has it take no more orders; it is raised on when those under way are over. A second
        one is raised at once, and those under way go on without anybody. Raises :class:`JournalError`.
        """
        stopper = self._stopper()
        run, answer = self._native.begin(self._on_event is not None)
        if run is None:
            raise _error(answer)
        try:
            return self._ended(run, self._on_event)
        except BaseException:
            stopper.stop()
            self._ended(run, None)
            raise

    async def run_async(self) -> End:
        """The same beside other tasks, in a thread. If it is cancelled, it takes no more orders and waits for those under way."""
        # Of this run, though its thread may begin later than it is cancelled.
        stopper = self._stopper()
        running = asyncio.ensure_future(asyncio.to_thread(self.run))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            stopper.stop()
            await running
            raise

    def stop(self) -> None:
        """Has the run, or the reading, that is under way take no more orders; from any thread. It ends when those under way are over.

        If there is none, the next one ends before it takes any.
        """
        self._stopper().stop()

    def _stopper(self) -> _native.Stopper:
        stopper, answer = self._native.stopper()
        if stopper is None:
            raise _error(answer)
        return stopper

    @staticmethod
    def _ended(run: _native.Run, on_event: Optional[Callable[[Event], object]]) -> End:
        while True:
            # Signals are heard in between.
            told, end = run.take(0.1)
            for event in map(json.loads, told if on_event is not None else ()):
                cast("Callable[[Event], object]", on_event)(_EVENTS[event.pop("event")](**event))
            if end is not None:
                return cast("End", json.loads(_said(end)))


def _opened(place: Mapping[str, Any]) -> _Opened:
    return _native.Journal.open(json.dumps(place).encode())


def _line(line: int, order: _document.Order, account: Optional[str]) -> tuple[str, int, str]:
    members: dict[str, Any] = dict(order)
    name = members.pop("account", None) if account is None else account
    if not isinstance(name, str):
        raise errors.of_field("call", "account", f"is missing in order {line}: give the order a member of this name, or account= to all")
    return name, line, _document.of_call(members).decode()


def _config(name: str, config: Config) -> tuple[str, Optional[str], bytes]:
    document = None if isinstance(config, (str, os.PathLike)) else _document.of_config(config)
    return (name, os.path.abspath(_document.of_path(config)), b"") if document is None else (name, None, document)


def _said(answer: tuple[int, str]) -> str:
    if answer[0] < 0:
        raise _error(answer)
    return answer[1]


def _error(answer: tuple[int, str]) -> Exception:
    told = json.loads(answer[1])
    return JournalError(f"{told['message']} ({told['hint']})") if told["error"] == "journal" else errors.of_json(answer[1])
