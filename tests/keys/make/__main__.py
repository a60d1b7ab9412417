"""Makes tests/keys/files and manifest.json (`run`); with --check proves what is there (`check`)."""

import json
import pathlib
import shutil
import sys

import broken
import corpus
import encrypted
import pfx
import private
import public
import refused
import reread
import sm2

KEYS = pathlib.Path(__file__).resolve().parent.parent
FAMILIES = (private, public, encrypted, pfx, sm2, refused, broken)


def made():
    """Every case; ids and files are unique, and a file that a case does not make is made by another."""
    cases = [case for family in FAMILIES for case in family.cases()]
    for what in ([case.id for case in cases], [case.file for case in cases if case.data is not None]):
        twice = {name for name in what if what.count(name) > 1}
        if twice:
            sys.exit(f"twice: {sorted(twice)}")
    return cases


def write(cases):
    files = KEYS / "files"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir()
    for case in cases:
        if case.data is not None:
            (files / case.file).write_bytes(case.data)
    (KEYS / "manifest.json").write_text(corpus.manifest(cases), "utf-8")
    print(f"{len(cases)} cases, {len(list(files.iterdir()))} files")


def main():
    if "--check" in sys.argv[1:]:
        return reread.check(KEYS, json.loads((KEYS / "manifest.json").read_text("utf-8")))
    write(made())
    return 0


sys.exit(main())
