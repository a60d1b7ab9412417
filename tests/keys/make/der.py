"""DER as small as the corpus needs it: a writer, and a reader of definite lengths."""


def tlv(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def sequence(*parts):
    return tlv(0x30, *parts)


def octets(data):
    return tlv(0x04, data)


def bits(data):
    return tlv(0x03, b"\0", data)


def integer(number):
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    return tlv(0x06, b"".join(_base128(arc) for arc in (40 * first + second, *rest)))


NULL = tlv(0x05)


def _base128(arc):
    groups = [arc & 0x7F]
    while arc := arc >> 7:
        groups.append(0x80 | arc & 0x7F)
    return bytes(reversed(groups))


def split(data):
    """(tag, body, rest) of the first element; ValueError where it ends early or has no definite length."""
    if len(data) < 2:
        raise ValueError("ends early")
    size, start = data[1], 2
    if size == 0x80:
        raise ValueError("indefinite length")
    if size > 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    if len(data) < start + size:
        raise ValueError("ends early")
    return data[0], data[start : start + size], data[start + size :]


def children(body):
    """[(tag, body)] of the elements in the body of a constructed one."""
    found = []
    while body:
        tag, inner, body = split(body)
        found.append((tag, inner))
    return found
