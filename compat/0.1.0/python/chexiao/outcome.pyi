from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NoReturn

class Code(Enum):
    CLOSED = 1
    ALREADY_CLOSED = 2
    PAID = 3
    PROCESSING = 4
    NOT_FOUND = 5
    REFUSED = 6
    MISCONFIGURED = 7
    THROTTLED = 8
    UNKNOWN = 9
    OPEN = 10
    @property
    def word(self) -> str: ...

class _Word(str, Enum):
    def __format__(self, spec: str) -> str: ...

class Next(_Word):
    DONE = 'done'
    CONFIRM = 'confirm'
    FULFIL_OR_REFUND = 'fulfil_or_refund'
    QUERY = 'query'
    CHECK_ORDER = 'check_order'
    FIX = 'fix'
    RETRY_LATER = 'retry_later'
    CLOSE = 'close'

class Retry(_Word):
    NEVER = 'never'
    SAME_REQUEST = 'same_request'
    AFTER_QUERY = 'after_query'

class Confirm(_Word):
    NOT_NEEDED = 'not_needed'
    RECOMMENDED = 'recommended'
    REQUIRED = 'required'

class Evidence(_Word):
    NONE = 'none'
    TLS_ONLY = 'tls_only'
    SIGNED_UNBOUND = 'signed_unbound'
    SIGNED_BOUND = 'signed_bound'

class Sent(_Word):
    ANSWERED = 'answered'
    MAYBE = 'maybe'

@dataclass(frozen=True)
class GatewayWords:
    code: str | None
    sub_code: str | None
    status: str | None
    message: str | None
    def __reduce__(self) -> tuple[Any, ...]: ...

@dataclass(frozen=True)
class Explanation:
    en: str
    zh: str
    def __reduce__(self) -> tuple[Any, ...]: ...

@dataclass(frozen=True)
class Outcome:
    code: Code
    next: Next
    retry: Retry
    retry_after_ms: int | None
    confirm: Confirm
    evidence: Evidence
    sent: Sent
    reason: str | None
    contradiction: bool
    hint: Code | None
    gateway: GatewayWords
    msg_id: str
    http_status: int | None
    elapsed_ms: int
    raw: bytes
    explanation: Explanation
    @property
    def is_closed(self) -> bool: ...
    def to_dict(self) -> dict[str, Any]: ...
    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Outcome: ...
    def __bool__(self) -> NoReturn: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
