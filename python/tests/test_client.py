"""The client's manners: what it takes, what it gives, and what becomes of everything that is wrong."""

from __future__ import annotations

import asyncio
import json
import os
import pathlib
import socket
import types
from typing import Any

import pytest
from conftest import Sandbox

import chexiao


def deep() -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for _ in range(100_000):
        nested = {"a": nested}
    return nested


def circle() -> dict[str, Any]:
    ring: dict[str, Any] = {}
    ring["out_trade_no"] = ring
    return ring


def test_closes_at_every_gateway(sandbox: Sandbox, gateway: str) -> None:
    order = sandbox.order(gateway)
    client = chexiao.Client(sandbox.config(gateway))
    outcome = client.close(order, msg_id="m1" if gateway == "chinaums" else None)
    assert outcome.is_closed and outcome.code is chexiao.Code.CLOSED and outcome.http_status == 200
    assert client.gateway == gateway and gateway in repr(client)
    number = next(value for value in order.values() if value.startswith("A"))
    assert sandbox.book(gateway, number) == (1, "closed")


def test_a_diagnosis_names_what_is_wrong(sandbox: Sandbox, gateway: str, tmp_path: pathlib.Path) -> None:
    config = sandbox.config(gateway)
    for diagnosis in (
        chexiao.diagnose(config),
        chexiao.Client(config).diagnose(),
        asyncio.run(chexiao.AsyncClient(chexiao.Client(config)).diagnose()),
    ):
        assert diagnosis["cause"] is None and diagnosis["worst"] != "failure" and diagnosis["status"] == 0
        assert [step["step"] for step in diagnosis["steps"]][-1] == "probe"
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**config, "deadline": 1}), "utf-8")
    unknown = chexiao.diagnose(path)
    failed = [(step["step"], step["field"], step["finding"]) for step in unknown["steps"] if step["state"] == "failure"]
    assert failed == [("configuration", "deadline", "unknown_key")] and unknown["cause"] == "unknown_key"
    assert "deadline_ms" in unknown["steps"][0]["remedy"]["zh"]
    assert chexiao.diagnose(tmp_path / "nowhere.json")["cause"] == "unreadable_file"
    assert chexiao.diagnose({**config, "base_url": "http://127.0.0.1:9"})["cause"] == "refused"
    nothing: Any = 5
    with pytest.raises(TypeError):
        chexiao.diagnose(nothing)


def test_a_connection_is_made_ahead_and_nothing_sent(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = chexiao.Client(sandbox.config("wechat", base_url=f"http://127.0.0.1:{server.getsockname()[1]}", ca_file=None))
        client.warm()
        asyncio.run(chexiao.AsyncClient(client).warm())
        server.settimeout(10)
        connection, _ = server.accept()
        with connection:
            connection.settimeout(0.2)
            with pytest.raises(socket.timeout):
                connection.recv(1)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
    with pytest.raises(chexiao.NotSentError) as refused:
        chexiao.Client(sandbox.config("wechat", base_url="http://127.0.0.1:9")).warm()
    assert refused.value.kind == "connect"


def test_clients_that_differ_share_no_connection(sandbox: Sandbox, tmp_path: pathlib.Path) -> None:
    """Told by a door of the sandbox, which notes what each connection has brought."""
    door = sandbox.admin("doors", {})
    issued, key = (sandbox.folder / f"apiclient_{name}.pem" for name in ("cert", "key"))
    other = tmp_path / "ca.pem"
    other.write_text((sandbox.folder / "ca.pem").read_text("ascii") + issued.read_text("ascii"), "ascii")
    shown = {"client_certificate": {"file": issued, "key": {"file": key}}}
    proxied = {"proxy": sandbox.http_url}
    # The last is equal to the first.
    settings: list[dict[str, Any]] = [{}, {"ca_file": os.fspath(other)}, proxied, shown, {**shown, **proxied}, {}]
    clients: list[chexiao.Client] = []
    brought: list[tuple[list[str], bool]] = []
    for over in settings:
        client = chexiao.Client(sandbox.config("icbc", base_url=door["https_url"], **over))
        clients.append(client)
        client.warm()
        orders = [sandbox.order("icbc") for _ in range(2)]
        assert all(client.close(order).is_closed for order in orders)
        brought.append(([order["partnerSeq"] for order in orders], "client_certificate" in over))
    (first, _), *others, (again, _) = brought
    connections = sandbox.admin("doors")["doors"][door["door"]]["connections"]
    assert [(it["orders"], it["merchant"]) for it in connections if it["orders"]] == [(first + again, False), *others]


def test_a_configuration_is_a_mapping_or_a_path(sandbox: Sandbox) -> None:
    path = sandbox.folder / "wechat.json"
    frozen = types.MappingProxyType({**sandbox.config("wechat"), "account": types.MappingProxyType(sandbox.config("wechat")["account"])})
    for config in (path, os.fspath(path), json.loads(path.read_text("utf-8")), frozen):
        assert chexiao.Client(config).gateway == "wechat"


def test_key_files_may_be_path_objects(sandbox: Sandbox, tmp_path: pathlib.Path) -> None:
    config = sandbox.by_reference("edgeros", tmp_path)
    for key in ("private_key", "gateway_public_key"):
        config["account"][key] = {"file": pathlib.Path(config["account"][key]["file"])}
    assert chexiao.Client(config).close(sandbox.order("edgeros")).is_closed


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("/no/such/file", "No such file"),
        ("/", "directory"),
        ('{"gateway":"wechat"}', "JSON text"),
        ("a\0b", "NUL"),
        ("\ud800", "characters that no path"),
        ({}, "gateway: is missing"),
        ({"gateway": {1}}, "gateway: is a set"),
        ({"gateway": "wechat", "account": {"api_key": b"\xff"}}, "account.api_key: is not UTF-8"),
        ({"gateway": "wechat", "deadline_ms": float("inf")}, "deadline_ms: "),
        (deep(), "too deeply"),
        (circle(), "out_trade_no"),
    ],
)
def test_a_wrong_configuration_is_a_config_error(config: Any, message: str) -> None:
    with pytest.raises(chexiao.ConfigError, match=message) as caught:
        chexiao.Client(config)
    assert caught.value.kind == "config" and caught.value.hint


