#!/usr/bin/env bash
# Belief: a session that a FastAPI dependency yields, and commits after the yield, is committed before the answer goes out;
#   where the commit fails, the gateway hears 500 and tells again.
# Seen: so it was in 0.115. In 0.165 the answer goes first: the gateway reads SUCCESS, then the commit fails, and
#   the notification is lost. With Depends(…, scope="function") the commit comes first again.
# Versions: fastapi 0.115.14 and 0.165.0, uvicorn 0.54.0, Python 3.11.
set -euo pipefail
cd "$(mktemp -d)"
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$PWD"' EXIT
cat >shop.py <<'PY'
import fastapi

app = fastapi.FastAPI()


async def session():
    yield "session"
    raise RuntimeError("the commit failed")


@app.post("/hear")
async def hear(_=fastapi.Depends(session)):
    return "SUCCESS"


if fastapi.__version__ > "0.15":
    @app.post("/hear_in_function")
    async def hear_in_function(_=fastapi.Depends(session, scope="function")):
        return "SUCCESS"
PY
cat >post.py <<'PY'
import http.client
import sys
import time

for _ in range(100):
    there = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
    try:
        there.request("POST", sys.argv[2], b"a=1")
        print(there.getresponse().status)
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
PY
answers() { # version, path, status
    local port
    [ -d "$1" ] || { python3 -m venv "$1" && "$1/bin/pip" install -q "fastapi==$1" uvicorn==0.54.0; }
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    "$1/bin/uvicorn" --log-level critical --port "$port" shop:app &
    server=$!
    is=$(python3 post.py "$port" "$2")
    kill "$server"
    wait "$server" 2>/dev/null || true
    [ "$is" = "$3" ] || { echo "fastapi $1 $2 answers $is, was $3"; exit 1; }
}
answers 0.115.14 /hear 500
answers 0.165.0 /hear 200
answers 0.165.0 /hear_in_function 500
echo "FastAPI answers before what a dependency does after its yield, unless its scope is the function"
