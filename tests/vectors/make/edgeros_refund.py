"""EdgerOS transactions/refund, by POST and by GET: requests, what a correct client reports of the replies, and what is never sent."""

import urllib.parse

import crypto
import edgeros_verify as close
import reply as r
import wire
from edgeros import AP, BOTH, MP, NONCE, canonical, config
from edgeros_verify import NO_ORDER, TOP, envelope
from refuse import DROP, EMOJI, Refusals
from reply import reply, unknown
from vectors import IDENTITY, File

NUMBER = "R20211215115025226782984"
ORDER = {"mch_trade_no": MP, "mch_refund_no": NUMBER, "refund_amount": "0.60", "refund_reason": "退货"}
BOUND, UNBOUND = {"evidence": "signed_bound"}, {"evidence": "signed_unbound"}
PROCESSING = {"outcome": "processing", **BOUND}
MAYBE = unknown("unlisted", hint="refunded", **BOUND)
MISMATCH = unknown("mismatch", evidence="none", hint=None)
BAD = unknown("signature", evidence="none")
NAMES = ("transaction_no", "mch_trade_no", "mch_refund_no", "refund_amount", "refund_reason", "notify_url")


def call(order=ORDER, operation="refund", nonce=NONCE):
    return {"operation": operation, "order": order, "msg_id": nonce, "nonce": nonce}


def asked(order=ORDER, nonce=NONCE):
    return call(order, "refund_query", nonce)


def request(config, call):
    account, order = config["account"], call["order"]
    posts = call["operation"] == "refund"
    sent = {k: order[k] for k in (NAMES if posts else ("mch_refund_no",)) if k in order}
    text = canonical({**sent, "mch_no": account["mch_no"], "nonce": call["nonce"], "sign_type": "SHA256withRSA"})
    sdk = {"aco_pay_sdk": account["aco_pay_sdk"]} if "aco_pay_sdk" in account else {}
    headers = {"x-acopay-mch-no": account["mch_no"], "x-acopay-nonce": call["nonce"], "x-acopay-sign-type": "SHA256withRSA", "x-acopay-sign": crypto.rsa("edgeros_merchant", "sha256", text.encode()),
               "Accept": "application/json", **IDENTITY}
    url = config["base_url"] + "/pay/v1/transactions/refund"
    if not posts:
        return text, {"method": "GET", "url": url + "?" + urllib.parse.urlencode({**sent, **sdk, "version": "1.0"}, quote_via=urllib.parse.quote, safe=""), "headers": headers, "body_base64": "", "msg_id": call["msg_id"]}
    body = wire.object_({**sent, **sdk, "version": "1.0"}.items())
    return text, {"method": "POST", "url": url, "headers": {**headers, "Content-Type": "application/json"}, "body_base64": crypto.b64(body.encode()), "msg_id": call["msg_id"]}


def sign():
    file = File("edgeros", "sign", "refund-sign", "transactions/refund by POST and by GET: headers, body or URL, and string to sign.", "signature computed with Python cryptography, verified with the openssl command line")
    sdk = {"aco_pay_sdk": "2.0.0"}
    for id, conf, what in [
        ("refund", config(**sdk), call()),
        ("refund-no-sdk-version", config(), call()),
        ("refund-by-transaction-no", config(), call({**{k: v for k, v in ORDER.items() if k != "mch_trade_no"}, "transaction_no": AP})),
        ("refund-by-both", config(**sdk), call({**ORDER, **BOTH, "notify_url": "https://shop.example/refunds"})),
        ("refund-whole-yuan", config(), call({**ORDER, "refund_amount": "12"})),
        ("refund-one-decimal", config(), call({**ORDER, "refund_amount": "12.5"})),
        ("refund-reason-to-escape", config(), call({**ORDER, "refund_reason": "a\"b\\c/<>&='"})),
        ("refund-longest", config(), call({**ORDER, "mch_refund_no": "R" * 50, "mch_trade_no": "m" * 50, "refund_reason": "退" * 32, "refund_amount": "9" * 17 + ".99"}, nonce="a" * 32)),
        ("query", config(**sdk), asked()),
        ("query-number-alone", config(), asked({"mch_refund_no": "R_-" + "0" * 21})),
        ("query-of-the-whole-order", config(), asked({**ORDER, **BOTH, "notify_url": "https://shop.example/refunds"})),
    ]:
        text, expect = request(conf, what)
        file.add(f"edgeros-refund-sign-{id}", config=conf, call=what, string_to_sign=text, expect=expect)
    return file


