"""Names and values come in many classes: headers, orders and configurations are read from all of them, once, and never half."""

from __future__ import annotations

import email.message
import email.parser
import enum
import http.client
import io
import itertools
import json
import os
import pickle
import types
import wsgiref.headers
from collections import ChainMap, OrderedDict, UserDict, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Callable

import pytest
from conftest import Sandbox

import chexiao


class Name(str):
    """As of aiohttp and others: a text that compares and shows itself in its own way."""

    def __str__(self) -> str:
        return "not this"

    def __repr__(self) -> str:
        return "nor this"

    def lower(self) -> str:
        return "nor that"


class Word(str, enum.Enum):
    ENCODING = "Content-Encoding"
    NUMBER = "out_trade_no"


class Bare(Mapping[Any, Any]):
    """The least that a mapping can be."""

    def __init__(self, *pairs: tuple[Any, Any]) -> None:
        self.held = dict(pairs)

    def __getitem__(self, name: Any) -> Any:
        return self.held[name]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)


class OnlyItems:
    """What HTTP clients have in place of a mapping."""

    def __init__(self, *pairs: tuple[Any, Any]) -> None:
        self.pairs = pairs

    def items(self) -> Iterator[tuple[Any, Any]]:
        return iter(self.pairs)


def message(*pairs: tuple[str, str]) -> email.message.Message:
    text = "".join(f"{name}: {value}\r\n" for name, value in pairs) + "\r\n"
    return http.client.parse_headers(io.BytesIO(text.encode()))


def mail(*pairs: tuple[str, str]) -> email.message.Message:
    return email.parser.HeaderParser().parsestr("".join(f"{name}: {value}\n" for name, value in pairs))


def encoded(pairs: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in pairs]


HEADERS: dict[str, Callable[..., Any]] = {
    "dict": lambda *pairs: dict(pairs),
    "list": lambda *pairs: list(pairs),
    "tuple": lambda *pairs: pairs,
    "lists in a list": lambda *pairs: [list(pair) for pair in pairs],
    "iterator": lambda *pairs: iter(pairs),
    "generator": lambda *pairs: (pair for pair in pairs),
    "map": lambda *pairs: map(tuple, pairs),
    "items": lambda *pairs: dict(pairs).items(),
    "proxy": lambda *pairs: types.MappingProxyType(dict(pairs)),
    "OrderedDict": lambda *pairs: OrderedDict(pairs),
    "defaultdict": lambda *pairs: defaultdict(str, pairs),
    "UserDict": lambda *pairs: UserDict(pairs),
    "ChainMap": lambda *pairs: ChainMap({}, dict(pairs)),
    "a bare mapping": Bare,
    "only items()": OnlyItems,
    "HTTPMessage": message,
    "email.Message": mail,
    "wsgiref": lambda *pairs: wsgiref.headers.Headers(list(pairs)),
    "bytes, as of ASGI": lambda *pairs: encoded(pairs),
    "bytes in lists": lambda *pairs: [list(pair) for pair in encoded(pairs)],
    "bytes in a dict": lambda *pairs: dict(encoded(pairs)),
    "bytearrays": lambda *pairs: [(bytearray(name), bytearray(value)) for name, value in encoded(pairs)],
    "bytes names, text values": lambda *pairs: [(name.encode(), value) for name, value in pairs],
    "subclasses of str": lambda *pairs: {Name(name): Name(value) for name, value in pairs},
    "pairs of subclasses": lambda *pairs: [(Name(name), Name(value)) for name, value in pairs],
}


def of_library(name: str, class_: str) -> Callable[..., Any]:
    def made(*pairs: tuple[str, str]) -> Any:
        module = pytest.importorskip(name)
        kind = getattr(module, class_)
        if kind.__module__.startswith(("urllib3", "tornado")):
            headers = kind()
            for pair in pairs:
                headers.add(*pair)
            return headers
        if name == "starlette.datastructures":
            return kind(raw=[(key.lower(), value) for key, value in encoded(pairs)])
        return kind(dict(pairs) if name == "django.http.response" else list(pairs))

    return made


