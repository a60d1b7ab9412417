"""What a gateway has told by itself, and the answers to it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn, Optional

from chexiao._record import Record, whole
from chexiao._shown import shown
from chexiao.outcome import _CODES, _CONFIRM, _EVIDENCE, _HINTS, Code, Confirm, Evidence, Explanation, GatewayWords, _Word


class Unit(_Word):
    """What an amount counts."""

    # words: units
    FEN = "fen"
    """A hundredth of a yuan, or of the unit of another currency."""
    YUAN = "yuan"
    """Whole yuan, with decimals."""
    # end of words


@dataclass(frozen=True)
class Amount:
    """An amount as the gateway wrote it."""

    __slots__ = ("text", "unit")

    text: str
    """The text received, such as ``101`` or ``1.01``."""
    unit: Unit
    """What it counts."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.text, self.unit)


@dataclass(frozen=True)
class Answer:
    """A complete HTTP answer for the gateway, to be sent as it is: other bytes are no answer to it, or break the signature.

    ``repr`` shows neither headers nor body.
    """

    __slots__ = ("status", "headers", "body")

    status: int
    """The HTTP status."""
    headers: Mapping[str, str]
    """Names and values, ``Content-Type`` among them. Read only."""
    body: bytes
    """The body."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", MappingProxyType(dict(self.headers)))

    def __repr__(self) -> str:
        return f"<chexiao.Answer {self.status}>"

    def __hash__(self) -> int:
        return hash((self.status, self.body))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, dict(self.headers), self.body)

    def _to_dict(self) -> dict[str, Any]:
        return {"status": self.status, "headers": dict(self.headers), "body_base64": base64.b64encode(self.body).decode()}

    @classmethod
    def _from_dict(cls, told: Mapping[str, Any]) -> Answer:
        return cls(told["status"], told["headers"], base64.b64decode(told["body_base64"], validate=True))


@whole
@dataclass(frozen=True)
class Notice(Record):
    """What a notification is taken for. Immutable, comparable, hashable; pickles; :meth:`to_dict` is the JSON of the other languages.

    Three things stay apart: whether it is authentic (:attr:`evidence`), what it says (:attr:`event`), and whether to acknowledge it,
    which is yours to decide once it is stored. It is neither true nor false: ``if notice`` raises :class:`TypeError`.

    ``vars(notice)`` is :meth:`to_dict` too, and pydantic, and so FastAPI, writes that and reads it. ``repr`` shows nothing of the order.
    """

    __slots__ = (
        "event", "evidence", "confirm", "reason", "hint", "contradiction", "order", "amount", "time", "fields", "gateway", "dedupe",
        "explanation", "acknowledge", "refuse",
    )  # fmt: skip

    event: Code
    """What it says of the order: paid, refunded, closed, already closed, processing or unknown."""
    evidence: Evidence
    """What stands behind it: signed_bound, if it is authentic, ours, of a kind that is read here and names its order; signed_unbound, if
    it is authentic and of another kind; else none."""
    confirm: Confirm
    """Whether a query should confirm it."""
    reason: Optional[str]
    """Why it is unknown, in a word of :attr:`Outcome.reason`."""
    hint: Optional[Code]
    """What it points to without proving it: paid or refunded."""
    contradiction: bool
    """Two of its fields disagree."""
    order: Mapping[str, str]
    """The order it names, under the gateway's own names. Read only."""
    amount: Optional[Amount]
    """The amount of the order; in the notice of a refund, that of the refund."""
    time: Optional[str]
    """When it happened, as the gateway wrote it; where it does not say, when it was told."""
    fields: Mapping[str, str]
    """Every verified field, decrypted where it was encrypted. Read only."""
    gateway: GatewayWords
    """The gateway's own words."""
    dedupe: Optional[str]
    """The same when the same thing is told again, another for another. None: take it for new."""
    explanation: Explanation
    """For people, in English and Chinese."""
    acknowledge: Optional[Answer]
    """The answer that ends the repeats, for when the notice is stored. None where nothing proves that the gateway sent it."""
    refuse: Answer
    """The answer that asks for it to be sent again."""

    def __post_init__(self) -> None:
        for name in ("order", "fields"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @property
    def code(self) -> Code:
        """:attr:`event`, by the name it has in an outcome. In JSON it is the number."""
        return self.event

    def to_dict(self) -> dict[str, Any]:
        """The notice JSON as plain values, every key always: for JSON, a database, a task queue."""
        return {
            "event": self.event.word,
            "code": self.event.value,
            "evidence": self.evidence.value,
            "confirm": self.confirm.value,
            "reason": self.reason,
            "hint": self.hint.word if self.hint else None,
            "contradiction": self.contradiction,
            "order": dict(self.order),
            "amount": {"text": self.amount.text, "unit": self.amount.unit.value} if self.amount else None,
            "time": self.time,
            "fields": dict(self.fields),
            "gateway": {name: getattr(self.gateway, name) for name in GatewayWords.__slots__},
            "dedupe": self.dedupe,
            "explanation": {"en": self.explanation.en, "zh": self.explanation.zh},
            "acknowledge": self.acknowledge._to_dict() if self.acknowledge else None,
            "refuse": self.refuse._to_dict(),
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Notice:
        """The notice that :meth:`to_dict` wrote, perhaps in another version: an event or evidence that this one does not know is
        :attr:`Code.UNKNOWN`, to be confirmed; an amount in an unknown unit is none."""
        known = told["code"] in _CODES and told["evidence"] in _EVIDENCE
        amount, acknowledge = told["amount"], told["acknowledge"]
        return cls(
            event=_CODES[told["code"]] if known else Code.UNKNOWN,
            evidence=_EVIDENCE.get(told["evidence"], Evidence.NONE),
            confirm=_CONFIRM.get(told["confirm"], Confirm.REQUIRED) if known else Confirm.REQUIRED,
            reason=told["reason"],
            hint=_HINTS.get(told["hint"]),
            contradiction=told["contradiction"],
            order=told["order"],
            amount=Amount(amount["text"], _UNITS[amount["unit"]]) if amount and amount["unit"] in _UNITS else None,
            time=told["time"],
            fields=told["fields"],
            gateway=GatewayWords(**told["gateway"]),
            dedupe=told["dedupe"],
            explanation=Explanation(**told["explanation"]),
            acknowledge=None if acknowledge is None else Answer._from_dict(acknowledge),
            refuse=Answer._from_dict(told["refuse"]),
        )

    def __bool__(self) -> NoReturn:
        raise TypeError("a notice is neither true nor false: ask .event, .evidence or .acknowledge")

    def __hash__(self) -> int:
        return hash((self.event, self.evidence, self.reason, self.dedupe, self.time, self.acknowledge, self.refuse))

    def __repr__(self) -> str:
        why = f", reason {shown(self.reason)}" if self.reason else ""
        return f"<chexiao.Notice {self.event}{why}, evidence {self.evidence}>"


_UNITS = {unit.value: unit for unit in Unit}
