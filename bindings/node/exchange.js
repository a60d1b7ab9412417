'use strict'

const { inspect } = require('node:util')

/** A signed request. Inspected, it shows neither headers nor body, which hold the signature and the order. */
class Request {
  constructor (told, call) {
    const { method, url, headers, body_base64: body, msg_id: id } = told
    Object.assign(this, { method, url, headers, body: Buffer.from(body, 'base64'), msg_id: id })
    Object.defineProperty(this, 'call', { value: call })
    Object.freeze(this)
  }

  toString () { return `chexiao.Request ${this.method} ${this.url.split('?')[0]}, msg_id ${this.msg_id}` }
  [inspect.custom] () { return `<${this}>` }
  toJSON () {
    return { method: this.method, url: this.url, headers: this.headers, body_base64: this.body.toString('base64'), msg_id: this.msg_id }
  }
}

exports.Request = Request

/** What chexiao_verify takes. */
exports.exchange = (request, { status, headers, body }) =>
  `{"call":${request.call},"request":${JSON.stringify(request)},"reply":${JSON.stringify({ status, ...posted(headers, body) })}}`

/** What chexiao_verify_notification takes. */
exports.message = ({ headers, body, url, expect }) => JSON.stringify({ ...posted(headers, body), url, expect })

function posted (headers = {}, body = '') {
  const one = Object.entries(headers).filter(([, value]) => value !== undefined)
  return {
    headers: Object.fromEntries(one.map(([name, value]) => [name, [].concat(value).join(', ')])),
    body_base64: Buffer.from(body).toString('base64')
  }
}
