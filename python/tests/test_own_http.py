"""The page on one's own HTTP client, run: its blocks of Python against a server that compresses where it may, one that acts and hangs up, and
others that a client may answer by sending the order again."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import http.server
import os
import pathlib
import re
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any, Callable, Optional

import pytest
from conftest import ROOT, Sandbox

import chexiao

PAGE = (ROOT / "docs/own-http.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^### (\w+)\n```python\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
NEEDS = {"requests": "requests", "urllib3": "urllib3", "httpx": "httpx", "aiohttp": "aiohttp", "urllib": "urllib.request", "libcurl": "pycurl"}
Send = Callable[[chexiao.HttpRequest], chexiao.HttpReply]


class Front(http.server.BaseHTTPRequestHandler):
    """Hands every POST to the sandbox, and does as it was told with the answer."""

    protocol_version = "HTTP/1.1"
    sandbox = ""
    told: list[str] = []
    seen: list[tuple[str, dict[str, str], bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        status, headers, answer = self.asked(body)
        way = self.told.pop(0) if self.told else "plain"
        if way == "hang up":
            self.close_connection = True
            return
        accepted = self.headers.get("Accept-Encoding", "")
        if way == "compress" and ("gzip" in accepted or "*" in accepted):
            answer, headers["Content-Encoding"] = gzip.compress(answer), "gzip"
        if way in ("307", "302"):
            status, answer, headers["Location"] = int(way), b"", self.path
        if way == "503":
            status, answer, headers["Retry-After"] = 503, b"", "0"
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(answer))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self) -> None:
        self.seen.append((self.path, {}, b""))
        self.send_error(404)

    def asked(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection", "accept-encoding")}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(self.sandbox + self.path, body, kept), timeout=10) as reply:
            return reply.status, {"Content-Type": reply.headers.get("Content-Type", "text/plain")}, reply.read()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that ends a connection is none of this server's faults."""


class Shop:
    """A merchant's program with an HTTP client of its own."""

    def __init__(self, sandbox: Sandbox, url: str, front: type[Front]) -> None:
        self.sandbox, self.url, self.front = sandbox, url, front

    def client(self, gateway: str) -> chexiao.Client:
        return chexiao.Client(self.sandbox.config(gateway, base_url=self.url))

    def signed(self, gateway: str) -> tuple[chexiao.Client, chexiao.HttpRequest, str]:
        client, order = self.client(gateway), self.sandbox.order(gateway)
        return client, client.sign({"operation": "close", "order": order}), next(value for value in order.values() if value.startswith("A"))

    def told(self, *ways: str) -> None:
        self.front.told[:] = ways
        self.front.seen.clear()

    def posts(self) -> int:
        return len(self.front.seen)


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[Shop]:
    front = type("Front", (Front,), {"sandbox": sandbox.http_url, "told": [], "seen": []})
    server = Quiet(("127.0.0.1", 0), front)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Shop(sandbox, f"http://127.0.0.1:{server.server_address[1]}", front)
    server.shutdown()
    server.server_close()


