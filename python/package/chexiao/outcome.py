"""What happened to the order, as far as it is proven."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Callable, NoReturn, Optional

from chexiao._record import Record, whole
from chexiao._shown import shown


class Code(Enum):
    """The outcomes. The numbers are fixed for ever; ``str()`` gives the word used in JSON."""

    # words: outcomes
    CLOSED = 1
    """An authentic reply says the order is closed now. Settled only where ``next`` is ``done``; else query."""
    ALREADY_CLOSED = 2
    """It was closed, failed or cancelled before. Settled only where ``next`` is ``done``; else query."""
    PAID = 3
    """Money was taken; the order is not closed. Where ``next`` is ``confirm``, query before delivering or refunding."""
    PROCESSING = 4
    """The buyer or the bank is in the middle. Query later and keep the goods."""
    NOT_FOUND = 5
    """The gateway knows no such order. Check order number, merchant and environment."""
    REFUSED = 6
    """The gateway refused, without saying that it is paid or closed. Query the order."""
    MISCONFIGURED = 7
    """The gateway did not execute the request: signature, key, field, permission or clock. Mend the configuration before trying again."""
    THROTTLED = 8
    """Too many requests; not executed. Wait, then call again."""
    UNKNOWN = 9
    """Everything else, and the default: the close may have happened. Query the order."""
    OPEN = 10
    """The order stands and can still be closed."""
    REFUNDED = 11
    """Money was taken and given back, in part or whole. Compare with the books; neither deliver nor refund again."""
    # end of words

    @property
    def word(self) -> str:
        """Such as ``already_closed``."""
        return self.name.lower()

    def __str__(self) -> str:
        return self.word


class _Word(str, Enum):
    """A text of the result JSON: equal to its word, and written as it."""

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        return format(str(self.value), spec)


class Next(_Word):
    """What the merchant does next."""

    # words: next
    DONE = "done"
    """Nothing is left to do."""
    CONFIRM = "confirm"
    """Ask the gateway for the order's state before relying on what was said."""
    FULFIL_OR_REFUND = "fulfil_or_refund"
    """Deliver, or give the money back."""
    QUERY = "query"
    """Ask the gateway for the order's state; keep the goods."""
    CHECK_ORDER = "check_order"
    """Check order number, merchant and environment."""
    FIX = "fix"
    """Stop and mend the configuration; never repeat blindly."""
    RETRY_LATER = "retry_later"
    """Wait, then call again with a new message id."""
    CLOSE = "close"
    """Close it."""
    RECONCILE = "reconcile"
    """Compare with the books; neither deliver nor refund again."""
    REFUND_QUERY = "refund_query"
    """Ask what became of the refund, by its own number; never refund under another number."""
    # end of words


class Retry(_Word):
    """Whether the same call may be sent again."""

    # words: retry
    NEVER = "never"
    """Not by a program."""
    SAME_REQUEST = "same_request"
    """As a new call: nothing was executed, or the gateway documents the repetition as harmless."""
    AFTER_QUERY = "after_query"
    """Only once a query has shown that the order still stands."""
    # end of words


class Confirm(_Word):
    """Whether a close should be confirmed by a query."""

    # words: confirm
    NOT_NEEDED = "not_needed"
    """The reply is the last word."""
    RECOMMENDED = "recommended"
    """The reply leaves room for a mistake (of ours, such as a wrong order number) or does not name the order."""
    REQUIRED = "required"
    """The reply alone does not settle it."""
    # end of words


class Evidence(_Word):
    """What stands behind the outcome."""

    # words: evidence
    NONE = "none"
    """Nothing that could be checked."""
    TLS_ONLY = "tls_only"
    """The gateway signs nothing; the reply came over TLS. It names this call, unless it refuses to look at it."""
    SIGNED_UNBOUND = "signed_unbound"
    """Signed by the gateway, but the format does not name the order."""
    SIGNED_BOUND = "signed_bound"
    """Signed by the gateway and naming this very order."""
    # end of words


class Sent(_Word):
    """Whether a whole reply came back."""

    ANSWERED = "answered"
    """It did."""
    MAYBE = "maybe"
    """It did not. The request may still have been handled."""


@dataclass(frozen=True)
class GatewayWords:
    """The gateway's own words, copied for the log. Trust them as far as the evidence goes; they may hold order data."""

    __slots__ = ("code", "sub_code", "status", "message")

    code: Optional[str]
    """Its result code."""
    sub_code: Optional[str]
    """A second, finer code."""
    status: Optional[str]
    """The order's state as the gateway calls it."""
    message: Optional[str]
    """Its message."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.sub_code, self.status, self.message)


@dataclass(frozen=True)
class Explanation:
    """What happened and what to do, in one sentence or two."""

    __slots__ = ("en", "zh")

    en: str
    """In English."""
    zh: str
    """In Chinese."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.en, self.zh)


