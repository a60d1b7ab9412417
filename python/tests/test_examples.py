"""The examples close orders at the sandbox, with the package as it is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from conftest import ROOT, Program, Sandbox

import chexiao

EXAMPLES = ROOT / "examples"


def run(example: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, os.fspath(EXAMPLES / example), *arguments], capture_output=True, text=True, timeout=60)


def test_the_package_is_the_installed_one() -> None:
    assert "site-packages" in chexiao.__file__


@pytest.mark.parametrize(
    ("prefix", "code", "says"), [("A", 11, "query"), ("PAID", 13, "query"), ("UNSIGNED", 19, "query"), ("NOTFOUND", 15, "no such")]
)
def test_close(sandbox: Sandbox, prefix: str, code: int, says: str) -> None:
    ran = run("close.py", os.fspath(sandbox.folder / "wechat.json"), json.dumps(sandbox.order("wechat", prefix)))
    assert ran.returncode == code and says in ran.stderr, ran
    assert json.loads(ran.stdout)["code"] == code - 10


def test_close_ends_with_0_where_the_reply_names_the_order(sandbox: Sandbox) -> None:
    ran = run("close.py", os.fspath(sandbox.folder / "icbc.json"), json.dumps(sandbox.order("icbc", "A")))
    assert ran.returncode == 0 and "closed: done" in ran.stderr, ran


@pytest.mark.parametrize("arguments", [[], ["/no/such", "{}"], ["wechat.json", "{"], ["wechat.json", "[]"], ["wechat.json", "{}"]])
def test_close_says_when_nothing_was_sent(sandbox: Sandbox, arguments: list[str]) -> None:
    ran = run("close.py", *(os.fspath(sandbox.folder / it) if it.endswith(".json") else it for it in arguments))
    assert (ran.returncode, ran.stdout) == (2, "") and "Traceback" not in ran.stderr


def test_close_with_httpx(sandbox: Sandbox, gateway: str) -> None:
    pytest.importorskip("httpx")
    config = sandbox.config(gateway)
    if config["account"].get("authentication") == "access_token":
        pytest.skip("asks for a token first")
    path = os.fspath(sandbox.folder / f"{gateway}.json")
    closed = 0 if gateway in ("icbc", "edgeros") else 11
    for prefix, code in (("A", closed), ("UNSIGNED", 19), ("RESET", 19)):
        ran = run("close_with_httpx.py", path, json.dumps(sandbox.order(gateway, prefix)), config["ca_file"])
        assert ran.returncode == code and "Traceback" not in ran.stderr, ran
    (sandbox.folder / "nobody.json").write_text(json.dumps({**config, "base_url": "https://127.0.0.1:1"}), "utf-8")
    ran = run("close_with_httpx.py", os.fspath(sandbox.folder / "nobody.json"), json.dumps(sandbox.order(gateway)), config["ca_file"])
    assert ran.returncode == 2 and "nothing was sent" in ran.stderr


DJANGO = """
import django, tempfile, types
from django.conf import settings
urls = types.ModuleType("urls")
sys.modules["urls"] = urls
settings.configure(CHEXIAO=CONFIG, ROOT_URLCONF="urls", ALLOWED_HOSTS=["*"], SECRET_KEY="test only")
django.setup()
sys.path.insert(0, EXAMPLES)
from django.test import Client
from django.urls import path
from django_view import close_order
urls.urlpatterns = [path("orders/<str:number>/close", close_order)]
site = Client()
def post(number):
    reply = site.post(f"/orders/{number}/close")
    return [reply.status_code, json.loads(reply.content)]
warnings.simplefilter("ignore")
print(json.dumps([post(number) for number in NUMBERS] + [site.get("/orders/A1/close").status_code]))
"""


def test_django_view(sandbox: Sandbox, program: Program) -> None:
    pytest.importorskip("django")
    numbers = [sandbox.order("wechat", prefix)["out_trade_no"] for prefix in ("A", "PAID", "QUERYCUT", "NOTFOUND")] + ["x" * 40]
    closed, paid, unsettled, missing, wrong, got = json.loads(
        program.run(f"EXAMPLES, NUMBERS = {os.fspath(EXAMPLES)!r}, {numbers!r}\n" + "import logging; logging.disable()\n" + DJANGO)
    )
    assert (closed[0], closed[1]["outcome"], closed[1]["next"]) == (200, "closed", "done") and closed[1]["msg_id"]
    assert (unsettled[0], unsettled[1]["outcome"], unsettled[1]["next"]) == (202, "closed", "confirm")
    assert (paid[0], paid[1]["next"]) == (409, "fulfil_or_refund") and (missing[0], missing[1]["next"]) == (404, "check_order")
    assert wrong[0] == 400 and "order.out_trade_no" in wrong[1]["error"] and got == 405


def test_the_lines_at_the_top_of_the_package(sandbox: Sandbox, program: Program) -> None:
    text: Any = chexiao.__doc__
    lines = [line[4:] for line in text.splitlines() if line.startswith("    ")]
    path = os.fspath(sandbox.folder / "wechat.json")
    assert program.run("\n".join(lines).replace("account.json", path)).startswith("closed confirm Closed")


def test_the_first_program_of_the_page(sandbox: Sandbox, program: Program) -> None:
    page = (ROOT / "python/README.md").read_text("utf-8")
    text = page.split("```python\n", 1)[1].split("```", 1)[0].replace("wechat.json", os.fspath(sandbox.folder / "wechat.json"))
    jobs = "release_stock = fulfil_or_refund = query_later = alert = lambda *told: print('did', *told)\n"
    assert program.run(jobs + text).startswith("did")
