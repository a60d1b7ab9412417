"""A cluster, a PostgreSQL and a sandbox: all on loopback, all ended at the end."""

from __future__ import annotations

import grp
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from cluster import Cluster
from night import Night, Sandbox
from pyspark.sql import SparkSession

PASSWORD = "of the test"
ROOT = pathlib.Path(__file__).resolve().parents[2]
CHEXIAO = os.environ.get("CHEXIAO", os.fspath(ROOT / "target/release/chexiao"))

# So that who is told to end still ends what was begun.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    command = [CHEXIAO, "sandbox", "--json", "--fault", "delay:300", "--dir", os.fspath(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        yield Sandbox(process, folder)
        process.terminate()


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
    (folder / "password").write_text(PASSWORD + "\n", "utf-8")
    (folder / "password").chmod(0o644)

    def runs(program: str, *arguments: str) -> None:
        command = [os.fspath(programs / program), "-D", os.fspath(folder / "data"), *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=120, **user)

    runs("initdb", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C")
    settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off -c unix_socket_directories={folder}"
    runs("pg_ctl", "--wait", "--silent", "--log", os.fspath(folder / "log"), "-o", settings, "start")
    yield f"postgres://postgres:{quote(PASSWORD)}@127.0.0.1:{port}/postgres"
    runs("pg_ctl", "--wait", "--silent", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), database)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def spark(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[SparkSession]:
    session = cluster.session(**getattr(request, "param", {}))
    yield session
    session.stop()


@pytest.fixture
def nights(spark: SparkSession, sandbox: Sandbox, cluster: Cluster) -> Callable[..., Night]:
    """So many orders of this account, in so many partitions."""

    def night(count: int, account: str = "wechat", partitions: int = 8) -> Night:
        return Night(spark, sandbox, cluster, count, account, partitions)

    cluster.is_whole(spark)
    return night
