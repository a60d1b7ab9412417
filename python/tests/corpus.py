"""The notifications of `tests/notifications`, each with a client for it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Optional

from conftest import ROOT, with_keys

import chexiao

FOLDER = ROOT / "tests/notifications"


@dataclass(frozen=True)
class Case:
    id: str
    gateway: str
    config: dict[str, Any]
    body: bytes
    content_type: str
    expected: Optional[dict[str, str]]
    expect: dict[str, Any]

    def client(self) -> chexiao.Client:
        return chexiao.Client(self.config)

    def incoming(self) -> chexiao.Incoming:
        return chexiao.Incoming(self.body, {"Content-Type": self.content_type}, expect=self.expected)

    def mapping(self) -> dict[str, Any]:
        told = {"headers": {"content-type": self.content_type}, "body_base64": base64.b64encode(self.body).decode()}
        return {**told, "expect": self.expected} if self.expected else told

    def heard(self, incoming: chexiao.Incoming) -> chexiao.Notice:
        return self.client().notification(incoming)


@lru_cache(maxsize=None)
def cases() -> tuple[Case, ...]:
    manifest = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    found: list[Case] = []
    for file in manifest["files"]:
        before = len(found)
        found += _of_file(json.loads((FOLDER / file["path"]).read_text("utf-8")))
        assert len(found) - before == file["count"] > 0, file
    assert len(found) == manifest["total"] > 0
    return tuple(found)


def _of_file(content: dict[str, Any]) -> Iterator[Case]:
    for vector in content["vectors"]:
        config = with_keys(vector["config"], content["keys"])
        config["account"].update(with_keys(vector.get("settings", {}), content["keys"]))
        request = vector["request"]
        body = base64.b64decode(request["body_base64"]) if "body_base64" in request else request["body_text"].encode()
        yield Case(vector["id"], vector["gateway"], config, body, request["content_type"], vector.get("expected"), vector["expect"])


def case(name: str) -> Case:
    (found,) = (one for one in cases() if one.id == name)
    return found


def paid(gateway: str) -> Case:
    """One that proves a payment, and is answered."""
    return next(one for one in cases() if one.gateway == gateway and one.expect["outcome"] == "paid" and one.expect["acknowledge"])
