"""Many calls at once on one loop, and on several: no threads, no more than the bound, each answer to whoever asked."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Program, Sandbox

import chexiao
from chexiao import _calls


def threads() -> int:
    return len(os.listdir("/proc/self/task"))


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_1000_closes_at_once_of_a_gateway_that_takes_300_ms(sandbox: Sandbox) -> None:
    async def main() -> tuple[list[chexiao.Outcome], float, int, float]:
        async with chexiao.AsyncClient(sandbox.config("wechat", base_url=sandbox.http_url)) as client:
            await client.close(sandbox.order("wechat"))
            orders = [sandbox.order("wechat", "DELAY") for _ in range(1000)]
            before, started = threads(), time.monotonic()
            closing = asyncio.gather(*(client.close(order, msg_id=order["out_trade_no"]) for order in orders))
            most, longest, last = 0, 0.0, started
            while not closing.done():
                await asyncio.sleep(0.002)
                most, longest, last = max(most, threads()), max(longest, time.monotonic() - last), time.monotonic()
            outcomes = await closing
            assert [outcome.msg_id for outcome in outcomes] == [order["out_trade_no"] for order in orders]
            return outcomes, time.monotonic() - started, most - before, longest

    outcomes, took, more, longest = asyncio.run(main())
    assert all(outcome.is_closed for outcome in outcomes)
    print(f"\n  1000 closes in {took:.2f} s, {more} threads more, the loop's longest pause {longest * 1000:.0f} ms")
    assert more == 0 and took < 15 and longest < took / 2
    posts = {one["order"]: (one["posts"], one["state"].lower()) for one in sandbox.admin("orders")["orders"] if one["gateway"] == "wechat"}
    assert all(posts[outcome.msg_id] == (1, "closed") for outcome in outcomes)


def test_10000_closes_wait_for_their_turn(sandbox: Sandbox) -> None:
    """Most of them for an address where nobody listens: what waits needs no connection and little memory."""

    async def main() -> set[str]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            nowhere = f"http://127.0.0.1:{server.getsockname()[1]}"
        async with chexiao.AsyncClient(sandbox.config("wechat", base_url=nowhere), concurrency=100) as client:

            async def close(number: int) -> str:
                try:
                    return str(await client.close({"out_trade_no": f"N{number}"}))
                except chexiao.NotSentError as error:
                    return error.kind

            closing = [asyncio.ensure_future(close(number)) for number in range(10_000)]
            await asyncio.sleep(0)
            assert descriptors() < 100 + 100
            return set(await asyncio.gather(*closing))

    assert asyncio.run(main()) == {"connect"}


def test_no_more_are_under_way_than_half_of_the_descriptors(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (8, 8))

    async def main() -> float:
        config = sandbox.config("wechat", base_url=sandbox.http_url)
        clients = [chexiao.AsyncClient(config) for _ in range(6)]
        started = time.monotonic()
        outcomes = await asyncio.gather(*(client.close(sandbox.order("wechat", "DELAY")) for client in clients))
        assert all(outcome.is_closed for outcome in outcomes)
        return time.monotonic() - started

    assert asyncio.run(main()) > 0.55


def test_loops_of_several_threads_share_a_client(sandbox: Sandbox) -> None:
    client = chexiao.AsyncClient(sandbox.config("wechat", base_url=sandbox.http_url))
    found: list[chexiao.Outcome] = []

    async def main() -> None:
        found.extend(await asyncio.gather(*(client.close(sandbox.order("wechat", "DELAY")) for _ in range(20))))

    running = [threading.Thread(target=asyncio.run, args=(main(),)) for _ in range(4)]
    for thread in running:
        thread.start()
    time.sleep(0.1)
    asyncio.run(client.aclose())
    assert len(found) == 80 or not any(thread.is_alive() for thread in running) or len(found) >= 60
    for thread in running:
        thread.join()
    assert len(found) == 80 and all(outcome.is_closed for outcome in found)


@contextlib.contextmanager
def deaf() -> Iterator[tuple[str, socket.socket]]:
    """A server that takes a connection and says nothing, not even in the handshake of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"https://127.0.0.1:{server.getsockname()[1]}", server


