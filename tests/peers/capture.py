"""Keeps what the peers make with the keys of the vectors: requests, what front ends pay with, and signed replies.

    capture.py [--check] PEER=COMMAND…

Writes tests/vectors/make/data/captured.json, of which the generator beside it makes vectors. What differs in nothing but nonces,
times and signatures is left as it stands, and so is what a peer made that is not asked now. With --check nothing is written, and a
difference is an error.
"""

import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors"
CAPTURED = VECTORS / "make/data/captured.json"
#: Where the name and the version of what a peer runs are pinned.
PINS = {
    "wxjava": ("wxjava/pom.xml", r"<artifactId>(weixin-java-pay)</artifactId>\s*<version>(.+?)<"),
    "gopay": ("gopay/go.mod", r"require (github.com/go-pay/gopay) v(\S+)"),
    "wechatpy": ("wechatpy/requirements.txt", r"(wechatpy)==(\S+)"),
    "tenpay": ("tenpay/package.json", r'"(tenpay)": "(.+?)"'),
    "acopay": ("acopay/pom.xml", r"<artifactId>(acopay-sdk-java)</artifactId>\s*<version>(.+?)<"),
}
APPID, MCH_ID, MCH_NO, PREPAID = "wx8888888888888888", "1900000109", "MCH1000000", "wx201411101639507cbf6ffd8b0779950874"
NUMBER = "1217752501201407033233368018"
_BOTH = ("order", "refund", "refund-query", "close", "jsapi", "app")
WECHAT = [(verb + alg, NUMBER) for verb in _BOTH for alg in ("", "-hmac")] + [("bill", "20141110"), ("bill-hmac", "20141110"), ("close-sub", NUMBER), ("query", NUMBER)]
EDGEROS = [(f"edgeros{verb}", "mp20210402") for verb in ("", "-query", "-refund", "-refund-query", "-order")] + [("edgeros-bill", "2021-12-15")]

