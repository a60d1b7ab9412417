<?php

declare(strict_types=1);

namespace Chexiao;

/** An amount as the gateway wrote it. */
final class Amount
{
    private function __construct(public readonly string $text, public readonly Unit $unit)
    {
    }

    /** @internal Null for a unit of a later library: an amount in nobody knows what is none. */
    public static function of(array $told): ?self
    {
        $unit = Unit::tryFrom($told['unit']);
        return $unit === null ? null : new self($told['text'], $unit);
    }
}