OWN = {"mch_no": "MCH1000000", "sign_type": "SHA256withRSA", "nonce": "ECAvdtwizqXFaY6w5BBhPwP0j3MERf1O"}
TAKEN = {**OWN, "transaction_no": AP, "mch_trade_no": MP, "refund_no": "AR202112151150252267829842920145605378", "mch_refund_no": NUMBER, "refund_amount": "0.60", "code": "SUCCESS", "description": "退款成功"}


def data(**more):
    return {**TAKEN, **more}


def without(*names):
    return {k: v for k, v in TAKEN.items() if k not in names}


def both_cases(success):
    """What is the same of a refund and of its query."""
    for id, amount in (("shorter", "0.6"), ("number", wire.Raw("0.6")), ("number-with-a-zero", wire.Raw("0.60"))):
        yield f"amount-{id}", reply(envelope(data(refund_amount=amount))), success
    for name, other in (("mch_refund_no", NUMBER[:-1] + "5"), ("mch_refund_no", NUMBER.lower()), ("mch_refund_no", NUMBER + " "), ("mch_refund_no", ""), ("mch_trade_no", MP + "1"), ("refund_amount", "0.61"), ("refund_amount", "60"),
                        ("refund_amount", "0.600"), ("refund_amount", ""), ("mch_no", "MCH1000001")):
        yield f"{name}-other-{other.strip() or 'empty'}-{len(other)}", reply(envelope(data(**{name: other}))), MISMATCH
    yield "amount-no-number", reply(envelope(data(refund_amount=wire.Raw("true")))), MISMATCH
    for name in ("mch_refund_no", "refund_amount", "mch_no"):
        yield f"{name}-absent", reply(envelope(without(name))), MISMATCH
        yield f"{name}-null", reply(envelope(data(**{name: None}))), MISMATCH
    for name, value in {"amount_total": "1.00", "amount_currency": "CNY", "acoid": "a", "notify_time": "2021-12-15T11:50:25+08:00", "url": "https://x", "hash_code": "x", "hash_type": "SHA256"}.items():
        yield f"with-{name}", reply(envelope(data(**{name: value}))), MISMATCH
    yield "new-field", reply(envelope(data(new_field="x", pay_channel="WX"))), success
    yield "reply-of-a-close", reply(close.GOOD), MISMATCH
    yield "reply-of-a-query", reply(envelope({**OWN, **BOTH, "code": "SUCCESS", "success_time": "2021-12-15T11:50:25+08:00", "amount_total": "1.00"})), MISMATCH
    for id, code in r.near("SUCCESS"):
        yield f"code-{id}", reply(envelope(data(code=code))), unknown("unlisted", hint=None)
    for code in ("FAIL", "PROCESSING", "REFUND", "CLOSED", ""):
        yield f"code-{code or 'empty'}", reply(envelope(data(code=code))), unknown("unlisted", hint=None)
    yield "code-absent", reply(envelope(without("code"))), unknown("unlisted", hint=None)
    for message in ("FAIL", "ORDER_NOT_EXIST", ""):
        yield f"message-{message or 'empty'}", reply(envelope(TAKEN, top={**TOP, "message": message})), unknown("contradiction", contradiction=True)
    missing = {**TOP, "status": 1007, "message": "ORDER_NOT_EXIST", "fieldErrors": "此订单不存在!"}
    yield "1007", reply(envelope(NO_ORDER, top=missing)), {"outcome": "not_found", "confirm": "recommended", **UNBOUND}
    yield "1007-of-another-refund", reply(envelope({**NO_ORDER, "mch_refund_no": "R" * 24}, top=missing)), MISMATCH
    yield "1007-of-another-order", reply(envelope({**NO_ORDER, "mch_trade_no": MP + "1"}, top=missing)), MISMATCH
    yield "1007-unsigned", reply(wire.object_([*missing.items(), ("data", None)])), {**BAD, "hint": "not_found"}
    yield "other-status", reply(envelope(NO_ORDER, top={**TOP, "status": 1001, "message": "PARAM_ERROR"})), unknown("unlisted")
    hint = {"hint": success["outcome"] if success["outcome"] != "unknown" else "refunded"}
    for id, how in {"other-key": {"key": "edgeros_merchant"}, "empty": {"sign": ""}, "of-a-close": {"sign": close.SIGN}}.items():
        yield f"sign-{id}", reply(envelope(TAKEN, **how)), {**BAD, **hint}
    yield "tampered-amount", reply(envelope(TAKEN, over=(TOP, data(refund_amount="0.50")))), BAD
    yield "tampered-number", reply(envelope(TAKEN, over=(TOP, data(mch_refund_no="R" * 24)))), BAD


