"""Replies of transactions/trade: never closed, never paid; SUCCESS, a word no page gives for this call, points to a payment."""

import crypto
import edgeros_others as others
import edgeros_verify as close
import reply as r
import wire
from edgeros import AP, MP, config, query
from edgeros_others import BILL, MISSING, REFUND, STRANGERS, TRADE
from edgeros_verify import BAD, NO_ORDER, TOP, UNBOUND, envelope, with_data, without
from reply import MISMATCH, reply, unknown
from vectors import File, pem
from wire import Raw

SURE = {"evidence": "signed_bound", "confirm": "not_needed", "contradiction": False}
MONEY = unknown("unlisted", hint="paid", **SURE)
NOTHING = unknown("unlisted", hint=None, **SURE)
DISPUTED = unknown("contradiction", contradiction=True)
MONEY_DISPUTED = {**DISPUTED, "hint": "paid"}
NOT_FOUND = {"outcome": "not_found", "confirm": "recommended", **UNBOUND}
#: What would be a state if a page gave it.
WORDS = ("NOTPAY", "UNPAID", "CLOSED", "CLOSE", "REVOKED", "CANCELLED", "EXPIRED", "FAIL", "FAILED", "ERROR", "REFUND", "REFUNDED", "PROCESSING", "USERPAYING", "PAID", "PAYED", "TRADE_SUCCESS", "TRADE_CLOSED", "OK", "200", "0", "1", "关单成功", "")
UNPAID = {"app_no": "APP100", "extra": "", "amount_total": "1.00"}


def trade(code="SUCCESS", **more):
    return with_data(code=code, description="x", **TRADE, **more)


def table_cases():
    yield "200-SUCCESS", reply(envelope()), MONEY
    yield "200-SUCCESS-with-all-that-the-page-lists", reply(envelope(trade())), MONEY
    yield "200-SUCCESS-number-amount", reply(envelope({**trade(), "amount_total": Raw("1.00")})), MONEY
    yield "200-SUCCESS-unpaid-members", reply(envelope(with_data(**UNPAID))), MONEY
    for code in (*WORDS, *(text for _, text in r.near("SUCCESS"))):
        id = "-".join(f"{ord(c):x}" if not c.isascii() or not c.isalnum() and c != "_" else c for c in code)[:40] or "empty"
        yield f"200-code-{id}", reply(envelope(with_data(code=code, **UNPAID))), NOTHING
    for code in ("CLOSED", "NOTPAY", "REFUND", "FAIL"):
        yield f"200-code-{code}-with-a-payment", reply(envelope(trade(code))), {k: v for k, v in NOTHING.items() if k != "hint"}
    yield "200-code-absent", reply(envelope(without("code"))), NOTHING
    yield "200-code-null", reply(envelope(with_data(code=None))), NOTHING
    for id, message in (("FAIL", "FAIL"), ("ORDER_NOT_EXIST", "ORDER_NOT_EXIST"), ("empty", ""), *r.near("SUCCESS")):
        top = {**TOP, "message": message}
        yield f"200-message-{id}", reply(envelope(top=top)), MONEY_DISPUTED
        yield f"200-message-{id}-code-CLOSED", reply(envelope(with_data(code="CLOSED"), top=top)), DISPUTED
    yield "200-SUCCESS-beside-a-field-error", reply(envelope(top={**TOP, "fieldErrors": "transaction_no"})), MONEY_DISPUTED
    missing = {**MISSING, "fieldErrors": "此订单不存在!"}
    yield "1007-not-found", reply(envelope(NO_ORDER, top=missing)), NOT_FOUND
    yield "1007-not-found-named", reply(envelope(without("code"), top=missing)), {**NOT_FOUND, "evidence": "signed_bound"}
    yield "1007-one-number-named", reply(envelope(without("code", "transaction_no"), top=missing)), NOT_FOUND
    yield "1007-another-order-named", reply(envelope({**NO_ORDER, "mch_trade_no": MP[:-1] + "3"}, top=missing)), MISMATCH
    yield "1007-another-merchant", reply(envelope({**NO_ORDER, "mch_no": "MCH9"}, top=missing)), MISMATCH
    yield "1007-no-merchant", reply(envelope({"sign_type": "SHA256withRSA"}, top=missing)), MISMATCH
    yield "1007-unsigned", reply(wire.object_([*missing.items(), ("data", None)])), unknown(hint="not_found", evidence="none")
    yield "1007-unsigned-with-data", reply(wire.object_([*missing.items(), ("data", Raw(wire.object_(NO_ORDER.items())))])), unknown(evidence="none")
    yield "1007-other-key", reply(envelope(NO_ORDER, top=missing, key="edgeros_merchant")), BAD
    yield "1007-other-message", reply(envelope(NO_ORDER, top={**missing, "message": "PARAM_ERROR"})), unknown(evidence="signed_unbound", hint=None)
    yield "1007-SUCCESS", reply(envelope(trade(), top=missing)), MONEY_DISPUTED
    yield "1007-CLOSED", reply(envelope(with_data(code="CLOSED"), top=missing)), unknown(evidence="signed_bound", hint=None)
    for status, message in ((1001, "PARAM_ERROR"), (1002, "SIGN_ERROR"), (500, "SYSTEM_ERROR"), (0, "OK"), (-1, "ERROR"), (404, "NOT_FOUND")):
        yield f"status-{status}", reply(envelope(NO_ORDER, top={**TOP, "status": status, "message": message})), unknown("unlisted", hint=None, **UNBOUND)
    for status in (201, 1007, 2000, 20, 0):
        yield f"status-{status}-with-SUCCESS", reply(envelope(trade(), top={**TOP, "status": status})), unknown(evidence="signed_bound", hint="paid")
    yield "SUCCESS-unsigned", reply(wire.object_([*TOP.items(), ("data", Raw(wire.object_(trade().items())))])), unknown("signature", evidence="none", hint="paid")
    yield "CLOSED-unsigned", reply(wire.object_([*TOP.items(), ("data", Raw(wire.object_(trade("CLOSED").items())))])), unknown("signature", evidence="none", hint=None)


