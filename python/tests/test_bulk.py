"""Many orders by a journal: the sandbox's book has the last word on what was sent."""

from __future__ import annotations

import asyncio
import os
import pathlib
import signal
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import Program, Sandbox

import chexiao
from chexiao import bulk, spark


def orders(sandbox: Sandbox, count: int, prefix: str = "A") -> list[dict[str, str]]:
    return [sandbox.order("wechat", prefix) for _ in range(count)]


def posts(sandbox: Sandbox, several: list[dict[str, str]]) -> list[int]:
    book = {one["order"]: one["posts"] for one in sandbox.admin("orders")["orders"] if one["gateway"] == "wechat"}
    return [book.get(order["out_trade_no"], 0) for order in several]


@pytest.fixture
def journal(tmp_path: pathlib.Path) -> bulk.Journal:
    return bulk.Journal.sqlite(tmp_path / "journal.db")


def test_a_night(sandbox: Sandbox, journal: bulk.Journal) -> None:
    shop, other = orders(sandbox, 30), [{**sandbox.order("icbc"), "account": "bank"}]
    heard: list[bulk.Event] = []
    configs: dict[str, Any] = {"shop": sandbox.config("wechat"), "bank": os.fspath(sandbox.folder / "icbc.json")}
    job = bulk.Job(journal, configs, rate=1000, host_rate=1000, on_event=heard.append)
    assert journal.add(iter(shop), account="shop") == 30
    assert journal.add((list(order.items()) for order in other), first_line=100) == 1
    assert journal.add(shop[:2], account="shop", first_line=200) == 0
    assert job.run() == "complete" and job.run() == "complete"
    results = list(journal.results())
    assert [(one.account, one.line, one.order, one.word, one.next, one.needs_person) for one in results] == [
        *(("shop", line, order, "closed", "done", False) for line, order in enumerate(shop, 1)),
        ("bank", 100, {name: value for name, value in other[0].items() if name != "account"}, "closed", "done", False),
    ]
    assert posts(sandbox, shop) == [1] * 30 and not list(journal.people())
    assert journal.repeats() == [bulk.Repeat("shop", 200, 1), bulk.Repeat("shop", 201, 2)]
    assert [(one.account, one.state, one.orders) for one in journal.status()] == [("bank", "ended", 1), ("shop", "ended", 30)]
    assert sorted(one.line for one in heard if isinstance(one, bulk.Ended)) == [*range(1, 31), 100]
    assert {one.verb for one in heard if isinstance(one, bulk.Heard) and one.account == "shop"} == {"close", "query"}
    assert all(type(value) in (str, int, bool) for one in results for value in one.to_dict().values()), "words, for Arrow and pandas"


def test_an_input_is_read_as_on_the_command_line(sandbox: Sandbox, journal: bulk.Journal, tmp_path: pathlib.Path) -> None:
    job = bulk.Job(journal, {"shop": sandbox.config("wechat")})
    first, last = orders(sandbox, 2)
    table = tmp_path / "orders.csv"
    lines = [f"shop,{first['out_trade_no']}", "shop,4.2E+27", "stranger,A1", f"shop,{last['out_trade_no']}"]
    table.write_text("\n".join(["account,out_trade_no", *lines]), "utf-8")
    assert job.read(table) == bulk.Read(new=2, known=0, unreadable=2, is_whole=True)
    assert [(one.input, one.line, one.field) for one in journal.unreadable()] == [
        (os.fspath(table), 3, "out_trade_no"),
        (os.fspath(table), 4, "account"),
    ]
    assert job.run() == "complete" and [one.line for one in journal.results()] == [2, 5]
    with pytest.raises(chexiao.CallError, match="input"):
        job.read(tmp_path / "none.csv")
    with pytest.raises(chexiao.ConfigError, match="format"):
        job.read(tmp_path / "orders")


def test_a_query_of_the_journal_is_an_input(sandbox: Sandbox, journal: bulk.Journal) -> None:
    job = bulk.Job(journal, {"shop": sandbox.config("wechat")})
    order = orders(sandbox, 1)[0]["out_trade_no"]
    query = f"SELECT '{order}' AS out_trade_no UNION ALL SELECT 7"
    assert job.read(query=query, account="shop") == bulk.Read(new=1, known=0, unreadable=1, is_whole=True)
    assert [(one.input, one.line, one.field) for one in journal.unreadable()] == [(query, 2, "out_trade_no")]
    assert job.run() == "complete" and [one.order for one in journal.results()] == [{"out_trade_no": order}]
    with pytest.raises(chexiao.CallError, match="no such column: nmber"):
        job.read(query="SELECT nmber FROM orders", account="shop")
    for wrong in ({}, {"path": "a.csv", "query": query}, {"query": query, "charset": "gbk"}):
        with pytest.raises(chexiao.CallError, match="neither a file nor a query"):
            job.read(**wrong)  # type: ignore[arg-type]


