#!/usr/bin/env bash
# Belief: gmssl for Python takes an SM2 public key in hexadecimal with or without its leading 04, and takes off just that.
# Seen: it strips every 0 and 4 at the start, so that with one key in eight (x begins with 0 or 4) it signs and verifies
#   over a wrong Z: genuine signatures are called false, or end in a ValueError or TypeError.
# Versions: gmssl 3.2.2, Python 3.11, OpenSSL 3.0.19 as the judge.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv v
v/bin/pip install -q gmssl==3.2.2
printf 'a=1&b=2' >text
v/bin/python - <<'PY'
import re
import subprocess

from gmssl.sm2 import CryptSM2


def openssl(*told):
    return subprocess.run(["openssl", *told], check=True, capture_output=True).stdout


def fresh():
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", "key.pem")
    return openssl("pkey", "-in", "key.pem", "-pubout", "-outform", "DER")[-65:].hex()


def verifies(key):
    der = openssl("dgst", "-sm3", "-sign", "key.pem", "-sigopt", "distid:1234567812345678", "text")
    r, s = re.findall(r"INTEGER +:([0-9A-F]+)", openssl_text(der))
    try:
        return CryptSM2("", key).verify_with_sm3(r.zfill(64) + s.zfill(64), open("text", "rb").read())
    except (ValueError, TypeError):  # what its arithmetic makes of the digits that are left
        return False


def openssl_text(der):
    told = ["openssl", "asn1parse", "-inform", "DER"]
    return subprocess.run(told, input=der, check=True, capture_output=True).stdout.decode()


seen = {True: 0, False: 0}
while min(seen.values()) < 3:
    key = fresh()
    touched = key[2] in "04"
    seen[touched] += 1
    assert key.startswith("04") and len(key) == 130
    assert verifies(key) is not touched, (key, touched)
    # Without the 04 the same key is right, unless its own digits begin so.
    assert verifies(key[2:]) or key[2:].startswith("04"), key
PY
echo "gmssl strips the zeros and fours of an SM2 public key after its 04"
