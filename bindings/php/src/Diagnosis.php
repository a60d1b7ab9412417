<?php

declare(strict_types=1);

namespace Chexiao;

/** Why a configuration does not work: docs/troubleshooting.md lists the findings. */
final class Diagnosis
{
    /** @param list<Step> $steps */
    private function __construct(
        public readonly string $worst,
        public readonly ?string $cause,
        public readonly int $status,
        public readonly array $steps,
        public readonly int $elapsedMs,
    ) {
    }

    /** @internal */
    public static function of(array $told): self
    {
        return new self($told['worst'], $told['cause'], $told['status'], array_map(Step::of(...), $told['steps']), $told['elapsed_ms']);
    }
}
