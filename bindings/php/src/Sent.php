<?php

declare(strict_types=1);

namespace Chexiao;

/** Whether a whole reply came back. */
enum Sent: string
{
    /** It did. */
    case Answered = 'answered';
    /** It did not. The request may still have been handled. */
    case Maybe = 'maybe';
}
