<?php

declare(strict_types=1);

namespace Chexiao;

/** A file that was downloaded, whole. */
final class SavedFile
{
    private function __construct(public readonly string $path, public readonly int $bytes, public readonly string $sha256)
    {
    }

    /** @internal */
    public static function of(array $told): self
    {
        return new self($told['path'], $told['bytes'], $told['sha256']);
    }
}
