"""The two halves of an exchange that the program makes with an HTTP client of its own."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Optional, Protocol, Union

from chexiao._shown import shown


class HasItems(Protocol):
    """A mapping, and what HTTP clients have in its place."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Pairs of name and value."""
        ...


Headers = Union[HasItems, Iterable[tuple[Union[str, bytes], Union[str, bytes]]]]
"""Names and values, of whatever an HTTP client has; a name may come more than once."""
Body = Union[bytes, bytearray, memoryview]
"""A body, as it came."""


@dataclass(frozen=True)
class HttpRequest:
    """A signed request, to be sent as it is, once: other bytes or headers break the signature. Pickles, to be verified elsewhere.

    ``repr`` shows neither headers nor body nor what stands behind the ``?`` of the URL, which hold the signature and the order.
    """

    __slots__ = ("method", "url", "headers", "body", "msg_id", "call")

    method: str
    """``POST``, or ``GET``, which has no body; ``SIGN`` of what a front end pays with, which is not sent."""
    url: str
    """The absolute URL; empty where nothing is to be sent."""
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
        return f"<chexiao.HttpRequest {self.method} {shown(self.url.split('?', 1)[0])}, msg_id {shown(self.msg_id)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.method, self.url, dict(self.headers), self.body, self.msg_id, self.call)


@dataclass(frozen=True, init=False)
class HttpReply:
    """A whole HTTP reply, as the HTTP client received it. Pickles. ``repr`` shows neither headers nor body."""

    __slots__ = ("status", "headers", "body")

    status: int
    """The status code."""
    headers: tuple[tuple[str, str], ...]
    """Names and values in their order; a name that came more than once stands there more than once."""
    body: bytes
    """The body."""

    def __init__(self, status: int, headers: Headers, body: Body) -> None:
        """Takes the header object of any HTTP client: a mapping, what has ``items()`` as one, or pairs, of ``str`` or ``bytes``. Hand
        over all headers: two lengths, or a coding nobody asked for, can make a reply worthless.

        ``body``: the bytes as they came, not decoded to text; ``str`` would be :attr:`Code.UNKNOWN` with the reason ``input``, as all
        that cannot be read.
        """
        object.__setattr__(self, "status", status)
        object.__setattr__(self, "headers", _pairs(headers))
        object.__setattr__(self, "body", _bytes(body))

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
    return base64.b64encode(body).decode() if isinstance(body, bytes) else {"not bytes": type(body).__name__}


def _joined(headers: object) -> object:
    """One value for each name, in lower case. Values of the same name are joined by a comma, as HTTP has it."""
    if not isinstance(headers, tuple):
        return headers
    joined: dict[str, str] = {}
    for name, value in headers:
        before = joined.get(name.lower())
        joined[name.lower()] = value if before is None else f"{before}, {value}"
    return joined


def _bytes(body: object) -> object:
    """What is no bytes stays what it is."""
    if type(body) is bytes:
        return body
    try:
        return bytes(memoryview(body))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return body


def _pairs(headers: object) -> object:
    """Read once, here: an iterator is empty the second time, and a client's own object may change. What cannot be read becomes a text
    that says so, and no headers."""
    items = getattr(headers, "items", None)
    wrong = f"not headers: {type(headers).__name__}"
    if isinstance(headers, (str, bytes, bytearray, memoryview)):
        return wrong
    try:
        lines = iter(items() if callable(items) else headers)  # type: ignore[arg-type]
    except TypeError:
        return wrong
    pairs: list[tuple[str, str]] = []
    for line in lines:
        if not isinstance(line, (tuple, list)) or len(line) != 2:
            return "not pairs"
        name, value = map(_text, line)
        if name is None or value is None:
            return "not pairs of texts"
        pairs.append((name, value))
    return tuple(pairs)


def _text(value: object) -> Optional[str]:
    """Bytes are what HTTP has: each is a character of ISO 8859-1."""
    if isinstance(value, str):
        return str.__str__(value)
    return value.decode("latin-1") if isinstance(value, (bytes, bytearray)) else None
