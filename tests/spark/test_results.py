"""What is given back is what the book says, whatever is done with it."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from night import SOME, Night
from pyspark.sql import SparkSession

import chexiao
from chexiao import spark as on_spark


def test_a_frame_is_closed_once_whatever_is_done_with_it(nights: Callable[..., Night]) -> None:
    night = nights(SOME)
    results = night.close()
    assert [f"{of.name} {of.dataType.simpleString().replace('bigint', 'long')}" for of in results.schema] == on_spark.SCHEMA.split(", ")
    night.agrees(results.collect())
    assert results.orderBy("msg_id").filter("needs_person").count() == 0 and results.count() == SOME
    night.agrees(night.close().collect())


def test_a_writer_that_fails_behind_it(nights: Callable[..., Night], spark: SparkSession, tmp_path: pathlib.Path) -> None:
    night = nights(SOME)
    results = night.close()

    def fails(rows: Iterator[Any]) -> None:
        raise OSError(f"no room for {len(list(rows))} rows")

    with pytest.raises(Exception, match="no room for"):
        results.foreachPartition(fails)
    night.agrees(results.collect())
    results.write.option("compression", "gzip").parquet(os.fspath(tmp_path / "results"))
    night.agrees(spark.read.parquet(os.fspath(tmp_path / "results")).collect())


def test_what_is_wrong_is_said_to_the_driver(nights: Callable[..., Night]) -> None:
    night = nights(10)
    right = night.accounts
    with pytest.raises(chexiao.ConfigError, match="password"):
        on_spark.close_orders(night.frame, right, url="host=h password=secret", schema="x")
    with pytest.raises(chexiao.CallError, match="column"):
        on_spark.close_orders(night.frame.selectExpr("1 AS out_trade_no"), right, url={"env": "CHEXIAO_JOURNAL"}, schema="x")
    night.accounts = {"shop": "/nowhere/shop.json"}
    with pytest.raises(Exception, match=r"chexiao.errors.ConfigError: config error: .*"):
        night.close()
    night.accounts = {"other": right["shop"]}
    with pytest.raises(chexiao.ConfigError, match="shop"):
        night.close()
    assert night.posts() == 0
