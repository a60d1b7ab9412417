"""`orders.py` behind lines on standard input, for tests/store/run: a verb and its arguments, parted by tabs; one line comes back for each."""

import json
import os
import pathlib
import signal
import sys

sys.path.insert(0, os.fspath(pathlib.Path(__file__).resolve().parents[2] / "examples"))
import orders  # noqa: E402


def die_before(store, statement):
    """Kills this process before so many statements more are begun."""
    left = [int(statement)]

    def count(_sql):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    store._db.set_trace_callback(count)
    return "armed"


def answer(store, verb, *arguments):
    if verb == "die":
        return die_before(store, *arguments)
    if verb in ("begin", "outcome"):
        return getattr(store, verb)(arguments[0], *map(json.loads, arguments[1:]))
    if verb == "notice":
        return store.notice(arguments[0], json.loads(arguments[1]))
    if verb == "done":
        return "yes" if store.done(*arguments) else "no"
    if verb == "row":
        word, todo = store.row(*arguments) or ("-", None)
        return f"{word} {todo or '-'}"
    assert verb == "due"
    return ";".join(" ".join(row) for row in store.due(int(arguments[0])))


def main():
    store = None
    for line in sys.stdin:
        verb, *arguments = line.rstrip("\n").split("\t")
        if verb == "open":
            if store is not None:
                store.close()
            store = orders.Orders(arguments[0])
            print("open", flush=True)
        else:
            print(answer(store, verb, *arguments), flush=True)
    if store is not None:
        store.close()


main()
