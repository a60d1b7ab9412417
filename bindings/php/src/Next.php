<?php

declare(strict_types=1);

namespace Chexiao;

/** What the merchant does next. Only `Done` and `FulfilOrRefund` are settled. */
enum Next: string
{
    // words: next
    /** Nothing is left to do. */
    case Done = 'done';
    /** Ask the gateway for the order's state before relying on what was said. */
    case Confirm = 'confirm';
    /** Deliver, or give the money back. */
    case FulfilOrRefund = 'fulfil_or_refund';
    /** Ask the gateway for the order's state; keep the goods. */
    case Query = 'query';
    /** Check order number, merchant and environment. */
    case CheckOrder = 'check_order';
    /** Stop and mend the configuration; never repeat blindly. */
    case Fix = 'fix';
    /** Wait, then call again with a new message id. */
    case RetryLater = 'retry_later';
    /** Close it. */
    case Close = 'close';
    /** Compare with the books; neither deliver nor refund again. */
    case Reconcile = 'reconcile';
    /** Ask what became of the refund, by its own number; never refund under another number. */
    case RefundQuery = 'refund_query';
    // end of words
}