@pytest.mark.parametrize("config", [5, None, b"/tmp/x.json", ["a"], {1, 2}])
def test_no_configuration_at_all_is_a_type_error(config: Any) -> None:
    with pytest.raises(TypeError, match="must be a mapping or the path"):
        chexiao.Client(config)


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({}, "order.out_trade_no"),
        ({"out_trade_no": 12}, "order.out_trade_no"),
        ({"out_trade_no": None}, "order.out_trade_no"),
        ({"out_trade_no": True}, "order.out_trade_no"),
        ({"out_trade_no": {1, 2}}, "order.out_trade_no"),
        ({"out_trade_no": b"\xb5\xa5"}, "order.out_trade_no"),
        ({"out_trade_no": float("nan")}, "order.out_trade_no"),
        ({"out_trade_no": 10**5000}, "order.out_trade_no"),
        ({"out_trade_no": object()}, "order.out_trade_no"),
        ({"out_trade_no": "A\0B"}, "order.out_trade_no"),
        ({"out_trade_no": "\ud800"}, None),
        ({"out_trade_no": "x" * 2_000_000}, "order.out_trade_no"),
        ({1: "x"}, "order.1"),
        ({(1, 2): "x"}, "order.(1, 2)"),
        (deep(), None),
        (circle(), ...),
    ],
)
def test_a_wrong_order_is_a_call_error(wechat: chexiao.Client, order: Any, field: Any) -> None:
    for attempt in (lambda: wechat.close(order), lambda: wechat.sign({"operation": "close", "order": order})):
        with pytest.raises(chexiao.CallError) as caught:
            attempt()
        assert caught.value.kind == "call" and caught.value.hint and field in (..., caught.value.field)


@pytest.mark.parametrize("call", ["", "{", "[]", "nul", '{"operation":"close","operation":"close","order":{}}', "\ud800"])
def test_a_wrong_call_text_is_a_call_error(wechat: chexiao.Client, call: str) -> None:
    with pytest.raises(chexiao.CallError):
        wechat.send(call)


def test_arguments_of_a_wrong_class_are_type_errors(wechat: chexiao.Client) -> None:
    wrong: Any = None
    for attempt in (
        lambda: wechat.close(wrong),
        lambda: wechat.close("A1"),  # type: ignore[arg-type]
        lambda: wechat.send(wrong),
        lambda: wechat.sign(wrong),
        lambda: wechat.verify(wrong, wrong),
    ):
        with pytest.raises(TypeError):
            attempt()
    for name in ("msg_id", "timestamp", "nonce"):
        with pytest.raises(chexiao.CallError):
            wechat.close({"out_trade_no": "A1"}, **{name: 5})  # type: ignore[arg-type]


def test_a_request_is_whole_immutable_and_silent(wechat: chexiao.Client) -> None:
    call = {"operation": "close", "order": {"out_trade_no": "CANARY1"}, "nonce": "0" * 32, "msg_id": "m1"}
    request = wechat.sign(call)
    assert request == wechat.sign(json.dumps(call, separators=(",", ":")))
    assert request.method == "POST" and request.url.endswith("/pay/closeorder") and b"CANARY1" in request.body and request.msg_id == "m1"
    assert "CANARY1" not in repr(request)
    with pytest.raises(AttributeError):
        request.body = b""  # type: ignore[misc]
    with pytest.raises(TypeError):
        request.headers["a"] = "b"  # type: ignore[index]


def reply_to(sandbox: Sandbox, client: chexiao.Client) -> tuple[chexiao.HttpRequest, bytes]:
    """A signed request, and the body of the gateway's answer to it."""
    outcome = client.close(order := sandbox.order("wechat"))
    return client.sign({"operation": "close", "order": order}), outcome.raw


