'use strict'

// Does what tests/c/program.py asks: reads netstrings, each time a verb and a text, and answers with two, status and document, which it
// writes anew from what the package gives.
const { Client, ChexiaoError } = require('..')

let client, request

const verbs = {
  open (text) { client?.free(); return verbs.another(text) },
  another (text) { client = undefined; client = new Client(text); return [0, {}] },
  async warm () { await client.warm(); return [0, {}] },
  sign (text) { request = client.sign(text); return [0, request] },
  async send (text) { return coded(await client.send(text)) },
  verify (text) { return coded(client.verify(request, posted(JSON.parse(text).reply))) },
  verify_call (text) { return coded(client.verifyCall(request, posted(JSON.parse(text).reply))) },
  notification (text) { return coded(client.notification(posted(JSON.parse(text)))) }
}

const coded = told => [told.code, told]
const posted = ({ body_base64: body, ...others }) => ({ ...others, body: Buffer.from(body, 'base64') })

async function answer (verb, text) {
  try {
    return await verbs[verb](text)
  } catch (error) {
    if (!(error instanceof ChexiaoError)) throw error
    return [error.status, error]
  }
}

async function main () {
  let input = Buffer.alloc(0)
  const texts = []
  for await (const chunk of process.stdin) {
    input = Buffer.concat([input, chunk])
    for (let colon; (colon = input.indexOf(':')) > 0;) {
      const end = colon + 1 + Number(input.subarray(0, colon))
      if (input.length <= end) break
      texts.push(input.toString('utf8', colon + 1, end))
      input = input.subarray(end + 1)
      if (texts.length < 2) continue
      const [status, told] = await answer(...texts.splice(0))
      const document = Buffer.from(JSON.stringify(told))
      process.stdout.write(`${String(status).length}:${status},${document.length}:${document},`)
    }
  }
}

main()
