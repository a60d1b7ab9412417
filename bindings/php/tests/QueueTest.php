<?php

declare(strict_types=1);

use Chexiao\Client;
use Chexiao\Code;
use Chexiao\Kind;
use Chexiao\Next;
use Chexiao\NotSentException;
use Chexiao\Queue;
use Chexiao\Sent;
use PHPUnit\Framework\TestCase;

final class QueueTest extends TestCase
{
    public function test_two_hundred_calls_need_one_thread(): void
    {
        $client = Sandbox::client();
        $client->close(Sandbox::order('A'));
        $before = Sandbox::threads();
        $queue = new Queue(200);
        $started = hrtime(true);
        $numbers = [];
        for ($at = 0; $at < 200; $at++) {
            $order = Sandbox::order('DELAY'); // 300 ms each
            $numbers[] = $order['out_trade_no'];
            $queue->submit($client, ['operation' => 'close', 'order' => $order], $order['out_trade_no']);
        }
        $taken = [];
        while ($finished = $queue->take()) {
            self::assertSame(Code::Closed, $finished->outcome()->code);
            $taken[] = $finished->tag;
        }
        $took = (hrtime(true) - $started) / 1e9;
        fprintf(STDERR, "  200 of 200 closed in %.2f s by %d threads, as before\n", $took, Sandbox::threads());
        self::assertEqualsCanonicalizing($numbers, $taken);
        self::assertSame($before, Sandbox::threads());
        self::assertLessThan(10, $took);
    }

    /**
     * @testWith [-1]
     *           [0]
     *           [4294967297]
     */
    public function test_no_queue_holds_so_many(int $capacity): void
    {
        $this->expectException(Chexiao\CallException::class);
        new Queue($capacity);
    }

    public function test_a_full_queue_takes_no_more(): void
    {
        $client = Sandbox::client();
        $queue = new Queue(1);
        $call = fn (string $what) => ['operation' => 'close', 'order' => Sandbox::order($what)];
        self::assertNull($queue->take());
        $queue->submit($client, $call('DELAY'), 'first');
        try {
            $queue->submit($client, $call('A'), 'second');
            self::fail('it took a second');
        } catch (NotSentException) {
        }
        self::assertNull($queue->take(0));
        self::assertNull($queue->take(20));
        self::assertCount(1, $queue);
        self::assertSame('first', $queue->take()->tag);
        self::assertCount(0, $queue);
        $queue->submit($client, '{}', 3);
        $failed = $queue->take();
        self::assertSame(3, $failed->tag);
        $this->expectException(Chexiao\CallException::class);
        $failed->outcome();
    }

    public function test_what_is_ended_is_unknown_where_it_was_out_and_an_error_where_not(): void
    {
        $server = stream_socket_server('tcp://127.0.0.1:0'); // which never answers
        $address = stream_socket_get_name($server, false);
        $queue = new Queue(2);
        $at = fn (string $scheme) => new Client(Sandbox::config('wechat', ['base_url' => "$scheme://$address"]));
        $queue->submit($at('http'), ['operation' => 'close', 'order' => Sandbox::order('A')], 'out');
        $connection = stream_socket_accept($server);
        self::assertNotSame('', fread($connection, 1));
        $queue->submit($at('https'), ['operation' => 'close', 'order' => Sandbox::order('A')], 'not out');
        $ended = array_column($queue->end(), null, 'tag');
        $outcome = $ended['out']->outcome();
        self::assertSame([Code::Unknown, 'interrupted', Sent::Maybe, Next::Query], [$outcome->code, $outcome->reason, $outcome->sent, $outcome->next]);
        self::assertSame([], $queue->end());
        self::assertNull($queue->take());
        try {
            $ended['not out']->outcome();
            self::fail('it was out');
        } catch (NotSentException $failed) {
            self::assertSame(Kind::NotSent, $failed->kind);
        }
    }

