"""wechatpy closes and queries: a task a line in, a word a line out."""

import json
import pathlib
import sys
import time

from wechatpy.pay import WeChatPay, WeChatPayException

FOLDER, URL = sys.argv[1:]
ACCOUNT = json.loads((pathlib.Path(FOLDER) / "wechat.json").read_text())["account"]


def client(key=ACCOUNT["api_key"], sub_mch_id=None):
    pay = WeChatPay(ACCOUNT["appid"], key, ACCOUNT["mch_id"], sub_mch_id=sub_mch_id, timeout=20)
    pay.API_BASE_URL = URL + "/"
    return pay


def query(pay, **names):
    reply = pay.order.query(**names)
    return reply if pay.check_signature(reply) else {"trade_state": "FORGED"}


def by_id(pay, number):
    reply = query(pay, transaction_id=query(pay, out_trade_no=number)["transaction_id"])
    return f"{reply['out_trade_no']} {reply['trade_state']}"


def close(pay, number):
    reply = pay.order.close(number)
    return reply["result_code"] if pay.check_signature(reply) else "FORGED"


def cost(times, pay=client()):
    begun = time.process_time_ns()
    for _ in range(int(times)):
        assert close(pay, "20260101000001") == "SUCCESS"
    return time.process_time_ns() - begun


TASKS = {
    # For bench: nanoseconds of the processor.
    "cost": cost,
    "close": lambda number: close(client(), number),
    "close-sub": lambda number: close(client(sub_mch_id="1900000110"), number),
    "close-wrong-key": lambda number: close(client(key="0" * 32), number),
    "query": lambda number: query(client(), out_trade_no=number)["trade_state"],
    "query-by-id": lambda number: by_id(client(), number),
}

for line in sys.stdin:
    verb, number = line.split()
    try:
        word = TASKS.get(verb, lambda _: "-")(number)
    except WeChatPayException as error:
        word = error.errcode or error.return_code
    print(word, flush=True)
