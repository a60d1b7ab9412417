"""The texts that keys travel in: PEM and base64, as tools, mail programs, editors and environment variables leave them."""

import base64
import textwrap


def one_line(data):
    return base64.b64encode(data)


def wrapped(data, width=64, end=b"\n"):
    return end.join(line.encode() for line in textwrap.wrap(one_line(data).decode(), width)) + end


def pem(label, data, width=64, end=b"\n"):
    dashes = lambda word: f"-----{word} {label}-----".encode()
    return dashes("BEGIN") + end + wrapped(data, width, end) + dashes("END") + end


def with_end(text, end):
    return text.replace(b"\n", end)


def indented(text):
    return b"".join(b"    " + line for line in text.splitlines(keepends=True))


def escaped(text, end=b"\\n"):
    """Line breaks as the two characters that environment files hold."""
    return text.strip().replace(b"\n", end)


def spaced(text):
    """Line breaks turned into spaces, as unquoted shell variables do."""
    return text.strip().replace(b"\n", b" ")
