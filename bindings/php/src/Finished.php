<?php

declare(strict_types=1);

namespace Chexiao;

/** A call that a queue has given back. */
final class Finished
{
    /** @internal */
    public function __construct(public readonly int|string $tag, private readonly int $status, private readonly array $told)
    {
    }

    /**
     * Of a call about an order.
     *
     * @throws ChexiaoException nothing was sent
     */
    public function outcome(): Outcome
    {
        return Outcome::of($this->told());
    }

    /**
     * Of a call of any other API.
     *
     * @throws ChexiaoException nothing was sent
     */
    public function answer(): Answer
    {
        return Answer::of($this->told());
    }

    private function told(): array
    {
        return $this->status < 0 ? throw Internal\Failure::of($this->told) : $this->told;
    }

    public function __debugInfo(): array
    {
        return ['tag' => $this->tag, 'status' => $this->status];
    }
}
