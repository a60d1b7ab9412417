"""One INFO line for every call, whether it ends in an outcome or in an error. Never an order, a body, a key or a signature."""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Optional, Union

from chexiao import errors
from chexiao._shown import shown
from chexiao.answer import CallAnswer
from chexiao.errors import Error
from chexiao.outcome import Outcome

_OF_CALL = '{"code":'
"""How the document of an answer begins; that of an outcome begins with its word."""

_logger = logging.getLogger("chexiao")
_logger.addHandler(logging.NullHandler())


class Line:
    """A call under way. Its line is written when the block ends, even where an exception of a signal handler's ends it."""

    __slots__ = ("answers", "call", "gateway", "is_written", "outcome", "started")

    def __init__(self, gateway: str) -> None:
        self.gateway = gateway
        self.call = b""
        self.answers: list[tuple[int, str]] = []
        self.outcome: Union[Outcome, CallAnswer, None] = None
        self.is_written = False
        self.started = time.perf_counter()

    def result(self) -> Outcome:
        """What the core has answered; an error is raised. Of the document of a call of an API it is the answer, whatever its type says."""
        if self._text().startswith(_OF_CALL):
            return self.answer()  # type: ignore[return-value]
        outcome = Outcome._of_answer(self.answers[0][0], self.answers[0][1])
        self.outcome = outcome
        return outcome

    def answer(self) -> CallAnswer:
        """What the core has answered to a call of an API; an error is raised."""
        answer = CallAnswer.from_dict(json.loads(self._text()))
        self.outcome = answer
        return answer

    def _text(self) -> str:
        status, text = self.answers[0]
        if status < 0:
            raise errors.of_json(text)
        return text

    def __enter__(self) -> Line:
        return self

    def __exit__(self, _class: object, error: Optional[BaseException], _traceback: Optional[TracebackType]) -> None:
        if self.is_written or not _logger.isEnabledFor(logging.INFO):
            return
        with suppress(Error):
            if self.outcome is None and self.answers and not isinstance(error, Error):
                self.result()
        operation, msg_id = _named(self.call)
        if self.outcome is not None:
            told = self.outcome
            self.write(operation, told.msg_id, outcome=told.code, evidence=told.evidence, reason=told.reason)
        elif isinstance(error, Error):
            self.write(operation, msg_id, error=error.kind, field=error.field)

    def late(self) -> None:
        """Writes the line of a call whose block has ended before there was an answer."""
        told: Optional[Error] = None
        try:
            self.result()
        except Error as error:
            told = error
        self.__exit__(None, told, None)
        self.is_written = True

    def write(self, operation: Optional[str], msg_id: Optional[str], **told: object) -> None:
        ms = round((time.perf_counter() - self.started) * 1000)
        write(logging.INFO, gateway=self.gateway, operation=operation, **told, ms=ms, msg_id=msg_id)


def write(level: int, **fields: object) -> None:
    """``name=value`` pairs; the record carries them as ``record.chexiao`` too."""
    if not _logger.isEnabledFor(level):
        return
    # A filter or handler of the host's that raises must not take the outcome with it.
    with suppress(Exception):
        plain = {name: value if value is None or isinstance(value, int) else str(value) for name, value in fields.items()}
        text = " ".join(f"{name}={shown(value)}" for name, value in plain.items())
        _logger.log(level, "%s", text, extra={"chexiao": plain})


def _named(call: bytes) -> tuple[Optional[str], Optional[str]]:
    """Operation and message id, as far as the caller gave them."""
    told: Any = None
    with suppress(ValueError, RecursionError):
        told = json.loads(call)
    if not isinstance(told, dict):
        return None, None
    operation, msg_id = told.get("operation"), told.get("msg_id")
    return (operation if isinstance(operation, str) else None, msg_id if isinstance(msg_id, str) else None)