@pytest.fixture(params=sorted(NEEDS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def send(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Iterator[Send]:
    """As the page has it, over a client that keeps its connections if it ever does, in an environment with a proxy that is down and a
    password for this host."""
    pytest.importorskip(NEEDS[name])
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password something\n", "utf-8")
    names: dict[str, Any] = {}

    @contextlib.contextmanager
    def elsewhere() -> Iterator[None]:
        with monkeypatch.context() as environment:
            for variable in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
                environment.setenv(variable, "http://127.0.0.1:1")
            environment.setenv("NETRC", os.fspath(tmp_path / "netrc"))
            yield

    @elsewhere()
    def sent(request: chexiao.HttpRequest) -> Any:
        return names["send"](request)

    @elsewhere()
    def sent_by_aiohttp(request: chexiao.HttpRequest) -> Any:
        return loop.run_until_complete(asyncio.wait_for(names["send"](session, request), 30))

    with elsewhere():
        exec(BLOCKS[name], names)
    if name != "aiohttp":
        yield sent
        getattr(names.get("http"), "close", getattr(names.get("http"), "clear", lambda: None))()
        return
    loop = asyncio.new_event_loop()
    session = loop.run_until_complete(_session(names["aiohttp"]))
    yield sent_by_aiohttp
    loop.run_until_complete(session.close())
    loop.close()


async def _session(aiohttp: Any) -> Any:
    return aiohttp.ClientSession()


def tried(send: Send, request: chexiao.HttpRequest) -> Optional[chexiao.HttpReply]:
    try:
        return send(request)
    except Exception:
        return None


def test_the_page_has_a_block_for_each_and_both_languages_have_the_same() -> None:
    chinese = (ROOT / "docs/own-http.zh-CN.md").read_text("utf-8")
    assert set(BLOCKS) == set(NEEDS) and re.findall("```.*?```", chinese, re.DOTALL) == re.findall("```.*?```", PAGE, re.DOTALL)


def test_closes_at_every_gateway_though_the_server_compresses(shop: Shop, send: Send, gateway: str) -> None:
    client, request, number = shop.signed(gateway)
    shop.told("compress")
    outcome = client.verify(request, send(request))
    assert outcome.code is chexiao.Code.CLOSED, (outcome, outcome.explanation)
    path, headers, body = shop.front.seen[0]
    assert (shop.url + path, body) == (request.url, request.body) and shop.posts() == 1
    assert {name: headers.get(name.lower()) for name in request.headers} == dict(request.headers)
    assert shop.sandbox.book(gateway, number) == (1, "closed")


DEFAULTS: dict[str, Callable[[Any, str, bytes, dict[str, str]], tuple[int, Any, bytes]]] = {}


def by_default(function: Any) -> Any:
    DEFAULTS[function.__name__.replace("with_", "")] = function
    return function


@by_default
def with_requests(module: Any, url: str, body: bytes, headers: dict[str, str]) -> Any:
    reply = module.post(url, data=body, headers=headers)
    return reply.status_code, reply.headers, reply.content


@by_default
def with_httpx(module: Any, url: str, body: bytes, headers: dict[str, str]) -> Any:
    reply = module.post(url, content=body, headers=headers)
    return reply.status_code, reply.headers, reply.content


@by_default
def with_urllib3(module: Any, url: str, body: bytes, headers: dict[str, str]) -> Any:
    reply = module.request("POST", url, body=body, headers=headers)
    return reply.status, reply.headers, reply.data


@by_default
def with_aiohttp(module: Any, url: str, body: bytes, headers: dict[str, str]) -> Any:
    async def post() -> Any:
        async with module.ClientSession() as session, session.post(url, data=body, headers=headers) as reply:
            return reply.status, reply.raw_headers, await reply.read()

    return asyncio.run(post())


@by_default
def with_urllib(module: Any, url: str, body: bytes, headers: dict[str, str]) -> Any:
    with module.request.urlopen(module.request.Request(url, body, headers)) as reply:
        return reply.status, reply.headers, reply.read()


@pytest.mark.parametrize("name", ["requests", "httpx", "urllib3", "aiohttp", "urllib"])
def test_a_host_with_default_settings(shop: Shop, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the header of the request the server does not compress. Without it most clients ask for gzip, and undo it: a signature
    proves that all the same, and where there is none nothing does."""
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    module = pytest.importorskip(name)
    for gateway in ("wechat", "chinaums"):
        for identity in (True, False):
            client, request, _ = shop.signed(gateway)
            headers = {key: value for key, value in request.headers.items() if identity or key != "Accept-Encoding"}
            shop.told("compress")
            outcome = client.verify(request, chexiao.HttpReply(*DEFAULTS[name](module, request.url, request.body, headers)))
            asked = "gzip" in shop.front.seen[0][1].get("accept-encoding", "")
            assert not (asked and identity), "Accept-Encoding was not kept"
            believed = gateway == "wechat" or not asked
            assert (outcome.code, outcome.reason) == ((chexiao.Code.CLOSED, None) if believed else (chexiao.Code.UNKNOWN, "encoding"))


def test_a_body_that_nobody_undid_is_unknown(shop: Shop, gateway: str) -> None:
    client, request, _ = shop.signed(gateway)
    shop.told("compress")
    headers = {**request.headers, "Accept-Encoding": "gzip"}
    with urllib.request.urlopen(urllib.request.Request(request.url, request.body, headers), timeout=10) as reply:
        outcome = client.verify(request, chexiao.HttpReply(reply.status, reply.headers, reply.read()))
    assert (outcome.code, outcome.reason, outcome.next) == (chexiao.Code.UNKNOWN, "encoding", chexiao.Next.QUERY)


@pytest.mark.parametrize("kept", [False, True])
def test_sent_once_though_the_server_acts_and_hangs_up(shop: Shop, send: Send, kept: bool) -> None:
    if kept:
        client, request, _ = shop.signed("wechat")
        assert client.verify(request, send(request)).is_closed
    client, request, number = shop.signed("wechat")
    shop.told(*["hang up"] * 5)
    assert tried(send, request) is None
    assert shop.posts() == 1
    # No answer, and yet it has happened.
    assert shop.sandbox.book("wechat", number) == (1, "closed")
    shop.told()
    assert client.query({"out_trade_no": number}).is_closed


@pytest.mark.parametrize("way", ["503", "307", "302"])
def test_sent_once_whatever_the_status(shop: Shop, send: Send, way: str) -> None:
    client, request, _ = shop.signed("wechat")
    shop.told(*[way] * 5)
    reply = send(request)
    assert shop.posts() == 1 and reply.status == int(way)
    outcome = client.verify(request, reply)
    assert (outcome.code, outcome.reason) == (chexiao.Code.UNKNOWN, "http_503" if way == "503" else "redirect")


def test_what_the_switches_are_for(shop: Shop) -> None:
    """Clients without them do send it again: else the tests above would prove nothing."""
    _, request, _ = shop.signed("wechat")
    for name in ("requests", "urllib3", "aiohttp"):
        module = pytest.importorskip(name)
        shop.told("307")
        DEFAULTS[name](module, request.url, request.body, dict(request.headers))
        assert shop.posts() == 2, name
    pycurl = pytest.importorskip("pycurl")
    curl = pycurl.Curl()
    curl.setopt(pycurl.WRITEFUNCTION, lambda _bytes: None)
    curl.setopt(pycurl.PROXY, "")
    curl.setopt(pycurl.URL, request.url)
    curl.setopt(pycurl.POSTFIELDS, request.body)
    curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in request.headers.items()])
    for switch, posts in ((0, 2), (1, 1)):
        curl.setopt(pycurl.FRESH_CONNECT, switch)
        curl.setopt(pycurl.FORBID_REUSE, switch)
        shop.told()
        curl.perform()
        shop.told("hang up", "hang up", "hang up")
        with pytest.raises(pycurl.error):
            curl.perform()
        assert shop.posts() == posts


@pytest.mark.parametrize(
    ("of", "code"),
    [("wechat", "already_closed"), ("icbc", "misconfigured"), ("chinaums", "already_closed"), ("ysepay", "refused"), ("edgeros", "refused")],
)
def test_what_the_second_of_two_identical_requests_is_told(shop: Shop, of: str, code: str) -> None:
    names: dict[str, Any] = {}
    exec(BLOCKS["urllib"], names)
    client, request, number = shop.signed(of)
    shop.told("hang up")
    assert tried(names["send"], request) is None
    second = client.verify(request, names["send"](request))
    assert (str(second.code), shop.sandbox.book(of, number)) == (code, (2, "closed")), (second.gateway, second.explanation)
    assert code in re.search(rf"^\| .*`{of}`.*$", PAGE.split("What the second", 1)[1], re.MULTILINE).group()  # type: ignore[union-attr]
