"""A standalone cluster of two workers, which are machines of their own as far as Spark knows: one on each of two loopback addresses."""

from __future__ import annotations

import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Optional

import pyspark
from pyspark.sql import SparkSession

HOSTS = ["127.0.0.1", "127.0.0.2"]
DAEMON = "pyspark.daemon"


def until(true: Callable[[], Any], seconds: float = 240) -> Any:
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"not in {seconds} s: {true}"
        time.sleep(0.05)
    return found


class Cluster:
    """Of two workers with a core each. What runs on a host has a folder of it for its working directory."""

    def __init__(self, folder: pathlib.Path, database: str) -> None:
        self.folder, self.database = folder, database
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}
        home = os.path.dirname(pyspark.__file__)
        self.spark_class = os.path.join(home, "bin", "spark-class")
        self.environment = {
            **os.environ,
            "SPARK_HOME": home,
            "SPARK_DAEMON_MEMORY": "192m",
            "SPARK_LOG_DIR": os.fspath(folder),
            "PYSPARK_PYTHON": sys.executable,
            "CHEXIAO_JOURNAL": database,
        }

    def start(self) -> None:
        self._starts("master", "master.Master", "--host", HOSTS[0], "--port", "0", "--webui-port", "0")
        log = self.folder / "master.log"
        self.url = str(until(lambda: re.search(r"Starting Spark master at (spark://\S+)", log.read_text("utf-8")))[1])
        for host in HOSTS:
            self.starts_machine(host)

    def starts_machine(self, host: str) -> None:
        arguments = ["--host", host, "--cores", "1", "--memory", "600m", "--webui-port", "0", "--work-dir", os.fspath(self.folder / host)]
        self._starts(host, "worker.Worker", *arguments, self.url)
        until(lambda: "Successfully registered" in (self.folder / f"{host}.log").read_text("utf-8"))

    def _starts(self, name: str, of: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            command = [self.spark_class, f"org.apache.spark.deploy.{of}", *arguments]
            self.daemons[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment, cwd=self.folder, start_new_session=True
            )

    def loses_machine(self, host: str) -> None:
        """All that runs on it is killed at once."""
        worker = self.daemons.pop(host)
        signals([worker.pid, *self.processes(host)], signal.SIGKILL)
        worker.wait(30)

    def session(self, **settings: str) -> SparkSession:
        os.environ.update(CHEXIAO_JOURNAL=self.database, PYSPARK_PYTHON=sys.executable)
        builder = SparkSession.builder.master(self.url).appName("chexiao").config("spark.driver.host", HOSTS[0])
        quiet = {"ui.enabled": "false", "ui.showConsoleProgress": "false", "log.level": "ERROR"}
        for name, value in {**quiet, "executor.memory": "512m", "driver.memory": "512m", **settings}.items():
            builder = builder.config(f"spark.{name}", value)
        return builder.getOrCreate()

    def is_whole(self, session: SparkSession) -> None:
        """Waits for an executor on each machine; the driver is told of as one more."""
        tracker = session.sparkContext._jsc.sc().statusTracker()
        until(lambda: len(tracker.getExecutorInfos()) == len(HOSTS) + 1)

    def executor(self, host: str) -> int:
        """The process of the executor on this host."""
        return int(until(lambda: self.processes(host, "CoarseGrainedExecutorBackend"))[0])

    def pythons(self, host: str) -> list[int]:
        """The Python workers of the executor on this host, each a child of its daemon."""
        daemons = self.processes(host, DAEMON)
        return [pid for pid in daemons if parent(pid) in daemons]

    def processes(self, host: str = "", word: str = "") -> list[int]:
        """Those that run on this host, or on any, with this word in their command line."""
        place = os.fspath(self.folder / host)
        return [pid for pid in all_processes() if within(pid, place) and word in command_line(pid)]

    def stop(self) -> None:
        """Nothing is left; if something is, that is a failure."""
        for daemon in reversed(self.daemons.values()):
            os.killpg(daemon.pid, signal.SIGTERM)
        for daemon in self.daemons.values():
            daemon.wait(30)
        try:
            until(lambda: not self.processes(), 30)
        finally:
            signals(self.processes(), signal.SIGKILL)


def signals(pids: list[int], what: signal.Signals) -> None:
    """Those that are still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, what)


def all_processes() -> list[int]:
    return [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()]


def within(pid: int, folder: str) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/cwd").startswith(folder)
    except OSError:
        return False


def command_line(pid: int) -> str:
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def parent(pid: int) -> Optional[int]:
    try:
        return int(pathlib.Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return None
