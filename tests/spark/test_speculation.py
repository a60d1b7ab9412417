"""Speculation, forced on: a module of its own, for it is a setting of the whole session."""

from __future__ import annotations

import subprocess

import pytest
from conftest import Sandbox
from pyspark.sql import SparkSession
from test_spark import SOME, Night

# One task has all of the job, and Spark copies a single one by this limit alone.
SPECULATES = {"speculation": "true", "speculation.interval": "100ms", "speculation.task.duration.threshold": "500ms"}


@pytest.mark.parametrize("spark", [SPECULATES], indirect=True)
def test_speculation_does_no_harm(spark: SparkSession, sandbox: Sandbox, database: str) -> None:
    night = Night(spark, sandbox, SOME, "delay-300/wechat", partitions=4)
    night.agrees(night.close(in_flight=4, workers=1))
    asked = f"SELECT count(DISTINCT worker) FROM {night.schema}.attempts"
    told = subprocess.run(["psql", "-tAc", asked, database], stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout
    assert told.strip() == "2", "the copy closed orders too"
