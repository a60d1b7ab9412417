#!/usr/bin/env python3
"""What others wrote of what is given out.
    materials.py notices          their licences
    materials.py features CRATE   those that it ships with
    materials.py check BILL…      whether bills of materials (CycloneDX) name what is linked, by version and by the hash in Cargo.lock
"""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[1]
# With the features they ship with.
SHIPPED = {"chexiao-ffi": "", "chexiao-cli": "chexiao-cli/parquet", "chexiao-jni": "", "chexiao-python": ""}
TARGETS = [line.split()[0] for line in (ROOT / "packaging/targets").read_text("utf-8").splitlines() if line[:1] != "#"]
LICENCE = re.compile(r"^(LICEN[CS]E|COPYING|COPYRIGHT|NOTICE|UNLICENSE)", re.IGNORECASE)
HEAD = """chexiao is made with the packages below and with Rust's standard library (Apache-2.0 OR MIT, the Rust Project's contributors).
What zig links has compiler-rt and libunwind of LLVM (Apache-2.0 WITH LLVM-exception); the command for musl has musl (MIT, Rich Felker and
others); what is for Windows has the runtime of mingw-w64 (ZPL-2.1 and the public domain) and libgcc (GPL-3.0 WITH GCC-exception-3.1).
"""


def main() -> None:
    match sys.argv[1:]:
        case ["notices"]:
            packages = {named(package): package for name in SHIPPED for package in linked(name, TARGETS)}
            print(notices([package for _, package in sorted(packages.items())]), end="")
        case ["features", crate]:
            print(SHIPPED[crate])
        case ["check", *bills] if bills:
            wrong = [line for bill in bills for line in differences(pathlib.Path(bill))]
            print(*wrong or [f"{len(bills)} bills of materials fit"], sep="\n")
            sys.exit(bool(wrong))
        case _:
            sys.exit(__doc__)


def linked(into: str, targets: list[str] | None = None) -> list[dict[str, Any]]:
    """The packages of others that it holds on these targets, or on any: what only builds or tests is not there."""
    command = ["cargo", "metadata", "--format-version=1", "--locked", f"--features={SHIPPED[into]}"]
    command += [f"--filter-platform={target}" for target in targets or []]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    waiting = [package["id"] for package in metadata["packages"] if package["name"] == into]
    found = set()
    while waiting:
        if (package := waiting.pop()) not in found:
            found.add(package)
            waiting += [dep["pkg"] for dep in nodes[package]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
    return [package for package in metadata["packages"] if package["id"] in found and package["source"]]


def named(package: dict[str, Any]) -> str:
    return f"{package['name']} {package['version']}"


def notices(packages: list[dict[str, Any]]) -> str:
    """Each text once, under all that have it."""
    holders: dict[str, list[str]] = defaultdict(list)
    for package in packages:
        for text in texts(package):
            holders[text].append(f"{named(package)} ({package['license'] or 'see its text'})\n")
    parts = [f"{''.join(titles)}{'-' * 78}\n{text}\n" for text, titles in holders.items()]
    return f"\n{'=' * 78}\n".join([HEAD, *parts])


def texts(package: dict[str, Any]) -> list[str]:
    folder = pathlib.Path(package["manifest_path"]).parent
    files = sorted(file for file in folder.iterdir() if file.is_file() and LICENCE.match(file.name))
    found = [file.read_text("utf-8", "replace").strip() for file in files]
    whose = ", ".join(package["authors"]) or package["repository"] or package["name"]
    return found or [f"Its package holds no text of the licence {package['license']}; it is by {whose}."]


def differences(bill: pathlib.Path) -> list[str]:
    said = json.loads(bill.read_text("utf-8"))
    locked = {named(it): it["checksum"] for it in tomllib.loads((ROOT / "Cargo.lock").read_text("utf-8"))["package"] if "checksum" in it}
    hashes = {named(it): hash_of(it) for it in said["components"] if not it["name"].startswith("chexiao")}
    there = {named(package) for package in linked(said["metadata"]["component"]["name"])}
    return [
        *(f"{bill.name}: {name} is linked and not named" for name in there - hashes.keys()),
        *(f"{bill.name}: {name} is named and not linked" for name in hashes.keys() - there),
        *(f"{bill.name}: {name} has another hash than in Cargo.lock" for name in there & hashes.keys() if hashes[name] != locked[name]),
    ]


def hash_of(component: dict[str, Any]) -> str | None:
    return next((it["content"] for it in component.get("hashes", []) if it["alg"] == "SHA-256"), None)


main()
