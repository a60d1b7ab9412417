"""The sandbox as users have it: the class, the fixture of pytest, ``python -m chexiao.sandbox``."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest
from conftest import ROOT

import chexiao
from chexiao.sandbox import Sandbox

WITH_COMMAND = os.environ | {"PATH": f"{ROOT / 'target/release'}{os.pathsep}{os.environ['PATH']}"}


def test_it_closes_an_order_and_goes_with_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", WITH_COMMAND["PATH"])
    with Sandbox() as sandbox:
        outcome = chexiao.Client(sandbox.config("wechat")).close({"out_trade_no": "PAID1"})
        assert outcome.code is chexiao.Code.PAID
        assert sandbox.http_url.startswith("http://127.0.0.1:")
    assert not sandbox.folder.exists()


def test_an_option_it_does_not_know_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", WITH_COMMAND["PATH"])
    with pytest.raises(OSError, match="the sandbox ends with 2"):
        Sandbox("--no-such-option")


def test_without_the_command_it_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(FileNotFoundError, match="make install"):
        Sandbox()


def test_the_fixture_of_pytest(tmp_path: pathlib.Path) -> None:
    (tmp_path / "test_shop.py").write_text(
        "import chexiao\n"
        "pytest_plugins = ['chexiao.pytest_plugin']\n"
        "def test_paid(chexiao_sandbox):\n"
        "    outcome = chexiao.Client(chexiao_sandbox.config('wechat')).ensure_closed({'out_trade_no': 'PAID1'})\n"
        "    assert outcome.next is chexiao.Next.FULFIL_OR_REFUND\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_shop.py"]
    done = subprocess.run(command, cwd=tmp_path, env=WITH_COMMAND, capture_output=True, text=True, timeout=300)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_as_a_command() -> None:
    command = [sys.executable, "-m", "chexiao.sandbox", "--json"]
    with subprocess.Popen(command, env=WITH_COMMAND, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["https_url"].startswith("https://127.0.0.1:")
        process.terminate()
