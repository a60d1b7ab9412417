<?php

declare(strict_types=1);

namespace Chexiao;

/** What an amount counts. */
enum Unit: string
{
    // words: units
    /** A hundredth of a yuan, or of the unit of another currency. */
    case Fen = 'fen';
    /** Whole yuan, with decimals. */
    case Yuan = 'yuan';
    // end of words
}
