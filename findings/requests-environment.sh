#!/usr/bin/env bash
# Belief: what a program says itself wins over its environment: an Authorization header that it signed, and the authority
#   that it set as session.verify.
# Seen: requests puts the password of ~/.netrc in the place of the signed Authorization if the file knows the host, and
#   REQUESTS_CA_BUNDLE in the place of session.verify; only verify= of the call itself stands. trust_env = False ends both.
# Versions: requests 2.34.2, Python 3.11.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv v
v/bin/pip install -q requests==2.34.2
authority() { openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.crt" -subj /CN=test -addext subjectAltName=IP:127.0.0.1 \
    -days 9000 2>/dev/null; }
authority ours
authority theirs
printf 'machine 127.0.0.1 login clerk password test\n' >netrc
chmod 600 netrc
NETRC=$PWD/netrc REQUESTS_CA_BUNDLE=$PWD/theirs.crt v/bin/python - <<'PY'
import http.server
import ssl
import threading

import requests


class Told(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers["Authorization"].split()[0].encode())

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Told)
server.handle_error = lambda *_: None
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain("ours.crt", "ours.key")
server.socket = tls.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()


def arrives(trusts_environment, **call):
    with requests.Session() as session:
        session.trust_env, session.verify = trusts_environment, "ours.crt"
        url, headers = f"https://127.0.0.1:{server.server_port}/close", {"Authorization": "OPEN-BODY-SIG x"}
        try:
            return session.post(url, data=b"{}", headers=headers, timeout=5, **call).text
        except requests.exceptions.SSLError:
            return "another authority"


seen = arrives(True), arrives(True, verify="ours.crt"), arrives(False)
assert seen == ("another authority", "Basic", "OPEN-BODY-SIG"), seen
PY
echo "requests prefers ~/.netrc to a signed Authorization and REQUESTS_CA_BUNDLE to session.verify"
