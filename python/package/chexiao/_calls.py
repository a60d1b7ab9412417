"""The calls of one event loop: under way in a queue of the core's, emptied by a reader of the loop. No call has a thread of its own."""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import itertools
import os
import sys
import threading
import time
import weakref
from collections import deque
from contextlib import suppress
from typing import Callable, Optional

from chexiao import _native, errors
from chexiao._log import Line

if sys.platform != "win32":
    import resource

_MOST = 4096
"""Calls under way on one loop, each on a connection; at most half of the descriptors that the process may have."""
_AT_A_TIME = 8
"""Calls begun, or judged, before the loop's other tasks have their turn: each may take a millisecond of cryptography."""
_LOOK = 1.0
"""Seconds until the queue is looked at although nothing was heard of it."""
_POLL = 0.25
"""Seconds until a thread sees that others have taken what it waits for."""


class Call:
    """One call, until its answer is with the line that will be written of it."""

    __slots__ = ("about", "answers", "context", "future", "is_over", "line", "native", "tag", "turns", "verb", "watchers")

    def __init__(self, native: _native.Client, verb: str, about: bytes, answers: list[tuple[int, str]], turns: Turns, line: Optional[Line]) -> None:
        self.native, self.verb, self.about, self.answers, self.turns, self.line = native, verb, about, answers, turns, line
        self.tag = 0
        self.is_over = False
        self.future: Optional[asyncio.Future[None]] = None
        """None before it is awaited, and once whoever did has left."""
        self.context = contextvars.copy_context()
        """In which the line is written once nobody awaits the call."""
        self.watchers: list[asyncio.Future[None]] = []


class Turns:
    """One client's turns on one loop."""

    def __init__(self, most: int) -> None:
        self.free = most
        self.waiting: deque[Call] = deque()
        self.unfinished: set[Call] = set()