_BASE = {"return_code": "SUCCESS", "return_msg": "OK", "appid": APPID, "mch_id": MCH_ID, "nonce_str": "BFK89FC6rxKCOjLX", "result_code": "SUCCESS"}
_PAID = {"transaction_id": "1009660380201506130728806387", "out_trade_no": NUMBER, "total_fee": "100"}
_REFUND = {"refund_id": "2008450740201411110000174436", "refund_fee": "60"}
#: The vendors' own samples of replies, made to name one order; by the last part of the path.
REPLIES = {
    "unifiedorder": {**_BASE, "trade_type": "NATIVE", "prepay_id": PREPAID, "code_url": "weixin://wxpay/bizpayurl?pr=1&a=<b>"},
    "closeorder": {**_BASE, "result_msg": "OK"},
    "orderquery": {**_BASE, **_PAID, "trade_type": "NATIVE", "trade_state": "SUCCESS", "trade_state_desc": "支付成功", "bank_type": "CFT", "cash_fee": "100", "time_end": "20150613104108", "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "is_subscribe": "N"},
    "refund": {**_BASE, **_PAID, **_REFUND, "out_refund_no": "R-1217752501", "cash_fee": "100"},
    "refundquery": {**_BASE, **_PAID, "refund_count": "1", **{f"{name}_0": text for name, text in {**_REFUND, "out_refund_no": "R-1217752501", "refund_status": "SUCCESS", "refund_recv_accout": "支付用户零钱"}.items()}},
}
_OURS = {"mch_no": MCH_NO, "nonce": "ECAvdtwizqXFaY6w5BBhPwP0j3MERf1O", "sign_type": "SHA256withRSA"}
_TRADE = {"transaction_no": "AP202112151150252267829842920145605378", "mch_trade_no": "mp202104021606341385640107521832", "code": "SUCCESS"}
EDGEROS_REPLIES = {
    "close": {**_OURS, **_TRADE, "description": "关单成功"},
    "refund": {**_OURS, **_TRADE, "description": "退款 <&> '='\u2028", "refund_no": "AR1", "mch_refund_no": "R20211215115025226782984", "refund_amount": "0.60"},
}


def replying(gateway, replies, algorithms):
    """A blank would end the task."""
    def text(fields):
        return json.dumps(fields, separators=(",", ":")).replace(" ", "\\u0020")

    return [(f"{gateway}reply{alg}", text(fields), name + alg) for name, fields in replies.items() for alg in algorithms]


def main():
    check = "--check" in sys.argv
    captured = json.loads(CAPTURED.read_text("utf-8")) if CAPTURED.exists() else []
    known = {(entry["peer"], entry["task"]): entry for entry in captured}
    different = []
    with tempfile.TemporaryDirectory() as folder:
        accounts(pathlib.Path(folder))
        for peer in (word.split("=", 1) for word in sys.argv[1:] if word != "--check"):
            for entry in made_by(*peer, folder) if peer[0] in PINS else ():
                name = entry["peer"], entry["task"]
                if name not in known or lasting(known[name]) != lasting(entry):
                    different.append(name)
                    known[name] = entry
    if check:
        print("".join(f"FAILED  {peer}: {task} is not what the vectors hold\n" for peer, task in different), end="")
        sys.exit(bool(different))
    CAPTURED.write_text(json.dumps(list(known.values()), ensure_ascii=False, indent=1) + "\n", "utf-8", newline="")
    print(f"{len(known)} captured, {len(different)} of them new")


def accounts(folder):
    """With the keys of the vectors, as a sandbox would write them; and a certificate, without which WxJava opens no connection to refund."""
    texts = {gateway: json.loads((VECTORS / gateway / "sign.json").read_text("utf-8"))["keys"] for gateway in ("wechat", "edgeros")}
    private = json.loads((VECTORS / "make/data/keys.json").read_text("utf-8"))["keys"]["edgeros_platform"]["private"]
    keys = {"private_key": texts["edgeros"]["edgeros_merchant.pkcs8_base64"], "gateway_public_key": texts["edgeros"]["edgeros_platform.spki_base64"],
            "gateway_private_key": "".join(private.split("-----")[2].split())}
    of = {"wechat": {"appid": APPID, "mch_id": MCH_ID, "api_key": texts["wechat"]["wechat_api_key"]},
          "edgeros": {"mch_no": MCH_NO, **{name: {"base64": text} for name, text in keys.items()}}}
    for gateway, account in of.items():
        (folder / f"{gateway}.json").write_text(json.dumps({"account": account}))
    key, certificate, both = (folder / name for name in ("key.pem", "certificate.pem", "apiclient_cert.p12"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["openssl", "pkcs12", "-export", "-in", certificate, "-inkey", key, "-out", both, "-passout", f"pass:{MCH_ID}"], check=True)


def made_by(peer, command, folder):
    """An entry for each task that the peer knows."""
    of_edgeros = peer == "acopay"
    sent = EDGEROS if of_edgeros else WECHAT
    replies = replying("edgeros-", EDGEROS_REPLIES, [""]) if of_edgeros else replying("", REPLIES, ["", "-hmac"])
    tasks = "".join(f"{task[0]} {task[1]}\n" for task in sent + replies)
    with Recorder(folder) as recorder:
        done = subprocess.run([*shlex.split(command), folder, recorder.url], input=tasks, stdout=subprocess.PIPE, text=True, timeout=300, check=True)
    words = done.stdout.splitlines()
    assert len(words) == len(sent) + len(replies), f"{peer}: {words[-1:]}"
    file, pattern = PINS[peer]
    source = " ".join(re.search(pattern, (HERE / file).read_text()).groups())
    requests = iter(recorder.requests)
    for (task, _), word in zip(sent, words):
        if word == "-":
            continue
        parameters = {"front_end": json.loads(word)} if task.startswith(("jsapi", "app")) or task == "edgeros-order" else {}
        # What the parameters of EdgerOS's front end are for is not sent by the merchant.
        request = {} if task == "edgeros-order" else {"request": next(requests)}
        yield {"peer": peer, "source": source, "task": task, **(parameters or request)}
    assert next(requests, None) is None, f"{peer} sends more than it is asked for"
    for (_, _, task), word in zip(replies, words[len(sent):]):
        yield {"peer": peer, "source": source, "task": f"reply-{task}", "reply": base64.b64decode(word).decode()}


class Recorder(http.server.ThreadingHTTPServer):
    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url, self.requests = f"http://127.0.0.1:{self.server_port}", []
        self.key = json.loads((pathlib.Path(folder) / "wechat.json").read_text())["account"]["api_key"]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def answer(self, request):
        """Enough for a front end's parameters; whatever else is asked is refused."""
        if not request["path"].endswith("/unifiedorder"):
            return '{"status":1001,"message":"PARAM_ERROR"}' if "/v1/" in request["path"] else "<xml><return_code>FAIL</return_code><return_msg>x</return_msg></xml>"
        fields = {**_BASE, "prepay_id": PREPAID}
        text = "&".join(f"{name}={fields[name]}" for name in sorted(fields)) + f"&key={self.key}"
        by_hmac = "HMAC-SHA256" in request["body"]
        sign = hmac.new(self.key.encode(), text.encode(), "sha256").hexdigest() if by_hmac else hashlib.md5(text.encode()).hexdigest()
        return "<xml>" + "".join(f"<{name}>{text}</{name}>" for name, text in {**fields, "sign": sign.upper()}.items()) + "</xml>"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): text for name, text in self.headers.items() if name.lower().startswith("x-acopay-")}
        request = {"method": self.command, "path": path, "query": query, "headers": headers, "body": body}
        self.server.requests.append({name: text for name, text in request.items() if text})
        answer = self.server.answer(request).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST

    def log_message(self, *_):
        pass


#: Made anew each time, and what is signed over it.
_PASSING = {"time_start", "time_expire", "nonce_str", "nonceStr", "noncestr", "nonce", "x-acopay-nonce", "timeStamp", "timestamp", "sign", "paySign", "x-acopay-sign"}


def lasting(entry):
    """All but that. The order of the elements is some writers' mood."""
    request = entry.get("request", {})
    texts = [request.get("body", ""), entry.get("reply", "")]
    fields = [request.get("headers", {}), dict(urllib.parse.parse_qsl(request.get("query", ""))), entry.get("front_end", {}), *map(_fields, texts)]
    kept = [{name: text for name, text in some.items() if name not in _PASSING} for some in fields]
    return entry["source"], request.get("method"), request.get("path"), kept


def _fields(text):
    if text.startswith("{"):
        members = json.loads(text)
        return members.pop("data", {}) | members
    return {element.tag: element.text or "" for element in xml.etree.ElementTree.fromstring(text)} if text else {}


if __name__ == "__main__":
    main()
