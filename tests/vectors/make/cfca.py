"""CFCA's container of an SM2 key and its certificate: the `.sm2` file."""

import crypto
import sm2

DATA = bytes.fromhex("060a2a811ccf550601040201")
SM4 = bytes.fromhex("06072a811ccf550168")


def _sequence(*parts):
    """DER of any length below 65,536 bytes."""
    content = b"".join(parts)
    if len(content) < 256:
        return sm2.element(0x30, content)
    return b"\x30\x82" + len(content).to_bytes(2, "big") + content


def _octets(content):
    return sm2.element(4, content) if len(content) < 256 else b"\x04\x82" + len(content).to_bytes(2, "big") + content


def sealed(plain, password):
    """SM4-CBC under the key and the IV that SM3 makes of the password."""
    derived = crypto.sm3(password.encode() + b"\0\0\0\1")
    return crypto.sm4_cbc(derived[16:], derived[:16], plain)


def container(private, certificate, *, version=1, data=DATA, cipher=SM4):
    """`private` is what stands encrypted in it; DER."""
    return _sequence(sm2.integer(version), _sequence(data, cipher, _octets(private)), _sequence(data, _octets(certificate)))
