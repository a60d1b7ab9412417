'use strict'

// What of the calls that wait for the network is JavaScript's: who waits for which.
const fs = require('node:fs')
const native = require('./chexiao.node')
const { ended, failure, notBegun } = require('./outcome')

// A call under way has three descriptors, and may have half of what there are; others wait for their turn.
const [, soft] = /^Max open files +(\d+)/m.exec(fs.readFileSync('/proc/self/limits', 'latin1')) ?? []
const most = Math.max(1, Math.min(4096, Math.floor((soft ?? Infinity) / 6)))

const waiting = new Map()
const queue = []
let last = 0

native.listen((id, [status, json], wasEnded) => {
  const { resolve, reject, signal, onAbort } = waiting.get(id)
  waiting.delete(id)
  signal?.removeEventListener('abort', onAbort)
  next()
  const told = wasEnded ? ended(JSON.parse(json)) : { status, document: JSON.parse(json) }
  if (told.status < 0) reject(failure(told.status, told.document, wasEnded ? signal.reason : undefined))
  else resolve(told)
})

/** What chexiao_send returns, and its document. */
exports.run = (client, text, options = {}) => new Promise((resolve, reject) => {
  const { signal } = options
  // A signal in their place, or under another name, would end nothing, and nobody would hear of it.
  if (options instanceof AbortSignal || Object.keys(options).some(name => name !== 'signal')) {
    throw new TypeError('the options of a call are { signal }')
  }
  if (signal?.aborted) return reject(notBegun(signal.reason))
  const call = { id: ++last, client, text, resolve, reject, signal, hasBegun: false }
  call.onAbort = () => {
    if (call.hasBegun) return native.end(call.id)
    queue.splice(queue.indexOf(call), 1)
    reject(notBegun(signal.reason))
  }
  signal?.addEventListener('abort', call.onAbort, { once: true })
  queue.push(call)
  next()
})

function next () {
  while (queue.length > 0 && waiting.size < most) {
    const call = queue.shift()
    call.hasBegun = true
    waiting.set(call.id, call)
    native.begin(call.id, call.client, call.text)
  }
}
