"""One vector file: where it goes, what stands in it, and its text."""

import json

import keys
import reply

# Beside every request: nothing here undoes a compression, and some hosts' HTTP clients ask for one by themselves.
IDENTITY = {"Accept-Encoding": "identity"}


def key(ref):
    """A reference the runner replaces by the text of that name in the file's "keys"."""
    return {"$key": ref}


def pem(ref):
    return {"pem": key(ref)}


def base64(ref):
    return {"base64": key(ref)}


def _references(value):
    if isinstance(value, dict):
        if set(value) == {"$key"}:
            yield value["$key"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _lines(vector):
    """One line for each member, so that a change reads well in a diff."""
    members = (f"   {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in vector.items())
    return "  {\n" + ",\n".join(members) + "\n  }"


def by_hand(gateway):
    return f"worked out by hand from the rules for {gateway} with Python cryptography"


class File:
    def __init__(self, gateway, kind, name, about, checked):
        self.gateway, self.kind, self.about, self.checked = gateway, kind, about, checked
        self.path = f"{gateway}/{name}.json"
        self.vectors = []

    def add(self, id, *, source=None, checked=None, **rest):
        if self.kind == "verify":
            rest["expect"] = reply.settled(rest["expect"], rest["call"]["operation"])
        head = {"id": id, "source": source or by_hand(self.gateway), "checked": checked or self.checked}
        self.vectors.append({**head, **rest})

    def text(self):
        names = sorted(set(_references(self.vectors)))
        head = {"gateway": self.gateway, "kind": self.kind, "about": self.about}
        if names:
            head["keys"] = {name: keys.text(name) for name in names}
        lines = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
        return lines + ',\n "vectors": [\n' + ",\n".join(map(_lines, self.vectors)) + "\n ]\n}\n"
