"""Replies of orderquery and what a correct client reports of the order's state."""

import reply as r
from reply import asked_again as unknown
from vectors import File
from wechat import INSTITUTION, ORDER, call, config, escape, query, signature
from wechat_verify import BASE, KIND, MISCONFIGURED, MISTAKES, OK, fail, reply, unsigned, without, xml

UNBOUND, BOUND = {"evidence": "signed_unbound"}, {"evidence": "signed_bound"}
BAD = unknown("signature", evidence="none")
CLOSED = {"outcome": "closed", "confirm": "not_needed", **BOUND}
PAID = {"outcome": "paid", "confirm": "not_needed", **BOUND}
REFUNDED = {"outcome": "refunded", "confirm": "not_needed", **BOUND}
STATES = {"SUCCESS": PAID, "REFUND": REFUNDED, "NOTPAY": {"outcome": "open", **BOUND}, "PAYERROR": {"outcome": "open", **BOUND}, "USERPAYING": {"outcome": "processing", **BOUND}, "ACCEPT": {"outcome": "processing", **BOUND},
          "CLOSED": CLOSED, "REVOKED": CLOSED}


def state(word, **more):
    """Fields of a reply that names our order."""
    return {**BASE, "result_code": "SUCCESS", **ORDER, "trade_state": word, **more}


def sealed(*fields, **how):
    return reply(xml(*fields, **how))


GOOD = xml(state("CLOSED", trade_state_desc="订单已关闭"))


def table_cases():
    for word, expect in STATES.items():
        yield word, sealed(state(word)), expect
        yield f"{word}-described", sealed(state(word, trade_state_desc="当前状态", device_info="", trade_type="NATIVE")), expect
    yield "paid-in-full", sealed(state("SUCCESS", openid="oUpF8uMuAJO", is_subscribe="Y", trade_type="JSAPI", bank_type="CMC", total_fee="1", cash_fee="1", fee_type="CNY",
                                       transaction_id="1009660380201506130728806387", attach="a&b<c>", time_end="20150613104108")), PAID
    for word in ("CLOSE", "REFUNDED", "REFUNDING", "PART_REFUND", "NOT_PAY", "ORDERCLOSED", "ORDERPAID", "PAID", "PAY_FAIL", "ACCEPTED", "REVERSED", "FAIL", "0", "1", "已关闭", "已支付"):
        yield f"trade-state-{word}", sealed(state(word)), unknown("unlisted", hint=None, **BOUND)
    for word in STATES:
        for how, text in r.near(word, *STATES):
            yield f"trade-state-{word}-{how}", sealed(state(text)), unknown("unlisted", hint=None, **BOUND)
    yield "trade-state-empty", sealed(state("")), unknown()
    yield "trade-state-absent", sealed(without(state("x"), "trade_state")), unknown()
    yield "trade-state-described-only", sealed(without(state("x", trade_state_desc="CLOSED"), "trade_state")), unknown()
    yield "trade-state-of-another-name", sealed(without(state("x", trade_State="CLOSED"), "trade_state")), unknown()
    for code in ("SYSTEMERROR", "ORDERPAID", "ORDERCLOSED", "ORDERNOTEXIST", "OTHER"):
        for word in (*STATES, "PAY_FAIL", "REFUNDED"):
            hint = {"hint": "paid"} if word in ("SUCCESS", "REFUND") or code == "ORDERPAID" else {}
            yield f"{word}-with-{code}", sealed(state(word, err_code=code)), unknown("contradiction", contradiction=True, **hint)
    for word in (*STATES, "PAY_FAIL"):
        for id, member in (("refund-id", {"refund_id_0": "50000408942018111907145868882"}), ("refund-fee", {"refund_fee": "1"}), ("out-refund-no", {"out_refund_no_0": "R1"})):
            expect = STATES["REFUND"] if word == "REFUND" else unknown("contradiction", contradiction=True, hint="paid", **BOUND)
            yield f"{word}-with-a-{id}", sealed(state(word, **member)), expect
    # The notification of a contract's deduction has a trade_state too, and is signed alike.
    for word in (*STATES, "PAY_FAIL"):
        yield f"{word}-of-a-contract", sealed(state(word, contract_id="Wx15463511252015071056489715", openid="oUpF8uMuAJO", total_fee="1")), unknown("mismatch", evidence="none")
    yield "SUCCESS-with-an-empty-contract", sealed(state("SUCCESS", contract_id="")), PAID
    for word in ("SUCCESS", "REFUND", "CLOSED"):
        yield f"{word}-description-only", sealed(state(word, err_code_des="ok")), STATES[word]
        yield f"{word}-result-code-missing", sealed(without(state(word), "result_code")), unknown()
        yield f"{word}-result-code-FAIL", sealed(state(word, result_code="FAIL")), unknown()
        for code in ("success", "SUCCESSS", "OK", ""):
            yield f"{word}-result-code-{code or 'empty'}", sealed(state(word, result_code=code)), unknown()
        for code in ("FAIL", "success", "OK", ""):
            yield f"{word}-return-code-{code or 'empty'}", sealed(state(word, return_code=code)), unknown()
        yield f"{word}-return-code-missing", sealed(without(state(word), "return_code")), unknown()


