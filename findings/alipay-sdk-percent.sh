#!/usr/bin/env bash
# Belief: checkNotifySign of Alipay's SDK for Node.js, handed the form as a web framework parsed it, accepts every genuine
#   notification.
# Seen: it undoes %XX once more before it verifies: a subject "50%25 off" is forged to it, "50% off" a URIError, which a
#   caller that expects true or false does not catch. checkNotifySignV2, or raw = true, takes the values as they are.
# Versions: alipay-sdk 4.14.0, Node.js 20.20.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . alipay-sdk@4.14.0
node - <<'JS'
const { AlipaySdk } = require('alipay-sdk'), assert = require('assert'), crypto = require('crypto');
const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const sdk = new AlipaySdk({
  appId: '1', keyType: 'PKCS1', privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }),
  alipayPublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
});
const heard = (subject, judge) => {
  const signature = crypto.sign('RSA-SHA256', Buffer.from(`out_trade_no=A1&subject=${subject}`), privateKey);
  try { return judge({ out_trade_no: 'A1', subject, sign_type: 'RSA2', sign: signature.toString('base64') }); }
  catch (error) { return error.name; }
};
const subjects = ['gift', '50%25 off', '50% off'];
assert.deepEqual(subjects.map(one => heard(one, form => sdk.checkNotifySign(form))), [true, false, 'URIError']);
assert.deepEqual(subjects.map(one => heard(one, form => sdk.checkNotifySign(form, true))), [true, true, true]);
assert.deepEqual(subjects.map(one => heard(one, form => sdk.checkNotifySignV2(form))), [true, true, true]);
JS
echo "Alipay's checkNotifySign calls a genuine notification with % in a value forged, or throws"
