'use strict'

// words: lists
exports.codes = { closed: 1, already_closed: 2, paid: 3, processing: 4, not_found: 5, refused: 6, misconfigured: 7, throttled: 8, unknown: 9, open: 10, refunded: 11 };
exports.kinds = { null: -1, utf8: -2, handle: -3, call: -10, config: -11, unsupported: -12, dns: -20, connect: -21, tls: -22, not_sent: -23, panic: -90 };
exports.nexts = ['done', 'confirm', 'fulfil_or_refund', 'query', 'check_order', 'fix', 'retry_later', 'close', 'reconcile', 'refund_query'];
exports.retries = ['never', 'same_request', 'after_query'];
exports.confirms = ['not_needed', 'recommended', 'required'];
exports.evidences = ['none', 'tls_only', 'signed_unbound', 'signed_bound'];
// end of words