LIBRARIES = {
    "requests": of_library("requests.structures", "CaseInsensitiveDict"),
    "httpx": of_library("httpx", "Headers"),
    "urllib3": of_library("urllib3", "HTTPHeaderDict"),
    "aiohttp": of_library("multidict", "CIMultiDict"),
    "werkzeug": of_library("werkzeug.datastructures", "Headers"),
    "starlette": of_library("starlette.datastructures", "Headers"),
    "django": of_library("django.http.response", "ResponseHeaders"),
}
# They hold a name twice, each in its way.
SEVERAL = {"list", "tuple", "iterator", "HTTPMessage", "email.Message", "wsgiref", "bytes, as of ASGI",
           "httpx", "urllib3", "aiohttp", "werkzeug", "starlette"}  # fmt: skip


@pytest.fixture(params=[*HEADERS, *LIBRARIES])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_headers_of_every_class(sandbox: Sandbox, kind: str) -> None:
    """At the gateway that signs nothing, where the head must leave no doubt: what a header says is seen."""
    client = chexiao.Client(sandbox.config("chinaums"))
    body = client.close(order := sandbox.order("chinaums"), msg_id="m1").raw
    request = client.sign({"operation": "close", "order": order, "msg_id": "m1"})
    make = {**HEADERS, **LIBRARIES}[kind]

    def verified(*pairs: tuple[str, str]) -> chexiao.Outcome:
        reply = chexiao.HttpReply(200, make(*pairs), body)
        first = client.verify(request, reply)
        # Again: an iterator would be empty by now.
        assert client.verify(request, reply) == client.verify(request, pickle.loads(pickle.dumps(reply))) == first
        return first

    length = ("Content-Length", str(len(body)))
    assert verified(("X", "y"), length).code is chexiao.Code.CLOSED
    assert verified(("X", "y"), length, ("Content-Encoding", "identity")).code is chexiao.Code.CLOSED
    doubtful = verified(("X", "y"), length, ("Content-Encoding", "gzip"))
    assert (doubtful.code, doubtful.reason) == (chexiao.Code.UNKNOWN, "encoding")
    if kind in SEVERAL:
        assert verified(length, ("X", "y"), ("Content-Length", "1")).reason == "encoding"


