#!/usr/bin/env python3
"""Writes the sign, verify and refuse vectors as netstrings ("5:bytes,"), which C reads without a JSON parser.

A case is five of them: id, kind, config, call, reply (empty unless kind is verify). On stderr: the number of cases. Fails where a
file holds another number of vectors than the manifest says.
"""
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "vectors"


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


def main():
    count = 0
    files = json.loads((FOLDER / "manifest.json").read_text("utf-8"))["files"]
    for file in (file for file in files if file["kind"] != "primitive"):
        content = json.loads((FOLDER / file["path"]).read_text("utf-8"))
        keys = content.get("keys", {})
        if len(content["vectors"]) != file["count"]:
            sys.exit(f"{file['path']} holds {len(content['vectors'])} vectors, not {file['count']}")
        for vector in content["vectors"]:
            count += 1
            case = [vector["id"], file["kind"]] + [text(vector, name, keys) for name in ("config", "call", "reply")]
            for field in (field.encode() for field in case):
                sys.stdout.buffer.write(b"%d:%s," % (len(field), field))
    print(count, file=sys.stderr)


main()
