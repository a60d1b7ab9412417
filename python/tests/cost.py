"""What a call through Python costs: `cost.py CONFIG-FOLDER`, with the folder of a sandbox. Microseconds, the best of many short rounds.

`package` is sign + verify through the public package; `native` the same two steps with the JSON ready made: the difference is what Python
values cost.
"""

from __future__ import annotations

import json
import pathlib
import sys
import time
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
