<?php

declare(strict_types=1);

namespace Chexiao;

use Chexiao\Internal\Document;
use Chexiao\Internal\Failure;
use Chexiao\Internal\Native;

/** Many calls under way at once, from one process: submitted with a tag each, and taken as they finish. */
final class Queue implements \Countable
{
    /** So often a signal's handler can run while `take` waits. */
    private const LOOK_MS = 1000;

    private int $handle;
    private int $process;
    /** @var array<int, int|string> of the calls that were not taken, by their numbers */
    private array $tags = [];
    private int $last = 0;
    /** @var list<Finished> what is left of a queue that failed */
    private array $left = [];

    /**
     * @param int $capacity so many calls, each with a connection of its own, can be submitted and not taken
     * @throws ChexiaoException
     */
    public function __construct(int $capacity = 64)
    {
        $this->handle = Native::queue($capacity);
        $this->process = getmypid();
    }

    /**
     * Begins what `Client::send` or `call` would do, and does not wait for the network.
     *
     * @param array<string, mixed>|string $call or its JSON
     * @param int|string $tag comes back with it
     * @throws ChexiaoException nothing was sent, and the tag does not come back; `NotSentException`: the queue is full, take first
     */
    public function submit(Client $client, #[\SensitiveParameter] array|string $call, int|string $tag): void
    {
        $this->forked();
        Failure::in(Native::submit($this->handle, $client->handle(), ++$this->last, Document::of($call)));
        $this->tags[$this->last] = $tag;
    }

    /**
     * The next call that has finished; null where none is left, or none finishes in time.
     *
     * @param ?int $timeoutMs how long to wait; null: as long as it takes, which every call's deadline bounds
     */
    public function take(?int $timeoutMs = null): ?Finished
    {
        $this->forked();
        $until = $timeoutMs === null ? INF : hrtime(true) / 1e6 + $timeoutMs;
        while ($this->left === [] && $this->tags !== []) {
            $rest = max(0, min(self::LOOK_MS, $until - hrtime(true) / 1e6));
            [$taken, $number, $status, $told] = Native::take($this->handle, (int) ceil($rest));
            if ($taken < 0) {
                $this->left = $this->end();
            } elseif ($told !== null && isset($this->tags[$number])) { // else a signal's handler has ended them
                return $this->finished($number, $status, $told);
            } elseif ($rest <= 0) {
                return null;
            }
        }
        return array_shift($this->left);
    }

    /** How many were submitted and not taken. */
    public function count(): int
    {
        $this->forked();
        return count($this->tags) + count($this->left);
    }

    /**
     * For `stream_select`: readable while `take(0)` has something to do. Of the command line alone, as `php://fd` is.
     *
     * @return resource
     */
    public function stream()
    {
        return fopen('php://fd/' . Native::descriptor($this->handle), 'r');
    }

    /**
     * Ends it and the calls in it now, and says what became of each: what has not begun is never sent, what has is `unknown`.
     *
     * @return list<Finished>
     */
    public function end(): array
    {
        $this->forked();
        [$status, $list] = Native::freeQueue($this->handle);
        $this->handle = 0;
        $all = $this->left;
        foreach ($status < 0 ? [] : $list as ['tag' => $number, 'status' => $ended, 'document' => $told]) {
            $all[] = $this->finished($number, $ended, $told);
        }
        foreach ($this->tags as $number => $tag) {
            $all[] = $this->finished($number, Code::Unknown->value, ['sent' => 'maybe', 'reason' => 'defect']);
        }
        $this->left = [];
        return $all;
    }

    private function finished(int $number, int $status, array $told): Finished
    {
        $tag = $this->tags[$number];
        unset($this->tags[$number]);
        return new Finished($tag, $status, $told);
    }

    /** The calls are those of the process that submitted them. */
    private function forked(): void
    {
        if ($this->process !== getmypid()) {
            $this->process = getmypid();
            $this->tags = $this->left = [];
        }
    }

    public function __destruct()
    {
        Native::freeQueue($this->handle);
    }

    public function __debugInfo(): array
    {
        return ['count' => $this->count()];
    }

    public function __serialize(): array
    {
        throw new \LogicException('a queue belongs to its process');
    }

    private function __clone()
    {
    }
}
