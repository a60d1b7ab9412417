"""Eight threads at once on one of each: what one thread alone is given."""

from __future__ import annotations

import asyncio
import contextlib
import pathlib
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, TypeVar

import pytest
from conftest import Program, Sandbox

import chexiao
from chexiao import _calls, bulk

T = TypeVar("T")
THREADS = 8


def together(work: Callable[[int], T]) -> list[T]:
    """What each of the threads makes, all of them begun at once."""
    ready = threading.Barrier(THREADS)

    def one(number: int) -> T:
        ready.wait(60)
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


@contextlib.contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    """The other threads do this over and over; what one of them raises is raised."""
    stop = threading.Event()

    def over_and_over() -> None:
        while not stop.is_set():
            work()

    with ThreadPoolExecutor(THREADS - 1) as pool:
        others = [pool.submit(over_and_over) for _ in range(THREADS - 1)]
        try:
            yield
        finally:
            stop.set()
        for other in others:
            other.result()


COPIED = """
import importlib, pathlib, shutil
folder = pathlib.Path(__file__).parent
shutil.copytree(pathlib.Path(chexiao.__file__).parent, folder / "chexiao", ignore=shutil.ignore_patterns("_native*"))
(folder / "chexiao/_native.abi3.so").touch()
for name in [name for name in sys.modules if name.partition(".")[0] == "chexiao"]:
    del sys.modules[name]
sys.version += " free-threading build"
try:
    importlib.import_module("chexiao")
except ImportError as error:
    print(error.name, "_native.abi3.so is not for free-threaded CPython" in str(error))
"""


def test_a_module_that_was_copied_to_one_without_the_lock_is_refused(program: Program) -> None:
    assert program.run(COPIED) == "chexiao._native True\n"


def test_requests_are_those_of_one_thread(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    call = {"operation": "close", "order": sandbox.order("wechat"), "timestamp": "2026-01-02 03:04:05", "msg_id": "M1", "nonce": "N1"}
    alone = wechat.sign(call)
    signed = together(lambda _: [wechat.sign(call) for _ in range(20)])
    assert all(one == alone for part in signed for one in part)


def test_an_outcome_is_read_by_all_as_by_one(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    request = wechat.sign({"operation": "close", "order": sandbox.order("wechat")})
    names = [name for name in chexiao.Outcome.__slots__ if not name.startswith("_")]

    def read(outcome: chexiao.Outcome) -> tuple[list[Any], dict[str, Any]]:
        return [getattr(outcome, name) for name in names], outcome.to_dict()

    for _ in range(30):
        outcome = wechat.verify(request, chexiao.HttpReply(503, {"Date": "today"}, b"busy"))
        alone = read(wechat.verify(request, chexiao.HttpReply(503, {"Date": "today"}, b"busy")))
        assert alone[1]["reason"] == "http_503"
        assert all(told == alone for told in together(lambda _, one=outcome: read(one)))  # type: ignore[misc]


def test_loops_of_all_threads_close_by_one_client(sandbox: Sandbox) -> None:
    client = chexiao.AsyncClient(sandbox.config("wechat", base_url=sandbox.http_url))
    orders = [[sandbox.order("wechat") for _ in range(20)] for _ in range(THREADS)]

    async def close(part: list[dict[str, str]]) -> list[tuple[str, bool]]:
        outcomes = await asyncio.gather(*(client.close(order, msg_id=order["out_trade_no"]) for order in part))
        return [(outcome.msg_id, outcome.is_closed) for outcome in outcomes]

    closed = together(lambda number: asyncio.run(close(orders[number])))
    assert closed == [[(order["out_trade_no"], True) for order in part] for part in orders]


def test_a_client_is_closed_while_loops_of_other_threads_begin_calls(sandbox: Sandbox) -> None:
    client = chexiao.AsyncClient(sandbox.config("wechat"))

    async def refused() -> None:
        answers = await asyncio.gather(*(client.send("{}") for _ in range(50)), return_exceptions=True)
        assert all(isinstance(answer, chexiao.CallError) for answer in answers)

    async def close_it() -> None:
        for _ in range(100):
            await client.aclose()

    with meanwhile(lambda: asyncio.run(refused())):
        asyncio.run(close_it())


def test_a_call_that_is_refused_as_the_client_closes_keeps_nobody_waiting(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    client = chexiao.AsyncClient(sandbox.config("wechat"))
    is_open, asks = client._open, threading.Event()

    def asks_late() -> None:
        (turns,) = client._turns.values()
        (call,) = turns.unfinished
        asks.set()
        ends = time.monotonic() + 60
        while not call.watchers and time.monotonic() < ends:
            time.sleep(0.001)
        is_open()

    async def refused() -> None:
        with pytest.raises(chexiao.CallError):
            await client.send("{}")

    async def close_it() -> None:
        await asyncio.wait_for(client.aclose(), 60)

    monkeypatch.setattr(client, "_open", asks_late)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(lambda: asyncio.run(refused()))
        assert asks.wait(60)
        asyncio.run(close_it())
        call.result()


def test_the_end_looks_at_all_loops_while_others_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    loops: Any = weakref.WeakKeyDictionary()
    monkeypatch.setattr(_calls, "_of_loops", loops)
    asked: list[None] = []

    class Loop:
        pass

    class OfThisOne:
        def is_ours(self) -> bool:
            asked.append(None)
            return False

    class OfAnother:
        def is_ours(self) -> bool:
            return False

    def come_and_go() -> None:
        for loop in [Loop() for _ in range(20)]:
            loops[loop] = OfAnother()

    kept = Loop()
    loops[kept] = OfThisOne()
    before, times = sys.getswitchinterval(), 0
    sys.setswitchinterval(1e-6)
    try:
        with meanwhile(come_and_go):
            ends = time.monotonic() + 0.5
            while time.monotonic() < ends:
                _calls._end()
                times += 1
    finally:
        sys.setswitchinterval(before)
    assert len(asked) == times > 0


def test_a_journal_and_its_job(sandbox: Sandbox, tmp_path: pathlib.Path) -> None:
    journal = bulk.Journal.sqlite(tmp_path / "journal.db")
    orders = [sandbox.order("wechat") for _ in range(40)]
    added = together(lambda number: journal.add(orders[number * 5 :] + orders[: number * 5], account="shop", first_line=1 + number * 100))
    assert sum(added) == 40
    job = bulk.Job(journal, {"shop": sandbox.config("wechat", base_url=sandbox.http_url)}, rate=1000, host_rate=1000)
    with meanwhile(lambda: (journal.status(), list(journal.results()))):
        assert job.run() == "complete"
    told = together(lambda _: list(journal.results()))
    assert all(results == told[0] for results in told)
    assert sorted(one.order["out_trade_no"] for one in told[0] if one.word == "closed") == [order["out_trade_no"] for order in orders]
