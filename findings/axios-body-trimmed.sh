#!/usr/bin/env bash
# Belief: axios sends a body that is a string as it stands; only objects are written by it.
# Seen: where the Content-Type is JSON it parses the string first: blanks and line breaks at its ends are cut off, and what
#   is no JSON (an encrypted body, a form) is put in quotes. What was signed is not what is sent. A Buffer is sent as it is,
#   and so are strings of every other type; superagent leaves both alone.
# Versions: axios 1.21.1, superagent 10.4.2, Node.js 20.20.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . axios@1.21.1 superagent@10.4.2
node - <<'JS'
const assert = require('assert'), axios = require('axios'), http = require('http'), superagent = require('superagent');
const server = http.createServer((request, reply) => {
  reply.setHeader('Content-Type', 'application/octet-stream');
  request.pipe(reply);
});
server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}/`, JSON_TYPE = 'application/json';
  const sent = async (body, type = JSON_TYPE) => Buffer.from((await axios.post(url, body,
    { headers: { 'Content-Type': type }, responseType: 'arraybuffer' })).data).toString();
  const signed = '{"out_trade_no": "A1"}\n', form = 'out_trade_no=A1';
  assert.equal(await sent(signed), signed.trim());
  assert.equal(await sent(form), `"${form}"`);
  for (const body of [signed, form]) {
    assert.equal(await sent(Buffer.from(body)), body);
    assert.equal(await sent(body, 'text/plain'), body);
    const reply = await superagent.post(url).set('Content-Type', JSON_TYPE).buffer(true).send(body);
    assert.equal(reply.body.toString(), body);
  }
  process.exit();
});
JS
echo "axios cuts the ends off a JSON string, and quotes a string that is no JSON"
