<?php

declare(strict_types=1);

namespace Chexiao;

/** Whether the same call may be sent again. */
enum Retry: string
{
    // words: retry
    /** Not by a program. */
    case Never = 'never';
    /** As a new call: nothing was executed, or the gateway documents the repetition as harmless. */
    case SameRequest = 'same_request';
    /** Only once a query has shown that the order still stands. */
    case AfterQuery = 'after_query';
    // end of words
}
