"""A standalone cluster of two workers on two addresses, a PostgreSQL and a sandbox: all on loopback, all ended at the end."""

from __future__ import annotations

import grp
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pyspark
import pytest
from pyspark.sql import SparkSession

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHEXIAO = os.environ.get("CHEXIAO", os.fspath(ROOT / "target/release/chexiao"))
HOSTS = ["127.0.0.1", "127.0.0.2"]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(true: Callable[[], Any], seconds: float = 240) -> Any:
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"not in {seconds} s: {true}"
        time.sleep(0.05)
    return found


class Sandbox:
    def __init__(self, folder: pathlib.Path) -> None:
        command = [CHEXIAO, "sandbox", "--json", "--fault", "delay:300", "--dir", os.fspath(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.http_url = json.loads(self.process.stdout.readline())["http_url"]
        self.folder = folder

    def account(self, name: str = "wechat", **over: Any) -> str:
        """The path of a configuration whose deadline, and so whose lease, is short."""
        path = self.folder / f"{name.replace('/', '-')}-short.json"
        config = json.loads((self.folder / f"{name}.json").read_text("utf-8"))
        path.write_text(json.dumps({**config, "deadline_ms": 3000, "connect_timeout_ms": 1000, **over}), "utf-8")
        return os.fspath(path)

    def posts(self, prefix: str) -> dict[str, int]:
        """How often the orders of this prefix were posted to be closed."""
        with urllib.request.urlopen(f"{self.http_url}/_sandbox/orders", timeout=60) as reply:
            orders = json.load(reply)["orders"]
        return {one["order"]: one["posts"] for one in orders if one["order"].startswith(prefix)}


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.process.terminate()
    sandbox.process.communicate(timeout=20)


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The address of a PostgreSQL of its own, with a password."""
    programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    # Not where pytest makes its own: others than root may not go there.
    folder, port = pathlib.Path(tempfile.mkdtemp(prefix="chexiao-spark-")), free_port()
    user: dict[str, Any] = {}
    if os.geteuid() == 0:  # It runs as anybody but root.
        owner = pwd.getpwnam("postgres")
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [grp.getgrgid(owner.pw_gid).gr_gid]}
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    (folder / "password").write_text("of the test\n", "utf-8")
    (folder / "password").chmod(0o644)

    def runs(program: str, *arguments: str) -> None:
        command = [os.fspath(programs / program), "-D", os.fspath(folder / "data"), *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=120, **user)

    runs("initdb", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C")
    settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off -c unix_socket_directories={folder}"
    runs("pg_ctl", "--wait", "--silent", "--log", os.fspath(folder / "log"), "-o", settings, "start")
    yield f"host=127.0.0.1 port={port} user=postgres password='of the test' dbname=postgres"
    runs("pg_ctl", "--wait", "--silent", "-m", "immediate", "stop")
    shutil.rmtree(folder)


class Cluster:
    """Of two workers with a core each."""

    def __init__(self, folder: pathlib.Path, database: str) -> None:
        self.folder, self.processes = folder, []  # type: pathlib.Path, list[subprocess.Popen[bytes]]
        home = os.path.dirname(pyspark.__file__)
        self.environment = {
            **os.environ,
            "SPARK_HOME": home,
            "SPARK_DAEMON_MEMORY": "192m",
            "PYSPARK_PYTHON": sys.executable,
            "CHEXIAO_JOURNAL": database,
            "SPARK_LOG_DIR": os.fspath(folder),
        }
        self.spark_class = os.path.join(home, "bin", "spark-class")
        self._start("master", "master.Master", "--host", HOSTS[0], "--port", "0", "--webui-port", "0")
        log = folder / "master.log"
        self.url = str(until(lambda: re.search(r"Starting Spark master at (spark://\S+)", log.read_text("utf-8")))[1])
        for host in HOSTS:
            arguments = ["--host", host, "--cores", "1", "--memory", "600m", "--webui-port", "0", "--work-dir", os.fspath(folder / host)]
            self._start(host, "worker.Worker", *arguments, self.url)
            until(lambda host=host: "Successfully registered" in (folder / f"{host}.log").read_text("utf-8"))

    def _start(self, name: str, of: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            command = [self.spark_class, f"org.apache.spark.deploy.{of}", *arguments]
            self.processes.append(
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment, cwd=self.folder, start_new_session=True)
            )

    def session(self, **settings: str) -> SparkSession:
        os.environ.update(CHEXIAO_JOURNAL=self.environment["CHEXIAO_JOURNAL"], PYSPARK_PYTHON=sys.executable)
        builder = SparkSession.builder.master(self.url).appName("chexiao").config("spark.driver.host", HOSTS[0])
        ours = {"spark.ui.enabled": "false", "spark.executor.memory": "512m", "spark.driver.memory": "512m", "spark.log.level": "ERROR"}
        for name, value in {**ours, **{f"spark.{name}": value for name, value in settings.items()}}.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        tracker = session.sparkContext._jsc.sc().statusTracker()
        until(lambda: len(tracker.getExecutorInfos()) == 3)
        return session

    def stop(self) -> None:
        for process in reversed(self.processes):
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            process.wait(30)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), database)
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def spark(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[SparkSession]:
    session = cluster.session(**getattr(request, "param", {}))
    yield session
    session.stop()


def processes(cluster: Cluster, word: str) -> list[int]:
    """Those of this cluster's executors, or of their workers, that have this word in their command line."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            folder = os.readlink(entry / "cwd")
        except OSError:
            continue
        if word in command and folder.startswith(os.fspath(cluster.folder)):
            found.append(int(entry.name))
    return found