class Calls:
    """The calls of one loop in one process.

    A thread helps where the loop has no readers; and once a task was cancelled while its request was out, so that the line of that call is
    written even if the loop ends first. It ends when nothing is under way.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._pid = os.getpid()
        self._loop = weakref.ref(loop)
        self._free = _most()
        self._queue = _opened(self._free)
        self._tags = itertools.count(1)
        self._next: deque[Call] = deque()
        """Whose client's turn has come."""
        self._taken: list[tuple[Call, int, str]] = []
        self._lock = threading.RLock()
        self._left_now = _AT_A_TIME
        self._is_looked_at = False
        self._thread: Optional[threading.Thread] = None
        self._ends = False
        self._has_reader = self._reads(loop)

    @staticmethod
    def here() -> Calls:
        """Those of the loop that runs."""
        loop = asyncio.get_running_loop()
        calls = _of_loops.get(loop)
        if calls is None or not calls.is_ours():
            _forget_closed()
            calls = _of_loops[loop] = Calls(loop)
        return calls

    def is_ours(self) -> bool:
        """Not those of the parent of a fork."""
        return self._pid == os.getpid()

    async def answer(self, call: Call) -> None:
        """Has the call made when it is its turn, and its answer put where it belongs.

        Whoever is cancelled meanwhile takes the call back, unless its request is out: then it goes on, and ends in the log.
        """
        try:
            self._enter(call)
            assert call.future is not None
            await call.future
        except BaseException:
            self._leave(call)
            raise

    def refuse(self, call: Call) -> None:
        """It will not be begun; whoever waits for its end has it."""
        with self._lock:
            self._is_over(call)

    async def ended(self, turns: Turns) -> None:
        """Waits for all calls of a client that are under way here, from whatever loop."""
        if not self.is_ours():
            return
        here, watchers = asyncio.get_running_loop(), []
        for call in turns.unfinished.copy():
            watcher: asyncio.Future[None] = here.create_future()
            call.watchers.append(watcher)
            if not call.is_over:
                watchers.append(watcher)
        loop = self._loop()
        is_read = self._has_reader and loop is not None and loop.is_running()
        if watchers and (is_read or self._help()):
            await asyncio.wait(watchers)

    def _enter(self, call: Call) -> None:
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._ends or not (self._has_reader or self._help()):
                what = "no thread can be started: the process is at a limit of threads or of memory, or it ends"
                raise errors.of_field("not_sent", "", what, errors.NO_THREAD)
            call.future = loop.create_future()
            self._looks_later(loop)
            call.turns.waiting.append(call)
            self._turn(call.turns)
            self._begin()

    def _leave(self, call: Call) -> None:
        with self._lock:
            call.future = None
            if call.is_over:
                return
            if self._queue.withdraw(call.tag):
                self._help()
            else:
                self._is_over(call)

    def _turn(self, turns: Turns) -> None:
        """Those of a client that may go on."""
        while turns.free and turns.waiting:
            call = turns.waiting.popleft()
            if not call.is_over:
                turns.free -= 1
                self._next.append(call)

    def _give_back(self, turns: Turns) -> None:
        turns.free += 1
        self._turn(turns)

    def _begin(self) -> None:
        """Begins some of those whose turn it is. The rest is for the loop's next round, unless a thread does it."""
        loop = self._loop()
        alone = loop is None or asyncio._get_running_loop() is not loop
        left = _AT_A_TIME if alone else self._left_now
        while self._next and self._free and left:
            call = self._next.popleft()
            if self._ends or call.future is None or call.future.done() or loop is None or loop.is_closed():
                # Nobody would hear of it.
                self._is_over(call)
                self._give_back(call.turns)
                continue
            left -= 1
            if not alone:
                if self._left_now == _AT_A_TIME:
                    loop.call_soon(self._next_round)
                self._left_now = left
            self._free -= 1
            if call.line is not None:
                call.line.started = time.perf_counter()
            call.tag = next(self._tags)
            status, error = self._queue.submit(call.native, call.verb, call.about, call.tag, call)
            if status < 0:
                self._finish(call, status, error)

    def _next_round(self) -> None:
        with self._lock:
            self._left_now = _AT_A_TIME
            self._begin()

    def _reads(self, loop: asyncio.AbstractEventLoop) -> bool:
        fd = self._queue.fd()
        if fd < 0:
            return False
        try:
            # In no task's context: it would stay for as long as the loop.
            contextvars.Context().run(loop.add_reader, fd, self._take)
        except NotImplementedError:
            return False
        return True

    def _take(self) -> None:
        self._queue.take(self._taken, _AT_A_TIME, 0)
        self._deliver()

    def _looks_later(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._is_looked_at:
            self._is_looked_at = True
            loop.call_later(_LOOK, _looked_at, weakref.ref(self))

    def looked_at(self, loop: asyncio.AbstractEventLoop) -> None:
        """The I/O thread may be gone, or somebody have read what only wakes the loop."""
        self._is_looked_at = False
        self._take()
        if not self.is_idle():
            self._looks_later(loop)

    def _help(self) -> bool:
        """Has a thread take what is over, until nothing is under way; False if there can be none."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._helps, name="chexiao")
                try:
                    self._thread.start()
                except (RuntimeError, MemoryError):
                    self._thread = None
            return self._thread is not None

    def _helps(self) -> None:
        while True:
            with self._lock:
                if self.is_idle():
                    self._thread = None
                    return
            self._queue.take(self._taken, _AT_A_TIME, 0 if self._next and self._free else _POLL)
            self._deliver()

    def _deliver(self) -> None:
        left = []
        with self._lock:
            while self._taken:
                self._finish(*self._taken[0])
                call, _, _ = self._taken.pop(0)
                if call.future is None or call.future.get_loop().is_closed():
                    left.append(call)
            self._begin()
        for call in left:
            if call.line is not None:
                call.context.run(call.line.late)

    def _finish(self, call: Call, status: int, document: str) -> None:
        if call.answers:
            return
        call.answers.append((status, document))
        self._is_over(call)
        self._free += 1
        self._give_back(call.turns)

    def _is_over(self, call: Call) -> None:
        call.is_over = True
        call.turns.unfinished.discard(call)
        if call.future is not None:
            _tell(call.future)
        for watcher in tuple(call.watchers):
            _tell(watcher)

    def is_idle(self) -> bool:
        return not (self._queue.pending() or self._taken or self._next)

    def end(self) -> None:
        """The process ends: nothing more is begun, and what is under way comes to its end."""
        with self._lock:
            self._ends = True
            self._next.clear()
        self._helps()


def _looked_at(known: Callable[[], Optional[Calls]]) -> None:
    calls = known()
    if calls is not None:
        calls.looked_at(asyncio.get_running_loop())


def _tell(future: asyncio.Future[None]) -> None:
    loop = future.get_loop()
    if asyncio._get_running_loop() is loop:
        _resolve(future)
        return
    with suppress(RuntimeError):  # it is closed
        loop.call_soon_threadsafe(_resolve, future)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _most() -> int:
    if sys.platform == "win32":
        return _MOST  # handles have no such limit
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else max(1, min(_MOST, soft // 2))


def _opened(most: int) -> _native.Queue:
    queue, error = _native.Queue.open(most)
    if queue is None:
        raise errors.of_json(error)
    return queue


_of_loops: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Calls] = weakref.WeakKeyDictionary()


def _forget_closed() -> None:
    """A loop that lies about after its end would keep descriptors."""
    for known in _of_loops.keyrefs():
        loop = known()
        if loop is None or not loop.is_closed():
            continue
        calls = _of_loops.get(loop)
        if calls is not None and calls.is_idle():
            _of_loops.pop(loop, None)


@atexit.register
def _end() -> None:
    for known in _of_loops.keyrefs():
        loop = known()
        calls = None if loop is None else _of_loops.get(loop)
        if calls is not None and calls.is_ours():
            calls.end()
