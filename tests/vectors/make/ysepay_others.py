"""Signed objects of YSEPay's other methods under the cancel's name (the name is not signed), and members nobody knows."""

import ysepay
import ysepay_verify as close
from reply import MISMATCH, reply, required, unknown
from wire import Raw
from ysepay_verify import BOUND, CLOSED, MISCONFIGURED, biz, envelope

PROTOCOL = ysepay.call()["order"]["protocol_no"]
TRADE = {"out_trade_no": "20180614001", "trade_no": "01O180614019698409", "total_amount": "1.00"}
REFUND = {"out_trade_no": "20180614001", "trade_no": "01O180614019698409", "refund_amount": "1.00", "refundsn": "R1", "refund_state": "success"}
#: name -> (trade_status, members).
CALLS = {
    "fastPay": ("SUCCESS", {**TRADE, "account_date": "20180614"}),
    "fastPay-confirm": ("SUCCESS", {**TRADE, "fee": "0.01", "partner_fee": "0.01", "payee_fee": "0", "payer_fee": "0"}),
    "fastPay-reachievemsg": ("WAIT_CONFIRM", {"out_trade_no": "20180614001"}),
    "trade-query": ("TRADE_SUCCESS", {**TRADE, "receipt_amount": "1.00"}),
    "trade-close": ("SUCCESS", {"out_trade_no": "20180614001", "trade_no": "01O180614019698409"}),
    "trade-refund": ("SUCCESS", REFUND),
    "trade-refund-query": ("SUCCESS", {**REFUND, "refund_reason": "退货"}),
    "payout": ("SUCCESS", {"out_trade_no": "20180614001", "trade_no": "01O180614019698409", "total_amount": "1.00", "bank_account_no": "6222"}),
    "payment-notification": ("TRADE_SUCCESS", {**TRADE, "notify_type": "directpay.status.sync", "settlement_amount": "0.99"}),
}
NAMES = ("total_amount", "settlement_amount", "trade_amount", "amount", "fee", "partner_fee", "payer_fee", "out_trade_no", "trade_no", "refund_amount", "refund_state", "refund_reason", "refundsn", "refund")
STRANGERS = {"text": ("trace", "x"), "number": ("seq", 1), "null": ("memo", None), "empty": ("memo", ""), "list": ("list", Raw('[1,{"a":null}]')), "object": ("o", Raw('{"code":"40004","sign":"x"}')),
             "code-in-capitals": ("Code", "40004"), "our-protocol": ("protocol_no", PROTOCOL), "openid": ("openid", "x"), "blank-name": ("trade_status ", "FAILED")}


def sealed(*args, **more):
    return reply(envelope(biz(*args, **more)))


def cases():
    """(id, reply, expect)"""
    refused = {"outcome": "refused", **BOUND}
    for id, (status, members) in CALLS.items():
        yield f"reply-of-{id}", sealed("10000", status, *members.items()), MISMATCH
        yield f"reply-of-{id}-not-done", sealed("10000", "FAILED", *members.items()), MISMATCH
        yield f"reply-of-{id}-under-its-own-name", reply(envelope(biz("10000", status, *members.items()), name=f"ysepay_{id.replace('-', '_')}_response")), unknown()
    yield "reply-of-sign", sealed("10000", "WAIT_CONFIRM", ("protocol_no", "")), unknown()
    yield "reply-of-sign-confirm", sealed("10000", "SUCCESS", ("protocol_no", PROTOCOL)), required(CLOSED)
    for id, number in (("other", PROTOCOL[:-1] + "1"), ("shorter", PROTOCOL[:-1]), ("blank-after", PROTOCOL + " "), ("lower", PROTOCOL.lower()), ("empty", "")):
        yield f"reply-of-sign-confirm-{id}", sealed("10000", "SUCCESS", ("protocol_no", number)), MISMATCH
        yield f"reply-of-sign-confirm-{id}-not-done", sealed("10000", "FAILED", ("protocol_no", number)), MISMATCH
    for name in NAMES:
        for row, args in (("closed", ("10000", "SUCCESS")), ("typo", ("10000", "SUCCES")), ("refused", ("10000", "FAILED"))):
            yield f"of-another-call-{name}-{row}", sealed(*args, (name, "1.00")), MISMATCH
    for name in ("total_amount", "trade_no", "refund_state"):
        yield f"of-another-call-{name}-number", sealed("10000", "SUCCESS", (name, Raw("1.0"))), MISMATCH
        yield f"of-another-call-{name}-null", sealed("10000", "SUCCESS", (name, None)), MISMATCH
        yield f"of-another-call-{name}-system-error", sealed("40004", "absent", (name, "1"), sub="ACQ.SYSTEM_ERROR"), unknown()
    for id, pair in STRANGERS.items():
        yield f"stranger-{id}", sealed("10000", "SUCCESS", pair), required(CLOSED)
        yield f"stranger-{id}-typo", sealed("10000", "SUCCES", pair), required(CLOSED)
        yield f"stranger-{id}-refused", sealed("10000", "FAILED", pair), refused
        yield f"stranger-{id}-misconfigured", sealed("40004", "absent", pair, sub="ACQ.ACCESS_FORBIDDEN"), MISCONFIGURED
        yield f"stranger-{id}-unlisted", sealed("10000", "CLOSED", pair), unknown("unlisted")
    yield "stranger-beside-a-contradiction", sealed("10000", "SUCCESS", ("trace", "x"), sub="ACQ.SYSTEM_ERROR"), unknown("contradiction", contradiction=True)
    yield "sub-msg-alone", sealed("10000", "SUCCESS", ("sub_msg", "解约成功")), CLOSED
    yield "notification-body", reply("notify_type=directpay.status.sync&trade_status=TRADE_SUCCESS&sign=00"), unknown("parse")


def verify():
    """The replies of a close, then those that hold more."""
    file = close.verify()
    for id, what, expect in cases():
        file.add(f"ysepay-verify-{id}", config=ysepay.config(), call=ysepay.call(), reply=what, expect=expect)
    return file
