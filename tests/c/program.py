"""A program that says what its interface answers: tests/c/asks.c, tests/cpp/asks.cpp, and for comparison ffi/examples/asks.rs."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Program:
    """Told a verb and a text, it answers with status and document. With logs and backtraces at their fullest."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.errors = tempfile.TemporaryFile()
        environment = os.environ | {"RUST_LOG": "trace", "RUST_BACKTRACE": "full"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env=environment)

    def ask(self, verb: str, text: str) -> tuple[int, bytes]:
        for part in (verb.encode(), text.encode()):
            self.process.stdin.write(b"%d:%s," % (len(part), part))
        self.process.stdin.flush()
        return int(self.read()), self.read()

    def read(self) -> bytes:
        length = b""
        while (digit := self.process.stdout.read(1)).isdigit():
            length += digit
        if digit != b":":
            sys.exit(f"no answer of {self.command}, but {digit + self.process.stdout.read1(500)!r}; on stderr: {self.said_besides()!r}")
        text = self.process.stdout.read(int(length) + 1)
        return text[:-1]

    def said_besides(self) -> bytes:
        self.errors.seek(0)
        return self.errors.read()

    def end(self) -> bytes:
        """What it said besides answers. It must have ended with 0."""
        self.process.stdin.close()
        rest = self.process.stdout.read()
        if self.process.wait(timeout=60) != 0:
            sys.exit(f"{self.command} ends with {self.process.returncode}: {self.said_besides()!r}")
        return rest + self.said_besides()


def words() -> dict[int, str]:
    """What the header calls a status: 1 is CHEXIAO_CLOSED, "closed"; -20 is CHEXIAO_ERROR_DNS, "dns"."""
    header = (ROOT / "include/chexiao.h").read_text("utf-8")
    numbers = re.findall(r"^#define CHEXIAO_(?!ABI|VERSION)(?:ERROR_)?([A-Z0-9_]+) (-?\d+)$", header, re.MULTILINE)
    return {int(number): name.lower() for name, number in numbers}


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
