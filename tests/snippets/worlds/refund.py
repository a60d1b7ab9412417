import json
import os
import pathlib
import sys
import tempfile

import chexiao

number = sys.argv[1]
config = json.loads(pathlib.Path("wechat.json").read_text("utf-8"))
config["client_certificate"] = {"file": str(pathlib.Path("apiclient_cert.p12").resolve()), "password": config["account"]["mch_id"]}
folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)
pathlib.Path("wechat.json").write_text(json.dumps(config), "utf-8")


def book(order):
    print("booked", order["out_refund_no"])


def ask_later(order):
    print("ask later", order["out_refund_no"])


def alert(*why):
    print("alert", *why)


if number.startswith("PAIDSOON"):  # the refund is not to be found yet
    ask = chexiao.Client.refund_query
    chexiao.Client.refund_query = lambda client, order: ask(client, {**order, "out_refund_no": "R0"})

SNIPPET