    public function test_a_queue_that_fails_under_its_calls_leaves_them_unknown(): void
    {
        $queue = new Queue(1);
        $queue->submit(Sandbox::client(), ['operation' => 'close', 'order' => Sandbox::order('DELAY')], 'lost');
        $handle = (new ReflectionProperty($queue, 'handle'))->getValue($queue);
        Chexiao\Internal\Native::freeQueue($handle); // behind its back: the library does not fail so by itself
        $outcome = $queue->take()->outcome();
        self::assertSame([Code::Unknown, Next::Query, Sent::Maybe], [$outcome->code, $outcome->next, $outcome->sent]);
        self::assertNull($queue->take());
    }

    public function test_a_queue_that_goes_with_calls_in_it_says_so(): void
    {
        $client = Sandbox::client();
        $queue = new Queue(3);
        foreach (['DELAY', 'DELAY', 'A'] as $what) {
            $queue->submit($client, ['operation' => 'close', 'order' => Sandbox::order($what)], $what);
        }
        $queue->take();
        self::assertSame(1, preg_match('/^2 calls .* were not taken/', $this->warned(function () use (&$queue): void {
            $queue = null;
        })));
        $queue = new Queue(1);
        $queue->submit($client, ['operation' => 'close', 'order' => Sandbox::order('DELAY')], 'ended');
        $queue->end();
        self::assertSame('', $this->warned(function () use (&$queue): void {
            $queue = null;
        }));
    }

    private function warned(callable $does): string
    {
        $warnings = '';
        set_error_handler(static function (int $level, string $warning) use (&$warnings): bool {
            $warnings .= $warning;
            return $level === E_USER_WARNING;
        });
        $does();
        restore_error_handler();
        return $warnings;
    }

    public function test_a_stream_tells_of_what_has_finished(): void
    {
        $queue = new Queue(1);
        $queue->submit(Sandbox::client(), ['operation' => 'close', 'order' => Sandbox::order('A')], 1);
        $stream = $queue->stream();
        do {
            [$read, $write, $except] = [[$stream], [], []];
            self::assertSame(1, stream_select($read, $write, $except, 10));
        } while (($finished = $queue->take(0)) === null);
        self::assertSame(Code::Closed, $finished->outcome()->code);
    }

    public function test_a_child_of_a_fork_goes_on_with_the_client_and_an_empty_queue(): void
    {
        $client = Sandbox::client();
        $client->close(Sandbox::order('A'));
        $queue = new Queue(8);
        $close = fn (string $what) => ['operation' => 'close', 'order' => Sandbox::order($what)];
        $queue->submit($client, $close('DELAY'), 'of the parent');
        $children = [];
        for ($at = 0; $at < 8; $at++) {
            if (($child = pcntl_fork()) === 0) {
                pcntl_alarm(20);
                $queue->submit($client, $close('A'), 'of the child');
                $tags = [];
                $closed = $client->close(Sandbox::order('A'))->code === Code::Closed;
                while ($finished = $queue->take()) {
                    $tags[] = $finished->outcome()->code === Code::Closed ? $finished->tag : 'not closed';
                }
                $fine = $closed && $tags === ['of the child'];
                set_error_handler(static function () use (&$fine): bool { // what is lost is the parent's to say
                    return $fine = false;
                });
                $queue = $client = null;
                posix_kill(getmypid(), $fine ? SIGUSR1 : SIGUSR2); // ends it without what PHPUnit does at the end
            }
            $children[] = $child;
        }
        foreach ($children as $child) {
            pcntl_waitpid($child, $status);
            self::assertSame(SIGUSR1, pcntl_wtermsig($status));
        }
        $finished = $queue->take();
        self::assertSame(['of the parent', Code::Closed], [$finished->tag, $finished->outcome()->code]);
        self::assertNull($queue->take());
        self::assertSame(Code::Closed, $client->close(Sandbox::order('A'))->code);
    }

