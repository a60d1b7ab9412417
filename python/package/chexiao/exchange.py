"""The two halves of an exchange that the program makes with an HTTP client of its own."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Union

Headers = Union[Mapping[str, str], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class HttpRequest:
    """A signed request, to be sent as it is, once: other bytes or headers break the signature. Pickles, to be verified elsewhere.

    ``repr`` shows neither headers nor body, which hold the signature and the order.
    """

    __slots__ = ("method", "url", "headers", "body", "msg_id", "call")

    method: str
    """``POST``"""
    url: str
    """The absolute URL."""
    headers: Mapping[str, str]
    """Names and values, ASCII. Read only."""
    body: bytes
    """The body."""
    msg_id: str
    """The id of this call, for the log: known before anything is sent."""
    call: str
    """The call it was signed for, as JSON: what ``verify`` holds the reply against."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", MappingProxyType(dict(self.headers)))

    def __repr__(self) -> str:
        return f"<chexiao.HttpRequest {self.method} {self.url}, msg_id {self.msg_id}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.method, self.url, dict(self.headers), self.body, self.msg_id, self.call)


@dataclass(frozen=True)
class HttpReply:
    """A whole HTTP reply, as the HTTP client received it. ``repr`` shows neither headers nor body."""

    __slots__ = ("status", "headers", "body")

    status: int
    """The status code."""
    headers: Headers
    """A mapping, or a list of pairs where a name may come more than once. Hand over all of them: two lengths, or a coding nobody
    asked for, make a reply worthless."""
    body: bytes
    """The body as it came: not decompressed, not decoded."""

    def __repr__(self) -> str:
        return f"<chexiao.HttpReply {self.status}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.headers, self.body)


def request_of(signed: str, call: str) -> HttpRequest:
    """From the JSON that ``sign`` gives."""
    told = json.loads(signed)
    return HttpRequest(told["method"], told["url"], told["headers"], base64.b64decode(told["body_base64"]), told["msg_id"], call)


def exchange_of(request: HttpRequest, reply: HttpReply) -> bytes:
    """The JSON that ``verify`` takes. What is of a wrong type stays wrong there, so that the core finds and names it."""
    both = {
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": dict(request.headers),
            "body_base64": _base64(request.body),
            "msg_id": request.msg_id,
        },
        "reply": {"status": reply.status, "headers": _joined(reply.headers), "body_base64": _base64(reply.body)},
    }
    return f'{{"call":{request.call},{_written(both)[1:]}'.encode("utf-8", "surrogatepass")


_written = json.JSONEncoder(default=lambda value: {"not JSON": type(value).__name__}).encode


def _base64(body: object) -> object:
    return base64.b64encode(body).decode() if isinstance(body, (bytes, bytearray, memoryview)) else {"not bytes": type(body).__name__}


def _joined(headers: object) -> object:
    """One value for each name, in lower case. Values of the same name are joined by a comma, as HTTP has it."""
    joined: dict[str, str] = {}
    if not isinstance(headers, (Mapping, list, tuple)):
        return f"not headers: {type(headers).__name__}"
    for pair in headers.items() if isinstance(headers, Mapping) else headers:
        if not isinstance(pair, tuple) or [type(text) for text in pair] != [str, str]:
            return "not pairs of texts"
        name, value = pair
        before = joined.get(name.lower())
        joined[name.lower()] = value if before is None else f"{before}, {value}"
    return joined
