"""wechatpy closes, queries, orders, refunds, fetches bills, signs for front ends and signs replies: a task a line in, a word a line out."""

import base64
import json
import pathlib
import sys
import time

from wechatpy.pay import WeChatPay, WeChatPayException
from wechatpy.pay.utils import calculate_signature, calculate_signature_hmac, dict_to_xml

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


def prepaid(pay, number, trade_type, **buyer):
    reply = pay.order.create(trade_type, "书 & <book>", 100, "https://shop.example/n?a=1&b=2", "127.0.0.1", out_trade_no=number, **buyer)
    return reply["prepay_id"] if pay.check_signature(reply) else "FORGED"


def order(pay, number):
    return "PREPAID" if prepaid(pay, number, "NATIVE").startswith("wx") else "FORGED"


def refund(pay, number):
    reply = pay.refund.apply(100, 100, "R" + number, out_trade_no=number, refund_desc="退货 & <refund>")
    return reply["result_code"] if pay.check_signature(reply) else "FORGED"


def refund_query(pay, number):
    reply = pay.refund.query(out_refund_no="R" + number)
    return reply["refund_status_0"] if pay.check_signature(reply) else "FORGED"


def bill(pay, day):
    return pay.tools.download_bill(day).lstrip("\ufeff").split(",")[0]


def jsapi(pay, number):
    return json.dumps(pay.jsapi.get_jsapi_params(prepaid(pay, number, "JSAPI", user_id="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")))


def app(pay, number):
    return json.dumps(pay.order.get_appapi_params(prepaid(pay, number, "APP")))


def reply(sign, fields):
    """As the gateway would."""
    fields = json.loads(fields)
    return base64.b64encode(dict_to_xml(fields, sign(fields, ACCOUNT["api_key"])).encode()).decode()


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
    "order": lambda number: order(client(), number),
    "refund": lambda number: refund(client(), number),
    "refund-query": lambda number: refund_query(client(), number),
    "bill": lambda day: bill(client(), day),
    "jsapi": lambda number: jsapi(client(), number),
    "app": lambda number: app(client(), number),
    "query": lambda number: query(client(), out_trade_no=number)["trade_state"],
    "query-by-id": lambda number: by_id(client(), number),
    "reply": lambda fields: reply(calculate_signature, fields),
    "reply-hmac": lambda fields: reply(calculate_signature_hmac, fields),
}

for line in sys.stdin:
    verb, number = line.split()
    try:
        word = TASKS.get(verb, lambda _: "-")(number)
    except WeChatPayException as error:
        word = error.errcode or error.return_code
    print(word, flush=True)
