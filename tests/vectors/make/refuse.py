"""What is refused on this machine before a byte is sent: cases of one gateway at a time."""

import copy
import json

from vectors import File

EMOJI = "\U0001f600"


def new(gateway):
    return File(gateway, "refuse", "refuse", "Configurations and calls that are an error before anything is sent; expect names the kind and the field.",
                "read off the request rules: lengths, character sets, required and unknown members")


class Refusals:
    """Adds one vector for each way to spoil a good configuration or a good call."""

    def __init__(self, file, config, call):
        self.file, self.config, self.call = file, config, call

    def _add(self, id, kind, field, config=None, call=None, reason=None, **text):
        members = {"config": config or self.config, "call": call or self.call, **text}
        for name in text:
            del members[name.removesuffix("_text")]
        expect = {"kind": kind} | ({"field": field} if field else {}) | ({"reason": reason} if reason else {})
        self.file.add(f"{self.file.gateway}-refuse-{id}", **members, expect=expect)

    def account(self, id, field, value, kind="config", below=None, reason=None, **more):
        """`value` DROP takes the member out; `below` is the member of `value` at fault."""
        config = copy.deepcopy(self.config)
        _set(config["account"], field, value)
        for name, other in more.items():
            _set(config["account"], name, other)
        self._add(id, kind, f"account.{field}" + (f".{below}" if below else ""), config=config, reason=reason)

    def setting(self, id, field, changes, kind="config"):
        config = copy.deepcopy(self.config)
        for name, value in changes.items():
            _set(config, name, value)
        self._add(id, kind, field, config=config)

    def order(self, id, field, value, config=None, kind="call"):
        call = copy.deepcopy(self.call)
        _set(call["order"], field, value)
        self._add(id, kind, f"order.{field}", config=config, call=call)

    def top(self, id, field, value, kind="call", config=None):
        call = copy.deepcopy(self.call)
        _set(call, field, value)
        self._add(id, kind, field, config=config, call=call)

    def call_text(self, id, field, old, new):
        text = json.dumps(self.call, ensure_ascii=False)
        assert old in text
        self._add(id, "call", field, call_text=text.replace(old, new, 1))

    def config_text(self, id, field, config, old, new):
        text = json.dumps(config, ensure_ascii=False)
        assert old in text
        self._add(id, "config", field, config_text=text.replace(old, new, 1))


DROP = object()


def _set(target, name, value):
    if value is DROP:
        target.pop(name, None)
    else:
        target[name] = value


def common(r, first, limit):
    """What every gateway refuses; `first` is a text member of its order and `limit` its length."""
    value = r.call["order"][first]
    r.setting("base-url-and-environment", None, {"base_url": "https://gw.example", "environment": "production"})
    r.setting("no-base-url-no-environment", None, {"base_url": DROP, "environment": DROP})
    r.setting("environment-unknown", "environment", {"base_url": DROP, "environment": "prod"})
    for id, url in (("http", "http://gw.example"), ("http-private-address", "http://192.168.0.1"), ("http-like-loopback", "http://127.0.0.1.example"), ("http-localhost-in-name", "http://localhost.example"),
                    ("ftp", "ftp://gw.example"), ("empty", ""), ("no-scheme", "gw.example"), ("number", 1)):
        r.setting(f"base-url-{id}", "base_url", {"base_url": url})
    for name in ("deadline_ms", "connect_timeout_ms"):
        for id, value_ in (("zero", 0), ("negative", -1), ("text", "5s"), ("text-number", "5000"), ("fraction", 0.5), ("true", True)):
            r.setting(f"{name}-{id}", name, {name: value_})
    r.setting("config-unknown-member", "timeout", {"timeout": 5})
    r.setting("gateway-unknown", "gateway", {"gateway": "nosuch"})
    r.setting("gateway-missing", "gateway", {"gateway": DROP})
    r.setting("account-missing", "account", {"account": DROP})
    r.account("account-unknown-member", "colour", "red")
    r.order("order-unknown-member", "colour", "red")
    r.top("call-unknown-member", "colour", "red")
    r.top("order-missing", "order", DROP)
    r.top("operation-unknown", "operation", "destroy", kind="unsupported")
    for name in ("Refund", "Close", "Query", "query ", "QUERY", "ensure-closed", ""):
        r.top(f"operation-{name or 'empty'}".replace(" ", "-blank"), "operation", name, kind="unsupported")
    r.top("operation-missing", "operation", DROP)
    for id, stamp in (("month", "2022-13-01 00:00:00"), ("day", "2022-02-30 00:00:00"), ("iso", "2022-02-03T00:00:00"), ("short", "2022-02-03"), ("compact", "20220203000000"), ("empty", "")):
        r.top(f"timestamp-{id}", "timestamp", stamp)
    r.order(f"{first}-too-long", first, "x" * (limit + 1))
    for id, sign in (("ampersand", "&"), ("less-than", "<"), ("line-feed", "\n"), ("carriage-return", "\r"), ("nul", "\0"), ("delete", "\x7f")):
        r.order(f"{first}-{id}", first, f"a{sign}b")
    r.order(f"{first}-number", first, 12345)
    r.order(f"{first}-array", first, [value])
    quoted = json.dumps(value, ensure_ascii=False)
    r.call_text("order-duplicate-member", f"order.{first}", f'"{first}": {quoted}', f'"{first}": {quoted}, "{first}": "x"')
    r.call_text("order-duplicate-escaped", f"order.{first}", f'"{first}": {quoted}', f'"{first}": {quoted}, "\\u{ord(first[0]):04x}{first[1:]}": "x"')
    r.call_text("order-duplicate-same", f"order.{first}", f'"{first}": {quoted}', f'"{first}": {quoted}, "{first}": {quoted}')
    r.call_text("call-duplicate-member", "operation", '"operation": "close"', '"operation": "close", "operation": "close"')
    r.call_text("call-not-json", None, '"operation"', "operation")
    r.call_text("call-trailing-bytes", None, '"operation": "close"', '"operation": "close"}, {"x": 1')
    r.call_text("call-lone-surrogate", None, quoted, '"\\ud800"')
    for id, control in (("newline", "\n"), ("escape", "\x1b"), ("nul", "\0"), ("del", "\x7f"), ("c1", "\x9b"), ("line-separator", "\u2028"), ("paragraph-separator", "\u2029"), ("override", "\u202e")):
        r.top(f"msg_id-{id}", "msg_id", f"m{control}x")
        r.top(f"nonce-{id}", "nonce", f"n{control}x")


