'use strict'

const words = require('./words')

/** Nothing was sent: the order is as it was. */
class ChexiaoError extends Error {
  constructor (kind, status, message, { field = '', hint = '', reason = null } = {}, cause) {
    super(`${kind} error: ${field ? `${field}: ` : ''}${message}${hint ? ` (${hint})` : ''}`, cause === undefined ? undefined : { cause })
    Object.assign(this, { name: 'ChexiaoError', kind, status, field, hint, reason })
    Object.defineProperty(this, 'said', { value: message })
  }

  toJSON () {
    const { kind, status, reason, field, said, hint } = this
    return { error: kind, status, reason, field, message: said, hint }
  }
}

exports.ChexiaoError = ChexiaoError

exports.failure = (status, told, cause) => new ChexiaoError(told.error, status, told.message, told, cause)

exports.notBegun = cause => new ChexiaoError('not_sent', words.kinds.not_sent, 'it was aborted before it began', {}, cause)

const UNREAD = { outcome: 'unknown', code: words.codes.unknown, next: 'query', retry: 'never', confirm: 'required', evidence: 'none' }

/** Of a document of the library, what this version does not know read as the safest that it does. */
exports.outcomeOf = told => {
  const known = told.code !== undefined && words.codes[told.outcome] === told.code
  const read = known ? told : { ...told, ...UNREAD }
  return frozen({
    ...read,
    next: oneOf(words.nexts, read.next, 'query'),
    retry: oneOf(words.retries, read.retry, 'never'),
    confirm: oneOf(words.confirms, read.confirm, 'required'),
    evidence: oneOf(words.evidences, read.evidence, 'none')
  })
}

exports.noticeOf = told => {
  const known = words.codes[told.event] === told.code && words.evidences.includes(told.evidence)
  return frozen(known ? told : { ...told, event: 'unknown', code: words.codes.unknown, evidence: 'none', confirm: 'required' })
}

exports.answerOf = told => {
  const proven = told.code === 0 && words.evidences.includes(told.evidence) && told.evidence !== 'none'
  return frozen(proven ? told : { ...told, code: words.codes.unknown, verified: null, evidence: 'none' })
}

/** For who is out and cannot be judged: never an error. */
exports.unread = { sent: 'answered', reason: 'input' }

/** Of the list that chexiao_queue_free gave. Where the call is not in it, that may have been sent. */
exports.ended = list => {
  const [one] = Array.isArray(list) ? list : []
  return one ?? { status: words.codes.unknown, document: { sent: 'maybe', reason: 'defect' } }
}

function oneOf (all, word, otherwise) {
  return all.includes(word) ? word : otherwise
}

function frozen (value) {
  for (const inner of Object.values(value)) if (inner && typeof inner === 'object') frozen(inner)
  return Object.freeze(value)
}
