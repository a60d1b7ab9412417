"""Many threads on one client, and others that go on while it works."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from conftest import GATEWAYS, Sandbox

import chexiao


@contextmanager
def ticker() -> Iterator[list[float]]:
    """A thread that notes the time every millisecond, as far as it is let."""
    ticks: list[float] = []
    stop = threading.Event()

    def tick() -> None:
        while not stop.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        yield ticks
    finally:
        stop.set()
        thread.join()


def longest_gap(ticks: list[float]) -> float:
    return max(later - earlier for earlier, later in zip(ticks, ticks[1:]))


def test_other_threads_go_on_during_a_call(sandbox: Sandbox) -> None:
    client = chexiao.Client(sandbox.config("wechat", deadline_ms=2000, connect_timeout_ms=1900))
    with ticker() as ticks:
        started = time.monotonic()
        outcome = client.close(sandbox.order("wechat", "SLEEP"))
        took = time.monotonic() - started
    during = [tick for tick in ticks if started <= tick <= started + took]
    assert (outcome.reason, outcome.sent) == ("timeout", "maybe") and 1.9 < took < 6
    print(f"\n  {len(during)} ticks in a call of {took:.3f} s, longest gap {longest_gap(during) * 1000:.1f} ms")
    # Held for as long as it takes, the lock would leave one gap.
    assert len(during) > 50 and longest_gap(during) < took / 2


def test_other_threads_go_on_while_a_key_is_used(sandbox: Sandbox) -> None:
    client = chexiao.Client(sandbox.config("icbc"))
    call = {"operation": "close", "order": sandbox.order("icbc")}

    def ticks_of_a_second() -> int:
        with ticker() as ticks:
            ends = time.monotonic() + 1
            while time.monotonic() < ends:
                client.sign(call)
        return len(ticks)

    # Others may have the processors for a while.
    assert any(ticks_of_a_second() > 200 for _ in range(10))


def test_32_threads_on_one_client(sandbox: Sandbox) -> None:
    for gateway in GATEWAYS:
        client = chexiao.Client(sandbox.config(gateway))
        orders = [sandbox.order(gateway) for _ in range(320)]
        together = threading.Barrier(32)

        def close(part: list[dict[str, str]], client: chexiao.Client = client, together: threading.Barrier = together) -> list[chexiao.Outcome]:
            together.wait(30)
            return [client.close(order) for order in part]

        with ThreadPoolExecutor(32) as pool:
            parts = list(pool.map(close, [orders[at::32] for at in range(32)]))
        outcomes = [outcome for part in parts for outcome in part]
        assert all(outcome.is_closed for outcome in outcomes), gateway
        assert len({outcome.msg_id for outcome in outcomes}) == 320


def test_a_client_outlives_its_last_name_while_calls_run(sandbox: Sandbox) -> None:
    client = chexiao.Client(sandbox.config("wechat", deadline_ms=3000, connect_timeout_ms=2500))
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(client.close, sandbox.order("wechat", "SLEEP")) for _ in range(8)]
        del client
        assert {call.result().reason for call in running} == {"timeout"}


def test_a_small_stack_is_enough(sandbox: Sandbox) -> None:
    client = chexiao.Client(sandbox.config("icbc"))
    before = threading.stack_size(256 * 1024)
    try:
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(client.close, sandbox.order("icbc")).result().is_closed
    finally:
        threading.stack_size(before)


def test_switching_threads_as_often_as_can_be(sandbox: Sandbox) -> None:
    client = chexiao.Client(sandbox.config("edgeros"))
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert all(outcome.is_closed for outcome in pool.map(client.close, [sandbox.order("edgeros") for _ in range(80)]))
    finally:
        sys.setswitchinterval(before)
