"""Members a close reply does not have: those of the family's other calls, and those nobody knows."""

import icbc_verify as close
import wire
from icbc import MSG_ID, ORDER, call, config
from reply import MISMATCH, reply, required, unknown
from vectors import key, pem
from wire import Raw

#: Of the query and of the notification.
STATES = {"payType": "101", "payStatus": "1", "payPlanList": Raw('[{"payPlanSubcode":"1","payAmount":"100","status":"1"}]')}
NOTIFICATION = "from=icbc-api&app_id=Oikeclo001&biz_content=%7B%22payStatus%22%3A%221%22%2C%22payType%22%3A%22101%22%7D&sign_type=RSA&sign=00"
STRANGERS = {"text": ("trace", "x"), "number": ("seq", 1), "null": ("memo", None), "empty": ("memo", ""), "list": ("list", Raw('[1,{"a":null}]')), "object": ("o", Raw('{"sign":"x","return_code":1}')),
             "status-in-capitals": ("Status", "2"), "pay-status-in-small": ("paystatus", "1"), "order-status": ("orderStatus", "1"), "amount": ("payAmount", "100"), "blank-name": ("status ", "2")}


def siblings():
    """What the other calls of the family answer for this very order: (name, members beside echo and code)."""
    order = {"orderCode": ORDER["orderCode"], "payMode": "1", "orderAmount": "100", "orderCurr": "1"}
    yield "create", {**order, "sumPayamt": "100", "redirectParam": "cosp_id=1&app_id=2"}
    yield "refund", {**order, "partnerSeqOrigin": "20190470025", "sumPayamt": "100"}
    yield "reservation-pay", {"partnerSeqOrigin": "20190470025", "orderCode": ORDER["orderCode"], "status": "2"}
    yield "reservation-cancel", {"partnerSeqOrigin": "20190470025", "serialNo": "HQP202603010001"}
    yield "deposit", {"serialNo": "HQP202603010001", "amount": "100"}


def sealed(*args):
    return reply(close.envelope(close.biz(*args)))


def cases():
    """(id, reply, expect)"""
    rows = (("closed", 0, "2", close.CLOSED), ("closed-without-status", 0, "absent", close.MAYBE), ("paid", 5205, "1", close.PAID), ("already-closed", 5205, "2", close.FAILED),
            ("processing", 80005207, "3", {"outcome": "processing", **close.BOUND}))
    for row, code, status, expect in rows:
        for id, pair in STRANGERS.items():
            yield f"stranger-{id}-{row}", sealed(code, status, pair), required(expect)
        for name, value in STATES.items():
            for how, v in (("", value), ("-null", None), ("-empty", "")):
                yield f"of-the-query-{name}{how}-{row}", sealed(code, status, (name, v)), MISMATCH
        yield f"of-the-query-all-{row}", sealed(code, status, *STATES.items()), MISMATCH
        for id, value in (("true", True), ("false", False), ("text", "false"), ("null", None)):
            yield f"success-{id}-{row}", sealed(code, status, ("success", value)), expect
        yield f"order-code-{row}", sealed(code, status, ("orderCode", ORDER["orderCode"])), expect
        yield f"msg-id-{row}", sealed(code, status, ("msg_id", MSG_ID)), expect
    yield "stranger-beside-a-contradiction", sealed(0, "1", ("trace", "x")), unknown("contradiction", hint="paid", contradiction=True)
    yield "stranger-beside-a-word-off-the-list", sealed(0, "4", ("trace", "x")), unknown("unlisted")
    yield "stranger-at-the-gateway-level", reply(close.envelope(wire.object_([("return_code", 400011), ("msg_id", MSG_ID), ("trace", "x")]))), {"outcome": "misconfigured", **close.UNBOUND}
    yield "stranger-throttled", reply(close.envelope(wire.object_([("return_code", 500031), ("msg_id", MSG_ID), ("trace", "x")]))), {"outcome": "throttled", **close.UNBOUND}
    for name, members in siblings():
        status = members.pop("status", "absent")
        yield f"reply-of-{name}", sealed(0, status, *members.items()), close.MAYBE
        yield f"reply-of-{name}-refused", sealed(9999, status, *members.items()), required(close.FAILED) if status == "2" else unknown("unlisted")
    yield "notification-body", reply(NOTIFICATION), unknown("parse")


def account_cases():
    """The same inside a cipher, in another character set and under another hash. (id, config, reply, expect)"""
    accounts = (("aes256", config(encrypt_key=key("icbc_aes256")), lambda text: close.envelope(f'"{close.crypto.aes("icbc_aes256", text.encode())}"')),
                ("gbk", config(charset="GBK", gateway=pem("icbc_gateway.cert_pem")), lambda text: close.envelope(text, charset="gbk")),
                ("sha256", config(reply_hash="SHA-256"), lambda text: close.envelope(text, digest="sha256")))
    for account, conf, seal in accounts:
        for row, code, status, expect in (("closed", 0, "2", close.CLOSED), ("paid", 5205, "1", close.PAID)):
            yield f"{account}-stranger-{row}", conf, reply(seal(close.biz(code, status, ("备注", "x")))), required(expect)
            for name, value in STATES.items():
                yield f"{account}-of-the-query-{name}-{row}", conf, reply(seal(close.biz(code, status, (name, value)))), MISMATCH


def verify():
    """The replies of a close, then those that hold more."""
    file = close.verify()
    for id, what, expect in cases():
        file.add(f"icbc-verify-{id}", config=config(), call=call(), reply=what, expect=expect)
    for id, conf, what, expect in account_cases():
        file.add(f"icbc-verify-{id}", config=conf, call=call(), reply=what, expect=expect)
    return file
