"""What tools make of an outcome: the documented result JSON, or a TypeError the first time they are tried, whatever the gateway said.

The order is closed by then. What works with one body and fails with another, or writes half of an outcome, costs money.
"""

from __future__ import annotations

import base64
import copy
import dataclasses
import json
import pickle
import warnings
from typing import Any, Callable

import pytest
from conftest import Program, Sandbox

import chexiao


def outcome_of(raw: bytes, **over: Any) -> chexiao.Outcome:
    told: dict[str, Any] = {
        "outcome": "unknown", "code": 9, "next": "query", "retry": "after_query", "retry_after_ms": None, "confirm": "required",
        "evidence": "none", "sent": "answered", "reason": "charset", "contradiction": False, "hint": "paid",
        "gateway": {"code": None, "sub_code": "S1", "status": None, "message": "订单已支付"}, "msg_id": "m1", "http_status": 200,
        "elapsed_ms": 12, "raw_base64": base64.b64encode(raw).decode(), "explanation": {"en": "What happened.", "zh": "发生了什么。"},
    }  # fmt: skip
    return chexiao.Outcome.from_dict({**told, **over})


@pytest.fixture(params=["utf-8", "gbk", "octets", "none"])
def outcome(request: pytest.FixtureRequest) -> chexiao.Outcome:
    raws = {"utf-8": "订单".encode(), "gbk": "订单".encode("gbk"), "octets": bytes(range(256)), "none": b""}
    return outcome_of(raws[request.param])


def test_json_of_the_standard_library(outcome: chexiao.Outcome) -> None:
    for value in (outcome, {"outcome": outcome}, [outcome]):
        with pytest.raises(TypeError, match="Outcome is not JSON serializable"):
            json.dumps(value)
    for default in (vars, lambda value: value.__dict__, chexiao.Outcome.to_dict):
        assert json.loads(json.dumps([outcome], default=default)) == [outcome.to_dict()]
    assert json.loads(json.dumps(outcome, default=str)) == repr(outcome)


def test_what_takes_dataclasses_apart_refuses(outcome: chexiao.Outcome) -> None:
    value: Any = outcome
    assert not dataclasses.is_dataclass(value)
    for attempt in (dataclasses.asdict, dataclasses.astuple, dataclasses.fields, dataclasses.replace, dict, list, iter):
        with pytest.raises(TypeError):
            attempt(value)
    assert dataclasses.asdict(outcome.gateway) == outcome.to_dict()["gateway"]
    assert dataclasses.asdict(outcome.explanation) == outcome.to_dict()["explanation"]


