"""SM2 signatures (GB/T 32918) on Python integers; the hash SM3 is that of `cryptography`."""

import hashlib

from cryptography.hazmat.primitives import hashes

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7, 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)
USER_ID = "1234567812345678"


def b32(number):
    return number.to_bytes(32, "big")


def _add(one, other):
    """None is infinity."""
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if one[1] != other[1]:
            return None
        slope = (3 * one[0] ** 2 + A) * pow(2 * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope**2 - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(factor, point=G):
    total = None
    for bit in f"{factor:b}":
        total = _add(_add(total, total), point if bit == "1" else None)
    return total


def point(d):
    """The public key of a private number: 04, x, y."""
    x, y = times(d)
    return b"\x04" + b32(x) + b32(y)


def sm3(data):
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def za(public, user_id):
    return sm3((8 * len(user_id)).to_bytes(2, "big") + user_id + b"".join(map(b32, (A, B, *G))) + public[1:])


def e(public, user_id, data):
    return int.from_bytes(sm3(za(public, user_id) + data), "big")


def with_k(d, e, k):
    r = (e + times(k)[0]) % N
    s = pow(1 + d, -1, N) * (k - r * d) % N
    assert r and s and r + k != N
    return r, s


def sign(d, user_id, data):
    """(r, s), the same each time: k is drawn from the key and the text."""
    digest = e(point(d), user_id.encode(), data)
    return with_k(d, digest, 1 + int.from_bytes(hashlib.sha512(b32(d) + b32(digest)).digest(), "big") % (N - 1))


def raw(r, s):
    return b32(r) + b32(s)


def _size(content):
    return bytes([len(content)]) if len(content) < 128 else b"\x81" + bytes([len(content)])


def element(tag, content):
    """DER of less than 256 bytes."""
    return bytes([tag]) + _size(content) + content


def integer(number):
    return element(2, number.to_bytes((number if number >= 0 else ~number).bit_length() // 8 + 1, "big", signed=True))


def der(r, s):
    return element(0x30, integer(r) + integer(s))