def bind_cases():
    """(id, call, reply, expect)"""
    mp, ap = query({"mch_trade_no": MP}), query({"transaction_no": AP})
    for name, other in (("mch_no", "MCH1000001"), ("mch_trade_no", MP[:-1] + "3"), ("transaction_no", AP[:-1] + "9")):
        for code in ("SUCCESS", "NOTPAY"):
            yield f"{name}-other-{code}", query(), reply(envelope(trade(code) | {name: other})), MISMATCH
        yield f"{name}-absent", query(), reply(envelope({k: v for k, v in trade().items() if k != name})), MISMATCH
        yield f"{name}-empty", query(), reply(envelope(trade() | {name: ""})), MISMATCH
        yield f"{name}-trailing-blank", query(), reply(envelope(trade() | {name: trade()[name] + " "})), MISMATCH
        yield f"{name}-number", query(), reply(envelope(trade() | {name: Raw("202112")})), unknown()
    yield "both-asked-swapped", query(), reply(envelope(trade() | {"transaction_no": MP, "mch_trade_no": AP})), MISMATCH
    for id, asked, named, other in (("mch-trade-no", mp, "mch_trade_no", "transaction_no"), ("transaction-no", ap, "transaction_no", "mch_trade_no")):
        yield f"{id}-asked-both-echoed", asked, reply(envelope(trade())), MONEY
        yield f"{id}-asked-one-echoed", asked, reply(envelope({k: v for k, v in trade().items() if k != other})), MONEY
        yield f"{id}-asked-any-other-number", asked, reply(envelope(trade() | {other: "x"})), MONEY
        yield f"{id}-asked-only-the-other-echoed", asked, reply(envelope({k: v for k, v in trade().items() if k != named})), MISMATCH
    yield "nonce-other", query(), reply(envelope(trade() | {"nonce": "0" * 32})), MONEY
    yield "nonce-absent", query(), reply(envelope({k: v for k, v in trade().items() if k != "nonce"})), MONEY


def other_cases():
    """Replies of other calls about the same order, and members nobody knows."""
    for code in ("SUCCESS", "FAIL", "PROCESSING", ""):
        for id in ("refund", "refund-query", "refund-notification"):
            yield f"reply-of-{id}-{code or 'empty'}", reply(envelope(with_data(code=code, **others.CALLS[id]))), MISMATCH
    for name in (*REFUND, "refund_reason", "url", "hash_code", "hash_type"):
        yield f"of-another-call-{name}", reply(envelope(with_data(**{name: "1"}))), MISMATCH
        yield f"of-another-call-{name}-empty", reply(envelope(with_data(**{name: ""}))), MISMATCH
        yield f"of-another-call-{name}-null", reply(envelope(with_data(**{name: None}))), MONEY
    yield "reply-of-bill", reply(envelope({**NO_ORDER, **BILL})), MISMATCH
    yield "reply-of-bill-that-names-the-order", reply(envelope(with_data(**BILL))), MISMATCH
    flat = {**close.DATA, **others.CALLS["payment-notification"]}
    sign = crypto.rsa("edgeros_platform", "sha256", close.canonical(flat).encode())
    yield "notification-body", reply(wire.object_([*flat.items(), ("sign", sign)])), unknown(evidence="none")
    yield "notification-body-as-data", reply(envelope(flat, sign=sign)), BAD
    yield "order-created", reply('{"success":true}'), unknown(evidence="none")
    for id, members in STRANGERS.items():
        yield f"stranger-{id}", reply(envelope(with_data(**members))), MONEY
        yield f"stranger-{id}-above", reply(envelope(top={**TOP, **members})), MONEY
        yield f"stranger-{id}-1007", reply(envelope({**NO_ORDER, **members}, top=MISSING)), NOT_FOUND


def as_a_query(cases):
    """A close's cases of form and signature: what would be closed points to money, whoever else is named."""
    for id, what, expect in cases:
        yield id, what, MONEY if expect["outcome"] == "closed" else expect


def verify():
    file = File("edgeros", "verify", "query", "Replies of transactions/trade: what points to money, what is not found, binding, signatures, JSON.",
                "reply signature made with Python cryptography and verified with the openssl command line; outcome read off the table")
    good = envelope(trade()).encode()
    of_any = [*close.signature_cases(), *close.form_cases(), *close.shape_cases(), *r.transport_cases(good, r.JSON),
              *r.closed_cases(good, r.JSON, MONEY), *r.not_json_cases(), *r.mangled_json_cases(good)]
    for id, answer, expect in r.of_a_query([*table_cases(), *other_cases(), *as_a_query(of_any)]):
        file.add(f"edgeros-query-{id}", config=config(), call=query(), reply=answer, expect=expect)
    for id, what, answer, expect in bind_cases():
        expect = {**expect, "retry": "same_request"}
        file.add(f"edgeros-query-{id}", config=config(gateway=pem("edgeros_platform.cert_pem")), call=what, reply=answer, expect=expect)
    return file
