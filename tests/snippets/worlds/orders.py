import json
import pathlib
import sys
import time

import chexiao
from orders import Orders
from posted import posted

number = sys.argv[1]
order = {"out_trade_no": number}
config = json.loads(pathlib.Path("wechat.json").read_text("utf-8"))
client = chexiao.Client(config)
orders = Orders(":memory:")
# What a process left that died long ago.
left = "CLOSED" + number if number.startswith(("A", "PAID")) else number
orders.begin("wechat", {"out_trade_no": left})
orders._db.execute("UPDATE orders SET updated = 0")
closing = {} if left.startswith("WAITED") else {left: time.time() - (90_000 if left.startswith("QUERYCUT") else 60)}

headers, body = posted(config, number)


def act(todo, order):
    print(todo, order.get("out_trade_no"))


def answer(how):
    print(how.status, b"SUCCESS" in how.body)


SNIPPET