@whole
@dataclass(frozen=True)
class Outcome(Record):
    """What happened. Immutable, comparable, hashable; pickles; :meth:`to_dict` is the result JSON of the other languages.

    It is neither true nor false: ``if outcome`` raises :class:`TypeError`. Ask :attr:`next`, and for more :attr:`code`.

    ``vars(outcome)`` is :meth:`to_dict` too, and pydantic, and so FastAPI, writes that and reads it. It is no dataclass: what takes
    those apart would write members that are not the result JSON, and fail, once the order is closed, on a body that is not UTF-8.
    """

    __slots__ = (
        "code", "next", "retry", "retry_after_ms", "confirm", "evidence", "sent", "reason", "contradiction", "hint", "gateway",
        "msg_id", "http_status", "elapsed_ms", "raw", "explanation", "_told",
    )  # fmt: skip

    code: Code
    """The outcome itself."""
    next: Next
    """What the merchant does next."""
    retry: Retry
    """Whether the same call may be sent again."""
    retry_after_ms: Optional[int]
    """How long to wait first, in milliseconds, where the gateway says so."""
    confirm: Confirm
    """Whether a query should confirm it."""
    evidence: Evidence
    """What stands behind it."""
    sent: Sent
    """Whether a whole HTTP reply came back."""
    reason: Optional[str]
    # words: reasons
    """Why it is unknown: timeout, interrupted, reset, truncated, redirect, http_NNN, head, too_large, encoding,
    charset, parse, signature, mismatch, contradiction, unlisted, input, file or defect. Later versions may have
    more."""
    # end of words
    contradiction: bool
    """Two fields of the reply disagree."""
    hint: Optional[Code]
    """What the reply points to without proving it. Never closed or already closed."""
    gateway: GatewayWords
    """The gateway's own words."""
    msg_id: str
    """The id of this call: the gateway's message id where it has one, else the nonce or the caller's own id."""
    http_status: Optional[int]
    """The HTTP status, when a reply came."""
    elapsed_ms: int
    """From the start of the call to the outcome, in milliseconds; 0 from ``verify``."""
    raw: bytes
    """The reply body as it came."""
    explanation: Explanation
    """For people, in English and Chinese."""

    @property
    def is_closed(self) -> bool:
        """Closed or already closed. Nothing to act on: only where :attr:`next` is ``done`` is it settled."""
        return self.code is Code.CLOSED or self.code is Code.ALREADY_CLOSED

    def to_dict(self) -> dict[str, Any]:
        """The result JSON as plain values, every key always: for JSON, a database, a task queue. ``raw`` is ``raw_base64`` there."""
        told: object = getattr(self, "_told", None)
        if isinstance(told, str):
            document: dict[str, Any] = json.loads(told)
            return document
        return {
            "outcome": self.code.word,
            "code": self.code.value,
            "next": self.next.value,
            "retry": self.retry.value,
            "retry_after_ms": self.retry_after_ms,
            "confirm": self.confirm.value,
            "evidence": self.evidence.value,
            "sent": self.sent.value,
            "reason": self.reason,
            "contradiction": self.contradiction,
            "hint": self.hint.word if self.hint else None,
            "gateway": {name: getattr(self.gateway, name) for name in GatewayWords.__slots__},
            "msg_id": self.msg_id,
            "http_status": self.http_status,
            "elapsed_ms": self.elapsed_ms,
            "raw_base64": base64.b64encode(self.raw).decode(),
            "explanation": {"en": self.explanation.en, "zh": self.explanation.zh},
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Outcome:
        """The outcome that :meth:`to_dict` wrote, perhaps in another version: what this one does not know it reads as the safest
        it does, and an unknown code as :attr:`Code.UNKNOWN`, to be queried and never repeated."""
        return cls(**{name: read(told) for name, read in _READ.items()})

    @classmethod
    def _of_answer(cls, code: int, document: str) -> Outcome:
        """Of the core's own words, which are read once somebody asks for them."""
        outcome = object.__new__(cls)
        object.__setattr__(outcome, "code", _CODES.get(code, Code.UNKNOWN))
        object.__setattr__(outcome, "_told", document)
        return outcome

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """What was not read yet. Two threads that read at once read the same."""
            read = _READ.get(name)
            if read is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            told = self._told
            if type(told) is str:
                object.__setattr__(self, "_told", told := json.loads(told))
            object.__setattr__(self, name, value := read(told))
            return value

    def __bool__(self) -> NoReturn:
        raise TypeError("an outcome is neither true nor false: ask .is_closed, .code or .next")

    def __repr__(self) -> str:
        why = f", reason {shown(self.reason)}" if self.reason else ""
        return f"<chexiao.Outcome {self.code}{why}, evidence {self.evidence}, next {self.next}, msg_id {shown(self.msg_id)}>"


_CODES = {code.value: code for code in Code}
_HINTS = {code.word: code for code in Code}
_NEXT = {word.value: word for word in Next}
_RETRY = {word.value: word for word in Retry}
_CONFIRM = {word.value: word for word in Confirm}
_EVIDENCE = {word.value: word for word in Evidence}
_SENT = {word.value: word for word in Sent}


def _known(told: Mapping[str, Any]) -> bool:
    return told["code"] in _CODES


_READ: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "code": lambda told: _CODES.get(told["code"], Code.UNKNOWN),
    "next": lambda told: _NEXT.get(told["next"], Next.QUERY) if _known(told) else Next.QUERY,
    "retry": lambda told: _RETRY.get(told["retry"], Retry.NEVER) if _known(told) else Retry.NEVER,
    "retry_after_ms": itemgetter("retry_after_ms"),
    "confirm": lambda told: _CONFIRM.get(told["confirm"], Confirm.REQUIRED) if _known(told) else Confirm.REQUIRED,
    "evidence": lambda told: _EVIDENCE.get(told["evidence"], Evidence.NONE),
    "sent": lambda told: _SENT.get(told["sent"], Sent.MAYBE),
    "reason": itemgetter("reason"),
    "contradiction": itemgetter("contradiction"),
    "hint": lambda told: _HINTS.get(told["hint"]),
    "gateway": lambda told: GatewayWords(**told["gateway"]),
    "msg_id": itemgetter("msg_id"),
    "http_status": itemgetter("http_status"),
    "elapsed_ms": itemgetter("elapsed_ms"),
    "raw": lambda told: base64.b64decode(told["raw_base64"], validate=True),
    "explanation": lambda told: Explanation(**told["explanation"]),
}
"""How each member is read from the result JSON."""
