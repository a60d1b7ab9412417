<?php

declare(strict_types=1);

namespace Chexiao;

/** Whether a query should confirm it. */
enum Confirm: string
{
    // words: confirm
    /** The reply is the last word. */
    case NotNeeded = 'not_needed';
    /** The reply leaves room for a mistake (of ours, such as a wrong order number) or does not name the order. */
    case Recommended = 'recommended';
    /** The reply alone does not settle it. */
    case Required = 'required';
    // end of words
}
