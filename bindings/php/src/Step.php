<?php

declare(strict_types=1);

namespace Chexiao;

/** One step of a diagnosis. */
final class Step
{
    private function __construct(
        public readonly string $step,
        public readonly ?string $field,
        public readonly string $state,
        public readonly ?string $finding,
        public readonly mixed $found,
        public readonly mixed $remedy,
        public readonly mixed $facts,
    ) {
    }

    /** @internal */
    public static function of(array $told): self
    {
        $member = static fn (string $name): mixed => $told[$name] ?? null;
        return new self($told['step'], $member('field'), $told['state'], $member('finding'), $member('found'), $member('remedy'), $member('facts'));
    }
}
