from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Headers = Mapping[str, str] | Sequence[tuple[str, str]]

@dataclass(frozen=True)
class HttpRequest:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    msg_id: str
    call: str
    def __post_init__(self) -> None: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@dataclass(frozen=True)
class HttpReply:
    status: int
    headers: Headers
    body: bytes
    def __reduce__(self) -> tuple[Any, ...]: ...

def request_of(signed: str, call: str) -> HttpRequest: ...
def exchange_of(request: HttpRequest, reply: HttpReply) -> bytes: ...
