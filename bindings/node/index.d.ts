/// <reference types="node" />

/** An outcome as a word. */
export type OutcomeWord =
  // words: outcomes
  /** An authentic reply says the order is closed now. Settled only where `next` is `done`; else query. */
  | 'closed'
  /** It was closed, failed or cancelled before. Settled only where `next` is `done`; else query. */
  | 'already_closed'
  /** Money was taken; the order is not closed. Where `next` is `confirm`, query before delivering or refunding. */
  | 'paid'
  /** The buyer or the bank is in the middle. Query later and keep the goods. */
  | 'processing'
  /** The gateway knows no such order. Check order number, merchant and environment. */
  | 'not_found'
  /** The gateway refused, without saying that it is paid or closed. Query the order. */
  | 'refused'
  /** The gateway did not execute the request: signature, key, field, permission or clock. Mend the configuration before trying again. */
  | 'misconfigured'
  /** Too many requests; not executed. Wait, then call again. */
  | 'throttled'
  /** Everything else, and the default: the close may have happened. Query the order. */
  | 'unknown'
  /** The order stands and can still be closed. */
  | 'open'
  /** Money was taken and given back, in part or whole. Compare with the books; neither deliver nor refund again. */
  | 'refunded'
  // end of words

/** What the merchant does next. Only `done` and `fulfil_or_refund` are settled. */
export type Next =
  // words: next
  /** Nothing is left to do. */
  | 'done'
  /** Ask the gateway for the order's state before relying on what was said. */
  | 'confirm'
  /** Deliver, or give the money back. */
  | 'fulfil_or_refund'
  /** Ask the gateway for the order's state; keep the goods. */
  | 'query'
  /** Check order number, merchant and environment. */
  | 'check_order'
  /** Stop and mend the configuration; never repeat blindly. */
  | 'fix'
  /** Wait, then call again with a new message id. */
  | 'retry_later'
  /** Close it. */
  | 'close'
  /** Compare with the books; neither deliver nor refund again. */
  | 'reconcile'
  /** Ask what became of the refund, by its own number; never refund under another number. */
  | 'refund_query'
  // end of words

/** Whether the same call may be sent again. */
export type Retry =
  // words: retry
  /** Not by a program. */
  | 'never'
  /** As a new call: nothing was executed, or the gateway documents the repetition as harmless. */
  | 'same_request'
  /** Only once a query has shown that the order still stands. */
  | 'after_query'
  // end of words

/** Whether a query should confirm it. */
export type Confirm =
  // words: confirm
  /** The reply is the last word. */
  | 'not_needed'
  /** The reply leaves room for a mistake (of ours, such as a wrong order number) or does not name the order. */
  | 'recommended'
  /** The reply alone does not settle it. */
  | 'required'
  // end of words

/** What stands behind it. */
export type Evidence =
  // words: evidence
  /** Nothing that could be checked. */
  | 'none'
  /** The gateway signs nothing; the reply came over TLS. It names this call, unless it refuses to look at it. */
  | 'tls_only'
  /** Signed by the gateway, but the format does not name the order. */
  | 'signed_unbound'
  /** Signed by the gateway and naming this very order. */
  | 'signed_bound'
  // end of words

/** What an amount counts. */
export type Unit =
  // words: units
  /** A hundredth of a yuan, or of the unit of another currency. */
  | 'fen'
  /** Whole yuan, with decimals. */
  | 'yuan'
  // end of words

/** The kind of an error. */
export type Kind =
  // words: errors
  /** A pointer that must not be null is null. */
  | 'null'
  /** Bytes that are not UTF-8, a NUL inside a text, or an impossible length. */
  | 'utf8'
  /** A client that was freed or never was one, or too many clients. */
  | 'handle'
  /** The call: an order field is missing, too long, or holds characters the gateway does not take. */
  | 'call'
  /** The configuration: a key does not load, a setting is unknown or out of range. */
  | 'config'
  /** Understood, but this library does not do it, for the reason given. */
  | 'unsupported'
  /** The host name did not resolve. */
  | 'dns'
  /** No TCP connection. */
  | 'connect'
  /** No TLS session, or a certificate that is not trusted. */
  | 'tls'
  /** Anything else that happened before the request could be sent. */
  | 'not_sent'
  /** A defect of this library, stopped at its border. While sending it is an Unknown outcome instead. */
  | 'panic'
  // end of words

/** Nothing was sent: the order is as it was. No secret, key or order is in it. */
export class ChexiaoError extends Error {
  readonly kind: Kind
  /** The kind as the negative number of the C interface. */
  readonly status: number
  /** The path of what is at fault, such as `order.out_trade_no`. */
  readonly field: string
  readonly hint: string
  /** Why a key was refused. */
  readonly reason: string | null
}

