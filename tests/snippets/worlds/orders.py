import base64
import json
import pathlib
import ssl
import sys
import time
import urllib.request

ROOT = next(folder for folder in pathlib.Path(__file__).resolve().parents if (folder / "examples/orders.sql").is_file())
sys.path.insert(0, str(ROOT / "examples"))

import chexiao
from orders import Orders

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

headers, body = {}, b"<xml>signed by nobody</xml>"
if number.startswith("PAID"):
    ask = json.dumps({"gateway": "wechat", "order": number}).encode()
    context = ssl.create_default_context(cafile=config["ca_file"])
    with urllib.request.urlopen(config["base_url"] + "/_sandbox/notices", ask, 10, context=context) as reply:
        posted = json.load(reply)
    headers, body = posted["headers"], base64.b64decode(posted["body_base64"])


def act(todo, order):
    print(todo, order.get("out_trade_no"))


def answer(how):
    print(how.status, b"SUCCESS" in how.body)


SNIPPET