def fail_cases():
    yield "ORDERNOTEXIST", sealed(fail("ORDERNOTEXIST", "订单不存在")), {"outcome": "not_found", **UNBOUND}
    yield "ORDERNOTEXIST-named", sealed(fail("ORDERNOTEXIST", **ORDER)), {"outcome": "not_found", **BOUND}
    yield "SYSTEMERROR", sealed(fail("SYSTEMERROR", "系统错误")), unknown("unlisted", **UNBOUND)
    yield "SYSTEMERROR-unsigned", reply(unsigned(fail("SYSTEMERROR", "系统错误"))), unknown(evidence="none")
    for code in MISCONFIGURED:
        yield code, sealed(fail(code)), {"outcome": "misconfigured", **UNBOUND}
    for code in ("FREQUENCY_LIMITED", "ORDERPAID", "ORDERCLOSED", "USERPAYING", "ordernotexist", "ORDERNOTEXIST ", "ORDER_NOT_EXIST", "0"):
        yield f"FAIL-other-{code}".replace(" ", "blank"), sealed(fail(code)), unknown("unlisted")
    yield "FAIL-no-err-code", sealed(without(fail("x"), "err_code")), unknown("unlisted")
    yield "FAIL-empty-err-code", sealed(fail("")), unknown("unlisted")
    for text in MISTAKES:
        yield f"FAIL-{text}", reply(unsigned({"return_code": "FAIL", "return_msg": text})), {"outcome": "misconfigured", "evidence": "none"}
    for text in ("系统繁忙", "OK", "CLOSED", ""):
        yield f"FAIL-text-{text or 'empty'}", reply(unsigned({"return_code": "FAIL", "return_msg": text})), unknown(evidence="none")
    yield "FAIL-with-a-state", reply(unsigned(state("CLOSED", return_code="FAIL"))), unknown(evidence="none")


def bind_cases():
    no_names = ("out_trade_no", "appid", "mch_id", "nonce_str")
    for word in STATES:
        yield f"{word}-of-another-order", sealed(state(word, out_trade_no="1217752501201407033233368019")), unknown("mismatch")
        yield f"{word}-order-absent", sealed(without(state(word), "out_trade_no")), unknown("mismatch")
    for word in ("SUCCESS", "CLOSED", "NOTPAY"):
        for id, number in (("empty", ""), ("shorter", ORDER["out_trade_no"][:-1]), ("blank-after", ORDER["out_trade_no"] + " "), ("zero-before", "0" + ORDER["out_trade_no"])):
            yield f"{word}-order-{id}", sealed(state(word, out_trade_no=number)), unknown("mismatch")
        yield f"{word}-order-by-transaction-id-only", sealed(without(state(word, transaction_id=ORDER["out_trade_no"]), "out_trade_no")), unknown("mismatch")
        for name, other in (("appid", "wx8888888888888889"), ("mch_id", "1900000108")):
            yield f"{word}-{name}-other", sealed(state(word, **{name: other})), unknown("mismatch")
            yield f"{word}-{name}-absent", sealed(without(state(word), name)), STATES[word]
        yield f"{word}-order-alone-is-named", sealed(without(state(word), *no_names[1:])), STATES[word]
    yield "ORDERNOTEXIST-of-another-order", sealed(fail("ORDERNOTEXIST", out_trade_no="1")), unknown("mismatch")
    yield "ORDERNOTEXIST-of-another-merchant", sealed(fail("ORDERNOTEXIST", mch_id="1900000108")), unknown("mismatch")


