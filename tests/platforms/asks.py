"""What tests/c/asks.c is, over the module that the wheel has for this platform. Needs the interpreter and its standard library alone.

    asks.py WHEEL    unpacked
"""

from __future__ import annotations

import json
import sys
from typing import BinaryIO, Optional

sys.path.insert(0, sys.argv[1])

from chexiao._native import Client  # noqa: E402


def main() -> None:
    told, said = sys.stdin.buffer, sys.stdout.buffer
    clients: list[Client] = []
    while (verb := read(told)) is not None and (text := read(told)) is not None:
        for part in answer(verb.decode(), text, clients):
            said.write(b"%d:%b," % (len(part.encode()), part.encode()))
        said.flush()


def answer(verb: str, text: bytes, clients: list[Client]) -> tuple[str, str]:
    if verb not in ("open", "another"):
        status, document = clients[-1].ask({"verify_call": "verify"}.get(verb, verb), text)
        return str(status), document
    # "another" leaves those open that are.
    if verb == "open" and clients:
        clients.pop()
    client, error = Client.open(text)
    if client is None:
        return str(json.loads(error)["status"]), error
    clients.append(client)
    return "0", error


def read(told: BinaryIO) -> Optional[bytes]:
    digits = b""
    while (digit := told.read(1)).isdigit():
        digits += digit
    return told.read(int(digits) + 1)[:-1] if digit else None


main()
