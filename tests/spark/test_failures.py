"""What is killed, lost, frozen or cancelled under a job: no order is posted twice, and none is forgotten."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

from cluster import HOSTS, Cluster, signals, until
from night import SLOW, SOME, Night
from pyspark import TaskContext
from pyspark.sql import SparkSession

IN_A_TRANSACTION = "SELECT pg_sleep(0.2); SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%' AND now() - state_change > '150 ms'"
HOLDS_UP_OTHERS = """SELECT count(*) FROM pg_stat_activity AS one WHERE state LIKE 'idle in%' AND now() - state_change > '1 s'
    AND EXISTS (SELECT 1 FROM pg_stat_activity AS other WHERE one.pid = ANY (pg_blocking_pids(other.pid)))"""


def test_an_executor_that_is_killed(nights: Callable[..., Night], cluster: Cluster) -> None:
    night = nights(SOME, SLOW)
    run = night.closing(in_flight=16)
    os.kill(cluster.executor(HOSTS[0]), signal.SIGKILL)
    night.agrees(run.done())
    assert night.lost() > 0, "another one asked about what was under way"


def test_a_python_worker_that_is_killed(nights: Callable[..., Night], cluster: Cluster) -> None:
    night = nights(SOME, SLOW)
    run = night.closing(in_flight=16)
    signals(cluster.pythons(HOSTS[0]), signal.SIGKILL)
    night.agrees(run.done())
    assert night.lost() > 0, "another one asked about what was under way"


def test_a_machine_that_is_lost(nights: Callable[..., Night], cluster: Cluster) -> None:
    night = nights(SOME, SLOW)
    run = night.closing(in_flight=16)
    try:
        cluster.loses_machine(HOSTS[1])
        night.agrees(run.done())
        assert night.lost() > 0, "the other one asked about what was under way"
    finally:
        cluster.starts_machine(HOSTS[1])


def test_a_machine_that_is_frozen_for_longer_than_its_leases(nights: Callable[..., Night], cluster: Cluster) -> None:
    night = nights(SOME, SLOW)
    run = night.closing(in_flight=8)
    frozen = cluster.processes(HOSTS[1])

    def goes_a_little() -> None:
        signals(frozen, signal.SIGCONT)
        time.sleep(0.05)
        signals(frozen, signal.SIGSTOP)

    def others_ask() -> bool:
        if night.asked(HOLDS_UP_OTHERS) > 0:  # By what the server was asked for before, and did only now.
            goes_a_little()
        return night.lost() > 0

    try:
        signals(frozen, signal.SIGSTOP)
        while night.asked(IN_A_TRANSACTION) > 0:  # Which would keep the others waiting for it.
            goes_a_little()
        until(others_ask)
    finally:
        signals(frozen, signal.SIGCONT)
    night.agrees(run.done())


def test_a_job_that_is_cancelled_ends_by_itself_and_is_resumed(nights: Callable[..., Night], spark: SparkSession) -> None:
    night = nights(SOME, SLOW)
    run = night.closing(in_flight=8)
    spark.sparkContext.cancelAllJobs()
    assert "cancel" in run.failed().lower()
    time.sleep(2)
    stopped = night.posts()
    time.sleep(3)
    assert night.posts() == stopped < SOME
    night.agrees(night.close(in_flight=32).collect())


def test_a_task_that_fails_while_it_writes_the_orders(nights: Callable[..., Night]) -> None:
    night = nights(SOME, partitions=2)

    def fails_at_first(batches: Iterator[Any]) -> Iterator[Any]:
        yield from batches
        context = TaskContext.get()
        if context is not None and context.attemptNumber() == 0:
            raise OSError("the first time")

    night.frame = night.frame.mapInArrow(fails_at_first, night.frame.schema)
    night.agrees(night.close().collect())
