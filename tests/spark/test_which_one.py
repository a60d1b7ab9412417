"""The same orders in each of the ways that docs/bulk.md has to choose from, as fast as they go."""

from __future__ import annotations

import os
import pathlib
import subprocess
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from cluster import Cluster, until
from conftest import CHEXIAO, PASSWORD
from night import ORDERS, Night

from chexiao.bulk import Journal

FAST = ["--rate", "100000", "--host-rate", "100000", "--delay", "0.5", "--json"]
MANY = 10_000
"""Fewer may be closed before the second one begins."""


def test_two_executors(nights: Callable[..., Night]) -> None:
    night = nights(ORDERS)
    started = time.monotonic()
    results = night.close()
    says("two executors", started)
    night.agrees(results.collect())
    assert night.workers() == 2 or ORDERS < MANY


@pytest.mark.parametrize("processes", [1, 2])
def test_processes_with_postgresql(nights: Callable[..., Night], cluster: Cluster, tmp_path: pathlib.Path, processes: int) -> None:
    night = nights(ORDERS)
    address = cluster.database.replace(f":{quote(PASSWORD)}@", "@")
    closes(night, processes, ["--journal", address, "--schema", night.schema], tmp_path)
    night.agrees(Journal.postgres(cluster.database, schema=night.schema).results())
    assert night.workers() == processes or ORDERS < MANY


def test_one_process_with_sqlite(nights: Callable[..., Night], tmp_path: pathlib.Path) -> None:
    night = nights(ORDERS)
    closes(night, 1, ["--journal", os.fspath(tmp_path / "journal")], tmp_path)
    night.agrees(Journal.sqlite(tmp_path / "journal").results())


def closes(night: Night, processes: int, place: list[str], folder: pathlib.Path) -> None:
    """One reads the orders; the others begin when they are there, for with none they would be at the end."""
    (folder / "orders.csv").write_text("\n".join(["out_trade_no", *night.numbers]), "utf-8")
    command = [CHEXIAO, "bulk", "run", *place, "--config", night.accounts["shop"], *FAST]
    started = time.monotonic()
    reader = begins([*command, "--input", os.fspath(folder / "orders.csv")])
    until(lambda: night.posts() > 0, 1800)
    others = [begins(command) for _ in range(1, processes)]
    assert [one.wait(1800) for one in (reader, *others)] == [0] * processes
    says(f"{processes} of chexiao bulk run", started)


def begins(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PGPASSWORD": PASSWORD}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def says(what: str, started: float) -> None:
    took = time.monotonic() - started
    print(f"\n  {ORDERS} orders, {what}: {took:.1f} s, {ORDERS / took:.0f} a second; load {os.getloadavg()[0]:.1f}")
