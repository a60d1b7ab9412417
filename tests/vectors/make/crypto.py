"""Signatures by Python's hashlib, hmac and `cryptography`; each one is kept for the second opinion in openssl.py."""

import base64
import hashlib
import hmac as hmac_

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

import keys
import sm2

_HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}

#: (algorithm, key, message bytes, result bytes), in the order made.
LEDGER = []


def b64(data):
    return base64.b64encode(data).decode()


def rsa(name, digest, data):
    """RSASSA-PKCS1-v1_5, base64."""
    signature = keys.private(name).sign(data, padding.PKCS1v15(), _HASHES[digest])
    LEDGER.append((digest, name, data, signature))
    return b64(signature)


def verified(name, digest, data, signature):
    """Refuses to go on unless a signature made elsewhere (base64) is right."""
    keys.public(name).verify(base64.b64decode(signature), data, padding.PKCS1v15(), _HASHES[digest])
    LEDGER.append((digest, name, data, base64.b64decode(signature)))


def recovered(name, data, signature):
    """The same for a CA mode signature."""
    n = keys.public(name).public_numbers()
    block = pow(int.from_bytes(base64.b64decode(signature), "big"), n.e, n.n).to_bytes(256, "big")
    assert block == b"\x00\x01" + b"\xff" * 233 + b"\x00" + hashlib.sha1(data).digest()
    LEDGER.append(("ca", name, data, base64.b64decode(signature)))


def sm(name, data, user_id=sm2.USER_ID):
    """SM3withSM2: (r, s)."""
    signature = sm2.sign(keys.number(name), user_id, data)
    LEDGER.append((f"sm2:{user_id}", name, data, sm2.der(*signature)))
    return signature


def rsa_pss(name, digest, data):
    """RSASSA-PSS with an empty salt (so that it is the same each time), base64: never acceptable."""
    scheme = padding.PSS(padding.MGF1(_HASHES[digest]), 0)
    return b64(keys.private(name).sign(data, scheme, _HASHES[digest]))


def ca(name, data):
    """ICBC's CA mode: PKCS#1 block type 1 over the bare SHA-1 digest, without DigestInfo; base64."""
    n = keys.private(name).private_numbers()
    size = (n.public_numbers.n.bit_length() + 7) // 8
    digest = hashlib.sha1(data).digest()
    block = b"\x00\x01" + b"\xff" * (size - 3 - len(digest)) + b"\x00" + digest
    signature = pow(int.from_bytes(block, "big"), n.d, n.public_numbers.n).to_bytes(size, "big")
    LEDGER.append(("ca", name, data, signature))
    return b64(signature)


def md5(data):
    digest = hashlib.md5(data).digest()
    LEDGER.append(("md5", None, data, digest))
    return digest.hex().upper()


def hmac_sha256(secret, data):
    mac = hmac_.new(secret.encode(), data, "sha256").digest()
    LEDGER.append(("hmac", secret, data, mac))
    return mac


def sha256_hex(data):
    digest = hashlib.sha256(data).digest()
    LEDGER.append(("sha256-digest", None, data, digest))
    return digest.hex()


def aes(secret, data):
    """AES-CBC, PKCS#5, IV of zeros, base64; `secret` is base64 of the key."""
    raw = base64.b64decode(keys.text(secret))
    fill = 16 - len(data) % 16
    encryptor = Cipher(algorithms.AES(raw), modes.CBC(bytes(16))).encryptor()
    cipher = encryptor.update(data + bytes([fill]) * fill) + encryptor.finalize()
    LEDGER.append((f"aes-{len(raw) * 8}-cbc", raw.hex(), data, cipher))
    return b64(cipher)


def sm3(data):
    digest = sm2.sm3(data)
    LEDGER.append(("sm3", None, data, digest))
    return digest


def _encrypt(name, cipher, block, key, data):
    fill = block - len(data) % block
    encryptor = cipher.encryptor()
    out = encryptor.update(data + bytes([fill]) * fill) + encryptor.finalize()
    LEDGER.append((name, key.hex(), data, out))
    return out


def sm4_cbc(key, iv, data):
    """SM4-CBC with PKCS#7."""
    return _encrypt(f"sm4-cbc:{iv.hex()}", Cipher(algorithms.SM4(key), modes.CBC(iv)), 16, key, data)


def sm4_blocks(key, block, times):
    """One block encrypted over and over; openssl is asked for the first turn."""
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    LEDGER.append(("sm4-block", key.hex(), block, encryptor.update(block)))
    for _ in range(times):
        block = encryptor.update(block)
    return block


def des_ecb(key, data):
    """DES-ECB with PKCS#5: triple DES with one key three times."""
    return _encrypt("des-ede3-ecb", Cipher(TripleDES(key * 3), modes.ECB()), 8, key * 3, data)


def aes_ecb(key, data):
    """AES-256-ECB with PKCS#7."""
    return _encrypt("aes-256-ecb", Cipher(algorithms.AES(key), modes.ECB()), 16, key, data)
