"""Stands between a peer and the sandbox: has `chexiao call` make the peer's request again, compares the two, and sends ours on.

So each request of a peer says whether ours is the same, and each of its own checks of the reply is of a reply to ours.
"""

import base64
import http.server
import json
import re
import ssl
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree


class Between(http.server.ThreadingHTTPServer):
    def __init__(self, chexiao, folder):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.chexiao, self.folder = chexiao, folder
        self.tls = ssl.create_default_context(cafile=folder / "ca.pem")
        self.tls.load_cert_chain(folder / "apiclient_cert.pem", folder / "apiclient_key.pem")
        self.compared, self.differences = 0, []
        for name, settings in {"wechat-hmac": {"sign_type": "HMAC-SHA256"}, "wechat-sub": {"mode": "institution"}}.items():
            config = json.loads((folder / "wechat.json").read_text())
            config["account"] |= settings
            (folder / f"{name}.json").write_text(json.dumps(config))

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server_port}"

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def signed(self, config, api, *arguments):
        """What `chexiao call --sign` prints."""
        command = [self.chexiao, "call", api, "--config", self.folder / f"{config}.json", "--sign", *arguments]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=60).stdout)

    def exchanged(self, theirs):
        """Compares, and gives status and body of the reply to ours."""
        ours = _by_gateway(theirs.path)(self, theirs)
        url = urllib.parse.urlsplit(ours["url"])
        ours = Request(ours["method"], url.path, url.query, ours["headers"], base64.b64decode(ours["body_base64"]))
        self.compared += 1
        for what, one, other in (("verb and path", (theirs.method, theirs.path), (ours.method, ours.path)), ("fields", theirs.signed(), ours.signed())):
            if one != other:
                self.differences.append(f"{theirs.path}: {what} of the peer {one}, ours {other}")
        address = f"{url.scheme}://{url.netloc}{url.path}" + (f"?{url.query}" if url.query else "")
        request = urllib.request.Request(address, ours.body or None, ours.headers, method=ours.method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.tls))
        try:
            with opener.open(request, timeout=60) as reply:
                return reply.status, reply.headers.get("Content-Type"), reply.read()
        except urllib.error.HTTPError as reply:
            return reply.code, reply.headers.get("Content-Type"), reply.read()


class Request:
    def __init__(self, method, path, query, headers, body):
        self.method, self.path, self.query, self.body = method, path, query, body
        self.headers = {name.lower(): value for name, value in headers.items()}

    def xml(self):
        return {element.tag: element.text or "" for element in xml.etree.ElementTree.fromstring(self.body.decode())}

    def form(self):
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True))

    def signed(self):
        """Everything that the signature covers, and the signature. Where bytes are signed they are here; of the others the order in the
        body is each writer's own."""
        if self.path.startswith(EDGEROS):
            fields = json.loads(self.body) if self.body else dict(urllib.parse.parse_qsl(self.query))
            fields = {k: v for k, v in fields.items() if v is not None and k not in ("aco_pay_sdk", "version")}
            return fields, {k: v for k, v in self.headers.items() if k.startswith("x-acopay-")}
        if self.path.startswith("/v1/"):
            return self.body, re.findall(r'(\w+)="([^"]*)"', self.headers["authorization"])
        if self.path.startswith(("/gateway.do", "/api/")):
            return self.form()
        return {k: v for k, v in self.xml().items() if v}


EDGEROS = "/pay/v1/"


def _by_gateway(path):
    prefixes = {EDGEROS: _edgeros, "/v1/": _chinaums, "/gateway.do": _ysepay, "/api/": _icbc}
    return next((make for prefix, make in prefixes.items() if path.startswith(prefix)), _wechat)


def _fields(fields):
    return [word for name, text in fields.items() for word in ("--field", f"{name}={text}")]


def _content(between, text):
    (between.folder / "content.json").write_text(text, newline="")
    return ["--content", between.folder / "content.json"]


def _wechat(between, theirs):
    fields = {k: v for k, v in theirs.xml().items() if v}
    ours = ("appid", "mch_id", "sign", "nonce_str")
    config = "wechat-hmac" if fields.get("sign_type") == "HMAC-SHA256" else "wechat-sub" if "sub_mch_id" in fields else "wechat"
    given = _fields({k: v for k, v in fields.items() if k not in ours})
    return between.signed(config, f"POST {theirs.path}", *given, "--nonce", fields["nonce_str"])


def _edgeros(between, theirs):
    fields, headers = theirs.signed()
    return between.signed("edgeros", f"{theirs.method} {theirs.path}", *_fields(fields), "--nonce", headers["x-acopay-nonce"])


def _chinaums(between, theirs):
    given = dict(re.findall(r'(\w+)="([^"]*)"', theirs.headers["authorization"]))
    time = re.sub(r"(....)(..)(..)(..)(..)(..)", r"\1-\2-\3 \4:\5:\6", given["Timestamp"])
    content = _content(between, theirs.body.decode())
    return between.signed("chinaums", f"POST {theirs.path}", *content, "--nonce", given["Nonce"], "--timestamp", time)


def _ysepay(between, theirs):
    fields = theirs.form()
    return between.signed("ysepay", fields["method"], *_content(between, fields["biz_content"]), "--timestamp", fields["timestamp"])


def _icbc(between, theirs):
    fields = theirs.form()
    ids, text, config, more = ["--msg-id", fields["msg_id"], "--timestamp", fields["timestamp"]], fields["biz_content"], "icbc", []
    if fields.get("encrypt_type"):
        config, more = "icbc-aes", ["--encrypt"]
        key = base64.b64decode(json.loads((between.folder / "icbc-aes.json").read_text())["account"]["encrypt_key"])
        command = ["openssl", "enc", "-d", f"-aes-{8 * len(key)}-cbc", "-K", key.hex(), "-iv", "00" * 16, "-base64", "-A"]
        text = subprocess.run(command, check=True, input=text.encode(), stdout=subprocess.PIPE).stdout.decode()
    return between.signed(config, f"POST {theirs.path}", *_content(between, text), *ids, *more)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        path, _, query = self.path.partition("?")
        request = Request(self.command, path, query, self.headers, self.rfile.read(length))
        try:
            status, kind, body = self.server.exchanged(request)
        except Exception as error:  # Shown by the judge; the peer sees a server that fails.
            self.server.differences.append(f"{path}: {type(error).__name__}: {error}")
            status, kind, body = 500, None, b""
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_):
        pass
