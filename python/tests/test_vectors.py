"""Runs `tests/vectors` through the package: requests byte for byte, replies with their outcomes, refusals with kind and field."""

from __future__ import annotations

import base64
import json
import pathlib
import pickle
from typing import Any, Callable, Optional

from conftest import ROOT, with_keys

import chexiao

FOLDER = ROOT / "tests/vectors"
MANIFEST = json.loads((FOLDER / "manifest.json").read_text("utf-8"))


def run(kind: str, check: Callable[[dict[str, Any]], Optional[str]]) -> None:
    ran, expected, failures = 0, 0, []
    for file in MANIFEST["files"]:
        if file["kind"] != kind:
            continue
        expected += file["count"]
        content = json.loads((FOLDER / file["path"]).read_text("utf-8"))
        for vector in content["vectors"]:
            ran += 1
            try:
                why = check({**vector, "config": with_keys(vector.get("config"), content.get("keys", {}))})
            except chexiao.Error as error:
                why = str(error)
            if why:
                failures.append(f"{vector['id']}: {why}")
    assert not failures, "\n".join(failures[:20])
    assert ran == expected > 0
    print(f"\n  {ran} {kind} vectors")


def call_of(vector: dict[str, Any]) -> Any:
    return vector.get("call_text", vector.get("call"))


def difference(expected: Any, actual: Any, path: str = "") -> Optional[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        found = (difference(inner, actual.get(name), f"{path}/{name}") for name, inner in expected.items())
        return next((it for it in found if it), None)
    return None if expected == actual and type(expected) is type(actual) else f"{path} is {actual!r}, not {expected!r}"


def test_requests_byte_for_byte() -> None:
    def check(vector: dict[str, Any]) -> Optional[str]:
        request = chexiao.Client(vector["config"]).sign(call_of(vector))
        sent = {
            "method": request.method,
            "url": request.url,
            "headers": dict(request.headers),
            "body_base64": base64.b64encode(request.body).decode(),
            "msg_id": request.msg_id,
        }
        return None if sent == vector["expect"] else f"sends {sent}, not {vector['expect']}"

    run("sign", check)


def test_replies_with_their_outcomes() -> None:
    def check(vector: dict[str, Any]) -> Optional[str]:
        client = chexiao.Client(vector["config"])
        reply, body = vector["reply"], base64.b64decode(vector["reply"]["body_base64"])
        outcome = client.verify(client.sign(call_of(vector)), chexiao.HttpReply(reply["status"], reply.get("headers", {}), body))
        assert outcome.raw == body
        assert outcome.is_closed == (vector["expect"]["outcome"] in ("closed", "already_closed"))
        return difference(vector["expect"], outcome.to_dict())

    run("verify", check)


def test_replies_to_calls_with_their_answers() -> None:
    def check(vector: dict[str, Any]) -> Optional[str]:
        client = chexiao.Client(vector["config"])
        reply, body = vector["reply"], base64.b64decode(vector["reply"]["body_base64"])
        received = chexiao.HttpReply(reply["status"], reply.get("headers", {}), body)
        answer = client.verify_call(client.sign(call_of(vector)), received)
        assert answer == chexiao.CallAnswer.from_dict(answer.to_dict()) == pickle.loads(pickle.dumps(answer))
        assert answer.raw == body and answer.is_authentic == (answer.code == 0) == (answer.reason is None)
        told, expected = answer.to_dict(), vector["expect"]
        return None if told["verified"] == expected["verified"] and not difference(expected, told) else f"{told}, not {expected}"

    run("answer", check)


def test_refusals_before_anything_is_sent(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "config.json"

    def check(vector: dict[str, Any]) -> Optional[str]:
        config = vector["config"]
        if "config_text" in vector:
            path.write_text(vector["config_text"], "utf-8")
            config = path
        try:
            return f"was signed: {chexiao.Client(config).sign(call_of(vector))}"
        except chexiao.Error as error:
            of_class = {"config": chexiao.ConfigError, "unsupported": chexiao.ConfigError, "call": chexiao.CallError}
            assert type(error) is of_class[error.kind] and error.hint and error.status < 0
            return difference(vector["expect"], {"kind": error.kind, "field": error.field, "reason": error.reason})

    run("refuse", check)
