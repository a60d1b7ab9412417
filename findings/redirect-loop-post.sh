#!/usr/bin/env bash
# Belief: a client that follows 307 sends the whole POST once more, to the new address; one that leads back to an address
#   already tried is noticed there, so that a wrong rule in a proxy costs two or three requests.
# Seen: none remembers where it was. One call to an address whose 307 leads to itself sends the whole body 31 times
#   (requests), 22 (axios), 21 (fetch), 11 (got), 10 (aiohttp), 4 (urllib3); httpx does not follow unless told, then 21.
# Versions: requests 2.34.2, urllib3 2.8.0, aiohttp 3.14.5, httpx 0.28.1, axios 1.21.1, got 14.6.6, Node.js 20.20.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv v
v/bin/pip install -q requests==2.34.2 urllib3==2.8.0 aiohttp==3.14.5 httpx==0.28.1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . axios@1.21.1 got@14.6.6
cat >post.mjs <<'JS'
import axios from 'axios';
import got from 'got';
const clients = {
  fetch: url => fetch(url, { method: 'POST', body: 'a=1' }),
  axios: url => axios.post(url, 'a=1'),
  got: url => got.post(url, { body: 'a=1' }),
};
await clients[process.argv[2]](process.argv[3]).catch(() => {});
process.exit();
JS
v/bin/python - <<'PY'
import asyncio
import http.server
import subprocess
import threading

import aiohttp
import httpx
import requests
import urllib3


class Around(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(307)
        self.send_header("Location", "/close")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


async def by_aiohttp(url):
    async with aiohttp.ClientSession() as session:
        await session.post(url, data=b"a=1")


clients = {
    "requests": lambda url: requests.post(url, data=b"a=1"),
    "urllib3": lambda url: urllib3.PoolManager().request("POST", url, body=b"a=1"),
    "aiohttp": lambda url: asyncio.run(by_aiohttp(url)),
    "httpx": lambda url: httpx.post(url, content=b"a=1"),
    "httpx, told": lambda url: httpx.post(url, content=b"a=1", follow_redirects=True),
    **{name: lambda url, name=name: subprocess.run(["node", "post.mjs", name, url]) for name in ("fetch", "axios", "got")},
}
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Around)
threading.Thread(target=server.serve_forever, daemon=True).start()
seen = {}
for name, post in clients.items():
    bodies = []
    try:
        post(f"http://127.0.0.1:{server.server_port}/close")
    except (requests.TooManyRedirects, urllib3.exceptions.MaxRetryError, aiohttp.TooManyRedirects, httpx.TooManyRedirects):
        pass
    assert set(bodies) == {b"a=1"}, (name, bodies)
    seen[name] = len(bodies)
assert seen == {"requests": 31, "urllib3": 4, "aiohttp": 10, "httpx": 1, "httpx, told": 21, "fetch": 21, "axios": 22, "got": 11}, seen
PY
echo "a 307 that leads to itself makes one POST up to 31"
