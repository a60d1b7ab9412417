"""A client for asyncio."""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Optional, Union, cast

from chexiao import _document, _log, errors
from chexiao._calls import Call as Begun
from chexiao._calls import Calls, Turns
from chexiao._document import Members, Order
from chexiao.answer import CallAnswer
from chexiao.client import Call, Client, Config
from chexiao.exchange import HttpReply, HttpRequest
from chexiao.incoming import Incoming
from chexiao.notice import Notice
from chexiao.outcome import Outcome


class AsyncClient:
    """:class:`Client` for asyncio: the same methods, and the loop goes on meanwhile.

    No call has a thread: the library's one I/O thread sends and receives, the loop signs and verifies, which takes a millisecond or less.
    On each loop at most ``concurrency`` calls of a client are under way, so that a slow gateway does not hold up another client, and no
    more of all clients than half of the descriptors that the process may have (``ulimit -n``), or 4,096. Others wait for their turn, and
    their deadline counts from then.

    Cancelling a task takes a call back of whose request nothing was written: it is never sent. One that is out goes on: its outcome is
    in the log only. Any loop of any thread may use a client, and a forked child as well. It pickles as :class:`Client` does.
    """

    def __init__(self, config: Union[Client, Config], *, concurrency: int = 256) -> None:
        """Opens a client as :class:`Client` does, or takes an open one. Raises :class:`ConfigError`."""
        if concurrency < 1:
            raise ValueError("concurrency must be greater than 0")
        self._client = config if isinstance(config, Client) else Client(config)
        self._concurrency = concurrency
        self._closed = False
        self._turns: weakref.WeakKeyDictionary[Calls, Turns] = weakref.WeakKeyDictionary()

    @property
    def gateway(self) -> str:
        """The gateway's id, as in the configuration."""
        return self._client.gateway

    async def close(
        self,
        order: Order,
        *,
        msg_id: Optional[str] = None,
        timestamp: Optional[str] = None,
        nonce: Optional[str] = None,
    ) -> Outcome:
        """As :meth:`Client.close`. (To end the client itself: :meth:`aclose`.)"""
        return await self.send(_document.of_order("close", order, msg_id=msg_id, timestamp=timestamp, nonce=nonce))

    async def query(self, order: Order) -> Outcome:
        """As :meth:`Client.query`."""
        return await self.send(_document.of_order("query", order))

    async def ensure_closed(self, order: Order, *, msg_id: Optional[str] = None) -> Outcome:
        """As :meth:`Client.ensure_closed`. Once it is cancelled, no query follows the close."""
        return await self.send(_document.of_order("ensure_closed", order, msg_id=msg_id))

    async def refund(self, order: Order, *, msg_id: Optional[str] = None) -> Outcome:
        """As :meth:`Client.refund`."""
        return await self.send(_document.of_order("refund", order, msg_id=msg_id))

    async def refund_query(self, order: Order) -> Outcome:
        """As :meth:`Client.refund_query`."""
        return await self.send(_document.of_order("refund_query", order))

    async def reverse(self, order: Order, *, msg_id: Optional[str] = None) -> Outcome:
        """As :meth:`Client.reverse`."""
        return await self.send(_document.of_order("reverse", order, msg_id=msg_id))

    async def call(
        self,
        api: str,
        fields: Optional[Members] = None,
        *,
        content: Optional[str] = None,
        omit: Optional[Sequence[str]] = None,
        top_level: Optional[Members] = None,
        encrypt: Optional[bool] = None,
        version: Optional[str] = None,
        msg_id: Optional[str] = None,
        timestamp: Optional[str] = None,
        nonce: Optional[str] = None,
    ) -> CallAnswer:
        """As :meth:`Client.call`."""
        beside = {"content": content, "omit": omit, "top_level": top_level, "encrypt": encrypt, "version": version}
        ids = {"msg_id": msg_id, "timestamp": timestamp, "nonce": nonce}
        with _log.Line(self.gateway) as line:
            await self._sent(line, _document.of_api(api, fields, **beside, **ids))
            return line.answer()

    async def download(
        self,
        api: str,
        fields: Optional[Members] = None,
        *,
        to: Union[str, "os.PathLike[str]"],
        replace: Optional[bool] = None,
        omit: Optional[Sequence[str]] = None,
        msg_id: Optional[str] = None,
        timestamp: Optional[str] = None,
        nonce: Optional[str] = None,
    ) -> CallAnswer:
        """As :meth:`Client.download`. Once it is cancelled, no file is left."""
        ids = {"msg_id": msg_id, "timestamp": timestamp, "nonce": nonce}
        document = _document.of_api(api, fields, omit=omit, to=os.fsdecode(to), replace=replace, **ids)
        with _log.Line(self.gateway) as line:
            await self._sent(line, document)
            return line.answer()

    async def send(self, call: Call) -> Outcome:
        """As :meth:`Client.send`."""
        with _log.Line(self.gateway) as line:
            await self._sent(line, call)
            return line.result()

    async def sign(self, call: Call) -> HttpRequest:
        """As :meth:`Client.sign`."""
        self._open()
        return self._client.sign(call)

    async def verify(self, request: HttpRequest, reply: HttpReply) -> Outcome:
        """As :meth:`Client.verify`: never an :class:`Error`, not even of a closed client."""
        return self._client.verify(request, reply)

    def notification(self, incoming: Union[Incoming, Members]) -> Notice:
        """As :meth:`Client.notification`, and no coroutine: it waits for nothing, and takes a millisecond or less."""
        return self._client.notification(incoming)

    async def warm(self) -> None:
        """As :meth:`Client.warm`."""
        answers: list[tuple[int, str]] = []
        await self._told("warm", b"", answers)
        for status, error in answers:
            if status < 0:
                raise errors.of_json(error)

    async def diagnose(self) -> dict[str, Any]:
        """As :meth:`Client.diagnose`, but of the client as it was opened: its file is not read again."""
        answers: list[tuple[int, str]] = []
        await self._told("diagnose", b"", answers)
        status, told = answers[0]
        if status < 0:
            raise errors.of_json(told)
        return cast("dict[str, Any]", json.loads(told))

    async def encrypt_field(self, text: str) -> str:
        """As :meth:`Client.encrypt_field`."""
        self._open()
        return self._client.encrypt_field(text)

    async def decrypt_field(self, field: str) -> str:
        """As :meth:`Client.decrypt_field`."""
        self._open()
        return self._client.decrypt_field(field)

    async def aclose(self) -> None:
        """Waits for the calls that are under way or wait for their turn. A later call is :class:`CallError`."""
        self._closed = True
        for known in self._turns.keyrefs():
            calls = known()
            if calls is not None:
                await calls.ended(self._turns[calls])

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, _class: object, _error: Optional[BaseException], _traceback: Optional[TracebackType]) -> None:
        await self.aclose()

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self._client, self._concurrency)

    def __repr__(self) -> str:
        return f"<chexiao.AsyncClient {self.gateway}>"

    async def _sent(self, line: _log.Line, call: Call) -> None:
        line.call = _document.of_call(call)
        await self._told("send", line.call, line.answers, line)

    async def _told(self, verb: str, about: bytes, answers: list[tuple[int, str]], line: Optional[_log.Line] = None) -> None:
        calls = Calls.here()
        turns = self._turns.get(calls)
        if turns is None:
            turns = self._turns[calls] = Turns(self._concurrency)
        call = Begun(self._client._native, verb, about, answers, turns, line)
        # First there, then asked: so either aclose, of another loop perhaps, finds it, or it finds the client closed.
        turns.unfinished.add(call)
        try:
            self._open()
        except BaseException:
            calls.refuse(call)
            raise
        await calls.answer(call)

    def _open(self) -> None:
        if self._closed:
            raise errors.of_field("handle", "client", "is closed")


def _again(class_: type[AsyncClient], client: Client, concurrency: int) -> AsyncClient:
    return class_(client, concurrency=concurrency)