def test_a_call_that_is_cancelled_before_its_first_byte_is_never_sent(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def main() -> None:
        with deaf() as (url, server):
            client = chexiao.AsyncClient(sandbox.config("wechat", base_url=url, connect_timeout_ms=20_000))
            connecting = asyncio.ensure_future(client.close(sandbox.order("wechat"), msg_id="m1"))
            connection, _ = await asyncio.get_running_loop().run_in_executor(None, server.accept)
            connecting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await connecting
            started = time.monotonic()
            await client.aclose()
            assert time.monotonic() - started < 15
            connection.close()

    asyncio.run(main())
    (line,) = [record.getMessage() for record in caplog.records if record.name == "chexiao"]
    assert "error=not_sent" in line and line.endswith("msg_id=m1")


def test_many_that_are_cancelled_leave_nothing(sandbox: Sandbox) -> None:
    async def main() -> None:
        client = chexiao.AsyncClient(sandbox.config("wechat", base_url=sandbox.http_url), concurrency=50)
        orders = [sandbox.order("wechat", "DELAY") for _ in range(300)]
        closing = [asyncio.ensure_future(client.close(order)) for order in orders]
        await asyncio.sleep(0.1)
        for task in closing:
            task.cancel()
        ended = await asyncio.gather(*closing, return_exceptions=True)
        # On a busy machine the first have an answer by then.
        assert all(isinstance(one, (asyncio.CancelledError, chexiao.Outcome)) for one in ended)
        assert isinstance(ended[-1], asyncio.CancelledError)
        await client.aclose()
        posts = [sandbox.book("wechat", order["out_trade_no"])[0] for order in orders[::10]]
        assert set(posts) <= {0, 1} and posts[-1] == 0
        calls = _calls.Calls.here()
        assert calls.is_idle() and calls._free == _calls._most() and client._turns[calls].free == 50
        again = chexiao.AsyncClient(sandbox.config("wechat", base_url=sandbox.http_url))
        assert (await again.close(sandbox.order("wechat"))).is_closed

    asyncio.run(main())


def test_loops_that_come_and_go_leave_no_descriptors(sandbox: Sandbox) -> None:
    client = chexiao.AsyncClient(sandbox.config("wechat"))

    def once() -> None:
        with contextlib.suppress(chexiao.CallError):
            asyncio.run(client.send("{}"))

    once()
    gc.disable()
    try:
        before = descriptors()
        for _ in range(100):
            once()
        assert descriptors() < before + 20
    finally:
        gc.enable()


@pytest.mark.parametrize("kind", ["asyncio", "uvloop"])
def test_a_loop_that_is_closed_too_early_loses_no_line(sandbox: Sandbox, program: Program, kind: str) -> None:
    if kind == "uvloop":
        pytest.importorskip("uvloop")
    sandbox.delay(3000, 2)
    out = program.run(f"KIND = {kind!r}\nORDERS = {[sandbox.order('wechat') for _ in range(3)]!r}\n" + EARLY)
    lines = [line for line in out.splitlines() if line.startswith("gateway=wechat")]
    assert len(lines) == 2 and all("outcome=closed" in line for line in lines), out
    assert out.splitlines()[0] == "closed"


EARLY = """
import asyncio, logging, importlib
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
loop = importlib.import_module(KIND).new_event_loop()
client = chexiao.AsyncClient(CONFIG, concurrency=2)
async def main():
    for order in ORDERS:
        asyncio.ensure_future(client.close(order))
    await asyncio.sleep(1.5)
loop.run_until_complete(main())
loop.close()
print("closed", flush=True)
"""


FORK = """
import asyncio
client = chexiao.AsyncClient(CONFIG)
def child(order):
    asyncio.events._set_running_loop(None)
    outcome = asyncio.run(client.close(order))
    asyncio.run(client.aclose())
    return outcome.is_closed
async def main():
    slow = [asyncio.ensure_future(client.close(order)) for order in ORDERS[:4]]
    await asyncio.sleep(0.1)
    pids = []
    for order in ORDERS[4:]:
        pid = os.fork()
        if pid == 0:
            os._exit(0 if child(order) else 1)
        pids.append(pid)
    assert all(outcome.is_closed for outcome in await asyncio.gather(*slow))
    for pid in pids:
        assert os.waitpid(pid, 0)[1] == 0
    await client.aclose()
asyncio.run(main())
"""


def test_a_fork_while_calls_are_under_way(sandbox: Sandbox, program: Program) -> None:
    program.run(f"ORDERS = {[sandbox.order('wechat', 'DELAY') for _ in range(6)]!r}\n" + FORK)


STOPS = """
import asyncio, logging
logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
client = chexiao.AsyncClient(CONFIG)
async def main():
    await asyncio.wait_for(client.close(ORDERS[0], msg_id="m1"), 1.5)
try:
    asyncio.run(main())
except asyncio.TimeoutError:
    print("left", flush=True)
"""


def test_a_program_that_ends_waits_for_the_line_of_what_it_left(sandbox: Sandbox, program: Program) -> None:
    sandbox.delay(3000)
    out = program.run(f"ORDERS = {[sandbox.order('wechat')]!r}\n" + STOPS).splitlines()
    assert out[0] == "left" and "outcome=closed" in out[1] and out[1].endswith("msg_id=m1")


def test_memory_of_the_queue_stays_flat(sandbox: Sandbox) -> None:
    client = chexiao.AsyncClient(sandbox.config("wechat"))

    async def rounds(count: int) -> None:
        for _ in range(count):
            with contextlib.suppress(chexiao.CallError):
                await client.send('{"operation":"close","order":{"x":"y"}}')

    def resident() -> int:
        gc.collect()
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    asyncio.run(rounds(500))
    before = resident()
    asyncio.run(rounds(2000))
    assert resident() - before < 1024


def test_whoever_waits_for_one_gateway_does_not_hold_up_another(sandbox: Sandbox) -> None:
    async def main() -> Any:
        slow = chexiao.AsyncClient(sandbox.config("wechat", deadline_ms=6000), concurrency=2)
        quick = chexiao.AsyncClient(sandbox.config("icbc"))
        waiting = [asyncio.ensure_future(slow.close(sandbox.order("wechat", "SLEEP"))) for _ in range(4)]
        started = time.monotonic()
        assert (await quick.close(sandbox.order("icbc"))).is_closed
        assert time.monotonic() - started < 5
        return await asyncio.gather(*waiting)

    assert {outcome.reason for outcome in asyncio.run(main())} == {"timeout"}
