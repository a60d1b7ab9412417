#!/usr/bin/env bash
# Belief: a view that has begun runs to its end, though whoever asked has gone: it is only the answer that nobody reads.
# Seen: Django cancels an async view as soon as its client disconnects, at whatever await it stands: between the close that
#   was sent and the outcome that is to be stored, if a browser is closed or a gateway waits for five seconds only. FastAPI
#   under the same server runs it to its end, with and without a middleware.
# Versions: Django 5.2.19, fastapi 0.165.0, uvicorn 0.54.0, Python 3.11.
set -euo pipefail
cd "$(mktemp -d)"
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$PWD"' EXIT
python3 -m venv v
v/bin/pip install -q Django==5.2.19 fastapi==0.165.0 uvicorn==0.54.0
cat >shop.py <<'PY'
import asyncio

import fastapi
from django.conf import settings

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path


async def close(name):
    open(f"{name}.begun", "w").close()
    await asyncio.sleep(1)  # the gateway takes its time
    open(f"{name}.stored", "w").close()


async def view(request):
    await close("django")
    return HttpResponse()


urlpatterns = [path("close", view)]
django = get_asgi_application()
fast = fastapi.FastAPI()
fast.middleware("http")(lambda request, call: call(request))


@fast.post("/close")
async def close_by_fastapi():
    await close("fast")
PY
cat >leave.py <<'PY'
import http.client
import os
import sys
import time

for _ in range(100):
    there = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
    try:
        there.request("POST", "/close", b"a=1")
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
while not os.path.exists(f"{sys.argv[2]}.begun"):
    time.sleep(0.05)
there.close()
time.sleep(2)
PY
for name in django fast; do
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    v/bin/uvicorn --log-level critical --port "$port" "shop:$name" &
    server=$!
    python3 leave.py "$port" "$name"
    kill "$server"
    wait "$server" 2>/dev/null || true
done
[ -e django.begun ] && [ ! -e django.stored ] || { echo "Django runs an async view to its end now"; exit 1; }
[ -e fast.stored ] || { echo "FastAPI cancels now"; exit 1; }
echo "Django cancels an async view whose client has gone, FastAPI does not"
