<?php

declare(strict_types=1);

namespace Chexiao;

/** What happened and what to do, for people. */
final class Explanation
{
    private function __construct(public readonly string $en, public readonly string $zh)
    {
    }

    /** @internal */
    public static function of(array $told): self
    {
        return new self($told['en'] ?? '', $told['zh'] ?? '');
    }
}
