#!/usr/bin/env python3
"""Runs tests/vectors and tests/keys through a program that says what its language's package answers (tests/c/program.py): requests byte
for byte, replies with their outcomes and answers, refusals, and what becomes of every key file in each of its roles.
    vectors.py PROGRAM…
"""

from __future__ import annotations

import json
import pathlib
import sys
import urllib.parse
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/c"))

import canaries  # noqa: E402
from program import Program, compact  # noqa: E402

VECTORS, KEYS = ROOT / "tests/vectors", ROOT / "tests/keys"


def with_keys(value: Any, keys: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return keys[value["$key"]] if "$key" in value else {name: with_keys(inner, keys) for name, inner in value.items()}
    return value


def text(vector: dict[str, Any], name: str) -> str:
    return vector.get(f"{name}_text") or compact(vector[name])


def unlike(expected: Any, found: Any, path: str = "") -> str | None:
    if isinstance(expected, dict) and isinstance(found, dict):
        return next((it for name, inner in expected.items() if (it := unlike(inner, found.get(name), f"{path}/{name}"))), None)
    return None if expected == found and type(expected) is type(found) else f"{path} is {found!r}, not {expected!r}"


def wrong_with(kind: str, vector: dict[str, Any], program: Program) -> str | None:
    expect = vector["expect"]
    status, document = program.ask("open", text(vector, "config"))
    if status == 0:
        status, document = program.ask("sign", text(vector, "call"))
    told = json.loads(document)
    if kind == "refuse":
        said = {"kind": told.get("error"), "field": told.get("field"), "reason": told.get("reason")}
        return "it was signed" if status >= 0 else unlike(expect, said)
    if status != 0:
        return f"{status}, {told}"
    if kind == "sign":
        return unlike(expect, told) or unlike(told, expect)
    exchange = {"call": vector["call"], "request": told, "reply": vector["reply"]}
    status, document = program.ask("verify" if kind == "verify" else "verify_call", compact(exchange))
    told = json.loads(document)
    if status != told["code"] or (kind == "answer" and told["verified"] != expect["verified"]):
        return f"{status} was returned with {told}"
    return unlike(expect, told)


def vectors(program: Program) -> Iterator[str]:
    ran: Counter[str] = Counter()
    for file in json.loads((VECTORS / "manifest.json").read_text("utf-8"))["files"]:
        if file["kind"] == "primitive":
            continue
        content = json.loads((VECTORS / file["path"]).read_text("utf-8"))
        if len(content["vectors"]) != file["count"]:
            yield f"{file['path']} holds {len(content['vectors'])} vectors, not {file['count']}"
        for vector in content["vectors"]:
            ran[file["kind"]] += 1
            vector = vector | {"config": with_keys(vector.get("config"), content.get("keys", {}))}
            if why := wrong_with(file["kind"], vector, program):
                yield f"{vector['id']}: {why}"
    if set(ran) != {"sign", "verify", "answer", "refuse"}:
        yield f"only {ran} were run"
    print(f"  {ran.total()} vectors: {', '.join(f'{count} {kind}' for kind, count in ran.items())}")


def filled(template: Any, case: dict[str, Any]) -> Any:
    if isinstance(template, dict):
        return {name: filled(value, case) for name, value in template.items() if value != "$password" or "password" in case}
    if not isinstance(template, str):
        return template
    whole = {"$file": str(KEYS / "files" / case["file"]), "$password": case.get("password")}
    return whole.get(template, template.replace("$corpus", str(KEYS / "files")).replace("$key", case.get("key", "")))


def said_of(case: dict[str, Any], role: str, manifest: dict[str, Any], program: Program) -> str:
    status, document = program.ask("open", compact(filled(manifest["roles"][role], case)))
    if (secrets := secrets_of(case)) and canaries.shown(document, secrets):
        return "a secret is shown"
    if status != 0:
        told = json.loads(document)
        return told["reason"] or "no reason" if told["hint"] and told["error"] in ("config", "unsupported") else f"{told}"
    if "signature" not in case or not role.startswith("rsa_private"):
        return "ok"
    status, document = program.ask("sign", compact(manifest["call"]))
    form = dict(urllib.parse.parse_qsl(b64decode(json.loads(document)["body_base64"]).decode()))
    return "ok" if form["sign"] == case["signature"] else "another signature"


def secrets_of(case: dict[str, Any]) -> set[bytes]:
    """The password, unless it is too short to be looked for."""
    password = case.get("password", "")
    return canaries.spellings(password.encode()) if len(password) >= 6 else set()


def key_files(program: Program) -> Iterator[str]:
    manifest = json.loads((KEYS / "manifest.json").read_text("utf-8"))
    runs = [(case, role, expected) for case in manifest["cases"] for role, expected in case["roles"].items()]
    for case, role, expected in runs:
        if (said := said_of(case, role, manifest, program)) != expected:
            yield f"{case['id']} as {role}: {said}, not {expected}"
    if len(manifest["cases"]) != manifest["total"] or not runs:
        yield f"{len(manifest['cases'])} key files, not {manifest['total']}"
    print(f"  {len(manifest['cases'])} key files in {len(runs)} roles")


def main() -> None:
    program = Program(sys.argv[1:])
    wrong = [*vectors(program), *key_files(program)]
    if besides := program.end():
        wrong.append(f"it says besides: {besides[:500]!r}")
    for line in wrong[:20]:
        print(line)
    sys.exit(bool(wrong))


main()
