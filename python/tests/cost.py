"""What a call through Python costs: `cost.py CONFIG-FOLDER`, with the folder of a sandbox. Microseconds, the best of many short rounds.

`package` is sign + verify through the public package; `native` the same two steps with the JSON ready made: the difference is what Python
values cost. Then closes, in microseconds of processor time of the whole process, by turns: through the package, through the native module, and
64 at once through `AsyncClient`.
"""

from __future__ import annotations

import asyncio
import json
import pathlib
import statistics
import sys
import time
from functools import partial
from typing import Any, Callable

import chexiao
from chexiao import _native
from chexiao.exchange import exchange_of

ORDERS: dict[str, dict[str, str]] = {
    "icbc": {"agreeCode": "020000010001", "orderCode": "0001", "partnerSeq": "A1"},
    "wechat": {"out_trade_no": "A1"},
    "edgeros": {"transaction_no": "A1"},
    "chinaums": {"billNo": "B2026", "billDate": "2026-01-02", "merOrderId": "A1", "authIdRespCd": "012345"},
}


def microseconds(step: Callable[[], Any], seconds: float = 1.5) -> float:
    best, ends = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < ends:
        started = time.perf_counter()
        for _ in range(20):
            step()
        best = min(best, time.perf_counter() - started)
    return best / 20 * 1e6


def opened(config: bytes) -> _native.Client:
    client, error = _native.Client.open(config)
    assert client is not None, error
    return client


def closed(client: chexiao.Client, order: dict[str, str]) -> chexiao.Next:
    return client.close(order).next


def one_by_one(step: Callable[[], Any], times: int) -> None:
    for _ in range(times):
        step()


def together(client: chexiao.AsyncClient, order: dict[str, str], times: int) -> None:
    async def main() -> None:
        await asyncio.gather(*(client.close(order) for _ in range(times)))

    asyncio.run(main())


def closes(folder: pathlib.Path, rounds: int = 15, each: int = 64) -> None:
    for gateway in ("wechat", "chinaums"):
        config, order = json.loads((folder / f"{gateway}.json").read_text("utf-8")), ORDERS[gateway]
        client, several = chexiao.Client(config), chexiao.AsyncClient(config)
        native, text = opened(json.dumps(config).encode()), json.dumps({"operation": "close", "order": order}).encode()

        ways: dict[str, Callable[[], Any]] = {
            "package": partial(one_by_one, partial(closed, client, order), each),
            "native": partial(one_by_one, partial(native.ask, "send", text), each),
            "AsyncClient": partial(together, several, order, each),
        }
        spent: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, step in ways.items():
                before = time.process_time()
                step()
                spent[way].append((time.process_time() - before) / each * 1e6)
        print(f"{gateway} close: " + ", ".join(f"{way} {statistics.median(found):.0f}" for way, found in spent.items()))


def main(folder: pathlib.Path) -> None:
    for gateway, order in ORDERS.items():
        config = json.loads((folder / f"{gateway}.json").read_text("utf-8"))
        client = chexiao.Client(config)
        native = opened(json.dumps(config).encode())
        reply = chexiao.HttpReply(200, {"Content-Type": "text/plain"}, client.close(order).raw)
        call = {"operation": "close", "order": order}
        text, exchange = json.dumps(call).encode(), exchange_of(client.sign(call), reply)
        package = microseconds(lambda: client.verify(client.sign(call), reply))
        bare = microseconds(lambda: (native.ask("sign", text), native.ask("verify", exchange)))
        print(f"{gateway}: package {package:.1f}, native {bare:.1f}, Python values {package - bare:.1f}, ratio {package / bare:.2f}")


main(pathlib.Path(sys.argv[1]))
closes(pathlib.Path(sys.argv[1]))
