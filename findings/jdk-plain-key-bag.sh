#!/usr/bin/env bash
# Belief: the JDK opens a PKCS#12 file whose key is not encrypted (openssl pkcs12 -keypbe NONE), or says what it misses.
# Seen: keytool opens it, checks the MAC by the password, and lists no entry, no key and no certificate, with exit code 0;
#   "no such alias" comes later, in the program. OpenSSL reads the key.
# Versions: Java 17 and 25, OpenSSL 3.0.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
export PASSWORD=changeit
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -subj /CN=merchant -days 3000 2>/dev/null
openssl pkcs12 -export -inkey key.pem -in certificate.pem -passout env:PASSWORD -out encrypted.pfx
openssl pkcs12 -export -inkey key.pem -in certificate.pem -passout env:PASSWORD -keypbe NONE -out plain.pfx
openssl pkcs12 -in plain.pfx -passin env:PASSWORD -nodes -nocerts 2>/dev/null | grep -q 'BEGIN PRIVATE KEY'
listed() { keytool -J-Duser.language=en -list -keystore "$1" -storepass:env PASSWORD; }
listed encrypted.pfx | grep -q 'contains 1 entry'
listed plain.pfx | grep -q 'contains 0 entries' || { listed plain.pfx; exit 1; }
echo "the JDK finds nothing in a PKCS#12 file whose key is not encrypted, and says nothing"
