"""Replies of EdgerOS's other calls about the same order, and members nobody knows, put before a close."""

import edgeros_verify as close
import wire
from edgeros import AP, MP, call, config
from edgeros_verify import CLOSED, NO_ORDER, REFUSED, TOP, envelope, with_data, without
from reply import MISMATCH, reply, required, unknown
from wire import Raw

TRADE = {"app_no": "APP100", "extra": "", "success_time": "2026-01-02T15:04:05+08:00", "acoid": "9d5f1e", "amount_total": "1.00", "pay_channel": "WECHAT", "pay_method": "NATIVE"}
REFUND = {"refund_no": "RF202112151150252267829842920145605378", "mch_refund_no": "mr202104021606341385640107521832", "refund_amount": "1.00"}
#: name -> members of data beside those of a close.
CALLS = {
    "trade": TRADE,
    "trade-without-time": {k: v for k, v in TRADE.items() if k != "success_time"},
    "refund": REFUND,
    "refund-query": {**REFUND, "refund_reason": "退货", "success_time": "2026-01-02T15:04:05+08:00"},
    "payment-notification": {"notify_time": "20260102150405", "app_no": "APP100", "extra": "", "amount_total": "1.00", "amount_currency": "CNY", "success_time": "2026-01-02T15:04:05+08:00", "acoid": "9d5f1e"},
    "refund-notification": {**REFUND, "notify_time": "20260102150405", "success_time": "2026-01-02T15:04:05+08:00", "refund_reason": "退货"},
}
BILL = {"code": "SUCCESS", "description": "ok", "url": "https://bill.example/1", "hash_code": "ab12", "hash_type": "SHA256"}
#: The page's list, each by itself.
NAMES = {**REFUND, "refund_reason": "退货", "success_time": "2026-01-02T15:04:05+08:00", "amount_total": "1.00", "amount_currency": "CNY", "acoid": "9d5f1e", "notify_time": "20260102150405",
         "url": "https://bill.example/1", "hash_code": "ab12", "hash_type": "SHA256"}
STRANGERS = {"app-no": {"app_no": "x"}, "pay-channel": {"pay_channel": "WECHAT"}, "pay-method": {"pay_method": "NATIVE"}, "extra": {"extra": "x"}, "extra-empty": {"extra": ""}, "text": {"trace": "abc"},
             "number": {"rate": Raw("1.0")}, "false": {"paid": False}, "list": {"list": Raw("[1]")}, "code-in-capitals": {"Code": "SUCCESS"}, "refund-in-capitals": {"Refund_no": "x"}, "blank-name": {"code ": "FAIL"}}
MISSING = {**TOP, "status": 1007, "message": "ORDER_NOT_EXIST"}
NOT_FOUND = {"outcome": "not_found", "confirm": "recommended", **close.UNBOUND}


def cases():
    """(id, reply, expect)"""
    for code in ("SUCCESS", "FAIL"):
        for id, members in CALLS.items():
            yield f"reply-of-{id}-{code}", reply(envelope(with_data(code=code, description="ok", **members))), MISMATCH
        for name, value in NAMES.items():
            yield f"of-another-call-{name}-{code}", reply(envelope(with_data(code=code, **{name: value}))), MISMATCH
    for name in NAMES:
        yield f"of-another-call-{name}-empty", reply(envelope(with_data(**{name: ""}))), MISMATCH
        yield f"of-another-call-{name}-null", reply(envelope(with_data(**{name: None}))), CLOSED
    for code in ("PROCESSING", "PAID", ""):
        yield f"reply-of-trade-{code or 'empty'}", reply(envelope(with_data(code=code, **TRADE))), MISMATCH
    yield "reply-of-trade-unpaid", reply(envelope(with_data(app_no="APP100", extra=""))), required(CLOSED)
    yield "reply-of-bill", reply(envelope({**NO_ORDER, **BILL})), unknown("mismatch")
    yield "reply-of-bill-that-names-the-order", reply(envelope(with_data(**BILL))), MISMATCH
    flat = {**close.DATA, **CALLS["payment-notification"]}
    sign = close.crypto.rsa("edgeros_platform", "sha256", close.canonical(flat).encode())
    yield "notification-body", reply(wire.object_([*flat.items(), ("sign", sign)])), unknown(evidence="none")
    yield "notification-body-as-data", reply(envelope(flat, sign=sign)), close.BAD
    yield "order-created", reply('{"success":true}'), unknown(evidence="none")
    for id, members in STRANGERS.items():
        yield f"stranger-{id}", reply(envelope(with_data(**members))), required(CLOSED)
        yield f"stranger-{id}-refused", reply(envelope(with_data(code="FAIL", **members))), REFUSED
        yield f"stranger-{id}-above", reply(envelope(top={**TOP, **members})), required(CLOSED)
        yield f"stranger-{id}-1007", reply(envelope({**NO_ORDER, **members}, top=MISSING)), required(NOT_FOUND)
    yield "stranger-1007-above", reply(envelope(NO_ORDER, top={**MISSING, "trace": "abc"})), required(NOT_FOUND)
    yield "stranger-null", reply(envelope(with_data(trace=None, nothing=None))), CLOSED
    yield "stranger-null-above", reply(envelope(top={**TOP, "trace": None})), CLOSED
    yield "stranger-beside-null", reply(envelope(with_data(trace=None, other="x"))), required(CLOSED)
    yield "stranger-beside-a-code-off-the-list", reply(envelope(with_data(code="PAID", trace="x"))), unknown("unlisted")
    yield "stranger-beside-another-message", reply(envelope(top={**TOP, "message": "FAIL", "trace": "x"})), unknown("contradiction", contradiction=True)
    yield "without-description", reply(envelope(without("description"))), CLOSED


def single_cases():
    """The same where one number was asked for. (id, call, reply, expect)"""
    for id, order in (("mch-trade-no", {"mch_trade_no": MP}), ("transaction-no", {"transaction_no": AP})):
        asked = call(order)
        for name, members in CALLS.items():
            yield f"{id}-asked-reply-of-{name}", asked, reply(envelope(with_data(**members))), MISMATCH
        for other in ("mch_trade_no", "transaction_no"):
            one = {k: v for k, v in close.DATA.items() if k in order or k != other}
            yield f"{id}-asked-stranger-without-{other}", asked, reply(envelope({**one, "app_no": "x"})), required(CLOSED)


def verify():
    """The replies of a close, then those that hold more."""
    file = close.verify()
    for id, what, expect in cases():
        file.add(f"edgeros-verify-{id}", config=config(), call=call(), reply=what, expect=expect)
    for id, asked, what, expect in single_cases():
        file.add(f"edgeros-verify-{id}", config=config(), call=asked, reply=what, expect=expect)
    return file
