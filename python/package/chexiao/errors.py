"""The exceptions. All of them mean: nothing was sent."""

from __future__ import annotations

import json
from typing import Optional

from chexiao import _native


class Error(Exception):
    """Nothing was sent. The order is as it was; the same close may be tried again once the cause is mended.

    No secret, key or order is in the message. Raised as it is only for a defect of this library (kind ``panic``). Pickles, and can
    be made again from its ``args``, as task queues do.
    """

    def __init__(
        self,
        message: str,
        kind: str = "",
        field: Optional[str] = None,
        hint: str = "",
        status: int = 0,
        reason: Optional[str] = None,
    ) -> None:
        super().__init__(message, kind, field, hint, status, reason)
        self.message = message
        """What is wrong, without the field's name."""
        self.kind = kind
        # words: errors
        """One word: null, utf8, handle, call, config, unsupported, dns, connect, tls, not_sent or panic. Later
        versions may have more."""
        # end of words
        self.field = field
        """The path of what is at fault, such as ``order.out_trade_no`` or ``account.private_key``, where there is one."""
        self.hint = hint
        """What to do."""
        self.status = status
        """The kind as the negative number of the C interface."""
        self.reason = reason
        """Why a key was refused, in one word, such as ``wrong_type``; else None."""

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        kind = f"{self.kind} error: " if self.kind else ""
        return f"{kind}{where}{self.message}" + (f" ({self.hint})" if self.hint else "")


class ConfigError(Error):
    """The configuration: a key does not load, a setting is unknown, out of range or not supported."""


class CallError(Error):
    """The call: a field is missing, too long or holds what the gateway does not take; or the client is closed."""


class NotSentError(Error):
    """The gateway was not reached: no address, no connection, no TLS session, no access token, no thread. Safe to call again."""


_CLASSES: dict[str, type[Error]] = {
    "config": ConfigError,
    "unsupported": ConfigError,
    "call": CallError,
    "null": CallError,
    "utf8": CallError,
    "handle": CallError,
    "dns": NotSentError,
    "connect": NotSentError,
    "tls": NotSentError,
    "not_sent": NotSentError,
}


def of_json(text: str) -> Error:
    """The exception for error JSON."""
    told = json.loads(text)
    kind = told["error"]
    return _CLASSES.get(kind, Error)(told["message"], kind, told["field"] or None, told["hint"], told["status"], told["reason"])


def of_field(kind: str, field: str, message: str, hint: Optional[str] = None) -> Error:
    """An error that the Python side has found; with a hint of its own where it knows better than the kind."""
    error = of_json(_native.error(kind, field, message))
    return error if hint is None else type(error)(error.message, error.kind, error.field, hint, error.status, error.reason)


NO_THREAD = (
    "allow more threads (ulimit -u, the container's pids limit, TasksMax of systemd) or memory for them, then call again "
    "请提高线程数上限（ulimit -u、容器的 pids 限制、systemd 的 TasksMax）或内存上限，然后重新调用"
)
"""What to do where the system gives no thread."""
