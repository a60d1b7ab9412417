"""Memory stays flat over many rounds."""

from __future__ import annotations

import gc
import pathlib

from conftest import GATEWAYS, Sandbox

import chexiao


def resident_kib() -> int:
    gc.collect()
    status = pathlib.Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def test_20000_rounds_do_not_grow_the_process(sandbox: Sandbox) -> None:
    rounds = {"wechat": 12_000, "chinaums": 6_000, "icbc": 1_000, "edgeros": 1_000}
    for gateway, count in rounds.items():
        client = chexiao.Client(sandbox.config(gateway))
        call = {"operation": "close", "order": sandbox.order(gateway)}
        wrong = {"operation": "close", "order": {"x": "y"}}

        def go(times: int, client: chexiao.Client = client, call: object = call, wrong: object = wrong) -> None:
            for at in range(times):
                client.verify(client.sign(call), chexiao.HttpReply(200, {"A": "b"}, b"<xml></xml>"))  # type: ignore[arg-type]
                if at % 10 == 0:
                    try:
                        client.sign(wrong)  # type: ignore[arg-type]
                    except chexiao.CallError:
                        pass

        go(count // 5)
        before = resident_kib()
        go(count)
        grown = resident_kib() - before
        print(f"\n  {gateway}: {count} rounds, {grown} KiB")
        assert grown < 1024, gateway


def test_2000_clients_do_not_grow_the_process(sandbox: Sandbox) -> None:
    configs = [sandbox.config(gateway) for gateway in GATEWAYS]
    for at in range(500):
        chexiao.Client(configs[at % 5])
    before = resident_kib()
    for at in range(2000):
        chexiao.Client(configs[at % 5])
    grown = resident_kib() - before
    print(f"\n  {grown} KiB")
    assert grown < 1024