def test_it_stays_a_value(outcome: chexiao.Outcome) -> None:
    again = [pickle.loads(pickle.dumps(outcome, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for one in (*again, copy.copy(outcome), copy.deepcopy(outcome), copy.deepcopy([outcome])[0]):
        assert one == outcome and hash(one) == hash(outcome) and vars(one) == outcome.to_dict()
    plain: Any = outcome.to_dict()
    assert outcome != outcome_of(b"other") and outcome != plain
    vars(outcome)["code"] = 1
    assert outcome.code is chexiao.Code.UNKNOWN and vars(outcome)["code"] == 9


ENCODERS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "orjson": ("orjson", lambda orjson, value: orjson.dumps(value)),
    "msgspec": ("msgspec.json", lambda json, value: json.encode(value)),
    "msgspec.msgpack": ("msgspec.msgpack", lambda msgpack, value: msgpack.encode(value)),
    "simplejson": ("simplejson", lambda simplejson, value: simplejson.dumps(value)),
    "kombu, for celery": ("kombu.utils.json", lambda json, value: json.dumps(value)),
    "django": ("django.core.serializers.json", lambda module, value: json.dumps(value, cls=module.DjangoJSONEncoder)),
}


@pytest.mark.parametrize("encoder", ENCODERS)
def test_encoders_refuse(outcome: chexiao.Outcome, encoder: str) -> None:
    name, encode = ENCODERS[encoder]
    module = pytest.importorskip(name)
    for value in (outcome, {"outcome": outcome}, [outcome]):
        with pytest.raises(TypeError, match="Outcome"):
            encode(module, value)
    assert encode(module, outcome.to_dict()) == encode(module, vars(outcome))


def test_their_hooks_take_vars(outcome: chexiao.Outcome) -> None:
    orjson, msgspec = pytest.importorskip("orjson"), pytest.importorskip("msgspec")
    assert orjson.loads(orjson.dumps([outcome], default=vars)) == [outcome.to_dict()]
    assert msgspec.json.decode(msgspec.json.encode([outcome], enc_hook=vars)) == [outcome.to_dict()]


def test_ujson_writes_the_result(outcome: chexiao.Outcome) -> None:
    ujson = pytest.importorskip("ujson")
    assert ujson.loads(ujson.dumps({"told": [outcome]})) == {"told": [outcome.to_dict()]}


def test_pydantic_writes_and_reads_the_result(outcome: chexiao.Outcome) -> None:
    pydantic = pytest.importorskip("pydantic")
    told = outcome.to_dict()
    model = pydantic.create_model("Told", outcome=(chexiao.Outcome, ...), more=(list[chexiao.Outcome], []))
    made = model(outcome=outcome, more=[outcome, told])
    assert made.outcome is outcome and made.more == [outcome, outcome]
    assert made.model_dump() == made.model_dump(mode="json") == json.loads(made.model_dump_json()) == {"outcome": told, "more": [told, told]}
    assert model.model_validate_json(made.model_dump_json()) == made == model.model_validate(made.model_dump())
    adapter = pydantic.TypeAdapter(chexiao.Outcome)
    assert json.loads(adapter.dump_json(outcome)) == told and adapter.validate_python(outcome) is outcome
    anything = pydantic.create_model("Anything", told=(Any, ...))(told=[outcome])
    assert json.loads(anything.model_dump_json()) == anything.model_dump(mode="json") == {"told": [told]}
    shape = adapter.json_schema(mode="serialization")
    assert set(shape["properties"]) == set(shape["required"]) == set(told)
    assert shape["properties"]["gateway"]["required"] == list(told["gateway"])
    wrong: list[Any] = [None, "closed", {}, {**told, "code": "x"}, {**told, "gateway": {}}, {**told, "raw_base64": "*"}, {"is_closed": True}]
    for value in wrong:
        with pytest.raises(pydantic.ValidationError):
            adapter.validate_python(value)
        with pytest.raises(pydantic.ValidationError):
            adapter.validate_json(json.dumps(value))


def test_pydantic_reads_a_later_version(outcome: chexiao.Outcome) -> None:
    adapter = pytest.importorskip("pydantic").TypeAdapter(chexiao.Outcome)
    later = adapter.validate_python({**outcome.to_dict(), "code": 12, "outcome": "half_closed", "next": "done", "new": 1})
    assert (later.code, later.next, later.is_closed) == (chexiao.Code.UNKNOWN, chexiao.Next.QUERY, False)


def test_fastapi_answers_the_result(outcome: chexiao.Outcome) -> None:
    fastapi = pytest.importorskip("fastapi")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of starlette, about its own test client
        from_test = pytest.importorskip("fastapi.testclient")
    app = fastapi.FastAPI()

    def read(told: Any = fastapi.Body()) -> Any:
        return chexiao.Outcome.from_dict(told)

    async def typed() -> chexiao.Outcome:
        return outcome

    app.get("/bare")(lambda: outcome)
    app.get("/inside")(lambda: {"told": [outcome]})
    app.get("/typed")(typed)
    app.get("/model", response_model=chexiao.Outcome)(lambda: outcome)
    app.post("/read")(read)
    app.get("/several", response_model=list[chexiao.Outcome])(lambda: [outcome, outcome.to_dict()])
    told = outcome.to_dict()
    with from_test.TestClient(app) as site:
        assert site.get("/bare").json() == site.get("/typed").json() == site.get("/model").json() == site.post("/read", json=told).json() == told
        assert site.get("/inside").json() == {"told": [told]} and site.get("/several").json() == [told, told]
        page = site.get("/openapi.json")
        assert page.status_code == 200 and "raw_base64" in page.text


def test_flask_refuses_an_outcome_and_answers_the_result(outcome: chexiao.Outcome) -> None:
    flask = pytest.importorskip("flask")
    app = flask.Flask("shop")
    app.testing = True
    app.get("/jsonify", endpoint="jsonify")(lambda: flask.jsonify(outcome))
    app.get("/inside", endpoint="inside")(lambda: {"told": outcome})
    app.get("/bare", endpoint="bare")(lambda: outcome)
    app.get("/result", endpoint="result")(lambda: outcome.to_dict())
    site = app.test_client()
    for path in ("/jsonify", "/inside", "/bare"):
        with pytest.raises(TypeError, match="Outcome"):
            site.get(path)
    assert site.get("/result").json == outcome.to_dict()


DJANGO = """
from django.conf import settings
settings.configure()
from django.http import JsonResponse
for raw in (b"", "订单".encode(), "订单".encode("gbk")):
    outcome = chexiao.Client(CONFIG).close({"out_trade_no": "A" + str(len(raw)) + "X"})
    for attempt in (lambda: JsonResponse(outcome), lambda: JsonResponse(outcome, safe=False), lambda: JsonResponse({"told": outcome})):
        try:
            attempt()
        except TypeError:
            print("refused")
    assert json.loads(JsonResponse(outcome.to_dict()).content) == outcome.to_dict() == json.loads(JsonResponse(vars(outcome)).content)
    from django.template import Context, Engine
    page = Engine().from_string("{{ told.code }} {{ told.next }} {{ told.is_closed }}").render(Context({"told": outcome}))
    assert page == f"{outcome.code} {outcome.next} {outcome.is_closed}", page
"""


def test_django_refuses_an_outcome_and_answers_the_result(program: Program) -> None:
    pytest.importorskip("django")
    assert program.run(DJANGO).split() == ["refused"] * 9


def test_a_forged_line_is_escaped(sandbox: Sandbox) -> None:
    """Text that came from outside, or from a database, cannot begin a line of a log of its own."""
    forged = "m1\n2026-01-02 INFO outcome=closed \x1b[2K\u2028\u202e"
    outcome = outcome_of(b"", msg_id=forged, reason=forged, gateway={name: forged for name in ("code", "sub_code", "status", "message")})
    request = chexiao.HttpRequest("POST", f"https://x/{forged}", {}, b"", forged, "{}")
    for value in (outcome, request, outcome.gateway, [outcome], {"told": outcome.gateway}):
        for text in (repr(value), str(value), f"{value}", "%s" % (value,)):
            assert text.isprintable() and "outcome=closed" not in text.split("m1")[0]
