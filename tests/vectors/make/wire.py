"""JSON text and form encoding as the rules spell them, written out and not borrowed from a library."""

_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BARE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._*-")


def string(text, also=""):
    """A JSON string; characters of `also` are written \\uXXXX too."""
    out = []
    for c in text:
        if c in _SHORT:
            out.append(_SHORT[c])
        elif c < " " or c in also:
            out.append(f"\\u{ord(c):04x}")
        else:
            out.append(c)
    return '"' + "".join(out) + '"'


def value(v, also=""):
    """A JSON value: str is quoted, Raw goes in as it is, None is null."""
    if isinstance(v, Raw):
        return v.text
    if v is None:
        return "null"
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, (int, float)):
        return str(v)
    if isinstance(v, dict):
        return object_(v.items(), also)
    if isinstance(v, list):
        return "[" + ",".join(value(inner, also) for inner in v) + "]"
    return string(v, also)


class Raw:
    """JSON text that is not to be touched: 1.0, 1e2, a duplicate, anything malformed."""

    def __init__(self, text):
        self.text = text


def object_(pairs, also=""):
    return "{" + ",".join(f"{k.text if isinstance(k, Raw) else string(k, also)}:{value(v, also)}" for k, v in pairs) + "}"


def quote(data):
    """Form encoding of bytes: space is +, everything not bare is %XX in upper case."""
    return "".join("+" if b == 0x20 else chr(b) if b in _BARE else f"%{b:02X}" for b in data)


def form(params, charset):
    """A form body sorted by key; every value in the bytes of `charset`."""
    return "&".join(f"{k}={quote(params[k].encode(charset))}" for k in sorted(params)).encode("ascii")


def to_sign(params):
    """k=v&k=v sorted by key, raw values, blank ones left out."""
    return "&".join(f"{k}={params[k]}" for k in sorted(params) if params[k].strip())
