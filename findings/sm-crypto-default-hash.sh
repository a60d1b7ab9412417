#!/usr/bin/env bash
# Belief: sm2.doSignature(text, key) of sm-crypto means SM3withSM2 with the usual user id, in every version.
# Seen: up to 0.3.14 it signs the bytes of the text themselves, with no SM3 and no user id, unless { hash: true } is
#   said; from 0.4.0 on it hashes unless { hash: false } is said. The same line signs something else after an update,
#   and calls what was signed before false. A public key without its 04 is taken by neither: "false", no error.
# Versions: sm-crypto 0.3.14, 0.4.0 and 0.5.8, Node.js 20.20, OpenSSL 3.0.19 as the judge.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out key.pem
openssl pkey -in key.pem -pubout -out public.pem
printf 'a=1&b=2' >text
for version in 0.3.14 0.4.0 0.5.8; do
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$version" "sm-crypto@$version"
    NODE_PATH=$version/node_modules node - "$version" <<'JS'
const { sm2 } = require('sm-crypto'), fs = require('fs'), { execFileSync } = require('child_process');
const assert = require('assert');
const version = process.argv[2], text = fs.readFileSync('text', 'utf8');
const key = execFileSync('openssl', ['pkey', '-in', 'key.pem', '-outform', 'DER']).toString('hex').match(/0420(.{64})/)[1];
const point = sm2.getPublicKeyFromPrivateKey(key);
const genuine = options => {
  fs.writeFileSync('sig', sm2.doSignature(text, key, { der: true, ...options }), 'hex');
  const id = ['-sigopt', 'distid:1234567812345678', '-signature', 'sig', 'text'];
  try { execFileSync('openssl', ['dgst', '-sm3', '-verify', 'public.pem', ...id], { stdio: 'pipe' }); return true; }
  catch { return false; }
};
assert.equal(genuine({ hash: true }), true);
assert.equal(genuine({ hash: false }), false);
assert.equal(genuine({}), version !== '0.3.14', 'what no option means');
const signature = sm2.doSignature(text, key, { hash: true });
assert.equal(sm2.doVerifySignature(text, signature, point, { hash: true }), true);
assert.equal(sm2.doVerifySignature(text, signature, point.slice(2), { hash: true }), false, 'a key without 04');
JS
done
echo "sm-crypto hashes by default from 0.4.0 on, and did not before"
