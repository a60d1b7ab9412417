#!/usr/bin/env bash
# Belief: WritePrivateKeyToHex of tjfoc/gmsm writes 64 digits, and ReadPrivateKeyFromHex reads every key it wrote.
# Seen: leading zeros are lost digit by digit: one key in sixteen has 63 digits or fewer, and those of an odd number
#   cannot be read back. A merchant's key that came out of it looks damaged to others, and is not.
# Versions: github.com/tjfoc/gmsm 1.4.1, Go 1.26.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
cat >main.go <<'GO'
package main

import (
	"crypto/rand"
	"fmt"
	"os"

	"github.com/tjfoc/gmsm/sm2"
	"github.com/tjfoc/gmsm/x509"
)

func main() {
	short, unread := 0, 0
	for range 2000 {
		key, err := sm2.GenerateKey(rand.Reader)
		if err != nil {
			panic(err)
		}
		text := x509.WritePrivateKeyToHex(key)
		_, err = x509.ReadPrivateKeyFromHex(text)
		if len(text) < 64 {
			short++
		}
		if err != nil {
			unread++
		}
		if (err != nil) != (len(text)%2 == 1) {
			fmt.Println("another number of digits cannot be read:", len(text), err)
			os.Exit(1)
		}
	}
	fmt.Println(short, "of 2000 short,", unread, "not read back")
	if short < 60 || unread < 60 {
		os.Exit(1)
	}
}
GO
export GOFLAGS=-modcacherw
{ go mod init findings; go get github.com/tjfoc/gmsm@v1.4.1; go mod tidy; } >log 2>&1 || { cat log; exit 1; }
go run .
echo "tjfoc/gmsm drops the leading zeros of private keys in hexadecimal"
