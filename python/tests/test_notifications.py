"""What the client makes of notifications: `tests/notifications` through the package, the notice as a value, and what is no notification."""

from __future__ import annotations

import asyncio
import base64
import copy
import dataclasses
import json
import logging
import pickle
import threading
from typing import Any, Optional

import pytest
from conftest import GATEWAYS
from corpus import Case, case, cases, paid

import chexiao
from chexiao import Amount, Answer, Code, Confirm, Evidence, Incoming, Notice, Unit

COMPARED = ("evidence", "confirm", "reason", "hint", "contradiction", "order", "amount", "time", "fields", "gateway", "dedupe")
NOTHING: dict[str, Any] = {"order": {}, "fields": {}, "amount": None, "time": None, "dedupe": None, "hint": None}


def test_every_notification_has_its_notice() -> None:
    failures = [f"{one.id}: {why}" for one in cases() if (why := difference(one))]
    assert not failures, "\n".join(failures[:20])
    print(f"\n  {len(cases())} notifications")


def difference(one: Case) -> Optional[str]:
    client = one.client()
    notice = client.notification(one.incoming())
    told, wanted = notice.to_dict(), one.expect
    assert client.notification(one.mapping()) == notice and hash(client.notification(one.mapping())) == hash(notice)
    status, document = client._native.ask("notification", json.dumps(one.mapping()).encode())
    assert (status, json.loads(document)) == (told["code"], told) and list(json.loads(document)) == list(told)
    assert notice.code is notice.event and (told["event"], told["code"]) == (notice.event.word, notice.event.value)
    expected = {"event": wanted["outcome"], **{name: wanted[name] for name in COMPARED if name in wanted}}
    if told["evidence"] == "none" and wanted.get("kind") != "refund":
        expected.update(NOTHING)
    if any(told[name] != value for name, value in expected.items()):
        return f"{ {name: told[name] for name in expected} }, not {expected}"
    if (notice.acknowledge is None) is wanted["acknowledge"]:
        return f"acknowledges by {notice.acknowledge}"
    assert notice.refuse.status == 200 and notice.refuse.body and (notice.acknowledge is None or notice.acknowledge.body != notice.refuse.body)
    if "ack" in wanted:
        answer = notice.acknowledge
        sent = answer and {"status": answer.status, "content_type": answer.headers["Content-Type"], "body": answer.body.decode()}
        if sent != {name: wanted["ack"][name] for name in ("status", "content_type", "body")}:
            return f"answers {sent}"
    return None


@pytest.fixture
def heard(gateway: str) -> Notice:
    return paid(gateway).heard(paid(gateway).incoming())


def test_a_payment(heard: Notice, gateway: str) -> None:
    assert (heard.event, heard.evidence, heard.reason, heard.hint) == (Code.PAID, Evidence.SIGNED_BOUND, None, None)
    assert heard.order and heard.fields.keys() > heard.order.keys() and heard.dedupe and heard.confirm is Confirm.NOT_NEEDED
    assert heard.amount and heard.amount.text and heard.amount.unit is (Unit.YUAN if gateway in ("ysepay", "edgeros") else Unit.FEN)
    assert heard.acknowledge and heard.acknowledge.headers["Content-Type"] and heard.explanation.en and heard.explanation.zh
    for read_only in (heard.order, heard.fields, heard.acknowledge.headers):
        writable: Any = read_only
        with pytest.raises(TypeError):
            writable["x"] = "y"


