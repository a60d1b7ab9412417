#!/usr/bin/env bash
# Belief: both Go libraries for SM2 give a crypto.Signer, so Sign(rand, SM3 digest, nil) means the same in both, and
#   a gateway that wants SM3withSM2 takes neither: Z is missing.
# Seen: tjfoc's hashes what it is handed, Z and user id included, so only the message itself gives a signature that
#   verifies; emmansun's takes that for the digest unless its own option is passed, and reports no error for a message of
#   any length. Who swaps one for the other signs something else, silently.
# Versions: github.com/tjfoc/gmsm 1.4.1, github.com/emmansun/gmsm 0.15.5, Go 1.26, OpenSSL 3.0.19 as the judge.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out key.pem
openssl pkey -in key.pem -pubout -out public.pem
openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der
printf 'a=1&b=2' >text
openssl dgst -sm3 -binary text >digest
cat >main.go <<'GO'
package main

import (
	"crypto"
	"crypto/rand"
	"os"

	emmansun "github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
	tjfoc "github.com/tjfoc/gmsm/x509"
)

func read(name string) []byte { bytes, err := os.ReadFile(name); must(err); return bytes }
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func sign(name string, key crypto.Signer, bytes []byte, options crypto.SignerOpts) {
	signature, err := key.Sign(rand.Reader, bytes, options)
	must(err)
	must(os.WriteFile(name+".sig", signature, 0o600))
}

func main() {
	t, err := tjfoc.ParsePKCS8UnecryptedPrivateKey(read("key.der"))
	must(err)
	any, err := smx509.ParsePKCS8PrivateKey(read("key.der"))
	must(err)
	e := any.(*emmansun.PrivateKey)
	sign("tjfoc-text", t, read("text"), nil)
	sign("tjfoc-digest", t, read("digest"), nil)
	sign("emmansun-text", e, read("text"), nil)
	sign("emmansun-digest", e, read("digest"), nil)
	sign("emmansun-option", e, read("text"), emmansun.NewSM2SignerOption(true, nil))
}
GO
export GOFLAGS=-modcacherw
{ go mod init findings; go get github.com/tjfoc/gmsm@v1.4.1 github.com/emmansun/gmsm@v0.15.5; go mod tidy; } >log 2>&1 || { cat log; exit 1; }
go run .
for name in tjfoc-text:OK tjfoc-digest:no emmansun-text:no emmansun-digest:no emmansun-option:OK; do
    is=no
    ! openssl dgst -sm3 -verify public.pem -sigopt distid:1234567812345678 -signature "${name%:*}.sig" text >log 2>&1 || is=OK
    [ "$is" = "${name#*:}" ] || { echo "${name%:*} is now $is"; exit 1; }
done
echo "crypto.Signer of tjfoc's SM2 takes the message, that of emmansun's a digest"
