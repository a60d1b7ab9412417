"""What the log says: one INFO line for every call, and never an order, a key or a signature."""

from __future__ import annotations

import logging
import re

import pytest
from conftest import Sandbox

import chexiao


def lines(caplog: pytest.LogCaptureFixture, level: int = logging.INFO) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "chexiao" and record.levelno == level]


def test_one_line_for_an_outcome(sandbox: Sandbox, gateway: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    outcome = chexiao.Client(sandbox.config(gateway)).close(sandbox.order(gateway, "PAID"))
    (line,) = lines(caplog)
    told = f"gateway={gateway} operation=close outcome={outcome.code} evidence={outcome.evidence} reason={outcome.reason or '-'} ms="
    assert line.startswith(told) and line.endswith(f" msg_id={outcome.msg_id}")
    assert re.search(r" ms=\d+ ", line)
    fields = caplog.records[-1].__dict__["chexiao"]
    assert fields["outcome"] == outcome.code.word and fields["msg_id"] == outcome.msg_id and isinstance(fields["ms"], int)


def test_one_line_for_an_error(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    client = chexiao.Client(sandbox.config("wechat", base_url="https://127.0.0.1:1"))
    for call, told in (
        ({"operation": "close", "order": {"out_trade_no": "A1"}, "msg_id": "m1"}, r"operation=close error=connect field=- ms=\d+ msg_id=m1"),
        ({"operation": "close", "order": {}}, r"operation=close error=call field=order.out_trade_no ms=\d+ msg_id=-"),
        ({"operation": "close", "order": {"out_trade_no": {1}}}, r"operation=- error=call field=order.out_trade_no ms=\d+ msg_id=-"),
        ("\ud800", r"operation=- error=utf8 field=call ms=\d+ msg_id=-"),
        ({"operation": "a\nb c", "order": {"a\nb": "1"}, "msg_id": "x\ny"}, r"operation='a\\nb c' error=unsupported field=operation ms=\d+ msg_id='x\\ny'"),
        ({"operation": "close", "order": {"a\nb": "1"}}, r"operation=close error=call field='order\.\(a key that is no name\)' ms=\d+ msg_id=-"),
    ):
        for attempt in (client.send, client.sign):
            if "connect" in told and attempt == client.sign:
                continue
            caplog.clear()
            with pytest.raises(chexiao.Error):
                attempt(call)
            (line,) = lines(caplog)
            assert re.fullmatch(f"gateway=wechat {told}", line), line


@pytest.mark.parametrize("msg_id", ["x\ngateway=wechat operation=close outcome=paid", "a b", "", "\x1b[2J", "x" * 5000, "订单"])
def test_no_id_breaks_the_line(sandbox: Sandbox, wechat: chexiao.Client, caplog: pytest.LogCaptureFixture, msg_id: str) -> None:
    caplog.set_level(logging.DEBUG)
    order = sandbox.order("wechat")
    if any(ord(character) < 32 for character in msg_id):
        for attempt in (wechat.send, wechat.sign):
            with pytest.raises(chexiao.CallError, match="msg_id"):
                attempt({"operation": "close", "order": order, "msg_id": msg_id})
    else:
        assert wechat.close(order, msg_id=msg_id).msg_id == msg_id
        wechat.sign({"operation": "close", "order": order, "msg_id": msg_id})
    for line in lines(caplog) + lines(caplog, logging.DEBUG):
        assert line.isprintable() and len(line) < 400 and "outcome=paid" not in line.split(" msg_id=")[0]


def test_one_line_for_sign_and_verify_together(sandbox: Sandbox, wechat: chexiao.Client, caplog: pytest.LogCaptureFixture) -> None:
    raw = wechat.close(order := sandbox.order("wechat")).raw
    caplog.set_level(logging.INFO)
    wechat.verify(wechat.sign({"operation": "close", "order": order}), chexiao.HttpReply(200, {}, raw))
    assert len(lines(caplog)) == 1


def test_no_canary_in_any_line(sandbox: Sandbox, gateway: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "chexiao")
    config = sandbox.config(gateway)
    client = chexiao.Client(config)
    for prefix in ("CANARY", "PAIDCANARY", "UNSIGNEDCANARY", "LIMITEDCANARY"):
        client.close(order := sandbox.order(gateway, prefix))
        request = client.sign({"operation": "close", "order": order})
        client.verify(request, chexiao.HttpReply(200, {"X-Canary": "CANARY"}, b"CANARY"))
    with pytest.raises(chexiao.CallError):
        client.close({"CANARY": "1", "x": "CANARY"} if gateway != "x" else {})
    text = "\n".join(lines(caplog) + lines(caplog, logging.DEBUG))
    assert lines(caplog, logging.DEBUG) and len(lines(caplog)) == 9
    secrets = [value.get("pem") or value.get("base64") if isinstance(value, dict) else value for value in config["account"].values()]
    for line in (line for secret in secrets if isinstance(secret, str) for line in secret.splitlines() if len(line) > 20):
        assert line not in text
    assert "CANARY" not in text.replace("field=order.CANARY", "")
    assert request.body.decode("latin-1") not in text


def test_a_broken_log_does_not_take_the_outcome(sandbox: Sandbox, wechat: chexiao.Client) -> None:
    def broken(record: logging.LogRecord) -> bool:
        raise RuntimeError("the filter is broken")

    logger = logging.getLogger("chexiao")
    logger.addFilter(broken)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        assert wechat.close(sandbox.order("wechat")).is_closed
    finally:
        logger.setLevel(before)
        logger.removeFilter(broken)
