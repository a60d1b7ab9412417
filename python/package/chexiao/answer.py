"""What a gateway has answered to a call of any of its APIs."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn, Optional

from chexiao._record import Record, whole
from chexiao._shown import shown
from chexiao.outcome import _EVIDENCE, _SENT, Evidence, Explanation, GatewayWords, Sent


@dataclass(frozen=True)
class SavedFile:
    """A file that was downloaded: whole, on the disk, under its own name."""

    __slots__ = ("bytes", "path", "sha256")

    path: str
    """As the call named it."""
    bytes: int
    """Its length."""
    sha256: str
    """Its SHA-256, in lower-case hexadecimal."""


@whole
@dataclass(frozen=True)
class CallAnswer(Record):
    """What came of a :meth:`Client.call`. Immutable, comparable, hashable; pickles; :meth:`to_dict` is the JSON of the other languages.

    Never an outcome about an order: what the API's codes mean is on the gateway's page. It is neither true nor false: ask
    :attr:`is_authentic`. ``repr`` shows no field and no body.
    """

    __slots__ = (
        "code", "verified", "evidence", "sent", "reason", "gateway", "msg_id", "http_status", "elapsed_ms", "file", "raw", "explanation",
    )  # fmt: skip

    code: int
    """0 if it is authentic by the gateway's own standard; 9 if not: the call may have been executed, and nothing is proven."""
    verified: Optional[Mapping[str, str]]
    """Every field that the proof covers: texts as they read; numbers, lists and objects as they were written. Read only. None where
    nothing is proven."""
    evidence: Evidence
    """What stands behind it. Only ``signed_bound`` names the order that was asked about."""
    sent: Sent
    """Whether a whole reply came back."""
    reason: Optional[str]
    """Why nothing is proven, in a word of :attr:`Outcome.reason`."""
    gateway: GatewayWords
    """The gateway's own words. Trust them as far as the evidence goes."""
    msg_id: str
    """The id of this call: the gateway's message id where it has one, else the nonce or the caller's own id."""
    http_status: Optional[int]
    """The HTTP status, when a reply came."""
    elapsed_ms: int
    """From the start of the call to the answer, in milliseconds; 0 from ``verify``."""
    file: Optional[SavedFile]
    """The file of a :meth:`Client.download`. None where there is none; then nothing is left of it on the disk either."""
    raw: bytes
    """The reply body as it came: a bill, say, which no gateway signs. Empty where the reply is the file that was downloaded."""
    explanation: Explanation
    """For people, in English and Chinese."""

    def __post_init__(self) -> None:
        if self.verified is not None:
            object.__setattr__(self, "verified", MappingProxyType(dict(self.verified)))

    @property
    def is_authentic(self) -> bool:
        """Whether the gateway's own proof stands behind it: ``code`` is 0, not 9."""
        return self.code == 0

    def to_dict(self) -> dict[str, Any]:
        """The answer JSON as plain values, every key always. ``raw`` is ``raw_base64`` there."""
        return {
            "code": self.code,
            "verified": None if self.verified is None else dict(self.verified),
            "evidence": self.evidence.value,
            "sent": self.sent.value,
            "reason": self.reason,
            "gateway": {name: getattr(self.gateway, name) for name in GatewayWords.__slots__},
            "msg_id": self.msg_id,
            "http_status": self.http_status,
            "elapsed_ms": self.elapsed_ms,
            "file": None if self.file is None else {name: getattr(self.file, name) for name in ("path", "bytes", "sha256")},
            "raw_base64": base64.b64encode(self.raw).decode(),
            "explanation": {"en": self.explanation.en, "zh": self.explanation.zh},
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> CallAnswer:
        """The answer that :meth:`to_dict` wrote, perhaps in another version: without evidence that this one knows nothing is proven."""
        proven = told["code"] == 0 and _EVIDENCE.get(told["evidence"], Evidence.NONE) is not Evidence.NONE
        verified = told.get("verified") if proven else None
        return cls(
            code=9 if verified is None else 0,
            verified=verified,
            evidence=Evidence.NONE if verified is None else _EVIDENCE[told["evidence"]],
            sent=_SENT.get(told["sent"], Sent.MAYBE),
            reason=told["reason"],
            gateway=GatewayWords(**told["gateway"]),
            msg_id=told["msg_id"],
            http_status=told["http_status"],
            elapsed_ms=told["elapsed_ms"],
            file=SavedFile(**told["file"]) if told.get("file") else None,
            raw=base64.b64decode(told["raw_base64"], validate=True),
            explanation=Explanation(**told["explanation"]),
        )

    def __bool__(self) -> NoReturn:
        raise TypeError("an answer is neither true nor false: ask .is_authentic or .verified")

    def __hash__(self) -> int:
        return hash((self.code, self.evidence, self.reason, self.msg_id, self.raw))

    def __repr__(self) -> str:
        why = f", reason {shown(self.reason)}" if self.reason else ""
        return f"<chexiao.CallAnswer {self.code}{why}, evidence {self.evidence}, msg_id {shown(self.msg_id)}>"
