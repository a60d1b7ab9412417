<?php

declare(strict_types=1);

namespace Chexiao;

/** An outcome. The numbers are fixed for ever. */
enum Code: int
{
    // words: outcomes
    /** An authentic reply says the order is closed now. Settled only where `next` is `done`; else query. */
    case Closed = 1;
    /** It was closed, failed or cancelled before. Settled only where `next` is `done`; else query. */
    case AlreadyClosed = 2;
    /** Money was taken; the order is not closed. Where `next` is `confirm`, query before delivering or refunding. */
    case Paid = 3;
    /** The buyer or the bank is in the middle. Query later and keep the goods. */
    case Processing = 4;
    /** The gateway knows no such order. Check order number, merchant and environment. */
    case NotFound = 5;
    /** The gateway refused, without saying that it is paid or closed. Query the order. */
    case Refused = 6;
    /** The gateway did not execute the request: signature, key, field, permission or clock. Mend the configuration before trying again. */
    case Misconfigured = 7;
    /** Too many requests; not executed. Wait, then call again. */
    case Throttled = 8;
    /** Everything else, and the default: the close may have happened. Query the order. */
    case Unknown = 9;
    /** The order stands and can still be closed. */
    case Open = 10;
    /** Money was taken and given back, in part or whole. Compare with the books; neither deliver nor refund again. */
    case Refunded = 11;
    // end of words

    /** Such as `already_closed`. */
    public function word(): string
    {
        return match ($this) {
            // words: codes
            self::Closed => 'closed',
            self::AlreadyClosed => 'already_closed',
            self::Paid => 'paid',
            self::Processing => 'processing',
            self::NotFound => 'not_found',
            self::Refused => 'refused',
            self::Misconfigured => 'misconfigured',
            self::Throttled => 'throttled',
            self::Unknown => 'unknown',
            self::Open => 'open',
            self::Refunded => 'refunded',
            // end of words
        };
    }

    public static function tryFromWord(string $word): ?self
    {
        foreach (self::cases() as $code) {
            if ($code->word() === $word) {
                return $code;
            }
        }
        return null;
    }
}
