<?php

declare(strict_types=1);

namespace Chexiao;

use Chexiao\Internal\Document;
use Chexiao\Internal\Failure;
use Chexiao\Internal\Native;
use Chexiao\Internal\Signals;

/**
 * Many calls under way at once, from one process: submitted with a tag each, and taken as they finish.
 *
 * What was not taken when the object goes is lost, though it may have happened: call `end` first. PHP is warned of it.
 */
final class Queue implements \Countable
{
    /** So often a signal's handler can run while `take` waits. */
    private const LOOK_MS = 1000;

    private int $handle;
    private int $process;
    /** @var array<int, int|string> of the calls that have not finished, by their numbers */
    private array $tags = [];
    private int $last = 0;
    /** @var array<int, Finished> what has finished and is not given out */
    private array $left = [];

    /**
     * @param int $capacity so many calls, each with a connection of its own, can be submitted and not taken
     * @throws ChexiaoException
     */
    public function __construct(int $capacity = 64)
    {
        if ($capacity < 1 || $capacity > 0xFFFFFFFF) { // FFI would cut it
            throw new CallException(Kind::Call, 'a queue holds 1 call or more', 'capacity');
        }
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
        $text = Document::of($call);
        Signals::held(function () use ($client, $text, $tag): void {
            $this->tags[++$this->last] = $tag;
            $answer = Native::submit($this->handle, $client->handle(), $this->last, $text);
            if ($answer[0] < 0) {
                unset($this->tags[$this->last]);
                throw Failure::of($answer[1]);
            }
        });
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
        $late = false;
        while ($this->left !== [] || $this->tags !== []) {
            foreach ($this->left as $at => $finished) { // no call from here on, after which a signal's handler could throw and lose it
                unset($this->left[$at]);
                return $finished;
            }
            if ($late) {
                return null;
            }
            $rest = max(0, min(self::LOOK_MS, $until - hrtime(true) / 1e6));
            $late = $rest <= 0;
            Signals::held(fn () => $this->look((int) ceil($rest)));
        }
        return null;
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
        Signals::held(fn () => $this->finish());
        $all = [];
        foreach ($this->left as $finished) { // as in take
            $all[] = $finished;
        }
        $this->left = [];
        return $all;
    }

    private function look(int $waitMs): void
    {
        [$taken, $number, $status, $told] = Native::take($this->handle, $waitMs);
        if ($taken < 0) {
            $this->finish();
        } elseif ($told !== null) {
            $this->finished($number, $status, $told);
        }
    }

    /** Of a call that the library does not tell of, nothing is known. */
    private function finish(): void
    {
        [$status, $list] = Native::freeQueue($this->handle);
        $this->handle = 0;
        foreach ($status < 0 ? [] : $list as ['tag' => $number, 'status' => $ended, 'document' => $told]) {
            $this->finished($number, $ended, $told);
        }
        foreach ($this->tags as $number => $tag) {
            $this->finished($number, Code::Unknown->value, ['sent' => 'maybe', 'reason' => 'defect']);
        }
    }

    /** A number that it does not know is nobody's. */
    private function finished(int $number, int $status, array $told): void
    {
        if (isset($this->tags[$number])) {
            $this->left[] = new Finished($this->tags[$number], $status, $told);
            unset($this->tags[$number]);
        }
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
        $lost = $this->count();
        Native::freeQueue($this->handle);
        if ($lost > 0) {
            trigger_error("$lost calls of a chexiao queue were not taken, and what became of them is lost: query, and call end() first", E_USER_WARNING);
        }
    }

    public function __debugInfo(): array
    {
        return ['count' => $this->count()];
    }

    public function __serialize(): array
    {
        throw new \LogicException('a queue belongs to its process');
    }

    public function __unserialize(array $data): void
    {
        throw new \LogicException('a queue belongs to its process');
    }

    private function __clone()
    {
    }
}