def signature_cases():
    for word in STATES:
        hint = {"hint": {"SUCCESS": "paid", "REFUND": "refunded"}[word]} if word in ("SUCCESS", "REFUND") else {"hint": None} if word in ("CLOSED", "REVOKED") else {}
        yield f"{word}-unsigned", reply(unsigned(state(word))), {**BAD, **hint}
    paid, done = state("SUCCESS"), state("CLOSED")
    right = signature(done)
    spelt = {"empty": "", "blank": " ", "lower-case": right.lower(), "cut": right[:-1], "blank-after": right + " ", "zeros": "0" * 32, "hmac": signature(done, "HMAC-SHA256"), "other-key": signature(done, secret="0" * 32),
             "close-reply": signature(OK), "without-the-state": signature(without(done, "trade_state")), "without-the-order": signature(without(done, "out_trade_no"))}
    for id, sign in spelt.items():
        yield f"sign-{id}", sealed(done, sign), BAD
    yield "sign-other-key-refunded", sealed(state("REFUND"), signature(state("REFUND"), secret="0" * 32)), {**BAD, "hint": "refunded"}
    yield "sign-other-key-paid", sealed(paid, signature(paid, secret="0" * 32)), {**BAD, "hint": "paid"}
    yield "tampered-state", sealed(done, over=state("NOTPAY")), BAD
    yield "tampered-order", sealed(done, over=state("CLOSED", out_trade_no="1")), BAD
    yield "tampered-err-code-removed", sealed(done, over=state("CLOSED", err_code="OTHER")), BAD
    yield "field-added", sealed({**done, "attach": "x"}, over=done), BAD
    yield "field-removed", sealed(without(done, "nonce_str"), over=done), BAD
    yield "unknown-field-signed", sealed({**done, "new_field": "x", "_z": "1e2"}), CLOSED
    yield "empty-field-not-signed", sealed({**done, "attach": "", "device_info": ""}), CLOSED


