"""partner.py FOLDER: how long chexiao's Python package takes. A verb and a number a line in; nanoseconds of the processor a line out."""

import pathlib
import sys
import time

import chexiao

FOLDER = pathlib.Path(sys.argv[1])

client = chexiao.Client(FOLDER / "config.json")
call = (FOLDER / "call.json").read_text()
request = client.sign(call)
reply = chexiao.HttpReply(200, {"Content-Type": (FOLDER / "content-type").read_text()}, (FOLDER / "body").read_bytes())


def closed(outcome):
    assert outcome.is_closed, outcome


VERBS = {
    "sign": lambda: client.sign(call),
    "verify": lambda: closed(client.verify(request, reply)),
    "send": lambda: closed(client.send(call)),
}

for line in sys.stdin:
    verb, times = line.split()
    act = VERBS[verb]
    begun = time.process_time_ns()
    for _ in range(int(times)):
        act()
    print(time.process_time_ns() - begun, flush=True)
