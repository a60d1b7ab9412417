"""Runs every file of the key corpus, `tests/keys`, in each of its roles: a client opens, or is refused with the corpus's reason."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any

from conftest import ROOT

import chexiao

KEYS = ROOT / "tests/keys"


def filled(template: Any, case: dict[str, Any]) -> Any:
    if isinstance(template, dict):
        kept = {name: value for name, value in template.items() if value != "$password" or "password" in case}
        return {name: filled(value, case) for name, value in kept.items()}
    if not isinstance(template, str):
        return template
    files = str(KEYS / "files")
    whole = {"$file": f"{files}/{case['file']}", "$password": case.get("password")}
    return whole[template] if template in whole else template.replace("$corpus", files).replace("$key", case.get("key", ""))


def answer(manifest: dict[str, Any], case: dict[str, Any], role: str) -> str:
    try:
        client = chexiao.Client(filled(manifest["roles"][role], case))
    except chexiao.ConfigError as refused:
        return refused.reason or "no reason" if refused.hint else "no hint"
    if "signature" not in case or not role.startswith("rsa_private"):
        return "ok"
    form = dict(urllib.parse.parse_qsl(client.sign(manifest["call"]).body.decode()))
    return "ok" if form["sign"] == case["signature"] else "another signature"


def test_each_role_takes_the_file_or_refuses_it() -> None:
    manifest = json.loads((KEYS / "manifest.json").read_text("utf-8"))
    told = [(case, role, expected, answer(manifest, case, role)) for case in manifest["cases"] for role, expected in case["roles"].items()]
    wrong = [f"{case['id']} as {role}: {said}, not {expected}" for case, role, expected, said in told if said != expected]
    assert not wrong, "\n".join(wrong)
    assert len(manifest["cases"]) == manifest["total"] > 0
    print(f"\n  {len(manifest['cases'])} key files in {len(told)} roles")