def test_what_an_iterable_raises_is_raised_and_nothing_is_added_twice(sandbox: Sandbox, journal: bulk.Journal) -> None:
    many = [{"out_trade_no": f"A9{number:06}"} for number in range(2500)]

    def cut_off() -> Iterator[dict[str, str]]:
        yield from many[:1200]
        raise OSError("the database of orders is gone")

    with pytest.raises(OSError, match="gone"):
        journal.add(cut_off(), account="shop")
    assert journal.add(many, account="shop") == 1500
    with pytest.raises(chexiao.CallError, match="order 7"):
        journal.add([{"out_trade_no": "A1"}], first_line=7)


def test_others_run_meanwhile_and_any_of_them_stops_it(sandbox: Sandbox, journal: bulk.Journal) -> None:
    journal.add(orders(sandbox, 400), account="shop")
    job = bulk.Job(journal, {"shop": sandbox.config("wechat")}, rate=20)
    ticks: list[float] = []

    def other() -> None:
        while len(ticks) < 50:
            ticks.append(time.monotonic())
            time.sleep(0.01)
        job.stop()

    thread = threading.Thread(target=other)
    thread.start()
    assert job.run() == "stopped"
    thread.join()
    assert max(after - before for before, after in zip(ticks, ticks[1:])) < 3
    ended = len(list(journal.results()))
    assert ended < 400 and all(one.next == "done" for one in journal.results())


def test_what_a_callback_raises_stops_the_job(sandbox: Sandbox, journal: bulk.Journal) -> None:
    several = orders(sandbox, 50)
    journal.add(several, account="shop")

    def fails(event: bulk.Event) -> None:
        raise LookupError(type(event).__name__)

    with pytest.raises(LookupError, match="Heard"):
        bulk.Job(journal, {"shop": sandbox.config("wechat")}, rate=20, on_event=fails).run()
    before = sum(posts(sandbox, several))
    time.sleep(0.3)
    assert 0 < before == sum(posts(sandbox, several)) < 50
    assert bulk.Job(journal, {"shop": sandbox.config("wechat")}, rate=1000, host_rate=1000).run() == "complete"
    assert posts(sandbox, several) == [1] * 50


def test_a_task_that_is_cancelled_waits_for_what_is_under_way(sandbox: Sandbox, journal: bulk.Journal) -> None:
    several = orders(sandbox, 200)
    journal.add(several, account="shop")
    job = bulk.Job(journal, {"shop": sandbox.config("wechat")}, rate=20)

    async def night() -> None:
        await asyncio.wait_for(job.run_async(), 2)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(night())
    assert all(one.state in ("new", "waiting", "ended") for one in journal.status())
    assert 0 < sum(posts(sandbox, several)) < 200


def test_a_task_that_is_cancelled_before_its_thread_begins_sends_nothing(sandbox: Sandbox, journal: bulk.Journal) -> None:
    several = orders(sandbox, 20)
    journal.add(several, account="shop")
    job = bulk.Job(journal, {"shop": sandbox.config("wechat")}, rate=1000)

    async def night() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        begun, over = threading.Event(), threading.Event()

        def occupies() -> None:
            begun.set()
            over.wait(60)

        busy = asyncio.ensure_future(asyncio.to_thread(occupies))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(2, over.set)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(job.run_async(), 0.05)
        await busy

    asyncio.run(night())
    assert sum(posts(sandbox, several)) == 0
    job.stop()
    assert (job.run(), sum(posts(sandbox, several))) == ("stopped", 0), "nor does one that was stopped before"
    assert job.run() == "complete"


CTRL_C = """
from chexiao import bulk
journal = bulk.Journal.sqlite(PATH)
journal.add(({"out_trade_no": f"AC{number:04}"} for number in range(200)), account="shop")
job = bulk.Job(journal, {"shop": CONFIG}, rate=50, on_event=lambda event: print(type(event).__name__, flush=True))
try:
    job.run()
except KeyboardInterrupt:
    told = journal.status()
    print("interrupted", sum(one.orders for one in told if one.state == "ended") > 0, sum(one.orders for one in told))
"""


def test_ctrl_c(program: Program, tmp_path: pathlib.Path) -> None:
    process = program.start(f"PATH = {os.fspath(tmp_path / 'journal.db')!r}\n{CTRL_C}")
    try:
        assert process.stdout is not None
        while process.stdout.readline().strip() != "Ended":
            pass
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, err) == (0, "") and out.splitlines()[-1] == "interrupted True 200"


