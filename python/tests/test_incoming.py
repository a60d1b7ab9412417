"""What the makers of `Incoming` take over from the requests of frameworks, whatever was sent and whoever has read of it before."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable
from typing import Any, Callable, Optional

import pytest
from corpus import paid

from chexiao import Code, Incoming

LIMIT = 1 << 20
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
Make = Callable[..., Incoming]


class Input(io.BytesIO):
    """What a server hands over, in pieces perhaps; it counts the bytes, and breaks off where it is told to."""

    def __init__(self, body: bytes, breaks: Optional[BaseException] = None, piece: int = 1 << 30) -> None:
        super().__init__(body)
        self.given, self.breaks, self.piece = 0, breaks, piece

    def read(self, size: Optional[int] = -1, /) -> bytes:
        chunk = super().read(self.piece if size is None or size < 0 else min(size, self.piece))
        if self.breaks and not chunk:
            raise self.breaks
        self.given += len(chunk)
        return chunk


def environ(body: bytes, length: Optional[str] = "", **over: Any) -> dict[str, Any]:
    """Of a POST; `length` "" is the right one, None is none."""
    told = str(len(body)) if length == "" else length
    made: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/pay", "SERVER_NAME": "shop", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
        "CONTENT_TYPE": FORM, "HTTP_X_ODD": "\xff\xe4, b", "wsgi.input": Input(body), **over,
    }  # fmt: skip
    return made if told is None else {**made, "CONTENT_LENGTH": told}


def from_wsgi(made: dict[str, Any], **over: Any) -> Incoming:
    return Incoming.from_wsgi(made, **over)


def from_django(made: dict[str, Any], before: Callable[[Any], object] = lambda request: None, **over: Any) -> Incoming:
    pytest.importorskip("django")
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIRequest

    if not settings.configured:
        settings.configure()
    request = WSGIRequest(made)
    before(request)
    return Incoming.from_django(request, **over)


def from_flask(made: dict[str, Any], before: Callable[[Any], object] = lambda request: None, limit: Optional[int] = None, **over: Any) -> Incoming:
    flask = pytest.importorskip("flask")
    app = flask.Flask("shop")
    app.config["MAX_CONTENT_LENGTH"] = limit
    with app.request_context(made):
        before(flask.request)
        return Incoming.from_flask(flask.request, **over)


WSGI: list[Make] = [from_wsgi, from_django, from_flask]


class Received:
    """The messages of an ASGI server, which end in one that says so."""

    def __init__(self, chunks: Iterable[bytes], disconnects: bool = False) -> None:
        self.left: list[dict[str, Any]] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
        self.left.append({"type": "http.disconnect"} if disconnects else {"type": "http.request"})

    async def __call__(self) -> dict[str, Any]:
        return self.left.pop(0)


def from_asgi(receive: Received, headers: list[tuple[bytes, bytes]], **over: Any) -> Incoming:
    return asyncio.run(Incoming.from_asgi({"type": "http", "headers": headers}, receive, **over))


def from_fastapi(receive: Received, headers: list[tuple[bytes, bytes]], before: str = "", **over: Any) -> Incoming:
    requests = pytest.importorskip("starlette.requests")

    async def made() -> Incoming:
        request = requests.Request({"type": "http", "headers": headers}, receive)
        if before:
            await getattr(request, before)()
        return await Incoming.from_fastapi(request, **over)

    return asyncio.run(made())


ASGI: list[Make] = [from_asgi, from_fastapi]


@pytest.mark.parametrize("make", WSGI)
def test_wsgi(make: Make, gateway: str) -> None:
    one = paid(gateway)
    incoming = make(environ(one.body, CONTENT_TYPE=one.content_type))
    assert incoming.body == one.body and one.heard(incoming) == one.heard(one.incoming())
    assert dict(incoming.headers) == {"content-type": one.content_type, "content-length": str(len(one.body)), "x-odd": "\xff\xe4, b"}
    assert one.heard(make(environ(one.body), expect={"amount": "-1"})).reason == "mismatch"


@pytest.mark.parametrize("make", ASGI)
def test_asgi(make: Make, gateway: str) -> None:
    one = paid(gateway)
    headers = [(b"content-type", one.content_type.encode()), (b"x-odd", b"\xff"), (b"x-odd", b"2")]
    for more in ([], [(b"content-length", str(len(one.body)).encode())]):
        incoming = make(Received([one.body[:7], b"", one.body[7:]]), headers + more)
        assert incoming.body == one.body and one.heard(incoming) == one.heard(one.incoming())
        assert incoming.headers == tuple((name.decode(), value.decode("latin-1")) for name, value in headers + more)
        assert one.heard(make(Received([one.body]), headers + more, expect={"amount": "-1"})).reason == "mismatch"


def test_wsgi_in_pieces() -> None:
    one = paid("wechat")
    assert one.heard(from_wsgi(environ(b"", str(len(one.body)), **{"wsgi.input": Input(one.body, piece=7)}))).event is Code.PAID


@pytest.mark.parametrize("make", WSGI)
@pytest.mark.parametrize("length", [None, "", "0", "-5", "5, 5", "x", "٣", "1_0", "+9", " "])
def test_wsgi_without_a_length(make: Make, length: Optional[str]) -> None:
    """As PEP 3333 has it, nothing may be read then; unless the server says that its input ends."""
    body = paid("wechat").body
    told = length or None
    by_django = {"٣": 3, "1_0": 10, "+9": 9}.get(length or "", 0) if make is from_django else 0
    assert make(environ(body, told)).body == body[:by_django]
    if told != "0" and make is not from_django:
        assert make(environ(body, told, **{"wsgi.input_terminated": True})).body == body


@pytest.mark.parametrize("make", WSGI)
@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1, 5 * LIMIT])
def test_wsgi_is_not_read_on(make: Make, size: int) -> None:
    one = paid("wechat")
    for length, over in (("", {}), (None, {"wsgi.input_terminated": True})):
        made = environ(b"x" * size, length, **over)
        incoming = make(made)
        if make is not from_django or length == "":
            assert len(incoming.body) == min(size, LIMIT + 1) and made["wsgi.input"].given <= min(size, LIMIT + 1)
            assert one.heard(incoming).reason == ("parse" if size == LIMIT else "too_large")
    assert make(environ(b"x", "9" * 50)).body == b"x"
    assert make(environ(b"x", "9" * 5000)).body == (b"x" if make is from_wsgi else b"")


@pytest.mark.parametrize("make", ASGI)
@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1, 5 * LIMIT])
def test_asgi_is_not_read_on(make: Make, size: int) -> None:
    one, chunk = paid("wechat"), b"x" * 65536
    for headers in ([], [(b"content-length", str(size).encode())], [(b"content-length", b"5, 5")]):
        receive = Received([chunk] * (size // len(chunk)) + [b"x"] * (size % len(chunk)))
        incoming = make(receive, headers)
        assert size < 5 * LIMIT or len(receive.left) > 60
        assert one.heard(incoming).reason == ("parse" if size == LIMIT else "too_large")
        assert len(incoming.body) == min(size, LIMIT + 1)


class ServersOwn(Exception):
    """Such as gunicorn's, of what is no HTTP."""


