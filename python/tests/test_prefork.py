"""Real prefork servers: gunicorn, with the client opened before the fork and after it, and Celery with its pool of forked workers."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import Sandbox

WSGI = """
import os
import chexiao

client = chexiao.Client({config!r})
assert client.close({{"out_trade_no": "A5000"}}).is_closed

def application(environ, start_response):
    own = chexiao.Client({config!r})
    number = environ["PATH_INFO"].strip("/")
    outcomes = [client.close({{"out_trade_no": number}}), own.close({{"out_trade_no": number + "B"}})]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{{os.getpid()}} {{outcomes[0].code}} {{outcomes[1].code}}".encode()]
"""


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as reply:
        return str(reply.read().decode())


@pytest.mark.parametrize("kind", [["--worker-class", "sync"], ["--worker-class", "gthread", "--threads", "8"]], ids=["sync", "gthread"])
@pytest.mark.parametrize("preload", [True, False])
def test_gunicorn(sandbox: Sandbox, tmp_path: pathlib.Path, kind: list[str], preload: bool) -> None:
    pytest.importorskip("gunicorn")
    (tmp_path / "shop.py").write_text(WSGI.format(config=sandbox.config("wechat")), "utf-8")
    command = [sys.executable, "-m", "gunicorn", "--workers", "3", "--bind", "127.0.0.1:0", "--chdir", os.fspath(tmp_path), *kind, "shop:application"]
    log = tmp_path / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(command + ["--preload"] * preload, stderr=out)
    try:
        address = ""
        for _ in range(200):
            address = next((line.split()[-2] for line in log.read_text("utf-8").splitlines() if "Listening at" in line), "")
            if address:
                break
            time.sleep(0.05)
        workers: set[str] = set()
        for turn in range(20):
            with ThreadPoolExecutor(12) as pool:
                replies = list(pool.map(fetch, [f"{address}/A{server.pid}N{turn}N{at}" for at in range(60)]))
            assert {reply.split(" ", 1)[1] for reply in replies} == {"closed closed"}
            workers |= {reply.split()[0] for reply in replies}
            if len(workers) > 1:
                break
        assert len(workers) > 1
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    finally:
        server.kill()
        server.wait(10)


CELERY = """
import os
import chexiao
from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded

app = Celery("shop", broker="filesystem://", backend="file://{folder}/results")
app.conf.broker_transport_options = {{
    "data_folder_in": "{folder}/queue", "data_folder_out": "{folder}/queue", "control_folder": "{folder}/control"}}
app.conf.broker_connection_retry_on_startup = False
app.conf.worker_hijack_root_logger = False
app.conf.task_store_errors_even_if_ignored = True
client = chexiao.Client({config!r})
assert client.close({{"out_trade_no": "A6000"}}).is_closed

@app.task
def close(number):
    return {{"pid": os.getpid(), **client.close({{"out_trade_no": number}}).to_dict()}}

@app.task(soft_time_limit=1)
def limited(number):
    try:
        client.close({{"out_trade_no": number}})
    except SoftTimeLimitExceeded:
        return "limited"

if __name__ == "__main__":
    import json, sys
    done = [call.get(timeout=60) for call in [close.delay(f"DELAY{{os.getpid()}}N{{at}}") for at in range(6)]]
    try:
        close.delay("!").get(timeout=60)
        error = None
    except chexiao.CallError as caught:
        error = [caught.kind, caught.field, caught.hint, str(caught)]
    print(json.dumps([[one["outcome"] for one in done], len({{one["pid"] for one in done}}), error, limited.delay("SLEEP6001").get(timeout=60)]))
"""


def test_celery(sandbox: Sandbox, tmp_path: pathlib.Path) -> None:
    pytest.importorskip("celery")
    for folder in ("queue", "control", "results"):
        (tmp_path / folder).mkdir()
    config = sandbox.config("wechat", deadline_ms=4000, connect_timeout_ms=3000)
    (tmp_path / "shop.py").write_text(CELERY.format(folder=tmp_path, config=config), "utf-8")
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-m", "celery", "-A", "shop", "worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "INFO"]
        worker = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log, env={**os.environ, "C_FORCE_ROOT": "1"})
    try:
        ran = subprocess.run([sys.executable, "shop.py"], cwd=tmp_path, capture_output=True, text=True, timeout=90)
        assert ran.returncode == 0, ran.stderr + (tmp_path / "log").read_text("utf-8")
        outcomes, workers, error, limited = json.loads(ran.stdout)
        assert outcomes == ["closed"] * 6 and workers == 2 and limited == "limited"
        assert error[:2] == ["call", "order.out_trade_no"] and error[2] and error[3].startswith("call error: order.out_trade_no")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        worker.wait(10)
