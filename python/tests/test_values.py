"""Outcomes, requests, errors and clients as values: compared, copied, pickled, written, and never by accident true."""

from __future__ import annotations

import asyncio
import copy
import json
import multiprocessing
import os
import pathlib
import pickle
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import Sandbox

import chexiao
from chexiao import _native, errors


def outcome_of(sandbox: Sandbox, client: chexiao.Client, prefix: str = "A") -> chexiao.Outcome:
    return client.close(sandbox.order("wechat", prefix))


def copies(value: Any) -> list[Any]:
    pickled = [pickle.loads(pickle.dumps(value, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    return [*pickled, copy.copy(value), copy.deepcopy(value)]


def test_an_outcome_is_a_value(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    for prefix in ("A", "PAID", "SLEEP", "UNSIGNED"):
        outcome = outcome_of(sandbox, chexiao.Client(sandbox.config("wechat", deadline_ms=2000, connect_timeout_ms=1900)), prefix)
        assert all(one == outcome and hash(one) == hash(outcome) and type(one.code) is chexiao.Code for one in copies(outcome))
        assert chexiao.Outcome.from_dict(json.loads(json.dumps(outcome.to_dict()))) == outcome
        assert outcome.is_closed == (outcome.code in (chexiao.Code.CLOSED, chexiao.Code.ALREADY_CLOSED))
        for name in chexiao.Outcome.__slots__:
            with pytest.raises(AttributeError):
                setattr(outcome, name, None)
        with pytest.raises((AttributeError, TypeError)):
            outcome.other = 1  # type: ignore[attr-defined]


def test_to_dict_is_the_result_json(sandbox: Sandbox) -> None:
    native, _ = _native.Client.open(json.dumps(sandbox.config("icbc")).encode())
    assert native is not None
    call = json.dumps({"operation": "close", "order": sandbox.order("icbc", "PAID")}).encode()
    status, text = native.ask("send", call)
    outcome = chexiao.Outcome.from_dict(json.loads(text))
    assert outcome.to_dict() == json.loads(text) and list(outcome.to_dict()) == list(json.loads(text)) and outcome.code.value == status


def test_an_outcome_is_read_once_somebody_asks(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    """And is the same value before and after, whatever is asked first."""
    told = json.dumps(outcome_of(sandbox, wechat, "PAID").to_dict())
    read = chexiao.Outcome.from_dict(json.loads(told))
    for name in (*chexiao.Outcome.__slots__, "is_closed", "__dict__"):
        outcome = chexiao.Outcome._of_answer(read.code.value, told)
        assert outcome.code is read.code and not outcome.is_closed and getattr(outcome, "_told") is told, "not read yet"
        assert getattr(outcome, name, None) == getattr(read, name, None) or name == "_told"
        assert outcome == read and hash(outcome) == hash(read) and repr(outcome) == repr(read) and outcome.to_dict() == json.loads(told)
    unread = [chexiao.Outcome._of_answer(read.code.value, told) for _ in range(3)]
    assert all(one == read for one in copies(unread[0])) and getattr(unread[0], "_told") is told
    assert unread[1].to_dict() == json.loads(told) and list(unread[1].to_dict()) == list(json.loads(told))
    assert {unread[2], read} == {read} and unread[2].next is read.next and unread[2].raw == read.raw
    with pytest.raises(AttributeError, match="no attribute 'closed'"):
        _ = unread[0].closed  # type: ignore[attr-defined]
    assert not hasattr(unread[0], "asdict") and not hasattr(read, "asdict")


def test_threads_that_read_an_outcome_at_once_read_the_same(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    outcomes = [outcome_of(sandbox, wechat, "PAID") for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        for outcome in outcomes:
            found = list(pool.map(lambda name, one=outcome: getattr(one, name), ["gateway", "explanation", "raw", "next"] * 8))
            assert found == [outcome.gateway, outcome.explanation, outcome.raw, outcome.next] * 8


def test_an_outcome_is_neither_true_nor_false(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    outcome = outcome_of(sandbox, wechat)
    for attempt in (lambda: bool(outcome), lambda: any([outcome]), lambda: list(filter(None, [outcome]))):
        with pytest.raises(TypeError, match="is_closed"):
            attempt()


def test_its_words_are_texts_and_its_repr_holds_no_order(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    outcome = outcome_of(sandbox, wechat, "PAIDCANARY")
    assert outcome.next == "confirm" and f"{outcome.next} {outcome.code}" == "confirm paid"
    assert json.dumps([outcome.next, outcome.evidence]) == '["confirm", "signed_unbound"]'
    assert "CANARY" not in repr(outcome) and outcome.msg_id in repr(outcome)


def test_words_of_the_core_and_of_this_package_are_the_same(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    for row in (row for entry in chexiao.gateways() for table in entry["close"] for row in table["rows"]):
        assert row["outcome"] in {code.word for code in chexiao.Code}
    assert [code.value for code in chexiao.Code] == list(range(1, 12)) and str(chexiao.Code(11)) == "refunded"
    steps = "done confirm fulfil_or_refund query check_order fix retry_later close reconcile refund_query"
    assert [str(step) for step in chexiao.Next] == steps.split()


def test_what_a_later_version_says_is_read_as_the_safest(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    told = outcome_of(sandbox, wechat).to_dict()
    later = chexiao.Outcome.from_dict({**told, "code": 12, "outcome": "half_closed", "next": "done", "retry": "same_request"})
    assert (later.code, later.next, later.retry, later.is_closed) == (chexiao.Code.UNKNOWN, chexiao.Next.QUERY, chexiao.Retry.NEVER, False)
    words = {"next": "dance", "retry": "often", "confirm": "maybe", "evidence": "notarised", "sent": "no", "reason": "new_word", "hint": "new"}
    odd = chexiao.Outcome.from_dict({**told, **words})
    assert (odd.next, odd.retry, odd.confirm) == (chexiao.Next.QUERY, chexiao.Retry.NEVER, chexiao.Confirm.REQUIRED)
    assert (odd.evidence, odd.sent, odd.reason, odd.hint) == (chexiao.Evidence.NONE, chexiao.Sent.MAYBE, "new_word", None)


def test_a_request_is_verified_elsewhere(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    outcome = wechat.close(order := sandbox.order("wechat"))
    for request in copies(wechat.sign({"operation": "close", "order": order})):
        reply = pickle.loads(pickle.dumps(chexiao.HttpReply(200, {"a": "b"}, outcome.raw)))
        assert wechat.verify(request, reply).is_closed


KINDS = {
    chexiao.ConfigError: ["config", "unsupported"],
    chexiao.CallError: ["call", "null", "utf8", "handle"],
    chexiao.NotSentError: ["dns", "connect", "tls", "not_sent"],
    chexiao.Error: ["panic"],
}


def test_every_kind_of_error_has_its_class_pickles_and_says_what_to_do() -> None:
    for class_, kinds in KINDS.items():
        for kind in kinds:
            error = errors.of_field(kind, "order.x", "is wrong")
            assert type(error) is class_ and issubclass(class_, chexiao.Error) and issubclass(chexiao.Error, Exception)
            assert error.kind == kind and error.field == "order.x" and error.hint and error.status < 0
            assert str(error) == f"{kind} error: order.x: is wrong ({error.hint})"
            for again in [*copies(error), class_(*json.loads(json.dumps(error.args)))]:
                assert type(again) is class_ and again.__dict__ == error.__dict__ and str(again) == str(error)


def test_an_error_can_be_made_by_hand() -> None:
    assert str(chexiao.NotSentError("down")) == "down"


def test_a_client_without_secrets_pickles(sandbox: Sandbox, gateway: str, tmp_path: pathlib.Path) -> None:
    config = sandbox.by_reference(gateway, tmp_path)
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config), "utf-8")
    for client in (chexiao.Client(config), chexiao.Client(path)):
        assert all(one.close(sandbox.order(gateway)).is_closed for one in copies(client))


def test_a_client_with_secrets_does_not_pickle_and_keeps_none(sandbox: Sandbox, gateway: str) -> None:
    config = sandbox.config(gateway)
    for client in (chexiao.Client(config), chexiao.Client(list(config.items()))):
        for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="secret as text.* by the path of a JSON file"):
                attempt(client)
        assert client._config is None
    for attempt in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="secret as text"):
            attempt(chexiao.AsyncClient(config))


def test_a_client_opened_by_path_pickles_as_the_path(sandbox: Sandbox, gateway: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the file holds; a relative path becomes a whole one, since a worker may run elsewhere."""
    monkeypatch.chdir(sandbox.folder)
    path = sandbox.folder / f"{gateway}.json"
    account = sandbox.config(gateway)["account"].values()
    secrets = [secret for secret in account if isinstance(secret, str) and len(secret) > 20]
    opened = [chexiao.Client(given) for given in (path, os.fspath(path), path.name)]
    monkeypatch.chdir("/")
    for client in opened:
        assert all(one.close(sandbox.order(gateway)).is_closed for one in copies(client))
        written = pickle.dumps(client)
        assert os.fsencode(path) in written and len(written) < 300
        assert not any(secret.encode() in written for secret in secrets)
    several = pickle.loads(pickle.dumps(chexiao.AsyncClient(opened[0], concurrency=2)))
    assert asyncio.run(several.close(sandbox.order(gateway))).is_closed
    assert several._concurrency == 2


def close_there(client: chexiao.Client, order: dict[str, str]) -> chexiao.Outcome:
    return client.close(order)


def fail_there(client: chexiao.Client) -> None:
    client.close({})


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_clients_outcomes_and_errors_travel_between_processes(sandbox: Sandbox, tmp_path: pathlib.Path, method: str) -> None:
    client = chexiao.Client(sandbox.by_reference("wechat", tmp_path))
    client.close(sandbox.order("wechat"))
    with multiprocessing.get_context(method).Pool(2) as pool:
        done = pool.starmap_async(close_there, [(client, sandbox.order("wechat")) for _ in range(4)]).get(60)
        assert [outcome.code for outcome in done] == [chexiao.Code.CLOSED] * 4
        with pytest.raises(chexiao.CallError, match="out_trade_no: is missing") as caught:
            pool.apply_async(fail_there, (client,)).get(60)
        assert caught.value.field == "order.out_trade_no"


def test_no_secret_is_shown(sandbox: Sandbox) -> None:
    """Neither by repr, nor by an error, nor by the locals of our frames in a traceback."""
    secret = "C4N4RYc4n4ryC4N4RYc4n4ryC4N4RYcan"
    config = sandbox.config("wechat")
    config["account"]["api_key"] = secret
    for over in ({"deadline_ms": -1}, {"base_url": secret}, {"account": {**config["account"], "mch_id": {secret}}}):
        try:
            chexiao.Client({**config, **over})
        except chexiao.Error as error:
            told = "".join(traceback.format_exception(type(error), error, error.__traceback__)) + repr(error) + repr(error.__dict__)
            assert secret not in told and error.__cause__ is None
            frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if "chexiao/client.py" in frame.f_code.co_filename]
            assert frames and secret not in repr([{**frame.f_locals, "config": None} for frame in frames])
        else:
            raise AssertionError(over)
    config["account"]["api_key"] = secret[:32]
    assert secret[:32] not in repr(chexiao.Client(config)) + repr(vars(chexiao.Client))


def test_refunds_and_reversals_are_methods(wechat: chexiao.Client) -> None:
    unknown = wechat.refund_query({"out_refund_no": "R1"})
    assert (unknown.code, unknown.next) == (chexiao.Code.NOT_FOUND, chexiao.Next.REFUND_QUERY)
    order = {"out_trade_no": "PAID1", "out_refund_no": "R1", "total_fee": "100", "refund_fee": "40"}
    with pytest.raises(chexiao.ConfigError) as refused:
        wechat.refund(order)
    assert refused.value.field == "client_certificate"
    with pytest.raises(chexiao.ConfigError) as refused:
        wechat.reverse({"out_trade_no": "PAID1"})
    assert refused.value.field == "client_certificate"


def test_a_kept_answer_is_authentic_by_all_that_says_so() -> None:
    words = {"code": None, "sub_code": None, "status": None, "message": None}
    proven = {"code": 0, "verified": {"a": "1"}, "evidence": "signed_unbound", "sent": "answered", "reason": None, "gateway": words}
    proven |= {"msg_id": "", "http_status": 200, "elapsed_ms": 0, "file": None, "raw_base64": "", "explanation": {"en": "", "zh": ""}}
    answer = chexiao.CallAnswer.from_dict(proven)
    assert answer.is_authentic and answer.verified == {"a": "1"} and answer.to_dict() == proven
    for doubtful in ({"code": 9}, {"verified": None}, {"evidence": "none"}, {"evidence": "sealed_by_wax"}):
        answer = chexiao.CallAnswer.from_dict({**proven, **doubtful})
        assert (answer.is_authentic, answer.code, answer.verified, answer.evidence) == (False, 9, None, "none"), doubtful