def test_it_is_a_value(heard: Notice, gateway: str) -> None:
    again = [pickle.loads(pickle.dumps(heard, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for one in (*again, copy.copy(heard), copy.deepcopy(heard), Notice.from_dict(json.loads(json.dumps(heard.to_dict())))):
        assert one == heard and hash(one) == hash(heard) and vars(one) == heard.to_dict() and type(one) is Notice
    other = case("wechat-own-md5") if gateway != "wechat" else case("edgeros-own-paid")
    plain: Any = heard.to_dict()
    assert heard != other.heard(other.incoming()) and heard != plain
    frozen: Any = heard
    with pytest.raises(dataclasses.FrozenInstanceError):
        frozen.event = Code.PAID
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(heard)
    for attempt in (dataclasses.asdict, dataclasses.astuple, dataclasses.fields, dict, list, json.dumps):
        with pytest.raises(TypeError):
            attempt(frozen)
    for value in (heard.acknowledge, heard.refuse, heard.amount):
        assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value and hash(value) == hash(copy.copy(value))
    assert heard.acknowledge != heard.refuse


def test_what_is_shown_holds_nothing_of_the_order(heard: Notice, gateway: str) -> None:
    incoming = paid(gateway).incoming()
    assert heard.acknowledge
    shown = "".join(map(repr, (heard, heard.acknowledge, heard.refuse, incoming, [heard], {"told": incoming}))) + f"{heard} {incoming}"
    secrets = [*heard.fields.values(), *heard.order.values(), heard.dedupe or "", heard.acknowledge.body.decode()]
    for secret in (one for one in secrets if len(one) > 3):
        assert secret not in shown
    assert repr(heard) == "<chexiao.Notice paid, evidence signed_bound>" and shown.isprintable()


def test_a_later_version(heard: Notice) -> None:
    told = heard.to_dict()
    later = Notice.from_dict({**told, "event": "half_paid", "code": 99, "amount": {"text": "1", "unit": "jiao"}, "new": 1})
    assert (later.event, later.confirm, later.amount) == (Code.UNKNOWN, Confirm.REQUIRED, None)
    later = Notice.from_dict({**told, "evidence": "sworn", "hint": "half_paid"})
    assert (later.event, later.evidence, later.confirm, later.hint) == (Code.UNKNOWN, Evidence.NONE, Confirm.REQUIRED, None)


def test_pydantic_writes_and_reads_it(heard: Notice) -> None:
    pydantic = pytest.importorskip("pydantic")
    told = heard.to_dict()
    model = pydantic.create_model("Told", notice=(Notice, ...), anything=(Any, None))
    made = model(notice=heard, anything=[heard])
    assert made.model_dump() == made.model_dump(mode="json") == json.loads(made.model_dump_json()) == {"notice": told, "anything": [told]}
    assert model.model_validate_json(made.model_dump_json()).notice == heard == model(notice=told).notice
    shape = pydantic.TypeAdapter(Notice).json_schema(mode="serialization")
    assert set(shape["properties"]) == set(shape["required"]) == set(told)
    for wrong in (None, {}, {**told, "acknowledge": {}}, {**told, "fields": [1]}, chexiao.Outcome):
        with pytest.raises(pydantic.ValidationError):
            model(notice=wrong)


def test_forged_is_refused(gateway: str) -> None:
    one = paid(gateway)
    for body in (one.body.replace(b"1", b"2", 1), one.body[:-1], one.body + one.body, b"", b"\0", b"a" * 50, b"{" * 2000, b"<" * 2000, bytes(range(256))):
        notice = one.heard(Incoming(body, {"Content-Type": one.content_type}))
        assert (notice.event, notice.evidence, notice.acknowledge) == (Code.UNKNOWN, Evidence.NONE, None), body
        assert notice.refuse.status == 200 and notice.reason and not notice.order and not notice.fields and notice.dedupe is None


@pytest.mark.parametrize("extra", [-1, 0, 1, 1 << 20])
def test_large_bodies(gateway: str, extra: int) -> None:
    one = paid(gateway)
    incoming = Incoming(b"x" * ((1 << 20) + extra))
    assert one.heard(incoming).reason == ("too_large" if extra > 0 else one.heard(Incoming(b"xx")).reason)
    assert len(incoming.body) <= (1 << 20) + 1


def test_heads_that_leave_a_doubt(gateway: str) -> None:
    one = paid(gateway)
    length = str(len(one.body))
    for name in ("Content-Length", "content-length"):
        headers = [("Content-Length", length), (name, "5")]
        assert one.heard(Incoming(one.body, headers)).reason == "encoding"
        assert one.client().notification({**one.mapping(), "headers": headers}).reason == "encoding"
    assert one.heard(Incoming(one.body, [("Content-Length", length), ("content-length", length)])).event is Code.PAID
    for value in ("\xff\xe4", "\ud800", "x" * 100_000, "订单", "a\r\nb: c", "\0"):
        for told in (Incoming(one.body, {"X-Odd": value, value: "x"}), {**one.mapping(), "headers": {"X-Odd": value}}):
            assert one.client().notification(told).event is Code.PAID, value


WRONG: list[Any] = [
    {"body_base64": None}, {"body_base64": 5}, {"body_base64": "*"}, {"body_base64": b"\xff"}, {"body_base64": {}},
    {"headers": 5}, {"headers": "x"}, {"headers": [1]}, {"headers": {"a": 1}}, {"expect": 5}, {"expect": {"a": 1}}, {"expect": {"a": {"b": "c"}}},
    {"expect": [("a", "1"), ("a", "2")]}, {"url": 5}, {"url": "\ud800"}, {"more": 1}, {"body": b"x"}, {5: 6}, [("url", "a"), ("url", "a")],
    {"expect": {"a": "\ud800"}}, {"more": [[[[]]]] * 3}, {"expect": {object(): object()}},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_what_cannot_be_read_is_unknown(gateway: str, wrong: Any) -> None:
    one = paid(gateway)
    for told in (wrong, {**one.mapping(), **wrong} if isinstance(wrong, dict) else [*one.mapping().items(), *wrong]):
        notice = one.client().notification(told)
        assert (notice.event, notice.evidence, notice.reason, notice.acknowledge) == (Code.UNKNOWN, Evidence.NONE, "input", None)
        assert notice.refuse.body == one.heard(Incoming(b"")).refuse.body


def test_misuse_is_an_error_of_the_program() -> None:
    client: Any = paid("wechat").client()
    for wrong in (None, 5, "{}", b"{}", [1], object(), chexiao.HttpReply(200, {}, b"")):
        with pytest.raises(TypeError, match="a notification is an Incoming or a mapping"):
            client.notification(wrong)
    make: Any = Incoming
    bodies: list[Any] = ["text", None, 5, ["a"], {}]
    for body in bodies:
        with pytest.raises(TypeError, match="body must be the bytes as they came"):
            make(body)
    for headers in (5, "a: b", b"a: b", [1], {"a": 1}, {"a": None}, {1: "a"}):
        with pytest.raises(TypeError, match="headers must be names and values in text"):
            make(b"", headers)
    for expect in ({"total_fee": 101}, {"total_fee": None}, {1: "1"}, {"a": b"1"}, "ab", 5, False, [("a", "b")]):
        with pytest.raises(TypeError, match="expect must be names and values in text"):
            make(b"", expect=expect)
    with pytest.raises(TypeError, match="url must be text"):
        make(b"", url=b"https://merchant.invalid")


def test_bytes_of_any_kind_and_headers_of_any_kind() -> None:
    one = paid("wechat")
    for body in (one.body, bytearray(one.body), memoryview(one.body), memoryview(bytearray(one.body))):
        heads: list[Any] = [None, {}, {"Content-Type": "text/xml"}, [("a", "b"), (b"A", b"c")], iter([("a", "b")]), {b"a": b"b"}]
        for headers in heads:
            incoming = Incoming(body, headers)
            assert type(incoming.body) is bytes and one.heard(incoming).event is Code.PAID
            assert pickle.loads(pickle.dumps(incoming)) == copy.deepcopy(incoming) == incoming and hash(incoming) == hash(copy.copy(incoming))
    assert one.client().notification({**one.mapping(), "body_base64": base64.b64encode(one.body)}).event is Code.PAID
    assert one.client().notification({**one.mapping(), "url": "https://merchant.invalid/pay", "expect": {}}).event is Code.PAID
    assert one.heard(Incoming(one.body, url="https://merchant.invalid/pay")).event is Code.PAID


def test_what_is_expected(gateway: str) -> None:
    one = paid(gateway)
    golden = one.heard(Incoming(one.body))
    assert golden.amount
    known = {**golden.fields, **golden.order, "amount": golden.amount.text}
    assert one.heard(Incoming(one.body, expect=known)) == golden
    for name, text in known.items():
        for other in (text + "0", " " + text, "", text[1:]):
            if other != text:
                notice = one.heard(Incoming(one.body, expect={name: other}))
                assert (notice.event, notice.reason, notice.acknowledge, dict(notice.order)) == (Code.UNKNOWN, "mismatch", None, {}), name
    assert one.heard(Incoming(one.body, expect={"no_such": ""})).reason == "mismatch"


@pytest.mark.parametrize(("of", "setting"), [("icbc", "notify_url"), ("chinaums", "notify_key"), ("chinaums", "mid")])
def test_a_setting_that_is_missing(of: str, setting: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "chexiao")
    one = paid(of)
    config = {**one.config, "account": {name: value for name, value in one.config["account"].items() if name != setting}}
    messages: list[Any] = [one.incoming(), Incoming(b"junk"), {}]
    for told in messages:
        with pytest.raises(chexiao.ConfigError) as caught:
            chexiao.Client(config).notification(told)
        assert (caught.value.kind, caught.value.field) == ("config", f"account.{setting}") and caught.value.hint
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [f"gateway={of} operation=notification error=config field=account.{setting}"] * 3


def test_one_line_for_a_notice_and_nothing_of_it(gateway: str, caplog: pytest.LogCaptureFixture) -> None:
    one = paid(gateway)
    client = one.client()
    caplog.set_level(logging.DEBUG, "chexiao")
    notice = client.notification(one.incoming())
    client.notification(Incoming(b"CANARY", {"X-Canary": "CANARY"}, "https://CANARY", {"CANARY": "CANARY"}))
    first, second = (record.getMessage() for record in caplog.records)
    assert first == f"gateway={gateway} operation=notification event=paid evidence=signed_bound reason=-"
    assert second == f"gateway={gateway} operation=notification event=unknown evidence=none reason={client.notification(Incoming(b'CANARY')).reason}"
    assert caplog.records[0].__dict__["chexiao"]["event"] == "paid" and not any(text in first for text in notice.order.values())


def test_the_asyncio_client_has_it_as_a_plain_method() -> None:
    one = paid("icbc")

    async def hear() -> Notice:
        async with chexiao.AsyncClient(one.config) as client:
            return client.notification(one.incoming())

    assert asyncio.run(hear()) == one.heard(one.incoming())


def test_threads_hear_the_same() -> None:
    clients = {gateway: (paid(gateway).client(), paid(gateway).incoming(), paid(gateway).heard(paid(gateway).incoming())) for gateway in GATEWAYS}
    wrong: list[Notice] = []

    def hear() -> None:
        for client, incoming, expected in list(clients.values()) * 10:
            for told, right in ((incoming, True), (Incoming(incoming.body[:-1]), False)):
                notice = client.notification(told)
                if (notice == expected) is not right:
                    wrong.append(notice)

    threads = [threading.Thread(target=hear) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_words_are_those_of_the_core() -> None:
    answer = Answer(200, {"Content-Type": "text/plain"}, b"success")
    assert (str(Unit.FEN), Unit.YUAN, repr(answer)) == ("fen", "yuan", "<chexiao.Answer 200>")
    assert Amount("1.01", Unit.YUAN) == Amount("1.01", Unit("yuan")) != Amount("1.01", Unit.FEN)
