#!/usr/bin/env bash
# Belief: a PKCS#8 key that pycryptodome encrypts with AES-256-GCM is what RFC 5084 describes, so that whoever knows
#   AES-GCM in PKCS#8 reads it.
# Seen: where the RFC has a sequence of nonce and tag length, it writes the nonce alone: another library that writes and reads
#   AES-256-GCM refuses the file. CBC, with PBKDF2 and SHA-512 or with scrypt, is read by all.
# Versions: pycryptodome 4.4.0, github.com/emmansun/gmsm 0.15.5 (pkcs8), OpenSSL 3.0.19, Go 1.26, Python 3.11.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv v
v/bin/pip install -q pycryptodome==4.4.0
v/bin/python - <<'PY'
from Crypto.PublicKey import RSA

key = RSA.generate(2048)
for name, protection in [("gcm", "PBKDF2WithHMAC-SHA256AndAES256-GCM"), ("cbc", "PBKDF2WithHMAC-SHA256AndAES256-CBC")]:
    der = key.export_key("DER", passphrase="secret12", pkcs=8, protection=protection)
    assert RSA.import_key(der, passphrase="secret12") == key
    open(f"{name}.der", "wb").write(der)
PY
openssl asn1parse -inform DER -in gcm.der | grep -A1 aes-256-gcm | tail -n 1 | grep -q 'OCTET STRING' ||
    { echo "pycryptodome describes AES-GCM otherwise now"; exit 1; }
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/emmansun/gmsm/pkcs8"
)

func read(der []byte) string {
	if _, err := pkcs8.ParsePKCS8PrivateKey(der, []byte("secret12")); err != nil {
		return "refused"
	}
	return "read"
}

func must(bytes []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return bytes
}

func main() {
	cbc := must(os.ReadFile("cbc.der"))
	key, err := pkcs8.ParsePKCS8PrivateKey(cbc, []byte("secret12"))
	must(nil, err)
	kdf := pkcs8.PBKDF2Opts{SaltSize: 16, IterationCount: 2048, HMACHash: pkcs8.SHA256}
	own := must(pkcs8.MarshalPrivateKey(key, []byte("secret12"), &pkcs8.Opts{Cipher: pkcs8.AES256GCM, KDFOpts: kdf}))
	fmt.Println(read(cbc), read(own), read(must(os.ReadFile("gcm.der"))))
}
GO
export GOFLAGS=-modcacherw
{ go mod init findings; go get github.com/emmansun/gmsm@v0.15.5; go mod tidy; } >log 2>&1 || { cat log; exit 1; }
is=$(go run .)
[ "$is" = "read read refused" ] || { echo "pycryptodome's CBC, own GCM, pycryptodome's GCM: $is"; exit 1; }
echo "pycryptodome's AES-GCM keys are not those of RFC 5084"
