"""A client for asyncio."""

from __future__ import annotations

import asyncio
import contextvars
import os
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Any, Callable, Optional, TypeVar, Union

from chexiao import errors
from chexiao._document import Members, Order
from chexiao.answer import CallAnswer
from chexiao.client import Call, Client, Config
from chexiao.exchange import HttpReply, HttpRequest
from chexiao.incoming import Incoming
from chexiao.notice import Notice
from chexiao.outcome import Outcome

T = TypeVar("T")


class AsyncClient:
    """:class:`Client` for asyncio: the same methods, and the loop goes on meanwhile.

    Each client has threads of its own, so that a slow gateway holds up neither the loop's executor nor another client. At most
    ``concurrency`` calls run at a time; others wait for their turn, and their deadline counts from then. Where the system lets no thread
    be started for a call, that is :class:`NotSentError`.

    Cancelling a task takes back a call that waits. One that runs goes on: what was sent is sent, and its outcome is in the log only.
    Any loop of any thread may use a client, and a forked child as well. It pickles as :class:`Client` does.
    """

    def __init__(self, config: Union[Client, Config], *, concurrency: int = 32) -> None:
        """Opens a client as :class:`Client` does, or takes an open one. Raises :class:`ConfigError`."""
        self._client = config if isinstance(config, Client) else Client(config)
        self._concurrency = concurrency
        self._closed = False
        self._threads = _Threads(concurrency)

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
        return await self._run(partial(self._client.close, order, msg_id=msg_id, timestamp=timestamp, nonce=nonce))

    async def query(self, order: Order) -> Outcome:
        """As :meth:`Client.query`."""
        return await self._run(partial(self._client.query, order))

    async def ensure_closed(self, order: Order, *, msg_id: Optional[str] = None) -> Outcome:
        """As :meth:`Client.ensure_closed`."""
        return await self._run(partial(self._client.ensure_closed, order, msg_id=msg_id))

    async def call(self, api: str, fields: Optional[Members] = None, **more: Any) -> CallAnswer:
        """As :meth:`Client.call`, with its other parameters by name."""
        return await self._run(partial(self._client.call, api, fields, **more))

    async def send(self, call: Call) -> Outcome:
        """As :meth:`Client.send`."""
        return await self._run(partial(self._client.send, call))

    async def sign(self, call: Call) -> HttpRequest:
        """As :meth:`Client.sign`."""
        return await self._run(partial(self._client.sign, call))

    async def verify(self, request: HttpRequest, reply: HttpReply) -> Outcome:
        """As :meth:`Client.verify`: never an :class:`Error`, not even of a closed client or where no thread can be started."""
        call = partial(self._client.verify, request, reply)
        started = self._start(call)
        return call() if started is None else await asyncio.wrap_future(started)

    def notification(self, incoming: Union[Incoming, Members]) -> Notice:
        """As :meth:`Client.notification`, and no coroutine: it waits for nothing, and takes a millisecond or less."""
        return self._client.notification(incoming)

    async def warm(self) -> None:
        """As :meth:`Client.warm`."""
        await self._run(self._client.warm)

    async def encrypt_field(self, text: str) -> str:
        """As :meth:`Client.encrypt_field`."""
        return await self._run(partial(self._client.encrypt_field, text))

    async def decrypt_field(self, field: str) -> str:
        """As :meth:`Client.decrypt_field`."""
        return await self._run(partial(self._client.decrypt_field, field))

    async def aclose(self) -> None:
        """Waits for the calls that run, until the deadline at most. A later call is :class:`CallError`."""
        self._closed = True
        await self._threads.ended()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, _class: object, _error: Optional[BaseException], _traceback: Optional[TracebackType]) -> None:
        await self.aclose()

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self._client, self._concurrency)

    def __repr__(self) -> str:
        return f"<chexiao.AsyncClient {self.gateway}>"

    async def _run(self, call: Callable[[], T]) -> T:
        started = self._start(call)
        if started is not None:
            return await asyncio.wrap_future(started)
        if self._closed:
            raise errors.of_field("handle", "client", "is closed")
        what = "no thread can be started: the process is at a limit of threads or of memory, or it ends"
        raise errors.of_field("not_sent", "", what, errors.NO_THREAD)

    def _start(self, call: Callable[[], T]) -> Optional[Future[T]]:
        """None if the client is closed or no thread can be started: the call is not made then."""
        if self._closed:
            return None
        if not self._threads.are_ours():
            self._threads = _Threads(self._concurrency)
        return self._threads.start(call)


def _again(class_: type[AsyncClient], client: Client, concurrency: int) -> AsyncClient:
    return class_(client, concurrency=concurrency)


class _Threads:
    """The threads of one client in one process: a fork leaves them behind."""

    def __init__(self, concurrency: int) -> None:
        self._pid = os.getpid()
        self._new_pool = partial(ThreadPoolExecutor, concurrency, thread_name_prefix="chexiao")
        self._pool = self._new_pool()
        self._running: set[Future[Any]] = set()

    def are_ours(self) -> bool:
        return self._pid == os.getpid()

    def start(self, call: Callable[[], T]) -> Optional[Future[T]]:
        future: Future[T] = Future()
        try:
            # With the task's context, so that the log line carries what the host keeps there.
            self._pool.submit(_perform, future, partial(contextvars.copy_context().run, call))
        except BaseException as failed:
            # The pool may have queued the call all the same: whoever comes first, a thread or we, has it.
            never = future.cancel()
            if never:
                # The pool of an older CPython would count one idle thread more, for ever, once one takes what was cancelled.
                self._pool = self._new_pool()
            if not isinstance(failed, (RuntimeError, MemoryError)):
                raise  # a signal handler's, say: a call that has not begun is not made behind its back
            if never:
                return None
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    async def ended(self) -> None:
        if self.are_ours():
            self._pool.shutdown(wait=False)
            await asyncio.gather(*map(asyncio.wrap_future, tuple(self._running)), return_exceptions=True)


def _perform(future: Future[T], call: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except BaseException as error:
        future.set_exception(error)
        del future  # which the error holds: a circle
