#!/usr/bin/env python3
"""The numbers, words and JSON documents that the C library gives, as {"statuses": {number: word}, "documents": {document: {key: types}}}.

    documents.py record LIBRARY        prints them
    documents.py compare OLD NEW       prints what is in OLD and is not in NEW
    documents.py take LIBRARY INPUTS   prints which settings and calls it does not take, or makes another request of

Sends nothing: every document comes of a client that is opened, asked to sign, and given a reply.
"""

import base64
import ctypes
import hashlib
import json
import os
import sys
from pathlib import Path

KEY = "TEST ONLY 0123456789abcdefghijkl"
CONFIG = {
    "gateway": "wechat",
    "environment": "mainland",
    "account": {"appid": "wx8888888888888888", "mch_id": "1900000109", "api_key": {"env": "TEST_ONLY_API_KEY"}},
}
CALL = {"operation": "close", "order": {"out_trade_no": "1217752501201407033233368018"}}
PAID = {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "ORDERPAID", "err_code_des": "paid", "nonce_str": "n"}


def reply():
    """An order that is paid, as WeChat Pay says it: signed by MD5."""
    members = {**PAID, "appid": CONFIG["account"]["appid"], "mch_id": CONFIG["account"]["mch_id"]}
    text = "&".join(f"{name}={value}" for name, value in sorted(members.items())) + f"&key={KEY}"
    members["sign"] = hashlib.md5(text.encode()).hexdigest().upper()
    body = "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in members.items()) + "</xml>"
    return {"status": 200, "headers": {}, "body_base64": base64.b64encode(body.encode()).decode()}


class Library:
    """What `chexiao.h` declares, with JSON on both sides."""

    def __init__(self, path):
        self.c = ctypes.CDLL(os.path.abspath(path))
        self.c.chexiao_status_name.restype = ctypes.c_char_p
        self.client = ctypes.c_uint64()

    def ask(self, function, *arguments):
        out = ctypes.c_char_p()
        getattr(self.c, function)(*arguments, ctypes.byref(out))
        return json.loads(out.value)

    def open(self, config):
        text = json.dumps(config).encode()
        return self.ask("chexiao_client_new", text, ctypes.c_size_t(len(text)), ctypes.byref(self.client))

    def give(self, function, document):
        text = json.dumps(document).encode()
        return self.ask(function, self.client, text, ctypes.c_size_t(len(text)))

    def statuses(self):
        names = {number: self.c.chexiao_status_name(number).decode() for number in range(-100, 100)}
        return {str(number): name for number, name in names.items() if name != "invalid"}


def keys(value, at=""):
    """Every path in a document, with the type that is there."""
    if isinstance(value, list):
        for item in value:
            yield from keys(item, f"{at}[]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from keys(item, f"{at}.{name}".lstrip("."))
    else:
        yield at, {str: "text", bool: "boolean", int: "number", type(None): "null"}[type(value)]


def recorded(path):
    os.environ["TEST_ONLY_API_KEY"] = KEY
    library = Library(path)
    error = library.open({**CONFIG, "gateway": "no such gateway"})
    assert library.open(CONFIG) == {}
    request = library.give("chexiao_sign", CALL)
    result = library.give("chexiao_verify", {"call": CALL, "request": request, "reply": reply()})
    assert result["outcome"] == "paid", result
    documents = {"error": error, "request": request, "result": result, "gateways": library.ask("chexiao_gateways")}
    shapes = {}
    for name, document in documents.items():
        shape = shapes[name] = {}
        for path_, type_ in keys(document):
            # The names of headers and environments are values.
            known = "headers" if path_.startswith("headers.") else path_
            shape.setdefault(known, set()).add(type_)
    return {"statuses": library.statuses(), "documents": {name: {at: sorted(types) for at, types in sorted(shape.items())} for name, shape in shapes.items()}}


def broken(old, new):
    for number, word in old["statuses"].items():
        if new["statuses"].get(number) != word:
            yield f"status {number} was {word}, is {new['statuses'].get(number)}"
    for name, shape in old["documents"].items():
        for at, types in shape.items():
            here = new["documents"][name].get(at)
            if here != types:
                yield f"{name}: {at} was {' or '.join(types)}, is {' or '.join(here or ['gone'])}"


def untaken(path, inputs):
    library = Library(path)
    for given in inputs:
        said = library.open(given["config"]) or library.give("chexiao_sign", given["call"])
        if "error" in said:
            yield f"{given['id']}: {said['message']}"
        else:
            yield from (f"{given['id']}: {name} is another" for name, value in given["expect"].items() if not holds(said[name], value))


def holds(said, expected):
    """Headers may be more than they were."""
    return expected.items() <= said.items() if isinstance(expected, dict) else said == expected


def main():
    match sys.argv[1:]:
        case ["record", library]:
            print(json.dumps(recorded(library), indent=1))
        case ["compare", old, new]:
            for line in broken(*(json.loads(Path(path).read_text("utf-8")) for path in (old, new))):
                print(line)
        case ["take", library, inputs]:
            for line in untaken(library, json.loads(Path(inputs).read_text("utf-8"))["inputs"]):
                print(line)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
