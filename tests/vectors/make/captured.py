"""What public SDKs made themselves with the keys of the vectors (`data/captured.json`, by `tests/peers/capture.py`): requests and front
ends' parameters, in which ours must have the same text and signature, and replies, which must be understood."""

import base64
import datetime
import json
import urllib.parse
import xml.etree.ElementTree as ElementTree

import calls
import crypto
import edgeros
import edgeros_refund
import edgeros_verify
import keys
import wechat
import wechat_query
import wechat_refund
import wechat_verify
from answers import authentic
from calls import call
from reply import reply
from vectors import File

CAPTURED = json.loads((keys.DATA / "captured.json").read_text("utf-8"))
HMAC = "HMAC-SHA256"
CHECKED = "made by the SDK's own code; the signature recomputed with Python and with the openssl command line"
#: What this library adds by itself.
OURS = ("appid", "mch_id", "nonce_str", "sign")
TYPED = {"/pay/closeorder": "close", "/pay/orderquery": "query", "/secapi/pay/refund": "refund", "/pay/refundquery": "refund_query"}
ORDER_NAMES = {"close": ("out_trade_no",), "query": ("out_trade_no",), "refund": wechat_refund.PARAMETERS, "refund_query": ("out_refund_no",)}


def _entries(gateway, kind):
    return [entry for entry in CAPTURED if kind in entry and (entry["peer"] == "acopay") == (gateway == "edgeros")]


def _source(entry):
    return f"{entry['source']}, captured with these keys by tests/peers/capture.py"


def _id(entry, gateway, *more):
    return "-".join([gateway, "captured", entry["peer"], entry["task"].removeprefix("edgeros-"), *more])


def _elements(text):
    return {element.tag: element.text for element in ElementTree.fromstring(text) if element.text}


def _beijing(seconds):
    return datetime.datetime.fromtimestamp(int(seconds), datetime.timezone(datetime.timedelta(hours=8))).strftime("%Y-%m-%d %H:%M:%S")


def _wechat_config(fields, **more):
    mode = {"mode": "institution"} if "sub_mch_id" in fields else {}
    return wechat.config(HMAC if fields.get("sign_type") == HMAC or fields.get("signType") == HMAC else None, **mode, **more)


def _typed_wechat(theirs, request, conf):
    """The operation's own call of the same request, where all that the SDK sends is what the operation sends."""
    operation = TYPED.get(request["path"])
    order = {k: v for k, v in theirs.items() if k not in (*OURS, "sign_type", "sub_mch_id")}
    says_md5 = theirs.get("sign_type") == "MD5"
    if operation is None or says_md5 or not set(order) <= set(ORDER_NAMES[operation]):
        return None
    order |= {k: theirs[k] for k in ("sub_mch_id",) if k in theirs}
    what = {"operation": operation, "order": order, "msg_id": theirs["nonce_str"], "nonce": theirs["nonce_str"]}
    return what, wechat.request(conf, what, request["path"], order)


def wechat_sign():
    file = File("wechat", "sign", "captured-sign", "Requests and front ends' parameters that public SDKs made with these keys: the same text signed, the same fields, the same signature.", CHECKED)
    for entry in _entries("wechat", "request"):
        request, theirs = entry["request"], _elements(entry["request"]["body"])
        conf = _wechat_config(theirs)
        what = call(f"{request['method']} {request['path']}", {k: v for k, v in theirs.items() if k not in OURS}, nonce=theirs["nonce_str"])
        made = [("call", what, calls.wechat_request(conf, what))]
        typed = _typed_wechat(theirs, request, conf)
        made += [("operation", *typed)] if typed else []
        for id, what, (text, expect) in made:
            assert text == wechat.to_sign(theirs, keys.SECRETS["wechat_api_key"]), entry
            assert _elements(base64.b64decode(expect["body_base64"])) == theirs, entry
            file.add(_id(entry, "wechat", id), source=_source(entry), config=conf, call=what, string_to_sign=text, expect=expect)
    for entry in _entries("wechat", "front_end"):
        theirs, is_app = entry["front_end"], entry["task"].startswith("app")
        conf = wechat.config(HMAC if entry["task"].endswith("-hmac") else None)
        named = theirs["prepayid"] if is_app else theirs["package"].removeprefix("prepay_id=")
        nonce, seconds = theirs["noncestr" if is_app else "nonceStr"], theirs["timestamp" if is_app else "timeStamp"]
        what = call("SIGN APP" if is_app else "SIGN JSAPI", {"prepay_id": named}, nonce=nonce, timestamp=_beijing(seconds))
        text, expect = calls.wechat_front_end(conf, what)
        assert json.loads(base64.b64decode(expect["body_base64"])) == theirs, entry
        file.add(_id(entry, "wechat"), source=_source(entry), config=conf, call=what, string_to_sign=text, expect=expect)
    return file


def _wechat_replies():
    """entry, account, what it answers, body, fields."""
    for entry in _entries("wechat", "reply"):
        fields = _elements(entry["reply"])
        alg = HMAC if entry["task"].endswith("-hmac") else "MD5"
        assert fields.pop("sign") == wechat.signature(fields, alg), entry
        of = entry["task"].removeprefix("reply-").removesuffix("-hmac")
        yield entry, wechat.config(alg if alg == HMAC else None), of, reply(entry["reply"], 200, wechat_verify.KIND), fields


