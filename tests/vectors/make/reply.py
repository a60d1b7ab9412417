"""What a gateway answers, and the cases that are the same at every gateway."""

import gzip
import zlib

import crypto

JSON = {"Content-Type": "application/json;charset=UTF-8"}


def reply(body, status=200, headers=JSON):
    if isinstance(body, str):
        body = body.encode()
    return {"status": status, "headers": headers, "body_base64": crypto.b64(body)}


def unknown(reason=None, **rest):
    return {"outcome": "unknown", **({"reason": reason} if reason else {}), **rest}


#: What the merchant does next, where confirm has no say in it.
_NEXT = {"processing": "query", "not_found": "check_order", "refused": "query", "misconfigured": "fix", "throttled": "retry_later", "unknown": "query", "open": "close", "refunded": "reconcile"}


def settled(expect, operation):
    """The expectation with its `next`. What says closed or paid must say how sure it is: only a bound signature may be final."""
    if expect["outcome"] in _NEXT:
        next_ = _NEXT[expect["outcome"]]
        asks = operation.startswith("refund") and next_ == "query" or (operation, next_) == ("refund_query", "check_order")
        return {**expect, "next": "refund_query" if asks else next_}
    if expect["confirm"] != "not_needed":
        return {**expect, "next": "confirm"}
    assert expect["evidence"] == "signed_bound", expect
    return {**expect, "next": "fulfil_or_refund" if expect["outcome"] == "paid" else "done"}


#: A reply of another call, of another order or of another merchant.
MISMATCH = unknown("mismatch", evidence="none", hint=None)


def required(expect):
    """What a member that nobody knows leaves of it: the same word, less sure where it was sure."""
    return {**expect, "confirm": "required"} if expect["outcome"] in ("closed", "already_closed", "paid", "not_found") else expect


def near(word, *known):
    """What a careless reader takes for this word: (id, text), `known` words left out."""
    wide = "".join(chr(ord(c) + 0xFEE0) for c in word)
    spelt = {"blank-before": " " + word, "blank-after": word + " ", "tab-after": word + "\t", "line-after": word + "\n", "no-break-space": word + "\u00a0", "zero-width": word[:1] + "\u200b" + word[1:],
             "full-width": wide, "longer": word + word[-1], "cut": word[:-1], "lower": word.lower(), "title": word.title(), "quoted": f'"{word}"'}
    if word.isdigit():
        spelt |= {"padded": "0" + word, "fraction": word + ".0", "signed": "+" + word, "cut": word + "0"}
    return [(id, text) for id, text in spelt.items() if text and text not in (word, *known)]


def asked_again(reason=None, **rest):
    """Unknown after a query, which changes nothing and may be asked again."""
    return unknown(reason, retry="same_request", **rest)


def of_a_query(cases):
    """These cases, with what a query's Unknown says more: (id, reply, expect)."""
    for id, what, expect in cases:
        yield id, what, {**expect, "retry": "same_request"} if expect["outcome"] == "unknown" else expect


def transport_cases(body, kind):
    """HTTP tells against a body that would mean closed: (id, reply, expect)."""
    for status in (201, 204, 400, 401, 403, 404, 412, 429, 500, 502, 503, 504):
        yield f"http-{status}-with-success", reply(body, status, kind), unknown(f"http_{status}")
    for status in (301, 302, 303, 307, 308):
        yield f"redirect-{status}-with-success", reply(body, status, {**kind, "Location": "https://elsewhere.example/"}), unknown("redirect")
    for coding, compressed in (("gzip", gzip.compress(body, mtime=0)), ("x-gzip", gzip.compress(body, mtime=0)), ("deflate", zlib.compress(body))):
        yield f"compressed-{coding}", reply(compressed, 200, {**kind, "Content-Encoding": coding}), unknown("encoding")


def closed_cases(body, kind, closed, signed=True):
    """Headers that change nothing, some of them only where the body is signed."""
    for coding in ("gzip", "br", "deflate", "UTF-8", "none", "binary", ""):
        yield f"content-encoding-{coding or 'empty'}", reply(body, 200, {**kind, "Content-Encoding": coding}), closed if signed else unknown("encoding")
    yield "content-encoding-identity", reply(body, 200, {**kind, "Content-Encoding": "identity"}), closed
    yield "no-content-type", reply(body, 200, {}), closed
    yield "content-type-html", reply(body, 200, {"Content-Type": "text/html"}), closed


def not_json_cases():
    """Bodies that are no JSON object: (id, reply, expect)."""
    for id, body in (("empty-body", b""), ("html", b"<html>502</html>"), ("json-null", b"null"), ("json-array", b"[]"),
                     ("json-string", b'"SUCCESS"'), ("json-empty-object", b"{}"), ("only-blanks", b" \r\n")):
        yield id, reply(body), unknown("parse" if id != "json-empty-object" else None)


def mangled_json_cases(body):
    """A good JSON reply with something before or after it, or with its end missing."""
    yield "trailing-letter", reply(body + b"x"), unknown("parse")
    yield "trailing-brace", reply(body + b"}"), unknown("parse")
    yield "second-root", reply(body + body), unknown("parse")
    yield "trailing-comma", reply(body[:-1] + b",}"), unknown("parse")
    yield "cut-before-the-last-byte", reply(body[:-1]), unknown("parse")
    yield "cut-in-half", reply(body[: len(body) // 2]), unknown("parse")
    yield "trailing-nul", reply(body + b"\0"), unknown()
    yield "bom", reply(b"\xef\xbb\xbf" + body), unknown("charset")
    yield "utf16", reply(body.decode().encode("utf-16")), unknown("charset")
    yield "single-quotes", reply(body.replace(b'"', b"'")), unknown("parse")


def with_newlines(body):
    return b"\r\n " + body + b"\r\n"