def test_bytes_that_are_no_text_spoil_nothing(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    body = wechat.close(order := sandbox.order("wechat")).raw
    request = wechat.sign({"operation": "close", "order": order})
    for headers in ({"Server": "nginx 网关".encode("gbk")}, [(b"caf\xe9", b"\x80")], {Word.ENCODING: "UTF-8"}):
        reply = chexiao.HttpReply(200, headers, body)
        assert wechat.verify(request, reply).is_closed and all(type(text) is str for pair in reply.headers for text in pair)


def test_a_body_is_bytes_of_any_class(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    body = wechat.close(order := sandbox.order("wechat")).raw
    request = wechat.sign({"operation": "close", "order": order})
    half = memoryview(bytes(2 * len(body))).cast("B")
    spread = bytearray(half)
    spread[::2] = body
    changing = bytearray(body)
    for given in (body, changing, memoryview(body), memoryview(spread)[::2], type("Bytes", (bytes,), {})(body)):
        reply = chexiao.HttpReply(200, {}, given)
        assert type(reply.body) is bytes and wechat.verify(request, reply).is_closed
    reply = chexiao.HttpReply(200, {}, changing)
    changing.clear()
    assert wechat.verify(request, reply).is_closed


ORDERS = {name: make for name, make in HEADERS.items() if name not in ("only items()", "HTTPMessage", "email.Message", "wsgiref")}
ORDERS["a str enum"] = lambda pair: {Word.NUMBER: pair[1]}


@pytest.mark.parametrize("of", ORDERS)
def test_orders_of_every_class(sandbox: Sandbox, wechat: chexiao.Client, of: str) -> None:
    number = sandbox.order("wechat")["out_trade_no"]
    ids = {"nonce": "0" * 32, "msg_id": "m1"}
    plain = wechat.sign({"operation": "close", "order": {"out_trade_no": number}, **ids})
    assert wechat.sign({"operation": "close", "order": ORDERS[of](("out_trade_no", number)), **ids}) == plain
    assert wechat.sign([("operation", "close"), ("order", ORDERS[of](("out_trade_no", number))), *ids.items()]) == plain
    assert wechat.close(ORDERS[of](("out_trade_no", number))).is_closed
    assert sandbox.book("wechat", number) == (1, "closed")


@pytest.mark.parametrize("of", ["dict", "list", "iterator", "proxy", "ChainMap", "a bare mapping", "bytes in a dict", "subclasses of str"])
def test_configurations_of_every_class(sandbox: Sandbox, of: str) -> None:
    def remade(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        pairs = [(name, remade(inner)) for name, inner in value.items()]
        if of == "bytes in a dict":
            return {name.encode(): inner.encode() if isinstance(inner, str) else inner for name, inner in pairs}
        if of == "subclasses of str":
            return {Name(name): Name(inner) if isinstance(inner, str) else inner for name, inner in pairs}
        # Pairs stand for the document itself; inside of it a list is a list.
        return pairs if of in ("list", "iterator") else HEADERS[of](*pairs)

    config = sandbox.config("wechat")
    given = remade(config) if of not in ("list", "iterator") else HEADERS[of](*config.items())
    client = chexiao.Client(given)
    assert client.close(sandbox.order("wechat")).is_closed


def test_the_environment_is_a_mapping(wechat: chexiao.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        monkeypatch.delenv(name)
    monkeypatch.setenv("out_trade_no", "A0001")
    for environment in (os.environ, os.environb):
        assert b"A0001" in wechat.sign({"operation": "close", "order": environment}).body


def test_an_order_never_names_a_field_twice(wechat: chexiao.Client) -> None:
    """Which of the two orders would be closed?"""
    pair = [("out_trade_no", "A1"), ("out_trade_no", "A2")]
    given: list[Any] = [pair, iter(pair), [("out_trade_no", "A1"), (b"out_trade_no", b"A2")], {"out_trade_no": "A1", b"out_trade_no": "A2"}]
    for order in given:
        with pytest.raises(chexiao.CallError, match="given more than once") as caught:
            wechat.close(order)
        assert caught.value.field == "order.out_trade_no"


@pytest.mark.parametrize("of", ["django", "werkzeug", "multidict", "starlette"])
def test_the_forms_of_web_frameworks_are_orders(sandbox: Sandbox, wechat: chexiao.Client, of: str) -> None:
    """They hold a name twice and show one: refused, since which order would be closed?"""
    number = sandbox.order("wechat")["out_trade_no"]

    def form(*pairs: tuple[str, str]) -> Any:
        if of == "django":
            made = pytest.importorskip("django.utils.datastructures").MultiValueDict()
            for name, value in pairs:
                made.appendlist(name, value)
            return made
        module, class_ = {
            "werkzeug": ("werkzeug.datastructures", "ImmutableMultiDict"),
            "multidict": ("multidict", "MultiDict"),
            "starlette": ("starlette.datastructures", "FormData"),
        }[of]
        return getattr(pytest.importorskip(module), class_)(list(pairs))

    assert wechat.close(form(("out_trade_no", number))).is_closed
    with pytest.raises(chexiao.CallError, match=r"order\.out_trade_no: is given more than once"):
        wechat.close(form(("out_trade_no", number), ("out_trade_no", "A2")))


@pytest.mark.parametrize(
    "order", [None, 5, "A1", b"A1", ["out_trade_no"], {"out_trade_no"}, [("a", "b", "c")], object(), dict, itertools.count()]
)
def test_what_names_nothing_is_a_type_error(wechat: chexiao.Client, order: Any) -> None:
    for attempt in (wechat.close, wechat.query, wechat.ensure_closed):
        with pytest.raises(TypeError, match="order must be a mapping or pairs of name and value, not "):
            attempt(order)
    with pytest.raises((TypeError, chexiao.CallError)):
        wechat.sign(order)


def test_an_error_names_the_place_and_never_repeats_what_stands_there() -> None:
    secret = "C4N4RYC4N4RYC4N4RYC4N4RYC4N4RY12"
    for config, told in (
        ({"gateway": "wechat", "account": {"api_key": secret.encode() + b"\xff"}}, "account.api_key: is not UTF-8"),
        ({"gateway": "wechat", "account": {"api_key": {secret}}}, "account.api_key: is a set"),
        ({"gateway": "wechat", "account": {secret: {1}}}, r"account.\(a key that is no name\): is a set"),
        ({"gateway": "wechat", "account": {"a\nb": {1}}}, r"account.\(a key that is no name\): is a set"),
        ({"gateway": "wechat", "account": {5: "x"}}, "account.5: is a name of the type int"),
    ):
        with pytest.raises(chexiao.ConfigError, match=told) as caught:
            chexiao.Client(config)
        assert secret not in str(caught.value) + json.dumps(caught.value.args) and caught.value.__context__ is None