def xml_cases():
    inner = GOOD[5:-6]
    good = {"pretty-printed": GOOD.replace("><", ">\n<").replace("\n<![CDATA", "<![CDATA").replace("]]>\n<", "]]><"), "declaration": '<?xml version="1.0" encoding="UTF-8"?>' + GOOD, "bom": "\ufeff" + GOOD,
            "plain-text": xml(state("CLOSED"), write=escape), "state-in-pieces": xml(state("CLOSED"), write=lambda v: f"{v[:2]}<![CDATA[{v[2:]}]]>"), "comment": GOOD.replace("<appid>", "<!-- <trade_state>SUCCESS</trade_state> --><appid>"),
            "comment-in-the-state": GOOD.replace("CLOSED]]>", "CLO]]><!-- x --><![CDATA[SED]]>", 1)}
    for id, text in good.items():
        yield f"xml-{id}", reply(text), CLOSED
    bad = {"doctype": "<!DOCTYPE xml>" + GOOD, "entity": '<!DOCTYPE xml [<!ENTITY e "CLOSED">]>' + GOOD.replace("<![CDATA[CLOSED]]>", "&e;"), "duplicate-state": GOOD.replace("<sign>", "<trade_state>SUCCESS</trade_state><sign>"),
           "duplicate-state-same": GOOD.replace("<sign>", "<trade_state>CLOSED</trade_state><sign>"), "duplicate-order": GOOD.replace("<sign>", "<out_trade_no>1</out_trade_no><sign>"),
           "nested-state": GOOD.replace("<![CDATA[CLOSED]]>", "<b>CLOSED</b>"), "second-root": GOOD + GOOD, "text-after-root": GOOD + "x", "unclosed-root": GOOD[:-6], "cut-in-half": GOOD[: len(GOOD) // 2],
           "whole-inside": f"<xml>{GOOD}</xml>", "other-root": f"<root>{inner}</root>", "json": '{"trade_state":"CLOSED"}', "empty-body": ""}
    for id, text in bad.items():
        yield f"xml-{id}", reply(text), unknown("parse", evidence="none")
    yield "charset-gbk", reply(GOOD.encode("gbk")), unknown("charset")


def account_cases():
    """(id, config, call, reply, expect)"""
    alg = "HMAC-SHA256"
    hmac, inst, subs = config(alg), config(alg, **INSTITUTION), {"sub_mch_id": "1900000110", "sub_appid": "wx9999999999999999"}
    for word in ("SUCCESS", "CLOSED", "NOTPAY"):
        yield f"hmac-{word}", hmac, query(), sealed(state(word), alg=alg), STATES[word]
        yield f"hmac-account-md5-reply-{word}", hmac, query(), sealed(state(word, sign_type="MD5")), BAD
        yield f"md5-account-hmac-reply-{word}", config(), query(), sealed(state(word, sign_type=alg), alg=alg), BAD
        yield f"institution-{word}", inst, query(), sealed(state(word, **subs), alg=alg), STATES[word]
        yield f"institution-{word}-sub-mch-id-other", inst, query(), sealed(state(word, **{**subs, "sub_mch_id": "1900000119"}), alg=alg), unknown("mismatch")
        yield f"institution-{word}-sub-appid-other", inst, query(), sealed(state(word, **{**subs, "sub_appid": "wx0"}), alg=alg), unknown("mismatch")
    yield "institution-no-sub-echo", inst, query(), sealed(state("CLOSED"), alg=alg), CLOSED
    bare = config(alg, mode="institution", sub_mch_id=subs["sub_mch_id"])
    for word in ("SUCCESS", "CLOSED", "NOTPAY"):
        yield f"institution-{word}-sub-appid-not-sent", bare, query(), sealed(state(word, **subs), alg=alg), STATES[word]
        yield f"institution-{word}-sub-appid-not-sent-sub-mch-id-other", bare, query(), sealed(state(word, **{**subs, "sub_mch_id": "1900000119"}), alg=alg), unknown("mismatch")
        yield f"institution-{word}-sub-appid-not-sent-out-trade-no-other", bare, query(), sealed(state(word, **subs, out_trade_no="1"), alg=alg), unknown("mismatch")
    own = query({**ORDER, "sub_mch_id": "1900000111"})
    yield "institution-order-sub-mch-id-account-echoed", inst, own, sealed(state("CLOSED", **subs), alg=alg), unknown("mismatch")
    yield "institution-order-sub-mch-id-echoed", inst, own, sealed(state("CLOSED", **{**subs, "sub_mch_id": "1900000111"}), alg=alg), CLOSED


def other_operation_cases():
    """Signed answers to the other operation, put before this one. (id, config, call, reply, expect)"""
    yield "close-reply-SUCCESS", config(), query(), sealed(OK), unknown()
    yield "close-reply-SUCCESS-named", config(), query(), sealed({**OK, **ORDER}), unknown()
    for code in ("ORDERCLOSED", "ORDERPAID"):
        yield f"close-reply-{code}", config(), query(), sealed(fail(code)), unknown("unlisted")
    for word in STATES:
        yield f"to-a-close-{word}", config(), call(), sealed(state(word)), r.MISMATCH
        yield f"to-a-close-{word}-that-names-no-order", config(), call(), sealed(without(state(word), "out_trade_no")), r.MISMATCH
        yield f"to-a-close-{word}-of-another-order", config(), call(), sealed(state(word, out_trade_no="1217752501201407033233368019")), r.MISMATCH


def verify():
    file = File("wechat", "verify", "query", "Replies of orderquery: the states, binding, signatures, XML.",
                "reply signature made with Python hashlib and hmac, and again with the openssl command line; outcome read off the rules of the query")
    good = GOOD.encode()
    shared = r.of_a_query([*r.transport_cases(good, KIND), *r.closed_cases(good, KIND, CLOSED)])
    for id, what, expect in (*table_cases(), *fail_cases(), *bind_cases(), *signature_cases(), *xml_cases(), *shared):
        file.add(f"wechat-query-{id}", config=config(), call=query(), reply=what, expect=expect)
    for id, conf, what, answer, expect in (*account_cases(), *other_operation_cases()):
        file.add(f"wechat-query-{id}", config=conf, call=what, reply=answer, expect=expect)
    return file
