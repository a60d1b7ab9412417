'use strict'

const fs = require('node:fs')
const { inspect } = require('node:util')
const native = require('./chexiao.node')
const calls = require('./calls')
const { Request, exchange, message } = require('./exchange')
const { ChexiaoError, answerOf, failure, noticeOf, outcomeOf, unread } = require('./outcome')

// A net, for who forgets free.
const forgotten = new FinalizationRegistry(handle => native.free(handle))

/** One merchant account at one gateway: index.d.ts says what each method does. */
class Client {
  #handle = 0

  constructor (config) {
    const [status, json, handle] = native.open(document(config))
    said(status, json)
    this.#handle = handle
    forgotten.register(this, handle, this)
  }

  static fromFile (path) { return new this(fs.readFileSync(path, 'utf8')) }

  close (order, waiting) { return this.send({ operation: 'close', order }, waiting) }
  query (order, waiting) { return this.send({ operation: 'query', order }, waiting) }
  ensureClosed (order, waiting) { return this.send({ operation: 'ensure_closed', order }, waiting) }

  async send (call, waiting) { return outcomeOf((await calls.run(this.#handle, document(call), waiting)).document) }
  async call (call, waiting) { return answerOf((await calls.run(this.#handle, document(call), waiting)).document) }

  sign (call) {
    const text = document(call)
    return new Request(said(...native.sign(this.#handle, text)), text)
  }

  verify (request, reply) { return outcomeOf(this.#judged(request, reply)) }
  verifyCall (request, reply) { return answerOf(this.#judged(request, reply)) }

  #judged (request, reply) {
    const [status, json] = native.verify(this.#handle, exchange(request, reply))
    return status < 0 ? unread : JSON.parse(json)
  }

  notification (incoming) { return noticeOf(said(...native.notification(this.#handle, message(incoming)))) }

  async warm () { said(...await native.warm(this.#handle, '')) }

  encryptField (text) { return said(...native.encryptField(this.#handle, text)).text }
  decryptField (field) { return said(...native.decryptField(this.#handle, field)).text }

  free () {
    forgotten.unregister(this)
    native.free(this.#handle)
    this.#handle = 0
  }

  [inspect.custom] () { return '<chexiao.Client>' }
}

/** The document; an error thrown. */
function said (status, json) {
  const told = JSON.parse(json)
  if (status < 0) throw failure(status, told)
  return told
}

function document (value) { return typeof value === 'string' ? value : JSON.stringify(value) ?? 'null' }

async function diagnose (config) {
  const [status, json] = await native.diagnose(0, document(config))
  const told = JSON.parse(json)
  if (told.worst === undefined) throw failure(status, told)
  return told
}

module.exports = {
  Client,
  ChexiaoError,
  Request,
  diagnose,
  gateways: () => said(...native.gateways(0, '')),
  version: native.version
}
