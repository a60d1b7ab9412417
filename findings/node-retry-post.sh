#!/usr/bin/env bash
# Belief: axios-retry and superagent's retry() leave a POST alone unless told otherwise, as got, ky and undici's RetryAgent
#   do: axios-retry's own condition is called isNetworkOrIdempotentRequestError.
# Seen: "network error" is any method: a POST whose connection breaks after it was read is sent again, so that three
#   retries mean four closes. superagent repeats it after 503 too. got, ky and RetryAgent send it once.
# Versions: axios 1.21.1, axios-retry 4.5.0, superagent 10.4.2, got 14.6.6, ky 1.14.3, undici 7.30.2, Node.js 20.20.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . \
    axios@1.21.1 axios-retry@4.5.0 superagent@10.4.2 got@14.6.6 ky@1.14.3 undici@7.30.2
cat >count.mjs <<'JS'
import assert from 'assert';
import http from 'http';
import axios from 'axios';
import axiosRetry from 'axios-retry';
import got from 'got';
import ky from 'ky';
import superagent from 'superagent';
import undici from 'undici';

const again = axios.create();
axiosRetry(again, { retries: 3, retryDelay: () => 1 });
const dispatcher = new undici.RetryAgent(new undici.Agent(), { maxRetries: 3, minTimeout: 1 });
const body = '{"out_trade_no":"A1"}', headers = { 'content-type': 'application/json' };
const clients = {
  'axios-retry': url => again.post(url, body, { headers }),
  superagent: url => superagent.post(url).set(headers).send(body).retry(3),
  got: url => got.post(url, { body, headers, retry: { limit: 3 } }),
  ky: url => ky.post(url, { body, headers, retry: { limit: 3, delay: () => 1 } }),
  RetryAgent: url => undici.request(url, { method: 'POST', body, headers, dispatcher }).then(reply => reply.body.text()),
};
// How many whole requests a server reads that then hangs up, or says 503, for one call.
const counted = async (call, answer) => {
  let count = 0;
  const server = http.createServer((request, reply) => request.resume().on('end', () => { count++; answer(reply); }));
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  await call(`http://127.0.0.1:${server.address().port}/close`).catch(() => {});
  server.closeAllConnections();
  server.close();
  return count;
};
const hangUp = reply => reply.destroy(), busy = reply => reply.writeHead(503).end();
const seen = {};
for (const [name, call] of Object.entries(clients)) seen[name] = [await counted(call, hangUp), await counted(call, busy)];
assert.deepEqual(seen, { 'axios-retry': [4, 1], superagent: [4, 4], got: [1, 1], ky: [1, 1], RetryAgent: [1, 1] });
process.exit();
JS
node count.mjs
echo "axios-retry and superagent send a POST four times for three retries, got, ky and undici once"
