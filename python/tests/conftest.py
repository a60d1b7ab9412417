"""A sandbox for all tests, and what they share."""

from __future__ import annotations

import itertools
import json
import os
import pathlib
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any, Optional

import pytest

import chexiao.sandbox

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ["PATH"] = f"{ROOT / 'target/release'}{os.pathsep}{os.environ['PATH']}"
GATEWAYS = ["icbc", "ysepay", "wechat", "edgeros", "chinaums"]


def with_keys(value: Any, keys: dict[str, str]) -> Any:
    """What a file of vectors says, with its keys in the places that name them."""
    if isinstance(value, dict):
        return keys[value["$key"]] if "$key" in value else {name: with_keys(inner, keys) for name, inner in value.items()}
    return [with_keys(inner, keys) for inner in value] if isinstance(value, list) else value


class Sandbox:
    """One that is strict and hurries, with what tests ask of it."""

    def __init__(self, folder: pathlib.Path) -> None:
        sandbox = chexiao.sandbox.Sandbox("--strict", "--notify-speed", "1000", "--dir", os.fspath(folder))
        self.stop, self.http_url, self.folder = sandbox.close, sandbox.http_url, folder
        self.numbers = itertools.count(1)

    def config(self, gateway: str, **over: Any) -> dict[str, Any]:
        """The ready configuration, with settings of its own."""
        config = json.loads((self.folder / f"{gateway}.json").read_text("utf-8"))
        return {**config, **over}

    def order(self, gateway: str, prefix: str = "A") -> dict[str, str]:
        """A new order, in the state or with the fault that the prefix names."""
        number = f"{prefix}{next(self.numbers):04}"
        return {
            "icbc": {"agreeCode": "020000010001", "orderCode": "0001", "partnerSeq": number},
            "ysepay": {"protocol_no": number},
            "wechat": {"out_trade_no": number},
            "edgeros": {"transaction_no": number},
            "chinaums": {"billNo": "B2026", "billDate": "2026-01-02", "merOrderId": number, "authIdRespCd": "012345"},
        }[gateway]

    def admin(self, page: str, command: Optional[dict[str, Any]] = None) -> Any:
        """What a page of the sandbox's own says, or what it answers to a command."""
        body = None if command is None else json.dumps(command).encode()
        with urllib.request.urlopen(f"{self.http_url}/_sandbox/{page}", body, timeout=10) as reply:
            return json.load(reply)

    def book(self, gateway: str, number: str) -> tuple[int, Optional[str]]:
        """How often an order was posted, and its state."""
        orders = self.admin("orders")["orders"]
        found = [(one["posts"], one["state"].lower()) for one in orders if (one["gateway"], one["order"]) == (gateway, number)]
        return found[0] if found else (0, None)

    def delay(self, ms: int, times: int = 1) -> None:
        """The next closes at WeChat Pay are answered after a while."""
        self.admin("faults", {"gateway": "wechat", "fault": "DELAY", "ms": ms, "times": times})

    def arrived(self, order: dict[str, str]) -> bool:
        """Whether the close of this order of WeChat Pay has come."""
        return self.book("wechat", order["out_trade_no"])[0] > 0

    def by_reference(self, gateway: str, folder: pathlib.Path, **over: Any) -> dict[str, Any]:
        """The configuration with every secret in a file of its own."""
        config = self.config(gateway, **over)
        for name, value in config["account"].items():
            secret = str(next(iter(value.values()))) if isinstance(value, dict) else value
            if isinstance(value, dict) or name in ("api_key", "app_key", "encrypt_key", "notify_key"):
                path = folder / f"{gateway}.{name}"
                path.write_text(secret, "utf-8")
                config["account"][name] = {"file": os.fspath(path)}
        return config


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@pytest.fixture(params=GATEWAYS)
def gateway(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def wechat(sandbox: Sandbox) -> chexiao.Client:
    return chexiao.Client(sandbox.config("wechat"))


class Program:
    """Runs a program of its own against the sandbox; `setup` is at its beginning."""

    def __init__(self, sandbox: Sandbox, folder: pathlib.Path) -> None:
        self.sandbox, self.folder = sandbox, folder

    def start(self, text: str, gateway: str = "wechat", **over: Any) -> "subprocess.Popen[str]":
        config = self.sandbox.config(gateway, **over)
        # CPython 3.12 warns of every fork while threads exist; ours may, see test_processes.
        setup = "import chexiao, os, sys, json, time, threading, signal, warnings\n"
        setup += f"warnings.filterwarnings('ignore', 'This process', DeprecationWarning)\nCONFIG = {config!r}\n"
        path = self.folder / "program.py"
        path.write_text(setup + text, "utf-8")
        return subprocess.Popen([sys.executable, os.fspath(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, text: str, gateway: str = "wechat", seconds: float = 90, **over: Any) -> str:
        """What it prints. It must end with 0 and say nothing on standard error."""
        process = self.start(text, gateway, **over)
        try:
            out, err = process.communicate(timeout=seconds)
        finally:
            process.kill()
        assert (process.returncode, err) == (0, ""), out
        return out


@pytest.fixture
def program(sandbox: Sandbox, tmp_path: pathlib.Path) -> Program:
    return Program(sandbox, tmp_path)