@pytest.mark.parametrize("make", WSGI)
def test_wsgi_that_breaks_off(make: Make) -> None:
    one = paid("wechat")
    for error in (OSError("reset"), TimeoutError(), ServersOwn()):
        if make is not from_wsgi and isinstance(error, ServersOwn):
            continue  # theirs to answer: it is no request
        made = environ(b"", "500", **{"wsgi.input": Input(one.body[:100], error)})
        assert one.heard(make(made)).reason in ("parse", "signature")
    assert one.heard(make(environ(one.body[:100], "500"))).event is Code.UNKNOWN


@pytest.mark.parametrize("make", ASGI)
def test_asgi_that_breaks_off(make: Make) -> None:
    one = paid("wechat")
    for headers in ([], [(b"content-length", b"500")]):
        assert one.heard(make(Received([one.body[:100]], disconnects=True), headers)).event is Code.UNKNOWN


def multipart(body: bytes) -> tuple[bytes, str]:
    return b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + body + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


def test_django_that_was_read_before(gateway: str) -> None:
    one = paid(gateway)
    for before in (lambda request: request.POST, lambda request: request.body, lambda request: (request.POST, request.FILES, request.body)):
        incoming = from_django(environ(one.body, CONTENT_TYPE=one.content_type), before)
        assert one.heard(incoming).event is Code.PAID
    with pytest.raises(RuntimeError, match="make the Incoming first"):
        from_django(environ(one.body, CONTENT_TYPE=one.content_type), lambda request: request.read(5))
    body, content_type = multipart(one.body)
    incoming = from_django(environ(body, CONTENT_TYPE=content_type), lambda request: request.POST)
    assert incoming.body == b"" and one.heard(incoming).event is Code.UNKNOWN
    assert from_django(environ(body, CONTENT_TYPE=content_type)).body == body


