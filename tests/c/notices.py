#!/usr/bin/env python3
"""Every notification of tests/notifications through programs that say what their interface answers (program.py): the notice is what the
vector says, the answers byte for byte, all documents are equal, and none shows a secret.

    notices.py [--each N] PROGRAM…    (with --each N: only each Nth vector, where every instruction is slow)
"""

from __future__ import annotations

import argparse
import base64
import json
import shlex
import sys
from collections.abc import Iterator
from typing import Any

import canaries
from program import ROOT, Program, compact, words

FOLDER = ROOT / "tests/notifications"
KEYS = (
    "event code evidence confirm reason hint contradiction order amount time fields gateway dedupe explanation acknowledge refuse".split()
)
TOLD = "evidence confirm reason hint contradiction order amount time fields gateway dedupe".split()
NOTHING = {"order": {}, "fields": {}, "amount": None, "time": None, "dedupe": None, "hint": None}
WORDS = words()


def with_keys(value: Any, keys: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return keys[value["$key"]] if "$key" in value else {name: with_keys(inner, keys) for name, inner in value.items()}
    return value


def vectors() -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Each with its configuration and its message. Fails where there are fewer than the manifest says."""
    manifest = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    count = 0
    for file in manifest["files"]:
        content = json.loads((FOLDER / file["path"]).read_text("utf-8"))
        if len(content["vectors"]) != file["count"]:
            sys.exit(f"{file['path']} holds {len(content['vectors'])} vectors, not {file['count']}")
        for vector in content["vectors"]:
            count += 1
            config = with_keys(vector["config"], content["keys"])
            config["account"] |= with_keys(vector.get("settings", {}), content["keys"])
            yield vector, config, message(vector)
    if count != manifest["total"] or count == 0:
        sys.exit(f"{count} vectors, not {manifest['total']}")


def message(vector: dict[str, Any]) -> dict[str, Any]:
    request = vector["request"]
    body = request["body_base64"] if "body_base64" in request else base64.b64encode(request["body_text"].encode()).decode()
    expected = {"expect": vector["expected"]} if "expected" in vector else {}
    return {"headers": {"Content-Type": request["content_type"]}, "body_base64": body} | expected


def wrong_with(status: int, notice: dict[str, Any], expect: dict[str, Any]) -> Iterator[str]:
    if sorted(notice) != sorted(KEYS):
        yield f"its keys are {sorted(notice)}"
    if (status, WORDS[status], expect["outcome"]) != (notice["code"], notice["event"], notice["event"]):
        yield f"{status} was returned for {notice['event']}, {notice['code']}; it is {expect['outcome']}"
    told = NOTHING if notice["evidence"] == "none" and expect.get("kind") != "refund" else {}
    for name, value in [*told.items(), *((name, expect[name]) for name in TOLD if name in expect)]:
        if notice[name] != value:
            yield f"{name} is {notice[name]!r}, not {value!r}; reason {notice['reason']!r}"
    yield from wrong_with_answers(notice, expect)


def wrong_with_answers(notice: dict[str, Any], expect: dict[str, Any]) -> Iterator[str]:
    acknowledge, refuse = (answer and opened(answer) for answer in (notice["acknowledge"], notice["refuse"]))
    if not refuse or refuse["status"] != 200 or refuse == acknowledge:
        yield f"it is refused with {refuse}"
    if bool(expect["acknowledge"]) != bool(acknowledge):
        yield f"it is acknowledged with {acknowledge}"
    ack = expect.get("ack")
    if ack and acknowledge != {"status": ack["status"], "headers": {"Content-Type": ack["content_type"]}, "body": ack["body"].encode()}:
        yield f"it is acknowledged with {acknowledge}, not {ack}"


def opened(answer: dict[str, Any]) -> dict[str, Any]:
    return {"status": answer["status"], "headers": answer["headers"], "body": base64.b64decode(answer["body_base64"], validate=True)}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--each", type=int, default=1)
    options.add_argument("programs", nargs="+")
    arguments = options.parse_args()
    programs = [Program(shlex.split(command)) for command in arguments.programs]
    wrong, secrets, opened_with, heard = [], set(), None, 0
    for at, (vector, config, incoming) in enumerate(vectors()):
        if at % arguments.each != 0:
            continue
        if config != opened_with:
            for program in programs:
                if (answer := program.ask("open", compact(config)))[0] != 0:
                    sys.exit(f"{vector['id']}: {program.command} does not open: {answer}")
            opened_with, account = config, canaries.of_account(config["account"])
            secrets |= account
        answers = [program.ask("notification", compact(incoming)) for program in programs]
        heard += 1
        if any(answer != answers[0] for answer in answers):
            wrong.append(f"{vector['id']}: {answers}")
        status, document = answers[-1]
        if canaries.shown(document, account):
            wrong.append(f"{vector['id']}: a secret is shown")
        wrong += [f"{vector['id']}: {why}" for why in wrong_with(status, json.loads(document), vector["expect"])]
    wrong += [f"{program.command} says besides: {said[:500]!r}" for program in programs if (said := program.end())]
    for line in wrong[:20]:
        print(line)
    print(f"  {heard} of {at + 1} notifications in {len(programs)} programs, {len(secrets)} spellings of secrets looked for, {len(wrong)} wrong")
    sys.exit(bool(wrong))


main()
