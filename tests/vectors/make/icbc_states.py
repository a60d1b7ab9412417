"""The state of an order at ICBC: payStatus × payType × the words of the plans, read off the page's table row by row."""

import itertools

import icbc_others as others
import icbc_query as states
from icbc import config, query
from icbc_query import ABSENT, AGAINST, CLOSED, FAILED, HELD, PAID, PROCESSING, plan, sealed
from reply import asked_again as unknown

KINDS, WORDS = ("101", "201", "202", "203", ABSENT, "", "204"), "012345678"


def says(pay, kind, plans):
    """The page's table, from the top; `plans` are words, none of them where the list is empty or absent."""
    done = bool(plans) and all(word in ("6", "7") for word in plans)
    guess = {"hint": "paid" if any(word in ("1", "3", "4") for word in plans) else None}
    if pay == "1" and any(word != "1" for word in plans):
        return unknown(hint="paid", **AGAINST)
    if pay == "1":
        return PAID if kind in ("101", "203") else unknown(hint=None, **states.BOUND) if kind == "202" else HELD
    if pay == "2" and kind not in ("101", "201"):
        return HELD
    if pay == "2" and any(word not in ("2", "6", "7") for word in plans):
        return unknown(**guess, **AGAINST)
    if pay == "2":
        return {**FAILED, "confirm": "not_needed" if done else "recommended" if plans else "required"}
    if pay in (ABSENT, "") and done:
        return CLOSED
    if pay in ("3", "4") and done:
        return unknown(hint="paid" if pay == "4" else None, **AGAINST)
    if pay in ("3", "4"):
        return PROCESSING if pay == "3" else HELD
    return unknown("unlisted", **guess, **states.BOUND)


def _case(pay, kind, plans, write=str):
    """One state, its words as strings or numbers."""
    wrote = lambda word: word if word in (ABSENT, "") else write(word)
    name = lambda word: "absent" if word is ABSENT else word or "empty"
    listed = "-".join(map(name, plans)) if plans else "no-plans"
    id = f"state-{name(pay)}-{name(kind)}-{listed}" + ("-numbers" if write is int else "")
    return id, sealed(wrote(pay), plan(*map(wrote, plans)) if plans else ABSENT, kind=wrote(kind)), says(pay, kind, plans)


def cases():
    """(id, reply, expect)"""
    lists = ((), ("1",), ("2",), ("6",), ("6", "7"), ("2", "6"), ("1", "6"), ("0",), ("3",), ("4",))
    for pay, plans in itertools.product(("1", "2", "3", "4", "", "5"), lists):
        for kind in KINDS if pay in ("1", "2") else ("101", "202", ABSENT):
            yield _case(pay, kind, plans)
    for pay, kind, plans in itertools.product((ABSENT, "1", "2", "3", "4", "9"), ("101", "202", "203"), ((), ("1",), ("2",), ("7", "6"), ("5",), ("1", "2"))):
        yield _case(pay, kind, plans, int)
    for pay, pair in itertools.product((ABSENT, "1", "2", "3", "4"), itertools.combinations_with_replacement(WORDS, 2)):
        yield _case(pay, "201" if pay == "2" else "101", pair[::-1])
    for pay, kind in itertools.product("1234", ("101", "201", "202", "203", "102")):
        yield f"state-{pay}-{kind}-empty-list", sealed(pay, plan(), kind=kind), says(pay, kind, ())
    for plans in (("7", "6", "7"), ("6", "6", "2"), ("1", "1", "1"), ("6", "7", "3"), ("2", "1", "2")):
        for pay in (ABSENT, "1", "2", "3", "4"):
            yield _case(pay, "101", plans)


def other_cases():
    """A payType that is off the list is one nobody knows; the replies of other calls tell no state."""
    for word in ("101", "202", "203"):
        for how, text in states.r.near(word):
            yield f"pay-type-{word}-{how}", sealed("1", kind=text), HELD
            yield f"pay-type-{word}-{how}-failed", sealed("2", plan("6"), kind=text), HELD
    yield "pay-type-null", sealed("1", kind=None), HELD
    yield "pay-type-null-failed", sealed("2", plan("6"), kind=None), HELD
    for id, text in (("true", "true"), ("array", '["101"]'), ("object", "{}"), ("fraction", "101.0"), ("exponent", "1.01e2"), ("huge", "1e400")):
        yield f"pay-type-is-{id}", sealed("1", kind=states.Raw(text)), unknown()
        yield f"pay-type-is-{id}-failed", sealed("2", plan("6"), kind=states.Raw(text)), unknown()
    yield "pay-type-below", sealed("1", states.ABSENT, ("data", states.Raw('{"payType":"101"}')), kind=ABSENT), HELD
    yield "pay-type-of-another-name", sealed("1", states.ABSENT, ("paytype", "101"), kind=ABSENT), HELD
    for name, members in others.siblings():
        yield f"reply-of-{name}", sealed(ABSENT, ABSENT, *members.items(), kind=ABSENT), unknown("unlisted", **states.BOUND)
    yield "notification-body", states.reply(others.NOTIFICATION), unknown("parse")
    yield "pay-mode-is-no-pay-type", sealed("1", states.ABSENT, ("payMode", "1"), kind=ABSENT), HELD


def verify():
    """The replies of a query, then every state."""
    file = states.verify()
    for id, what, expect in (*cases(), *other_cases()):
        file.add(f"icbc-query-{id}", config=config(), call=query(), reply=what, expect=expect)
    return file