def test_django_keeps_the_body_for_others_and_has_limits_of_its_own() -> None:
    pytest.importorskip("django")
    from django.core.handlers.wsgi import WSGIRequest
    from django.test import override_settings

    from_django(environ(b""))
    request = WSGIRequest(environ(b"a=1"))
    assert Incoming.from_django(request).body == b"a=1" == request.body and request.POST["a"] == "1"
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        assert from_django(environ(b"x" * 500)).body == b"x" * 500


def test_django_over_asgi() -> None:
    pytest.importorskip("django")
    from_django(environ(b""))
    from django.core.handlers.asgi import ASGIRequest

    one = paid("ysepay")
    scope = {"type": "http", "method": "POST", "path": "/pay/订", "query_string": b"", "headers": [(b"content-type", FORM.encode()), (b"x-odd", b"\xff")]}
    for more in ([], [(b"content-length", str(len(one.body)).encode())]):
        request = ASGIRequest({**scope, "headers": [*scope["headers"], *more]}, io.BytesIO(one.body))
        incoming = Incoming.from_django(request)
        assert one.heard(incoming).event is Code.PAID and dict(incoming.headers)["x-odd"] == "\xff"
    request = ASGIRequest(scope, io.BytesIO(b"x" * 5 * LIMIT))
    assert len(Incoming.from_django(request).body) == LIMIT + 1


def test_flask_that_was_read_before(gateway: str) -> None:
    one = paid(gateway)
    made = {"CONTENT_TYPE": one.content_type}
    for before in (lambda request: request.get_data(), lambda request: (request.get_data(), request.form), lambda request: request.headers):
        assert one.heard(from_flask(environ(one.body, **made), before)).event is Code.PAID
        assert one.heard(from_flask(environ(one.body, None, **made, **{"wsgi.input_terminated": True}), before)).event is Code.PAID
    if "form" in one.content_type:
        with pytest.raises(RuntimeError, match="make the Incoming first"):
            from_flask(environ(one.body, **made), lambda request: request.form)
    else:
        assert one.heard(from_flask(environ(one.body, **made), lambda request: request.form)).event is Code.PAID
    body, content_type = multipart(one.body)
    incoming = from_flask(environ(body, CONTENT_TYPE=content_type), lambda request: request.form)
    assert incoming.body == b"" and one.heard(incoming).event is Code.UNKNOWN
    assert from_flask(environ(one.body, **made), limit=10).body == one.body


def test_starlette_that_was_read_before(gateway: str) -> None:
    one = paid(gateway)
    headers = [(b"content-type", one.content_type.encode()), (b"content-length", str(len(one.body)).encode())]
    for told in (headers, headers[:1]):
        assert one.heard(from_fastapi(Received([one.body]), told, "body")).event is Code.PAID
        if gateway == "edgeros":
            assert one.heard(from_fastapi(Received([one.body]), told, "json")).event is Code.PAID


def test_starlette_whose_stream_was_read_before() -> None:
    requests = pytest.importorskip("starlette.requests")

    async def made(content_type: bytes) -> Incoming:
        request = requests.Request({"type": "http", "headers": [(b"content-type", content_type)]}, Received([b"a=1"]))
        assert [chunk async for chunk in request.stream()]
        return await Incoming.from_fastapi(request)

    with pytest.raises(RuntimeError, match="make the Incoming first"):
        asyncio.run(made(FORM.encode()))
    assert asyncio.run(made(b"Multipart/Form-Data; boundary=x")).body == b""
