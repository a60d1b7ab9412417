"""The client for asyncio: the loop goes on, no call has a thread, and what was sent is not taken back."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import sys
import threading
import time
from collections.abc import Coroutine
from typing import Any, Callable

import pytest
from conftest import Sandbox

import chexiao
from chexiao._calls import Calls


def run(main: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(main)


def test_the_same_methods(sandbox: Sandbox, gateway: str) -> None:
    async def main() -> None:
        async with chexiao.AsyncClient(sandbox.config(gateway)) as client:
            assert client.gateway == gateway and gateway in repr(client)
            outcome = await client.close(order := sandbox.order(gateway), nonce="0" * 32)
            assert outcome.is_closed
            assert (await client.send({"operation": "close", "order": sandbox.order(gateway, "PAID")})).sent == "answered"
            if gateway == "ysepay":
                with pytest.raises(chexiao.ConfigError, match="query"):
                    await client.query(order)
                with pytest.raises(chexiao.ConfigError, match="query"):
                    await client.ensure_closed(order)
            else:
                told = chexiao.Code.UNKNOWN if gateway == "edgeros" else chexiao.Code.CLOSED
                assert (await client.query(order)).code is told
                closed = await client.ensure_closed(sandbox.order(gateway), msg_id="m2")
                assert closed.is_closed and closed.msg_id == "m2"
            request = await client.sign({"operation": "close", "order": order})
            assert (await client.verify(request, chexiao.HttpReply(200, {}, b"?"))).reason == "parse"
            with pytest.raises(chexiao.CallError):
                await client.close({})
            if gateway == "ysepay":
                assert await client.decrypt_field(await client.encrypt_field("text")) == "text"

    run(main())


def test_an_open_client_may_be_given(wechat: chexiao.Client, sandbox: Sandbox) -> None:
    client = chexiao.AsyncClient(wechat)
    assert run(client.close(sandbox.order("wechat"))).is_closed
    assert run(client.close(sandbox.order("wechat"))).is_closed, "another loop"


def test_the_loop_goes_on_and_so_does_its_executor(sandbox: Sandbox) -> None:
    async def main() -> None:
        client = chexiao.AsyncClient(sandbox.config("wechat", deadline_ms=3000, connect_timeout_ms=2500), concurrency=64)
        started = time.monotonic()
        slow = [asyncio.ensure_future(client.close(sandbox.order("wechat", "SLEEP"))) for _ in range(64)]
        ticks = 0
        while not all(call.done() for call in slow):
            await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0)
            await asyncio.sleep(0.005)
            ticks += 1
        assert {call.result().reason for call in slow} == {"timeout"}
        assert ticks > 40 and time.monotonic() - started < 5.5, (ticks, time.monotonic() - started)
        await client.aclose()

    run(main())


def test_concurrency_is_a_bound(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with chexiao.AsyncClient(sandbox.config("wechat"), concurrency=2) as client:
            started = time.monotonic()
            outcomes = await asyncio.gather(*(client.close(sandbox.order("wechat", "DELAY")) for _ in range(4)))
            assert all(outcome.is_closed for outcome in outcomes) and time.monotonic() - started > 0.55
            assert not any(thread.name.startswith("chexiao") for thread in threading.enumerate())
    for none in (0, -1):
        with pytest.raises(ValueError, match="concurrency"):
            chexiao.AsyncClient(sandbox.config("wechat"), concurrency=none)

    run(main())


def test_a_cancelled_call_is_sent_all_the_same_and_its_line_is_written(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def main() -> str:
        client = chexiao.AsyncClient(sandbox.config("wechat"), concurrency=1)
        order, waits = sandbox.order("wechat"), sandbox.order("wechat")
        sandbox.delay(2000)
        running = asyncio.ensure_future(client.close(order, msg_id="running"))
        waiting = asyncio.ensure_future(client.close(waits, msg_id="waiting"))
        await until(lambda: sandbox.arrived(order))
        for call in (running, waiting):
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        await client.aclose()
        assert sandbox.book("wechat", waits["out_trade_no"]) == (0, None)
        return order["out_trade_no"]

    number = run(main())
    assert sandbox.book("wechat", number) == (1, "closed")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "chexiao"]
    assert "outcome=closed" in line and line.endswith("msg_id=running")


def test_a_timeout_of_the_host_leaves_the_loop_at_once(sandbox: Sandbox) -> None:
    async def main() -> None:
        client = chexiao.AsyncClient(sandbox.config("wechat", deadline_ms=10_000))
        started = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.close(sandbox.order("wechat", "SLEEP")), 0.2)
        assert time.monotonic() - started < 5

    run(main())


def test_after_aclose(sandbox: Sandbox) -> None:
    async def main() -> None:
        client = chexiao.AsyncClient(sandbox.config("wechat"))
        raw = (await client.close(order := sandbox.order("wechat"))).raw
        request = await client.sign({"operation": "close", "order": order})
        await client.aclose()
        await client.aclose()
        with pytest.raises(chexiao.CallError, match="is closed") as caught:
            await client.close(order)
        assert caught.value.kind == "handle"
        assert (await client.verify(request, chexiao.HttpReply(200, {}, raw))).is_closed

    run(main())


class WithoutReaders(asyncio.SelectorEventLoop):
    """As Windows has it, and what drives a graphical interface."""

    def add_reader(self, *_: Any) -> None:  # type: ignore[override]
        raise NotImplementedError


def run_without_readers(main: Coroutine[Any, Any, None]) -> None:
    loop = WithoutReaders()
    try:
        loop.run_until_complete(main)
    finally:
        loop.close()


def test_a_loop_without_readers_has_one_thread(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with chexiao.AsyncClient(sandbox.config("wechat")) as client:
            await until(lambda: not helpers())
            sandbox.delay(1000, 16)
            orders = [sandbox.order("wechat") for _ in range(16)]
            slow = [asyncio.ensure_future(client.close(order)) for order in orders]
            await until(lambda: sandbox.arrived(orders[0]))
            assert len(helpers()) == 1
            assert all(outcome.is_closed for outcome in await asyncio.gather(*slow))
            await until(lambda: not helpers())
            assert (await client.close(sandbox.order("wechat"))).is_closed

    run_without_readers(main())


def helpers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("chexiao")]


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def test_where_no_thread_can_be_started_nothing_is_sent(wechat: chexiao.Client, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def main() -> None:
        client = chexiao.AsyncClient(wechat, concurrency=8)
        orders = [sandbox.order("wechat") for _ in range(8)]
        request = wechat.sign({"operation": "close", "order": orders[0]})
        with monkeypatch.context() as starved:
            starved.setattr(threading.Thread, "start", none)
            for order in orders:
                with pytest.raises(chexiao.NotSentError, match="no thread can be started") as caught:
                    await client.close(order)
                assert (caught.value.kind, caught.value.field) == ("not_sent", None)
                assert "ulimit -u" in caught.value.hint and "线程数上限" in caught.value.hint
            assert (await client.verify(request, chexiao.HttpReply(200, {}, b"?"))).reason == "parse"
        sandbox.delay(1000, 8)
        started = time.monotonic()
        outcomes = await asyncio.gather(*(client.close(sandbox.order("wechat")) for _ in range(8)))
        assert all(outcome.is_closed for outcome in outcomes) and time.monotonic() - started < 7, "as many at a time as before"
        await client.aclose()
        assert [sandbox.book("wechat", order["out_trade_no"]) for order in orders] == [(0, None)] * 8

    run_without_readers(main())


class Alarm(Exception):
    """What a signal handler of the host raises."""


@pytest.mark.parametrize("error", [Alarm(), KeyboardInterrupt()])
@pytest.mark.parametrize("begun", [False, True])
def test_a_signal_handler_that_raises_where_a_call_begins(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: BaseException, begun: bool
) -> None:
    caplog.set_level(logging.INFO)
    begin = Calls._begin

    def fails(calls: Calls) -> None:
        # Once: the thread that begins the next calls runs meanwhile.
        monkeypatch.setattr(Calls, "_begin", begin)
        if begun:
            begin(calls)
            time.sleep(0.1)
        raise error

    async def main() -> None:
        client = chexiao.AsyncClient(sandbox.config("wechat"))
        order, after = sandbox.order("wechat", "DELAY"), sandbox.order("wechat")
        monkeypatch.setattr(Calls, "_begin", fails)
        with pytest.raises(type(error)):
            await client.close(order, msg_id="m1")
        assert (await client.close(after)).is_closed
        await client.aclose()
        assert sandbox.book("wechat", order["out_trade_no"]) == ((1, "closed") if begun else (0, None))
        lines = [record.getMessage() for record in caplog.records if record.name == "chexiao"]
        assert [line for line in lines if "m1" in line and "outcome=closed" in line] == lines[1:]
        assert len(lines) == 1 + begun

    run(main())


def test_a_call_that_races_aclose_of_another_loop(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Calls.here

    async def main() -> None:
        closing, verifying = (chexiao.AsyncClient(sandbox.config("wechat")) for _ in range(2))
        request = await verifying.sign({"operation": "close", "order": (order := sandbox.order("wechat"))})

        def late() -> Calls:
            for client in (closing, verifying):
                other = threading.Thread(target=run, args=(client.aclose(),))
                other.start()
                other.join()
            return here()

        monkeypatch.setattr(Calls, "here", late)
        with pytest.raises(chexiao.CallError, match="is closed"):
            await closing.close(order)
        assert (await verifying.verify(request, chexiao.HttpReply(200, {}, b"?"))).reason == "parse"
        assert sandbox.book("wechat", order["out_trade_no"]) == (0, None)

    run(main())


def test_the_line_is_written_in_the_context_of_the_task(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    request_id = contextvars.ContextVar("request_id", default="none")
    seen = []

    def note(record: logging.LogRecord) -> bool:
        seen.append(request_id.get())
        return True

    async def main() -> None:
        request_id.set("r-17")
        await chexiao.AsyncClient(sandbox.config("wechat")).close(sandbox.order("wechat"))

    logger = logging.getLogger("chexiao")
    logger.addFilter(note)
    try:
        run(main())
    finally:
        logger.removeFilter(note)
    assert seen == ["r-17"]


def test_uvloop(sandbox: Sandbox) -> None:
    uvloop = pytest.importorskip("uvloop")
    loop = uvloop.new_event_loop()
    try:
        outcome = loop.run_until_complete(chexiao.AsyncClient(sandbox.config("icbc")).close(sandbox.order("icbc")))
        assert outcome.is_closed
    finally:
        loop.close()


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="policies are deprecated there")
def test_a_policy_of_the_host(sandbox: Sandbox) -> None:
    class Policy(asyncio.DefaultEventLoopPolicy):
        pass

    asyncio.set_event_loop_policy(Policy())
    try:
        assert run(chexiao.AsyncClient(sandbox.config("wechat")).close(sandbox.order("wechat"))).is_closed
    finally:
        asyncio.set_event_loop_policy(None)