def test_reply_headers_count_all_of_them(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    request, body = reply_to(sandbox, wechat)
    length = str(len(body))

    def code(headers: Any) -> str:
        return str(wechat.verify(request, chexiao.HttpReply(200, headers, body)).code)

    twice = [("Content-Length", length), ("content-length", length)]
    odd = (twice, tuple(twice), {"Content-Length": length, "content-length": length}, {"Content-Encoding": "gzip"}, {"Content-Encoding": "UTF-8"})
    for good in ({}, [], (), {"Content-Length": length}, [("content-length", length)], types.MappingProxyType({"X": "y"}), *odd):
        assert code(good) == "closed"
    for bad in ([("Content-Length", length), ("content-length", "1")], {"Content-Length": length, "content-length": "1"}):
        outcome = wechat.verify(request, chexiao.HttpReply(200, bad, body))
        assert (outcome.code, outcome.reason) == (chexiao.Code.UNKNOWN, "encoding")


def test_verify_of_nonsense_is_unknown_never_an_error(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    request, body = reply_to(sandbox, wechat)
    nonsense: Any
    for nonsense in (
        chexiao.HttpReply("200", {}, body),  # type: ignore[arg-type]
        chexiao.HttpReply(None, {}, body),  # type: ignore[arg-type]
        chexiao.HttpReply(float("nan"), {}, body),  # type: ignore[arg-type]
        chexiao.HttpReply(10**6, {}, body),
        chexiao.HttpReply(200, None, body),  # type: ignore[arg-type]
        chexiao.HttpReply(200, "a: b", body),  # type: ignore[arg-type]
        chexiao.HttpReply(200, [("a", "b", "c")], body),  # type: ignore[list-item]
        chexiao.HttpReply(200, {"a": b"caf\xe9".decode("utf-8", "surrogateescape")}, body),
        chexiao.HttpReply(200, {b"caf\xe9".decode("utf-8", "surrogateescape"): "b"}, body),
        chexiao.HttpReply(200, {"a": "\ud800"}, body),
        chexiao.HttpReply(200, {"a": 1}, body),
        chexiao.HttpReply(200, {"a": None}, body),
        chexiao.HttpReply(200, {"a": ["b"]}, body),
        chexiao.HttpReply(200, [], b"".decode()),  # type: ignore[arg-type]
        chexiao.HttpReply(200, iter(["a: b"]), body),  # type: ignore[arg-type]
        chexiao.HttpReply(200, {}, body.decode()),  # type: ignore[arg-type]
        chexiao.HttpReply(200, {}, None),  # type: ignore[arg-type]
    ):
        outcome = wechat.verify(request, nonsense)
        assert (outcome.code, outcome.reason, outcome.next) == (chexiao.Code.UNKNOWN, "input", chexiao.Next.QUERY)
        assert "reply." in outcome.explanation.en or "not valid JSON" in outcome.explanation.en
    for call in ("", "{}", "\ud800", '{"operation":"close","order":{"other":"1"}}'):
        forged = chexiao.HttpRequest(request.method, request.url, request.headers, request.body, request.msg_id, call)
        assert wechat.verify(forged, chexiao.HttpReply(200, {}, body)).reason == "input"
    assert wechat.verify(request, chexiao.HttpReply(200, {}, bytearray(body))).is_closed
    # No defect: text like any other, of a header that nobody reads.
    assert wechat.verify(request, chexiao.HttpReply(200, {"x": "a\0b\x1b", "y": "撤"}, body)).is_closed


def test_not_sent(sandbox: Sandbox) -> None:
    for base_url, kind in (
        ("https://127.0.0.1:1", "connect"),
        (sandbox.http_url.replace("http:", "https:"), "tls"),
        ("https://nowhere.invalid", "dns"),
    ):
        with pytest.raises(chexiao.NotSentError) as caught:
            chexiao.Client(sandbox.config("wechat", base_url=base_url)).close({"out_trade_no": "A1"})
        assert caught.value.kind == kind and caught.value.hint and caught.value.status < 0


def test_encrypted_fields(sandbox: Sandbox) -> None:
    client = chexiao.Client(sandbox.config("ysepay"))
    field = client.encrypt_field("张三 6222020200112233445")
    assert field.isascii() and client.decrypt_field(field) == "张三 6222020200112233445"
    for wrong in ("", "?", field[:-4] + "AAA=", "\ud800"):
        with pytest.raises(chexiao.CallError) as caught:
            client.decrypt_field(wrong)
        assert "张三" not in str(caught.value)
    with pytest.raises(chexiao.ConfigError) as refused:
        chexiao.Client(sandbox.config("edgeros")).encrypt_field("x")
    assert refused.value.kind == "unsupported"


def test_the_tables_of_the_gateways(gateway: str) -> None:
    entry = next(one for one in chexiao.gateways() if one["gateway"] == gateway)
    words = {code.word for code in chexiao.Code}
    assert entry["environments"] and {row["outcome"] for table in entry["close"] for row in table["rows"]} <= words
    assert len(chexiao.gateways()) == 5
