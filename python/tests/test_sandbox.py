"""The sandbox as users have it: the class, the fixture of pytest, ``python -m chexiao.sandbox``."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

import chexiao
from chexiao.sandbox import Sandbox

READY = '{"dir": "", "http_url": "", "https_url": ""}'


def test_it_closes_an_order_and_goes_with_its_keys() -> None:
    with Sandbox() as sandbox:
        outcome = chexiao.Client(sandbox.config("wechat")).close({"out_trade_no": "PAID1"})
        assert outcome.code is chexiao.Code.PAID
        assert sandbox.http_url.startswith("http://127.0.0.1:")
    assert not sandbox.folder.exists()
    sandbox.close()


@pytest.fixture
def pretender(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Callable[[str], pathlib.Path]:
    """A command of the same name that says this, notes its number in a file and stays."""

    def put(said: str) -> pathlib.Path:
        command, number = tmp_path / "chexiao", tmp_path / "number"
        command.write_text(f"#!/bin/sh\necho $$ >'{number}'\necho '{said}'\nexec sleep 60\n")
        command.chmod(0o700)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return number

    return put


def gone(number: pathlib.Path) -> bool:
    try:
        os.kill(int(number.read_text()), 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("said", ["Usage: chexiao", '"ready"', "[]", '{"http_url": "http://127.0.0.1:1"}'])
def test_what_says_something_else_is_ended(pretender: Callable[[str], pathlib.Path], said: str) -> None:
    number = pretender(said)
    with pytest.raises(OSError, match=re.escape(f"the sandbox did not start: {said}")):
        Sandbox()
    assert gone(number)


def test_it_ends_with_a_program_that_forgets_it(pretender: Callable[[str], pathlib.Path]) -> None:
    number = pretender(READY)
    program = "from chexiao.sandbox import Sandbox\nSandbox()\nraise ValueError"
    subprocess.run([sys.executable, "-c", program], stderr=subprocess.DEVNULL, timeout=120)
    assert gone(number)


def test_a_forked_child_leaves_it_to_its_parent(pretender: Callable[[str], pathlib.Path]) -> None:
    number = pretender(READY)
    program = (
        "import os, subprocess, sys\n"
        "from chexiao.sandbox import Sandbox\n"
        "sandbox = Sandbox()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    sys.exit()\n"
        "os.waitpid(child, 0)\n"
        "try:\n"
        "    sandbox._process.wait(0.5)\n"
        "except subprocess.TimeoutExpired:\n"
        "    print('it plays')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, timeout=120)
    assert done.stdout == "it plays\n"
    assert gone(number)


def test_an_option_it_does_not_know_ends_it() -> None:
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
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_as_a_command() -> None:
    command = [sys.executable, "-m", "chexiao.sandbox", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["https_url"].startswith("https://127.0.0.1:")
        finally:
            process.terminate()