def wechat_answers():
    file = File("wechat", "answer", "captured-answer", "Replies signed and written by public SDKs with these keys, to calls.", CHECKED)
    number, refund = {"out_trade_no": wechat_refund.ID}, {"out_refund_no": wechat_refund.NUMBERS["out_refund_no"]}
    asked = {
        "unifiedorder": ("/pay/unifiedorder", calls.UNIFIED, "signed_unbound"),
        "closeorder": ("/pay/closeorder", number, "signed_unbound"),
        "orderquery": ("/pay/orderquery", number, "signed_bound"),
        "refundquery": ("/pay/refundquery", refund, "signed_bound"),
    }
    for entry, conf, of, what, fields in _wechat_replies():
        if of in asked:
            path, given, evidence = asked[of]
            file.add(_id(entry, "wechat"), source=_source(entry), config=conf, call=call(f"POST {path}", given), reply=what, expect=authentic(fields, evidence))
    return file


def wechat_verify_():
    file = File("wechat", "verify", "captured", "Replies signed and written by public SDKs with these keys, to closes, queries, refunds and their queries.", CHECKED)
    order = {"out_trade_no": wechat_refund.ID}
    asked = {
        "closeorder": (wechat.call(order), wechat_verify.CLOSED),
        "orderquery": (wechat.query(order), wechat_query.PAID),
        "refund": (wechat_refund.call(), wechat_refund.PROCESSING),
        "refundquery": (wechat_refund.asked(), wechat_refund.REFUNDED),
    }
    for entry, conf, of, what, _ in _wechat_replies():
        if of in asked:
            given, expect = asked[of]
            file.add(_id(entry, "wechat", "operation"), source=_source(entry), config=conf, call=given, reply=what, expect=expect)
    return file


EDGEROS_TYPED = {("POST", "close"): ("close", edgeros.request), ("GET", "trade"): ("query", edgeros.request),
                 ("POST", "refund"): ("refund", edgeros_refund.request), ("GET", "refund"): ("refund_query", edgeros_refund.request)}


def edgeros_sign():
    file = File("edgeros", "sign", "captured-sign", "Requests and front ends' parameters that the platform's Java SDK made with these keys: the same text signed, the same fields, the same signature.", CHECKED)
    conf = edgeros.config(aco_pay_sdk="2.0.0")
    for entry in _entries("edgeros", "request"):
        request = entry["request"]
        sent = json.loads(request["body"]) if "body" in request else dict(urllib.parse.parse_qsl(request["query"], strict_parsing=True))
        fields, nonce = {k: v for k, v in sent.items() if k not in ("aco_pay_sdk", "version")}, request["headers"]["x-acopay-nonce"]
        api = call(f"{request['method']} {request['path']}", fields, nonce=nonce)
        made = [("call", api, calls.edgeros_request(conf, api))]
        operation, make = EDGEROS_TYPED.get((request["method"], request["path"].rsplit("/", 1)[1]), (None, None))
        if operation:
            what = {"operation": operation, "order": fields, "msg_id": nonce, "nonce": nonce}
            made.append(("operation", what, make(conf, what)))
        for id, what, (text, expect) in made:
            crypto.verified("edgeros_merchant", "sha256", text.encode(), request["headers"]["x-acopay-sign"])
            assert {k: v for k, v in expect["headers"].items() if k.startswith("x-acopay-")} == request["headers"], entry
            ours = json.loads(base64.b64decode(expect["body_base64"])) if "body" in request else dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(expect["url"]).query, strict_parsing=True))
            assert ours == sent, entry
            file.add(_id(entry, "edgeros", id), source=_source(entry), config=conf, call=what, string_to_sign=text, expect=expect)
    for entry in _entries("edgeros", "front_end"):
        theirs = entry["front_end"]
        what = call("SIGN order", {k: v for k, v in theirs.items() if k not in ("mch_no", "nonce", "sign_type", "sign")}, nonce=theirs["nonce"])
        text, expect = calls.edgeros_order(conf, what)
        assert json.loads(base64.b64decode(expect["body_base64"])) == theirs, entry
        file.add(_id(entry, "edgeros", "front-end"), source=_source(entry), config=conf, call=what, string_to_sign=text, expect=expect)
    return file


def edgeros_verify_():
    file = File("edgeros", "verify", "captured", "Replies signed by the rule of the platform's Java SDK and written by it with these keys.", CHECKED)
    asked = {"reply-close": (edgeros.call(), edgeros_verify.CLOSED), "reply-refund": (edgeros_refund.call(), edgeros_refund.PROCESSING)}
    for entry in _entries("edgeros", "reply"):
        given, expect = asked[entry["task"]]
        file.add(_id(entry, "edgeros"), source=_source(entry), config=edgeros.config(), call=given, reply=reply(entry["reply"]), expect=expect)
    return file


def files():
    return [wechat_sign(), wechat_answers(), wechat_verify_(), edgeros_sign(), edgeros_verify_()]
