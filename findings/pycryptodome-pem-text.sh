#!/usr/bin/env bash
# Belief: RSA.import_key of pycryptodome reads the file that `openssl pkcs12 -nodes` or `openssl rsa -text` printed, as
#   cryptography and openssl itself do: what stands before BEGIN is passed over.
# Seen: it wants BEGIN first and one block only: bag attributes, or the certificate before the key, are a ValueError ("RSA key
#   format is not supported"), which says nothing of the cause.
# Versions: pycryptodome 4.4.0, cryptography 50.0.2, OpenSSL 3.0.19, Python 3.11.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv v
v/bin/pip install -q pycryptodome==4.4.0 cryptography==50.0.2
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 9000 2>/dev/null
openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass:secret12 -out both.pfx
openssl pkcs12 -in both.pfx -nodes -passin pass:secret12 -out all.pem
openssl pkcs12 -in both.pfx -nodes -passin pass:secret12 -nocerts -out attributes.pem
cat cert.pem key.pem >behind.pem
v/bin/python - <<'PY'
from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def numbers(name):
    text = open(name, "rb").read()
    modulus = load_pem_private_key(text, None).private_numbers().public_numbers.n
    try:
        assert RSA.import_key(text).n == modulus
        return True
    except ValueError:
        return False


seen = {name: numbers(name) for name in ("key.pem", "attributes.pem", "all.pem", "behind.pem")}
assert seen == {"key.pem": True, "attributes.pem": False, "all.pem": False, "behind.pem": False}, seen
PY
echo "pycryptodome refuses a PEM key behind bag attributes or a certificate"
