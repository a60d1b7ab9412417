'use strict'

const assert = require('node:assert')
const fs = require('node:fs')
const http = require('node:http')
const net = require('node:net')
const path = require('node:path')
const test = require('node:test')
const { inspect } = require('node:util')
const { Worker } = require('node:worker_threads')
const { Client, ChexiaoError, diagnose } = require('..')
const native = require('../chexiao.node')
const { ended, outcomeOf } = require('../outcome')

// The sandbox that bindings/run has started, over plain HTTP: what is counted here is not TLS.
function config (gateway, url = process.env.CHEXIAO_HTTP) {
  const { ca_file: _, ...members } = JSON.parse(fs.readFileSync(path.join(process.env.CHEXIAO_SANDBOX, `${gateway}.json`), 'utf8'))
  return { ...members, base_url: url }
}

let serial = 0
const order = what => ({ out_trade_no: `${what}J${process.pid}N${Date.now() % 1e6}N${++serial}` })
const threads = () => fs.readdirSync('/proc/self/task').length

async function listening (server) {
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${server.address().port}`
}

test('a thousand promises need one thread, and the loop goes on', async t => {
  const client = new Client(config('wechat'))
  await client.close(order('A'))
  const before = threads()
  const started = performance.now()
  let most = before
  let last = started
  let longest = 0
  const watching = setInterval(() => {
    most = Math.max(most, threads())
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 5)
  const outcomes = await Promise.all(Array.from({ length: 1000 }, () => client.close(order('DELAY')))) // 300 ms each
  clearInterval(watching)
  const took = performance.now() - started
  t.diagnostic(`1000 closed in ${(took / 1000).toFixed(2)} s, ${most - before} threads more, the longest pause of the loop ${longest.toFixed(0)} ms`)
  assert.ok(outcomes.every(outcome => outcome.outcome === 'closed'))
  assert.ok(most === before && took < 15000 && longest < took * 0.8)
})

test('a close that is aborted once it is out is unknown', async () => {
  const controller = new AbortController()
  const server = http.createServer(request => request.resume().on('end', () => controller.abort()))
  const client = new Client(config('wechat', `http://${await listening(server)}`))
  const outcome = await client.close(order('A'), { signal: controller.signal })
  assert.deepStrictEqual([outcome.outcome, outcome.reason, outcome.sent, outcome.next], ['unknown', 'interrupted', 'maybe', 'query'])
  server.closeAllConnections()
  server.close()
})

test('a close that is aborted before its first byte is an error', async () => {
  const server = net.createServer() // whose handshake never ends
  const client = new Client(config('wechat', `https://${await listening(server)}`))
  const signal = AbortSignal.timeout(200)
  await assert.rejects(client.close(order('A'), { signal }), error => error.kind === 'not_sent' && error.cause === signal.reason)
  await assert.rejects(client.close(order('A'), { signal: AbortSignal.abort() }), { kind: 'not_sent' })
  for (const misplaced of [signal, { Signal: signal }]) await assert.rejects(client.close(order('A'), misplaced), TypeError)
  server.close()
})

test('errors name the field and the remedy', async () => {
  const { account: { api_key: _, ...account }, ...members } = config('wechat')
  assert.throws(() => new Client({ ...members, account }), error =>
    error instanceof ChexiaoError && error.kind === 'config' && error.field === 'account.api_key' && error.hint !== '')
  const client = new Client(config('wechat'))
  client.free()
  client.free()
  await assert.rejects(client.close(order('A')), { kind: 'handle', status: -3 })
  await assert.rejects(client.send(undefined), { kind: 'handle' })
  assert.throws(() => new Client(undefined), { kind: 'config' })
})

test('nothing that is inspected shows a secret', () => {
  const told = config('wechat')
  const client = new Client(told)
  const request = client.sign({ operation: 'close', order: order('A') })
  const [, sign] = /<sign>([^<]{32,})<\/sign>/.exec(request.body.toString())
  const shown = [client, request].map(it => `${it} ${inspect(it, { depth: 9, showHidden: true })}`).join()
  assert.ok(told.account.api_key.length >= 16)
  assert.ok(!shown.includes(sign) && !shown.includes(told.account.api_key))
})

test('what is out is never an error', () => {
  const client = new Client(config('wechat'))
  const request = client.sign({ operation: 'close', order: order('A') })
  client.free()
  const reply = { status: 200, headers: {}, body: Buffer.alloc(0) }
  const { outcome, code, next, reason } = client.verify(request, reply)
  assert.deepStrictEqual([outcome, code, next, reason], ['unknown', 9, 'query', 'input'])
  assert.strictEqual(client.verifyCall(request, reply).code, 9)
})

test('what a later library says is read as the safest that is known', () => {
  const later = outcomeOf({ outcome: 'reopened', code: 12, next: 'done', retry: 'same_request', confirm: 'not_needed', evidence: 'signed_bound' })
  assert.deepStrictEqual([later.outcome, later.code, later.next, later.retry, later.confirm], ['unknown', 9, 'query', 'never', 'required'])
  assert.strictEqual(outcomeOf({ outcome: 'closed', code: 1, next: 'celebrate' }).next, 'query')
})

test('a call of which the library cannot tell is unknown', () => {
  for (const list of [{ error: 'panic', message: 'm' }, [], null]) {
    const { status, document } = ended(list)
    const { outcome, next, sent } = outcomeOf(document)
    assert.deepStrictEqual([status, outcome, next, sent], [9, 'unknown', 'query', 'maybe'])
  }
  assert.deepStrictEqual(ended([{ tag: 0, status: -5, document: {} }]).status, -5)
})

test('what a worker leaves open is freed with it', async () => {
  const text = `
    const { parentPort, workerData } = require('node:worker_threads')
    require(${JSON.stringify(path.join(__dirname, '..'))})
    const native = require(${JSON.stringify(path.join(__dirname, '../chexiao.node'))})
    parentPort.postMessage(native.open(workerData)[2])`
  const worker = new Worker(text, { eval: true, workerData: JSON.stringify(config('wechat')) })
  const left = new Promise(resolve => worker.once('exit', resolve))
  const handle = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  await left
  const [status] = native.sign(handle, JSON.stringify({ operation: 'close', order: order('A') }))
  assert.ok(handle > 0)
  assert.strictEqual(status, -3)
})

test('a diagnosis and a worker', async () => {
  const found = await diagnose(config('edgeros'))
  assert.ok(found.worst !== 'failure' && found.steps.length > 2)
  assert.strictEqual((await diagnose('no json')).worst, 'failure')
  await new Client(config('edgeros')).warm()
  const text = `const { Client } = require(${JSON.stringify(path.resolve(__dirname, '..'))}), { parentPort, workerData } = require('node:worker_threads')
    const client = new Client(workerData[0])
    client.close(workerData[1]).then(outcome => parentPort.postMessage(outcome.outcome))
    client.close(workerData[2]) // its worker ends before it does`
  const worker = new Worker(text, { eval: true, workerData: [config('wechat'), order('A'), order('DELAY')] })
  assert.strictEqual(await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject)), 'closed')
  await worker.terminate()
})