export interface GatewayWords {
  readonly code: string | null
  readonly sub_code: string | null
  readonly status: string | null
  readonly message: string | null
}

export interface Explanation { readonly en: string, readonly zh: string }

/** What happened to the order, as far as it is proven: the result JSON of the other languages. Act on `next`. */
export interface Outcome {
  readonly outcome: OutcomeWord
  readonly code: number
  readonly next: Next
  readonly retry: Retry
  readonly retry_after_ms: number | null
  readonly confirm: Confirm
  readonly evidence: Evidence
  readonly sent: 'answered' | 'maybe'
  readonly reason: string | null
  readonly contradiction: boolean
  readonly hint: OutcomeWord | null
  readonly gateway: GatewayWords
  readonly msg_id: string
  readonly http_status: number | null
  readonly elapsed_ms: number
  readonly raw_base64: string
  readonly explanation: Explanation
}

/** What came of a call of any other API: authentic where `code` is 0, else 9: it may have been executed, and nothing is proven. */
export interface Answer {
  readonly code: 0 | 9
  readonly verified: Readonly<Record<string, string>> | null
  readonly evidence: Evidence
  readonly sent: 'answered' | 'maybe'
  readonly reason: string | null
  readonly gateway: GatewayWords
  readonly msg_id: string
  readonly http_status: number | null
  readonly elapsed_ms: number
  readonly file: { readonly path: string, readonly bytes: number, readonly sha256: string } | null
  readonly raw_base64: string
  readonly explanation: Explanation
}

/** A complete HTTP answer for the gateway, to be sent as it is. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body_base64: string
}

/** What a notification is taken for. Store it, then answer with `acknowledge`. */
export interface Notice {
  readonly event: OutcomeWord
  readonly code: number
  readonly evidence: Evidence
  readonly confirm: Confirm
  readonly reason: string | null
  readonly hint: OutcomeWord | null
  readonly contradiction: boolean
  readonly order: Readonly<Record<string, string>>
  readonly amount: { readonly text: string, readonly unit: Unit } | null
  readonly time: string | null
  readonly fields: Readonly<Record<string, string>>
  readonly gateway: GatewayWords
  readonly dedupe: string | null
  readonly explanation: Explanation
  readonly acknowledge: HttpAnswer | null
  readonly refuse: HttpAnswer
}

/** A signed request, to be sent as it is, once. Inspected, it shows neither headers nor body; its JSON does. */
export class Request {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly msg_id: string
}

type Headers = Record<string, string | string[] | undefined>
type Order = Record<string, string>
/** A call as the project's README has it: `{operation, order, …}`, or its JSON. */
export type Call = { operation: string, order?: Order, [member: string]: unknown } | string
export interface Waiting { signal?: AbortSignal }

/** One merchant account at one gateway. */
export class Client {
  /** From an object, or its JSON. Loads the keys; makes no connection. Throws ChexiaoError. */
  constructor(config: object | string)
  static fromFile(path: string): Client
  /**
   * Signs, sends once, verifies and interprets. Rejects with a ChexiaoError: nothing was sent. A signal that is aborted before the first
   * byte is such an error, with its reason as `cause`; after that the outcome is `unknown` for the reason `interrupted`.
   */
  close(order: Order, waiting?: Waiting): Promise<Outcome>
  query(order: Order, waiting?: Waiting): Promise<Outcome>
  ensureClosed(order: Order, waiting?: Waiting): Promise<Outcome>
  send(call: Call, waiting?: Waiting): Promise<Outcome>
  /** Any other API: `{operation: 'call', api, fields, …}` (docs/calls.md). */
  call(call: Call, waiting?: Waiting): Promise<Answer>
  sign(call: Call): Request
  /** The request is out: never an error. */
  verify(request: Request, reply: { status: number, headers: Headers, body: Uint8Array }): Outcome
  verifyCall(request: Request, reply: { status: number, headers: Headers, body: Uint8Array }): Answer
  notification(message: { headers: Headers, body: Uint8Array, url?: string, expect?: Record<string, string> }): Notice
  /** Connects, on a thread of libuv's pool. */
  warm(): Promise<void>
  encryptField(text: string): string
  decryptField(field: string): string
  /** Wipes the keys. Calls that run finish; later ones are an error of the kind `handle`. */
  free(): void
}

/** Why a configuration does not work, step by step (docs/troubleshooting.md), on a thread of libuv's pool. */
export function diagnose(config: object | string): Promise<{ worst: string, cause: string | null, steps: object[], elapsed_ms: number }>
export function gateways(): object[]
export function version(): string
