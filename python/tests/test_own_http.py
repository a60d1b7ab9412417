"""The page on one's own HTTP client, run: its blocks of Python against a server that compresses where it may, one that acts and hangs up, and
others that a client may answer by sending the order again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pathlib
import re
import urllib.request
from collections.abc import Iterator
from typing import Any, Callable, Optional

import pytest
from conftest import ROOT, Sandbox
from shop import Shop, opened

import chexiao

PAGE = (ROOT / "docs/own-http.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^### (\w+)\n```python\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
NEEDS = {"requests": "requests", "urllib3": "urllib3", "httpx": "httpx", "aiohttp": "aiohttp", "urllib": "urllib.request", "libcurl": "pycurl"}
Send = Callable[[chexiao.HttpRequest], chexiao.HttpReply]


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[Shop]:
    with opened(sandbox) as shop:
        yield shop


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


def test_a_get_has_no_body_and_its_url_stays_as_it_is(shop: Shop, send: Send) -> None:
    client = shop.client("edgeros")
    request = client.sign({"operation": "query", "order": {"mch_trade_no": "NOTFOUND 订~*+/?%2F"}})
    shop.told("compress")
    assert (request.method, request.body) == ("GET", b"")
    outcome = client.verify(request, send(request))
    assert outcome.code is chexiao.Code.NOT_FOUND, (outcome, outcome.explanation)
    path, headers, body = shop.front.seen[0]
    assert (shop.url + path, body, shop.posts()) == (request.url, b"", 1)
    assert "content-type" not in headers and headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    assert "订" not in repr(request) and "%" not in repr(request)


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


@contextlib.contextmanager
def plainly(name: str) -> Iterator[Callable[[chexiao.HttpRequest], object]]:
    """A client as it comes, which keeps its connections if it ever does."""
    module = pytest.importorskip(NEEDS[name])
    if name == "requests":
        with module.Session() as session:
            yield lambda request: session.post(request.url, data=request.body, headers=request.headers)
    elif name == "urllib3":
        with module.PoolManager() as pool:
            yield lambda request: pool.request("POST", request.url, body=request.body, headers=request.headers)
    elif name == "httpx":
        with module.Client() as client:
            yield lambda request: client.post(request.url, content=request.body, headers=request.headers)
    elif name == "urllib":
        yield lambda request: module.urlopen(module.Request(request.url, request.body, dict(request.headers))).read()
    else:
        yield curl_once(module, module.Curl(), 0)


def curl_once(pycurl: Any, curl: Any, switch: int) -> Callable[[chexiao.HttpRequest], object]:
    def post(request: chexiao.HttpRequest) -> None:
        curl.setopt(pycurl.WRITEFUNCTION, lambda _bytes: None)
        curl.setopt(pycurl.URL, request.url)
        curl.setopt(pycurl.POSTFIELDS, request.body)
        curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in request.headers.items()])
        curl.setopt(pycurl.FRESH_CONNECT, switch)
        curl.setopt(pycurl.FORBID_REUSE, switch)
        curl.perform()

    return post


def counted(shop: Shop, post: Callable[[chexiao.HttpRequest], object], *ways: str, answered: int = 0) -> int:
    """The requests of one call, after so many that were answered."""
    for _ in range(answered):
        shop.told()
        post(shop.signed("wechat")[1])
    shop.told(*ways)
    with contextlib.suppress(Exception):
        post(shop.signed("wechat")[1])
    return shop.posts()


@pytest.mark.parametrize("name", ["requests", "urllib3", "httpx", "urllib", "libcurl"])
def test_the_table_counts_what_clients_do_as_they_come(shop: Shop, name: str) -> None:
    row = re.search(rf"^\| {name}\b.*$", PAGE, re.MULTILINE)
    assert row
    _, _, fresh, kept, busy, moved, _ = (cell.strip() for cell in row.group().split("|", 6))

    def count(*ways: str, answered: int = 0) -> int:
        with plainly(name) as post:
            return counted(shop, post, *ways, answered=answered)

    assert count(*["hang up"] * 5) == int(fresh.strip("*"))
    if kept != "–":
        assert count(*["hang up"] * 5, answered=1) == int(kept.strip("*"))
    assert count(*["503"] * 5) == int(busy.strip("*"))
    assert count("307") == (2 if moved == "**yes**" else 1)
    assert (count("302") == 2) == ("302" in moved or moved == "**yes**")


def test_the_table_counts_what_aiohttp_does_as_it_comes(shop: Shop) -> None:
    aiohttp = pytest.importorskip("aiohttp")

    async def count(*ways: str, answered: int = 0) -> int:
        async with aiohttp.ClientSession() as session:
            for one in (*[()] * answered, ways):
                shop.told(*one)
                request = shop.signed("wechat")[1]
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.post(request.url, data=request.body, headers=request.headers) as reply:
                        await reply.read()
        return shop.posts()

    counts = [asyncio.run(count(*["hang up"] * 5, answered=answered)) for answered in (0, 1)]
    counts += [asyncio.run(count(*["503"] * 5)), asyncio.run(count("307"))]
    assert counts == [1, 1, 1, 2] and re.search(r"^\| aiohttp 3.14 \| 1 \| 1 \| 1 \| \*\*yes\*\* \|", PAGE, re.MULTILINE)


def test_the_switch_of_libcurl(shop: Shop) -> None:
    pycurl = pytest.importorskip("pycurl")
    assert [counted(shop, curl_once(pycurl, pycurl.Curl(), switch), *["hang up"] * 5, answered=1) for switch in (0, 1)] == [2, 1]


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