def queries(r, order, one_of_them=False):
    """At a gateway with a query: it demands the same order (members and their lengths) as a close; ensure_closed is no request of its own."""
    asking = Refusals(r.file, r.config, {**r.call, "operation": "query"})
    for name, limit in order.items():
        asking.order(f"query-{name}-too-long", name, "x" * (limit + 1))
        if not one_of_them:
            asking.order(f"query-{name}-missing", name, DROP)
    asking.order("query-order-unknown-member", "colour", "red")
    asking.top("query-call-unknown-member", "colour", "red")
    asking.top("query-order-missing", "order", DROP)
    r.top("operation-ensure_closed-in-sign", "operation", "ensure_closed")
    return asking


def plain_config_texts(r, config):
    """Configurations that cannot be written as parsed JSON; only where no key text is needed."""
    r.config_text("deadline_ms-1e309", "deadline_ms", {**config, "deadline_ms": 1}, '"deadline_ms": 1', '"deadline_ms": 1e309')
    r.config_text("connect_timeout_ms-1e309", "connect_timeout_ms", {**config, "connect_timeout_ms": 1}, '"connect_timeout_ms": 1', '"connect_timeout_ms": 1e309')
    r.config_text("config-duplicate-member", "gateway", config, '"gateway"', f'"gateway": "{config["gateway"]}", "gateway"')
    name = next(iter(config["account"]))
    r.config_text("account-duplicate-member", f"account.{name}", config, f'"{name}"', f'"{name}": "x", "{name}"')
    r.config_text("config-not-json", None, config, '"gateway"', "gateway")


def required(r, names, empty_too=True):
    for name in names:
        r.order(f"{name}-missing", name, DROP)
        r.order(f"{name}-null", name, None)
        if empty_too:
            r.order(f"{name}-empty", name, "")


def too_long(r, limits, config=None):
    for name, limit in limits.items():
        r.order(f"{name}-{limit + 1}-characters", name, "x" * (limit + 1), config=config)


def rsa_keys(r, merchant, gateway):
    """Keys that are no key, or the wrong one; `merchant` and `gateway` are names in keys.json."""
    ref = lambda name: {"$key": name}
    for field, own, other in (("private_key", f"{merchant}.pkcs8", f"{gateway}.spki"), ("gateway_public_key", f"{gateway}.spki", f"{merchant}.pkcs8")):
        r.account(f"{field}-is-the-other-kind-pem", field, {"pem": ref(other + "_pem")})
        r.account(f"{field}-is-the-other-kind-base64", field, {"base64": ref(other + "_base64")})
        r.account(f"{field}-missing", field, DROP)
        r.account(f"{field}-empty-object", field, {})
        r.account(f"{field}-two-sources", field, {"pem": ref(own + "_pem"), "base64": ref(own + "_base64")})
        r.account(f"{field}-bare-text", field, ref(own + "_base64"))
        r.account(f"{field}-pem-as-base64", field, {"base64": "-----BEGIN nothing-----"})
        r.account(f"{field}-garbage", field, {"base64": "AAAA"})
        r.account(f"{field}-not-base64", field, {"base64": "!!!!"})
        r.account(f"{field}-empty", field, {"base64": ""})
        r.account(f"{field}-no-such-file", field, {"file": "/nonexistent/key.pem"})
        r.account(f"{field}-no-such-variable", field, {"env": "CHEXIAO_TEST_NO_SUCH_VARIABLE"})
        r.account(f"{field}-unknown-source", field, {"url": "https://gw.example/key.pem"}, below="url")
    r.account("private_key-is-a-certificate", "private_key", {"pem": ref(f"{merchant}.cert_pem")})
    r.account("private_key-elliptic", "private_key", {"pem": ref("elliptic.pkcs8_pem")})
    r.account("gateway_public_key-elliptic", "gateway_public_key", {"pem": ref("elliptic.spki_pem")})
    r.account("private_key-weak", "private_key", {"pem": ref("icbc_gateway.pkcs8_pem")})
    r.account("private_key-weak-not-allowed", "private_key", {"base64": ref("icbc_gateway.pkcs1_base64")}, allow_weak_key=False)
