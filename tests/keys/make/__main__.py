"""Makes tests/keys/files and manifest.json (`run`), or of these only the families that are named (`run numbers foreign`: the other files and
cases stay as they are); with --check proves what is there (`check`)."""

import json
import pathlib
import shutil
import sys

import broken
import client
import corpus
import encrypted
import foreign
import forms
import spelled
import pfx
import private
import public
import refused
import reread
import sm2
import tools_of_others

KEYS = pathlib.Path(__file__).resolve().parent.parent
FAMILIES = (private, public, encrypted, pfx, sm2, refused, broken, spelled, foreign, forms, tools_of_others, client)


def made(families):
    """Every case; ids and files are unique, and a file that a case does not make is made by another."""
    cases = [case for family in families for case in family.cases()]
    for what in ([case.id for case in cases], [case.file for case in cases if case.data is not None]):
        twice = {name for name in what if what.count(name) > 1}
        if twice:
            sys.exit(f"twice: {sorted(twice)}")
    return cases


def write(names):
    families = [family for family in FAMILIES if not names or family.__name__ in names]
    cases, files, manifest = made(families), KEYS / "files", KEYS / "manifest.json"
    if not names:
        shutil.rmtree(files, ignore_errors=True)
        files.mkdir()
    rows = {row["id"]: row for row in json.loads(manifest.read_text("utf-8"))["cases"]} if names else {}
    for case in cases:
        if case.data is not None:
            (files / case.file).write_bytes(case.data)
    rows |= {case.id: case.json() for case in cases}
    client.beside(rows)
    rows = list(rows.values())
    manifest.write_text(corpus.manifest(rows), "utf-8")
    print(f"{len(rows)} cases, {len(list(files.iterdir()))} files")


def main():
    if "--check" in sys.argv[1:]:
        return reread.check(KEYS, json.loads((KEYS / "manifest.json").read_text("utf-8")))
    write(sys.argv[1:])
    return 0


sys.exit(main())
