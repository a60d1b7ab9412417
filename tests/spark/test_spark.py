"""What Spark does with a job by a journal: the sandbox's book has the last word on what was posted."""

from __future__ import annotations

import itertools
import os
import pathlib
import signal
import threading
import time
from typing import Any, Optional

import pytest
from conftest import Cluster, Sandbox, processes, until
from pyspark.sql import DataFrame, SparkSession

import chexiao
from chexiao import spark as on_spark

ORDERS = int(os.environ.get("CHEXIAO_SPARK_ORDERS", "200"))
SOME = max(100, ORDERS // 10)
FAST = {"rate": 100_000.0, "host_rate": 100_000.0, "delay": 0.5, "grace": 2.0}
_nights = itertools.count(1)


class Night:
    """Orders of a prefix of their own, and a journal of their own."""

    def __init__(self, spark: SparkSession, sandbox: Sandbox, count: int, account: str = "wechat", partitions: int = 8) -> None:
        number = next(_nights)
        self.prefix, self.schema = f"AS{number:02}N", f"night_{number}"
        self.sandbox, self.count, self.accounts = sandbox, count, {"shop": sandbox.account(account)}
        self.numbers = [f"{self.prefix}{at:06}" for at in range(count)]
        twice = self.numbers[: count // 100]  # Some stand there twice.
        self.frame: DataFrame = spark.createDataFrame([(number,) for number in self.numbers + twice], "out_trade_no string").repartition(partitions)

    def close(self, **settings: Any) -> DataFrame:
        return on_spark.close_orders(
            self.frame, self.accounts, url={"env": "CHEXIAO_JOURNAL"}, schema=self.schema, account="shop", **{**FAST, **settings}
        )

    def posts(self) -> int:
        return sum(self.sandbox.posts(self.prefix).values())

    def begun(self, count: int) -> None:
        until(lambda: self.posts() >= count)

    def agrees(self, results: DataFrame) -> None:
        """Every order was posted once, and the frame says what the book does."""
        rows = results.collect()
        assert sorted(self.number(row) for row in rows) == self.numbers
        assert {(row.account, row.word, row.next, row.needs_person) for row in rows} == {("shop", "closed", "done", False)}
        assert self.sandbox.posts(self.prefix) == dict.fromkeys(self.numbers, 1)

    def number(self, row: Any) -> str:
        return str(row.order_json).split('"')[3]


class Beside(threading.Thread):
    """A call in a thread, and what it raised."""

    def __init__(self, call: Any) -> None:
        super().__init__()
        self.call, self.result, self.error = call, None, None  # type: Any, Any, Optional[BaseException]
        self.start()

    def run(self) -> None:
        try:
            self.result = self.call()
        except BaseException as error:
            self.error = error

    def done(self) -> Any:
        self.join(300)
        assert not self.is_alive() and self.error is None, self.error
        return self.result


def test_a_frame_is_closed_once_whatever_is_done_with_it(spark: SparkSession, sandbox: Sandbox, tmp_path: pathlib.Path) -> None:
    night = Night(spark, sandbox, ORDERS)
    started = time.monotonic()
    results = night.close()
    print(f"\n  {ORDERS} orders on two executors: {time.monotonic() - started:.1f} s")
    assert [f"{of.name} {of.dataType.simpleString().replace('bigint', 'long')}" for of in results.schema] == on_spark.SCHEMA.split(", ")
    night.agrees(results)
    assert results.orderBy("msg_id").filter("needs_person").count() == 0 and results.count() == ORDERS
    with pytest.raises(Exception, match="chexiao-no-such-codec|codec|CODEC"):
        results.write.option("compression", "chexiao-no-such-codec").parquet(os.fspath(tmp_path / "out"))
    night.agrees(night.close())


def test_an_executor_that_is_killed(spark: SparkSession, sandbox: Sandbox, cluster: Cluster) -> None:
    night = Night(spark, sandbox, SOME, "delay-300/wechat")
    run = Beside(lambda: night.close(in_flight=16))
    night.begun(SOME // 4)
    os.kill(processes(cluster, "CoarseGrainedExecutorBackend")[0], signal.SIGKILL)
    night.agrees(run.done())


def test_a_worker_that_is_killed(spark: SparkSession, sandbox: Sandbox, cluster: Cluster) -> None:
    night = Night(spark, sandbox, SOME, "delay-300/wechat")
    run = Beside(lambda: night.close(in_flight=16))
    night.begun(SOME // 4)
    for worker in sorted(processes(cluster, "pyspark.daemon"))[1:]:
        os.kill(worker, signal.SIGKILL)
    night.agrees(run.done())


def test_a_job_that_is_cancelled_ends_by_itself_and_is_resumed(spark: SparkSession, sandbox: Sandbox) -> None:
    night = Night(spark, sandbox, SOME, "delay-300/wechat")
    run = Beside(lambda: night.close(in_flight=8))
    night.begun(SOME // 4)
    spark.sparkContext.cancelAllJobs()
    run.join(60)
    assert run.error is not None and "cancel" in str(run.error).lower()
    time.sleep(2)
    stopped = night.posts()
    time.sleep(3)
    assert night.posts() == stopped < SOME
    night.agrees(night.close(in_flight=32))


def test_a_second_executor_is_worth_it(spark: SparkSession, sandbox: Sandbox) -> None:
    took = []
    for workers in (1, 2):
        Night(spark, sandbox, 8).close(workers=workers)  # So that all is there.
        again = Night(spark, sandbox, SOME, "delay-300/wechat")
        started = time.monotonic()
        again.agrees(again.close(workers=workers, in_flight=8 * workers, host_in_flight=8 * workers))
        took.append(time.monotonic() - started)
    print(f"\n  {SOME} orders of 300 ms, 8 at once in each: {took[0]:.1f} s on one executor, {took[1]:.1f} s on two")
    assert took[0] / took[1] >= 1.6


def test_what_is_wrong_is_said_to_the_driver(spark: SparkSession, sandbox: Sandbox) -> None:
    night = Night(spark, sandbox, 10)
    with pytest.raises(chexiao.ConfigError, match="password"):
        on_spark.close_orders(night.frame, night.accounts, url="host=h password=secret", schema="x")
    with pytest.raises(chexiao.CallError, match="column"):
        on_spark.close_orders(night.frame.selectExpr("1 AS out_trade_no"), night.accounts, url={"env": "CHEXIAO_JOURNAL"}, schema="x")
    night.accounts = {"shop": "/nowhere/shop.json"}
    with pytest.raises(Exception, match=r"chexiao.errors.ConfigError: config error: .*"):
        night.close()
    night.accounts = {"other": sandbox.account()}
    with pytest.raises(chexiao.ConfigError, match="shop"):
        night.close()
    assert night.posts() == 0
