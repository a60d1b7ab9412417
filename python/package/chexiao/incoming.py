"""A notification as a web server has received it, from what its frameworks have. None of them is needed."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Callable, Optional, Protocol, Union

from chexiao._document import Members, _members, _text
from chexiao.exchange import Body, Headers, _bytes, _joined, _pairs

Expect = Optional[Mapping[str, str]]
"""What you know of the order: see :class:`Incoming`."""
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
"""The channel of ASGI that a body comes from."""

_MOST = (1 << 20) + 1
"""What is read of a body, in bytes: one more than the core takes, which so sees that it is too large."""


@dataclass(frozen=True, init=False)
class Incoming:
    """A notification as the merchant's web server has received it. Pickles. ``repr`` shows nothing of it.

    The makers read a body of at most 1 MiB, and raise nothing for what came from outside: a body that breaks off is as long as what came
    of it, and proves nothing. Where a form was read before and the body is gone, they raise :class:`RuntimeError`: make the Incoming first.
    """

    __slots__ = ("body", "headers", "url", "expect")

    body: bytes
    """The body."""
    headers: tuple[tuple[str, str], ...]
    """Names and values in their order."""
    url: Optional[str]
    """The address it was posted to, for people: nothing rests on it."""
    expect: Mapping[str, str]
    """What you know of the order. Read only."""

    def __init__(self, body: Body, headers: Optional[Headers] = None, url: Optional[str] = None, expect: Expect = None) -> None:
        """``body``: the bytes as they came, not decoded to text. ``headers``: the header object of any framework, a mapping or pairs.

        ``expect``: what you know of the order, such as ``{"out_trade_no": "…", "total_fee": "101"}``, by the names of
        :attr:`Notice.order` and :attr:`Notice.fields`, or ``amount``. What is not so makes the notice a ``mismatch``. The makers take it too.

        Raises :class:`TypeError` for values of other types.
        """
        raw, pairs = _bytes(body), _pairs(() if headers is None else headers)
        if not isinstance(raw, bytes):
            raise TypeError(f"body must be the bytes as they came, not {type(body).__name__}")
        if not isinstance(pairs, tuple):
            raise TypeError(f"headers must be names and values in text, and are {pairs}")
        if url is not None and not isinstance(url, str):
            raise TypeError(f"url must be text, not {type(url).__name__}")
        expected = {} if expect is None else expect
        if not isinstance(expected, Mapping) or not all(isinstance(text, str) for member in expected.items() for text in member):
            raise TypeError('expect must be names and values in text, such as {"total_fee": "101"}')
        object.__setattr__(self, "body", raw[:_MOST])
        object.__setattr__(self, "headers", pairs)
        object.__setattr__(self, "url", url)
        object.__setattr__(self, "expect", MappingProxyType(dict(expected)))

    @classmethod
    def from_wsgi(cls, environ: Mapping[str, Any], *, expect: Expect = None) -> Incoming:
        """From the ``environ`` of a WSGI application. Reads ``wsgi.input``."""
        length = _length(environ.get("CONTENT_LENGTH"))
        most = _MOST if length is None and environ.get("wsgi.input_terminated") else length or 0
        return cls(_read(environ["wsgi.input"], most), _headers(environ), expect=expect)

    @classmethod
    async def from_asgi(cls, scope: Mapping[str, Any], receive: Receive, *, expect: Expect = None) -> Incoming:
        """From the ``scope`` and the ``receive`` of an ASGI application. Receives the body."""
        body, more = bytearray(), True
        while more and len(body) < _MOST:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        return cls(body, scope["headers"], expect=expect)

    @classmethod
    def from_django(cls, request: _DjangoRequest, *, expect: Expect = None) -> Incoming:
        """From the request of a Django view, whose ``POST`` may have been read before."""
        from django.core.exceptions import RequestDataTooBig
        from django.http import RawPostDataException, UnreadablePostError

        body: Optional[bytes] = None
        try:
            # There it stays for others too. What is larger, or of no known length, is not read to its end.
            if _fits(request.META.get("CONTENT_LENGTH")):
                body = request.body
        except RequestDataTooBig:
            pass
        except UnreadablePostError:
            body = b""
        except RawPostDataException:
            body = _gone(request.META.get("CONTENT_TYPE"))
        return cls(_read(request, _MOST) if body is None else body, _headers(request.META), expect=expect)

    @classmethod
    def from_flask(cls, request: _FlaskRequest, *, expect: Expect = None) -> Incoming:
        """From ``flask.request``, whose ``form`` has not been read."""
        from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

        environ, body = request.environ, b""
        try:
            if not _fits(environ.get("CONTENT_LENGTH")):
                body = _read(request.stream, _MOST)
            body = body or request.get_data()
        except RequestEntityTooLarge:
            return cls.from_wsgi(environ, expect=expect)
        except ClientDisconnected:
            pass
        if not body and "form" in vars(request) and (request.form or request.files):
            body = _gone(environ.get("CONTENT_TYPE"))
        return cls(body, _headers(environ), expect=expect)

    @classmethod
    async def from_fastapi(cls, request: _StarletteRequest, *, expect: Expect = None) -> Incoming:
        """From the ``Request`` of FastAPI or Starlette, whose ``form()`` has not been read."""
        from starlette.requests import ClientDisconnect

        headers, body = request.scope["headers"], bytearray()
        of_name = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
        try:
            if _fits(of_name.get("content-length")):
                body += await request.body()
            else:
                async for chunk in request.stream():
                    body += chunk
                    if len(body) >= _MOST:
                        break
        except ClientDisconnect:
            pass
        except RuntimeError:
            body += _gone(of_name.get("content-type"))
        return cls(body, headers, expect=expect)

    def __repr__(self) -> str:
        return f"<chexiao.Incoming {len(self.body)} bytes>"

    def __hash__(self) -> int:
        return hash((self.body, self.headers))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.body, self.headers, self.url, dict(self.expect))


def message_of(incoming: Union[Incoming, Members]) -> bytes:
    """The JSON that the core takes. What is of a wrong type stays wrong there, so that the core finds and names it."""
    if isinstance(incoming, Incoming):
        body = base64.b64encode(incoming.body)
        told: Members = {"url": incoming.url, "headers": incoming.headers, "body_base64": body, "expect": incoming.expect}
    else:
        told = incoming
    members = _members(told)
    if members is None:
        raise TypeError(f"a notification is an Incoming or a mapping of headers and body_base64, not {type(incoming).__name__}")
    return _object([(name, _one_each(value) if name == "headers" else value) for name, value in members], _value).encode()


def _object(members: Iterable[tuple[object, object]], written: Callable[[object], str]) -> str:
    """A name that is given twice stands there twice, which the core refuses."""
    return "{" + ", ".join(f"{_flat(name) if _text(name) else _NO_NAME}: {written(value)}" for name, value in members) + "}"


def _value(value: object) -> str:
    members = None if isinstance(value, str) else _members(value)
    return _flat(value) if members is None else _object(members, _flat)


def _flat(value: object) -> str:
    """A list, which nothing there may be, in the place of what is no text."""
    text = _text(value)
    return _json([type(value).__name__] if text is None and value is not None else text)


_json = json.JSONEncoder().encode
_NO_NAME = '"(no name)"'


def _one_each(headers: object) -> object:
    """One value for each name. Those that are read hold no surrogate, which is no text."""
    joined = _joined(_pairs(headers))
    return {_encoded(name): _encoded(value) for name, value in joined.items()} if isinstance(joined, dict) else joined


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")


def _headers(environ: Mapping[str, Any]) -> list[tuple[str, str]]:
    of_name = {name: value for name, value in environ.items() if isinstance(value, str)}
    known = [(name, of_name.get(name)) for name in ("CONTENT_TYPE", "CONTENT_LENGTH")]
    others = [(name[5:], value) for name, value in of_name.items() if name.startswith("HTTP_")]
    return [(name.replace("_", "-").lower(), value) for name, value in [*known, *others] if value]


def _length(told: Optional[str]) -> Optional[int]:
    """What is to be read where that is told; None where it is not."""
    if not told or not (told.isascii() and told.isdigit()):
        return None
    return int(told) if len(told) < 8 and int(told) < _MOST else _MOST


def _fits(told: Optional[str]) -> bool:
    length = _length(told)
    return length is not None and length < _MOST


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _read(stream: _Stream, most: int) -> bytes:
    body = bytearray()
    while len(body) < most:
        try:
            chunk = stream.read(most - len(body))
        except Exception:  # of the server's own: the other side has gone, or sends what is no HTTP
            break
        if not chunk:
            break
        body += chunk
    return bytes(body)


def _gone(content_type: Optional[str]) -> bytes:
    """Of the one kind of form that no gateway posts and anybody else may, nothing is lost."""
    if content_type and content_type.lower().startswith("multipart/"):
        return b""
    raise RuntimeError("the body was read before, and is gone: make the Incoming first")


class _DjangoRequest(_Stream, Protocol):
    META: dict[str, Any]

    @property
    def body(self) -> bytes: ...


class _FlaskRequest(Protocol):
    @property
    def environ(self) -> dict[str, Any]: ...
    @property
    def stream(self) -> Any: ...
    @property
    def form(self) -> Any: ...
    @property
    def files(self) -> Any: ...
    def get_data(self) -> bytes: ...


class _StarletteRequest(Protocol):
    @property
    def scope(self) -> Any: ...
    async def body(self) -> bytes: ...
    def stream(self) -> AsyncIterator[bytes]: ...
