#!/usr/bin/env bash
# Belief: a requests.Session or httpx.Client that was used before a fork (gunicorn --preload) gives each child a connection
#   of its own; if not, TLS breaks when two processes go on with one state.
# Seen: children go on talking on the parent's kept connection, over TLS as well. One sends the close of A and is killed
#   before its reply (a worker's time-out, out of memory); the next sends the close of B and is handed A's reply, whole and
#   with status 200. That its own request cannot be decrypted any more, it never learns.
# Versions: requests 2.34.2, urllib3 2.8.0, httpx 0.28.1, Python 3.11, Linux.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv v
v/bin/pip install -q requests==2.34.2 urllib3==2.8.0 httpx==0.28.1
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -addext subjectAltName=IP:127.0.0.1 \
    -days 9000 2>/dev/null
env -u REQUESTS_CA_BUNDLE -u CURL_CA_BUNDLE v/bin/python - <<'PY'
import http.server
import os
import signal
import ssl
import threading
import time

import httpx
import requests
import urllib3


class Slow(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        order = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(2 if order == b"A" else 0)
        self.send_response(200)
        self.send_header("Content-Length", str(len(order)))
        self.end_headers()
        self.wfile.write(order)

    def log_message(self, *_):
        pass


def child(post, order):
    """Posts in a child whose exit code is the first byte of the reply."""
    process = os.fork()
    if process == 0:
        os._exit(post(order)[0])
    return process


def reply_to_b(post):
    post(b"warm")
    first = child(post, b"A")
    time.sleep(0.3)
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    return chr(os.waitstatus_to_exitcode(os.waitpid(child(post, b"B"), 0)[1]))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
server.handle_error = lambda *_: None
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain("cert.pem", "key.pem")
server.socket = tls.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"https://127.0.0.1:{server.server_port}/close"
session, pool = requests.Session(), urllib3.PoolManager(retries=False, ca_certs="cert.pem")
client = httpx.Client(verify=ssl.create_default_context(cafile="cert.pem"))
seen = {
    "requests": reply_to_b(lambda order: session.post(url, data=order, timeout=5, verify="cert.pem").content),
    "httpx": reply_to_b(lambda order: client.post(url, content=order, timeout=5).content),
    "urllib3": reply_to_b(lambda order: pool.request("POST", url, body=order, timeout=5).data),
}
assert seen == {"requests": "A", "httpx": "A", "urllib3": "A"}, seen
PY
echo "after a fork the reply to another process's order is taken for one's own"