    public function test_a_signal_is_handled_while_a_call_is_waited_for(): void
    {
        $server = stream_socket_server('tcp://127.0.0.1:0'); // which never answers
        $url = 'http://' . stream_socket_get_name($server, false);
        $queue = new Queue(1);
        $queue->submit(new Client(Sandbox::config('wechat', ['base_url' => $url])), ['operation' => 'close', 'order' => Sandbox::order('A')], 1);
        pcntl_async_signals(true);
        $ended = null;
        pcntl_signal(SIGALRM, function () use ($queue, &$ended): void {
            [$ended] = $queue->end();
        });
        pcntl_alarm(1);
        $started = hrtime(true);
        self::assertNull($queue->take());
        pcntl_signal(SIGALRM, SIG_DFL);
        self::assertLessThan(5e9, hrtime(true) - $started);
        self::assertSame(Code::Unknown, $ended->outcome()->code);
    }

    public function test_a_handler_that_throws_loses_no_call(): void
    {
        $client = Sandbox::client();
        $queue = new Queue(1);
        foreach (range(1, 5) as $tag) {
            $queue->submit($client, ['operation' => 'close', 'order' => Sandbox::order('DELAY')], $tag);
            $taken = null;
            $this->signalled('sleep 0.1; kill -USR1 $PPID', static fn () => throw new OverflowException(), static function () use ($queue, &$taken): void {
                try {
                    $taken = $queue->take();
                    sleep(10);
                    self::fail('no signal');
                } catch (OverflowException) {
                }
            });
            $taken ??= $queue->take(10_000);
            self::assertSame([$tag, Code::Closed], [$taken?->tag, $taken?->outcome()->code]);
            self::assertCount(0, $queue);
        }
    }

    public function test_what_a_handler_throws_loses_nothing_that_was_ended(): void
    {
        $queue = new Queue(1);
        $queue->submit(Sandbox::client(), ['operation' => 'close', 'order' => Sandbox::order('DELAY')], 'ended');
        pcntl_async_signals(false);
        pcntl_signal(SIGUSR1, static fn () => throw new OverflowException());
        posix_kill(getmypid(), SIGUSR1);
        pcntl_async_signals(true);
        try {
            $ended = $queue->end();
            self::fail('no signal');
        } catch (OverflowException) {
            $ended = $queue->end();
        } finally {
            pcntl_signal(SIGUSR1, SIG_DFL);
        }
        self::assertSame(['ended'], array_column($ended, 'tag'));
    }

    public function test_a_handler_that_submits_mixes_no_tags(): void
    {
        $client = Sandbox::client();
        $queue = new Queue(200);
        $tags = ['handler' => [], 'program' => []];
        $taken = [];
        $submit = static function (string $by) use ($client, $queue, &$tags): void {
            $order = Sandbox::order('A');
            $queue->submit($client, ['operation' => 'close', 'order' => $order, 'msg_id' => $order['out_trade_no']], $order['out_trade_no']);
            $tags[$by][] = $order['out_trade_no'];
        };
        $take = static function () use ($queue, &$taken): bool {
            $finished = $queue->take(10_000);
            $finished && $taken[$finished->tag] = $finished->outcome()->msgId;
            return $finished !== null;
        };
        $handler = static fn () => count($tags['handler']) < 100 && count($queue) < 190 && $submit('handler');
        $this->signalled('while kill -USR1 $PPID; do :; done', $handler, static function () use ($queue, $submit, $take, &$tags): void {
            while (count($tags['handler']) < 100) {
                count($queue) < 50 ? $submit('program') : $take();
            }
        });
        while ($take()) {
        }
        self::assertSame(array_map(strval(...), array_keys($taken)), array_values($taken));
        self::assertEqualsCanonicalizing([...$tags['handler'], ...$tags['program']], array_keys($taken));
        self::assertCount(0, $queue);
    }

    /** With signals as that script sends them. */
    private function signalled(string $script, callable $handler, callable $does): void
    {
        pcntl_async_signals(true);
        pcntl_signal(SIGUSR1, $handler);
        $sender = proc_open(['sh', '-c', $script], [2 => ['file', '/dev/null', 'w']], $pipes);
        try {
            $does();
        } finally {
            pcntl_signal(SIGUSR1, SIG_IGN);
            proc_terminate($sender);
            proc_close($sender);
            pcntl_signal(SIGUSR1, SIG_DFL);
        }
    }
}
