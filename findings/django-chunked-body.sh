#!/usr/bin/env bash
# Belief: behind gunicorn, which undoes the chunks, Django reads a chunked POST as it reads any other; only wsgiref,
#   the server of runserver, which does not undo them, would hand it an empty body.
# Seen: as a WSGI application Django reads Content-Length bytes and no more, whatever the server: of a chunked POST
#   request.body is b"" and request.POST empty, with no error and no log. Flask reads it behind the same server, Django
#   reads it as an ASGI application.
# Versions: Django 5.2.19, gunicorn 27.0.1, Flask 3.1.3, uvicorn 0.54.0, Python 3.11.
set -euo pipefail
cd "$(mktemp -d)"
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$PWD"' EXIT
python3 -m venv v
v/bin/pip install -q Django==5.2.19 gunicorn==27.0.1 Flask==3.1.3 uvicorn==0.54.0
cat >shop.py <<'PY'
import flask
from django.conf import settings

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
import django
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("hear", lambda request: HttpResponse(str(len(request.body))))]
django_wsgi, django_asgi = get_wsgi_application(), get_asgi_application()
flask_wsgi = flask.Flask(__name__)
flask_wsgi.post("/hear")(lambda: str(len(flask.request.get_data())))
PY
cat >post.py <<'PY'
import http.client
import sys
import time

body, port, chunked = b"out_trade_no=A1&sign=" + b"0" * 32, int(sys.argv[1]), sys.argv[2] == "chunked"
for _ in range(100):
    there = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        there.request("POST", "/hear", iter([body]) if chunked else body, encode_chunked=chunked)
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
print(there.getresponse().read().decode())
PY
hears() { # application, server's command
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    case $2 in
        gunicorn) v/bin/gunicorn --log-level error -b "127.0.0.1:$port" "shop:$1" & ;;
        uvicorn) v/bin/uvicorn --log-level error --port "$port" "shop:$1" & ;;
    esac
    server=$!
    is="$(python3 post.py "$port" length) $(python3 post.py "$port" chunked)"
    kill "$server"
    wait "$server" 2>/dev/null || true
    [ "$is" = "$3" ] || { echo "$1 behind $2 is now $is, was $3"; exit 1; }
}
hears django_wsgi gunicorn "53 0"
hears flask_wsgi gunicorn "53 53"
hears django_asgi uvicorn "53 53"
echo "Django over WSGI reads nothing of a chunked POST, behind gunicorn too"
