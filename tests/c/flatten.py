#!/usr/bin/env python3
"""Writes the sign, verify, answer and refuse vectors, or with the argument `keys` the corpus of key files, as netstrings ("5:bytes,"), which C reads without a JSON parser.

A case is five of them: id, kind, config, call, reply (empty unless kind is verify or answer). A case of the corpus has the kind open: a file in
one of its roles. On stderr: the number of cases. Fails where a file holds another number of vectors than the manifest says.
"""
import json
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
FOLDER = TESTS / "vectors"
KEYS = TESTS / "keys"


def with_keys(value, keys):
    if isinstance(value, dict):
        return keys[value["$key"]] if "$key" in value else {name: with_keys(inner, keys) for name, inner in value.items()}
    return [with_keys(inner, keys) for inner in value] if isinstance(value, list) else value


def text(vector, name, keys):
    if f"{name}_text" in vector:
        return vector[f"{name}_text"]
    return compact(with_keys(vector[name], keys)) if name in vector else ""


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def vectors():
    files = json.loads((FOLDER / "manifest.json").read_text("utf-8"))["files"]
    for file in (file for file in files if file["kind"] != "primitive"):
        content = json.loads((FOLDER / file["path"]).read_text("utf-8"))
        keys = content.get("keys", {})
        if len(content["vectors"]) != file["count"]:
            sys.exit(f"{file['path']} holds {len(content['vectors'])} vectors, not {file['count']}")
        for vector in content["vectors"]:
            yield [vector["id"], file["kind"]] + [text(vector, name, keys) for name in ("config", "call", "reply")]


def key_files():
    manifest = json.loads((KEYS / "manifest.json").read_text("utf-8"))
    if len(manifest["cases"]) != manifest["total"]:
        sys.exit(f"{len(manifest['cases'])} key files, not {manifest['total']}")
    call = compact(manifest["call"] | {"msg_id": "m1", "nonce": "n1"})
    for case in manifest["cases"]:
        for role in case["roles"]:
            yield [f"{case['id']} as {role}", "open", compact(filled(manifest["roles"][role], case)), call, ""]


def filled(template, case):
    if isinstance(template, dict):
        return {name: filled(value, case) for name, value in template.items() if value != "$password" or "password" in case}
    if template == "$password":
        return case["password"]
    files = str(KEYS / "files")
    whole = {"$file": f"{files}/{case['file']}"}
    return whole.get(template, template.replace("$corpus", files).replace("$key", case.get("key", ""))) if isinstance(template, str) else template


def main():
    count = 0
    for case in key_files() if sys.argv[1:] == ["keys"] else vectors():
        count += 1
        for field in (field.encode() for field in case):
            sys.stdout.buffer.write(b"%d:%s," % (len(field), field))
    print(count, file=sys.stderr)


main()