FORKED = """
from chexiao import bulk
journal = bulk.Journal.sqlite(PATH)
journal.add([{"out_trade_no": "AF0001"}], account="shop")
job = bulk.Job(journal, {"shop": CONFIG})
child = os.fork()
if child == 0:
    said = []
    for ask in (journal.status, job.run, lambda: journal.add([{"out_trade_no": "AF0002"}], account="shop")):
        try:
            ask()
        except bulk.JournalError as error:
            said.append("fork" in str(error))
    del journal, job, ask
    own = bulk.Journal.sqlite(PATH)
    os._exit(0 if said == [True] * 3 and own.status()[0].orders == 1 else 1)
print(os.waitpid(child, 0)[1], job.run())
"""


def test_a_fork_is_refused_and_harms_nobody(program: Program, tmp_path: pathlib.Path) -> None:
    assert program.run(f"PATH = {os.fspath(tmp_path / 'journal.db')!r}\n{FORKED}").split() == ["0", "complete"]


def test_what_another_sqlite_takes_away_is_noticed_at_once(journal: bulk.Journal, program: Program, tmp_path: pathlib.Path) -> None:
    """Python's own SQLite, in this process, forgets that ours has the file open."""
    assert journal.add([{"out_trade_no": "A1"}], account="shop") == 1
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("SELECT count(*) FROM orders").fetchone()
    connection.close()
    with pytest.raises(bulk.JournalError, match="another SQLite"):
        journal.add([{"out_trade_no": "A2"}], account="shop")
    kept = program.run(f"from chexiao import bulk\nprint(bulk.Journal.sqlite({os.fspath(tmp_path / 'journal.db')!r}).status()[0].orders)")
    assert kept.strip() == "1"


def test_errors(sandbox: Sandbox, journal: bulk.Journal, tmp_path: pathlib.Path) -> None:
    shop = {"shop": sandbox.config("wechat")}
    settings: list[dict[str, Any]] = [{"rate": 0.0}, {"in_flight": 0}, {"host_rate": 1e9}, {"attempts": 0}, {"delay": -1.0}]
    for wrong in [*settings, {"grace": float("nan")}, {"grace": 0.99}]:
        with pytest.raises(chexiao.Error, match="config|call"):
            bulk.Job(journal, shop, **wrong)
    with pytest.raises(chexiao.ConfigError):
        bulk.Job(journal, {"shop": tmp_path / "none.json"})
    (tmp_path / "text").write_text("no journal, and longer than a header of one would be" * 20, "utf-8")
    with pytest.raises(bulk.JournalError, match="the job again"):
        bulk.Journal.sqlite(tmp_path / "text")
    with pytest.raises(bulk.JournalError) as caught:
        bulk.Journal.postgres("host=/nowhere password='secret", schema="night")
    assert "secret" not in str(caught.value) and not isinstance(caught.value, chexiao.Error)


def test_no_frame_of_ours_shows_the_password_of_a_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgres://u:sec/ret@127.0.0.1:1/d"
    monkeypatch.setenv("JOURNAL", "host=/nowhere user=u password='sec/ret'")
    asks: list[Callable[[], object]] = [
        lambda: bulk.Journal.postgres("host=/nowhere user=u password='sec/ret'", schema="night"),
        lambda: spark.results(None, url=url, schema="night"),
        lambda: spark.results(None, url={"env": "JOURNAL"}, schema="night"),
        lambda: spark.close_orders(SimpleNamespace(sparkSession=None), {}, url=url, schema="night"),
    ]
    for ask in asks:
        with pytest.raises((bulk.JournalError, chexiao.ConfigError)) as caught:
            ask()
        frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__) if frame.f_code.co_filename.endswith(("chexiao/bulk.py", "chexiao/spark.py"))]
        assert frames and "sec/ret" not in repr([frame.f_locals for frame in frames]) + str(caught.value)


def test_misconfigured_orders_are_taken_up_again(sandbox: Sandbox, journal: bulk.Journal) -> None:
    several = orders(sandbox, 12)
    journal.add(several, account="shop")
    config = sandbox.config("wechat")
    wrong = {**config, "account": {**config["account"], "api_key": "0" * 32}}
    heard: list[bulk.Event] = []
    assert bulk.Job(journal, {"shop": wrong}, in_flight=1, on_event=heard.append).run() == "accounts_stopped"
    assert [one.account for one in heard if isinstance(one, bulk.Stopped)] == ["shop"]
    assert journal.reopen("shop") == 10
    assert bulk.Job(journal, {"shop": config}, rate=1000).run() == "complete"
    assert {one.word for one in journal.results()} == {"closed"}
