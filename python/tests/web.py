"""Applications that hear of payments, each on the server that its framework is run by, on loopback and in this process."""

from __future__ import annotations

import contextlib
import importlib
import os
import pathlib
import socketserver
import sys
import threading
import time
import types
import wsgiref.simple_server
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from conftest import ROOT, Sandbox

import chexiao

EXAMPLES = ROOT / "examples"


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class Threading(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True


@contextlib.contextmanager
def in_a_thread(server: Any) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def by_wsgiref(app: Any) -> contextlib.AbstractContextManager[str]:
    return in_a_thread(wsgiref.simple_server.make_server("127.0.0.1", 0, app, Threading, Quiet))


@contextlib.contextmanager
def by_uvicorn(app: Any) -> Iterator[str]:
    uvicorn = pytest.importorskip("uvicorn")
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield "http://127.0.0.1:%d" % server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def until(holds: Callable[[], Any], seconds: float = 30) -> Any:
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)
    return found


@contextlib.contextmanager
def fastapi(sandbox: Sandbox, orders: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The example, on uvicorn."""
    pytest.importorskip("fastapi")
    monkeypatch.setenv("CHEXIAO", os.fspath(sandbox.folder))
    monkeypatch.setenv("ORDERS", os.fspath(orders))
    monkeypatch.syspath_prepend(os.fspath(EXAMPLES))
    monkeypatch.delitem(sys.modules, "fastapi_notifications", raising=False)
    with by_uvicorn(importlib.import_module("fastapi_notifications").app) as url:
        yield url


@contextlib.contextmanager
def django(sandbox: Sandbox, orders: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The example, on what runserver runs on."""
    pytest.importorskip("django")
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings
    from django.urls import path

    monkeypatch.syspath_prepend(os.fspath(EXAMPLES))
    if not settings.configured:
        settings.configure()
    middleware = ["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
    accounts = {of: sandbox.folder / f"{of}.json" for of in ACCOUNTS}
    over = {"CHEXIAO_ACCOUNTS": accounts, "ORDERS": os.fspath(orders), "ALLOWED_HOSTS": ["127.0.0.1"], "LOGGING_CONFIG": None}
    with override_settings(ROOT_URLCONF="shop_urls", MIDDLEWARE=middleware, **over):
        view = importlib.import_module("django_notifications")
        view.client.cache_clear()
        urls = types.ModuleType("shop_urls")
        urls.urlpatterns = [path("notifications/<str:account>", view.hear)]  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "shop_urls", urls)
        with by_wsgiref(get_wsgi_application()) as url:
            yield url


def clients(sandbox: Sandbox) -> dict[str, chexiao.Client]:
    return {of: chexiao.Client(sandbox.folder / f"{of}.json") for of in ACCOUNTS}


@contextlib.contextmanager
def flask(sandbox: Sandbox, orders: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """As the page has it, on werkzeug's server."""
    flask = pytest.importorskip("flask")
    serving = pytest.importorskip("werkzeug.serving")
    store, of = store_at(orders, monkeypatch), clients(sandbox)
    app = flask.Flask("shop")

    def hear(account: str) -> Any:
        notice = of[account].notification(chexiao.Incoming.from_flask(flask.request))
        store(of[account].gateway, notice)
        answer = notice.acknowledge or notice.refuse
        return flask.Response(answer.body, answer.status, answer.headers)

    app.post("/notifications/<account>")(hear)
    with in_a_thread(serving.make_server("127.0.0.1", 0, app, threaded=True, request_handler=quiet(serving))) as url:
        yield url


def quiet(serving: Any) -> Any:
    return type("Quiet", (serving.WSGIRequestHandler,), {"log_request": lambda *told: None})


@contextlib.contextmanager
def wsgi(sandbox: Sandbox, orders: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """As the page has it, without a framework."""
    store, of = store_at(orders, monkeypatch), clients(sandbox)

    def app(environ: Any, start_response: Any) -> Any:
        client = of[environ["PATH_INFO"].rsplit("/", 1)[1]]
        notice = client.notification(chexiao.Incoming.from_wsgi(environ))
        store(client.gateway, notice)
        answer = notice.acknowledge or notice.refuse
        start_response(f"{answer.status} OK", [*answer.headers.items()])
        return [answer.body]

    with by_wsgiref(app) as url:
        yield url


@contextlib.contextmanager
def asgi(sandbox: Sandbox, orders: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """As the page has it, without a framework."""
    store, of = store_at(orders, monkeypatch), clients(sandbox)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        client = of[scope["path"].rsplit("/", 1)[1]]
        notice = client.notification(await chexiao.Incoming.from_asgi(scope, receive))
        store(client.gateway, notice)
        answer = notice.acknowledge or notice.refuse
        headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    with by_uvicorn(app) as url:
        yield url


def store_at(path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, chexiao.Notice], None]:
    monkeypatch.syspath_prepend(os.fspath(EXAMPLES))
    orders = importlib.import_module("orders")

    def store(gateway: str, notice: chexiao.Notice) -> None:
        with contextlib.closing(orders.Orders(os.fspath(path))) as opened:
            opened.notice(gateway, notice.to_dict())

    return store


SITES = {made.__name__: made for made in (fastapi, django, flask, wsgi, asgi)}
ACCOUNTS = ("icbc", "icbc-aes", "ysepay", "wechat", "edgeros", "chinaums")
