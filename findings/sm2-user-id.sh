#!/usr/bin/env bash
# Belief: `openssl dgst -sm3 -sign`, and Node's crypto.sign("sm3", …) and createSign("sm3"), which rest on it, sign as
#   SM3withSM2 does everywhere in China: over Z with the user id 1234567812345678.
# Seen: openssl and crypto.sign take an empty user id unless told; createSign leaves Z out altogether, so that one
#   library makes two signatures of which neither fits the other, nor what a gateway verifies. Node has no switch.
# Versions: OpenSSL 3.0.19 (the command), Node.js 24.22.3, also 20.20 and 26.12 (OpenSSL 3.0 to 3.5).
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm install --silent --no-audit --no-fund --prefix . "node-linux-$(node -p process.arch)@24.22.3"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out key.pem
openssl pkey -in key.pem -pubout -out public.pem
printf 'a=1&b=2' >text
openssl dgst -sm3 -binary text >digest

openssl dgst -sm3 -sign key.pem -out openssl.sig text
node_modules/node-linux-*/bin/node - <<'JS'
const crypto = require('crypto'), fs = require('fs');
const key = crypto.createPrivateKey(fs.readFileSync('key.pem')), text = fs.readFileSync('text');
fs.writeFileSync('sign.sig', crypto.sign('sm3', text, key));
fs.writeFileSync('createSign.sig', crypto.createSign('sm3').update(text).sign(key));
JS

with_id() { openssl dgst -sm3 -verify public.pem -sigopt "distid:$2" -signature "$1.sig" text >told 2>&1; }
without_z() { openssl pkeyutl -verify -pubin -inkey public.pem -in digest -sigfile "$1.sig" >told 2>&1; }
says() { # name, which of the three it should be
    local is=
    ! with_id "$1" 1234567812345678 || is+=default
    ! with_id "$1" "" || is+=empty
    ! without_z "$1" || is+=without
    [ "$is" = "$2" ] || { echo "$1: now ${is:-none of the three}, was $2"; exit 1; }
}
says openssl empty
says sign empty
says createSign without
echo "openssl and Node's crypto.sign use an empty SM2 user id, createSign none at all"