def verify():
    file = File("edgeros", "verify", "refund", "Replies to a refund and to its query.", "expectation derived from the SDK's models of both replies; signatures by Python cryptography, verified with the openssl command line")
    for id, what, expect in [("taken-up", reply(envelope(TAKEN)), PROCESSING), ("order-absent", reply(envelope(without("mch_trade_no"))), MISMATCH), *both_cases(PROCESSING)]:
        file.add(f"edgeros-refund-{id}", config=config(), call=call(), reply=what, expect=expect)
    for id, what, expect in r.of_a_query([("done-perhaps", reply(envelope(data(success_time="2021-12-15T11:50:25+08:00"))), MAYBE), ("order-absent", reply(envelope(without("mch_trade_no", "transaction_no"))), MAYBE), *both_cases(MAYBE)]):
        file.add(f"edgeros-refund-query-{id}", config=config(), call=asked(), reply=what, expect=expect)
    file.add("edgeros-refund-query-by-the-number-alone", config=config(), call=asked({"mch_refund_no": NUMBER}), reply=reply(envelope(TAKEN)), expect=MAYBE)
    file.add("edgeros-refund-by-both", config=config(), call=call({**ORDER, **BOTH}), reply=reply(envelope(TAKEN)), expect=PROCESSING)
    file.add("edgeros-refund-by-both-one-absent", config=config(), call=call({**ORDER, **BOTH}), reply=reply(envelope(without("transaction_no"))), expect=MISMATCH)
    file.add("edgeros-refund-by-both-one-other", config=config(), call=call({**ORDER, **BOTH}), reply=reply(envelope(data(transaction_no=AP + "1"))), expect=MISMATCH)
    return file


def refusals():
    file = File("edgeros", "refuse", "refund-refuse", "Refunds and their queries that are an error before anything is sent; expect names the kind and the field.", "read off the request rules: lengths, character sets, units, required and unknown members")
    numbers = {"missing": DROP, "null": None, "empty": "", "23-characters": "R" * 23, "51-characters": "R" * 51, "blank": "R" * 24 + " ", "chinese": "退" * 24, "dot": "R" * 24 + ".", "emoji": "R" * 24 + EMOJI, "number": 10**24}
    amounts = {"zero": "0.00", "negative": "-1", "three-decimals": "0.601", "power": "6e1", "comma": "1,00", "blank": " 1", "empty": "", "number": 0.6, "whole-number": 1, "zero-before": "01.00", "point-alone": ".5", "21-characters": "1" * 21}
    for operation in ("refund", "refund_query"):
        q = Refusals(file, config(), call(operation=operation))
        for id, value in numbers.items():
            q.order(f"{operation}-mch_refund_no-{id}", "mch_refund_no", value)
        for id, value in amounts.items():
            q.order(f"{operation}-refund_amount-{id}", "refund_amount", value)
        for name, limit in (("mch_trade_no", 50), ("transaction_no", 50), ("refund_reason", 32)):
            q.order(f"{operation}-{name}-too-long", name, "x" * (limit + 1))
        for id, url in (("http", "http://shop.example/n"), ("query", "https://shop.example/n?a=1"), ("blank", "https://shop.example/ n"), ("too-long", "https://shop.example/" + "n" * 256)):
            q.order(f"{operation}-notify_url-{id}", "notify_url", url)
        q.order(f"{operation}-refund_reason-blank", "refund_reason", "  ")
        q.order(f"{operation}-order-unknown-member", "refund_no", "1")
        q.top(f"{operation}-order-missing", "order", DROP)
    q = Refusals(file, config(), call())
    for name in ("mch_trade_no", "refund_amount", "refund_reason"):
        q.order(f"refund-{name}-missing", name, DROP)
    return file


def files():
    return [sign(), verify(), refusals()]
