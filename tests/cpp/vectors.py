#!/usr/bin/env python3
"""Writes the verify vectors as netstrings ("5:bytes,"): id, config, call, reply, expected outcome. With --count: the manifest's number."""
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "vectors"
FILES = [file for file in json.loads((FOLDER / "manifest.json").read_text("utf-8"))["files"] if file["kind"] == "verify"]


def with_keys(value, keys):
    if isinstance(value, dict):
        return keys[value["$key"]] if "$key" in value else {name: with_keys(inner, keys) for name, inner in value.items()}
    return value


def records():
    for file in FILES:
        content = json.loads((FOLDER / file["path"]).read_text("utf-8"))
        for vector in content["vectors"]:
            config = with_keys(vector["config"], content["keys"])
            texts = [json.dumps(it, ensure_ascii=False) for it in (config, vector["call"], vector["reply"])]
            yield [vector["id"], *texts, vector["expect"]["outcome"]]


if "--count" in sys.argv:
    print(sum(file["count"] for file in FILES))
else:
    for text in (text.encode() for record in records() for text in record):
        sys.stdout.buffer.write(b"%d:%s," % (len(text), text))
