<?php

declare(strict_types=1);

use Chexiao\CallException;
use Chexiao\ChexiaoException;
use Chexiao\Client;
use Chexiao\Code;
use Chexiao\ConfigException;
use Chexiao\Kind;
use Chexiao\Message;
use Chexiao\Next;
use Chexiao\NotSentException;
use Chexiao\Outcome;
use Chexiao\Reply;
use PHPUnit\Framework\TestCase;

final class ClientTest extends TestCase
{
    public function test_a_client_that_was_freed_is_an_error(): void
    {
        $client = Sandbox::client();
        $client->free();
        $client->free();
        $failed = self::failure(fn () => $client->close(Sandbox::order('A')));
        self::assertInstanceOf(CallException::class, $failed);
        self::assertSame([Kind::Handle, -3], [$failed->kind, $failed->getCode()]);
        self::assertNotSame('', $failed->hint);
    }

    public function test_what_is_out_is_never_an_error(): void
    {
        $client = Sandbox::client();
        $request = $client->sign(['operation' => 'close', 'order' => Sandbox::order('A')]);
        $reply = new Reply(200, ['X-What' => ["\xff", 'b']], "\xff");
        self::assertSame(Code::Unknown, $client->verify($request, $reply)->code);
        $odd = new Reply(200, ['A' => null, 'B' => [null, ['b']], 'C' => 12], '');
        self::assertSame(Code::Unknown, $client->verify($request, $odd)->code);
        $client->free();
        $outcome = $client->verify($request, $reply);
        self::assertSame([Code::Unknown, Next::Query, 'input'], [$outcome->code, $outcome->next, $outcome->reason]);
        self::assertFalse($client->verifyCall($request, $reply)->isAuthentic());
    }

    public function test_an_error_names_the_field_and_the_remedy(): void
    {
        $config = Sandbox::config('wechat');
        unset($config['account']['api_key']);
        $failed = self::failure(fn () => new Client($config));
        self::assertInstanceOf(ConfigException::class, $failed);
        self::assertSame([Kind::Config, 'account.api_key', -11], [$failed->kind, $failed->field, $failed->getCode()]);
        self::assertStringContainsString('account.api_key', $failed->getMessage());
        self::assertNotSame('', $failed->hint);
        self::assertInstanceOf(ConfigException::class, self::failure(fn () => Client::fromFile('no such file')));
        self::assertInstanceOf(CallException::class, self::failure(fn () => new Client(['gateway' => "\xff"])));
    }

    public function test_a_gateway_that_is_not_reached_was_sent_nothing(): void
    {
        $server = stream_socket_server('tcp://127.0.0.1:0');
        $address = stream_socket_get_name($server, false);
        fclose($server);
        $client = new Client(Sandbox::config('wechat', ['base_url' => "http://$address"]));
        $failed = self::failure(fn () => $client->close(Sandbox::order('A')));
        self::assertInstanceOf(NotSentException::class, $failed);
        self::assertSame(Kind::Connect, $failed->kind);
    }

    public function test_nothing_that_is_dumped_shows_a_secret(): void
    {
        $config = Sandbox::config('wechat');
        $key = $config['account']['api_key'];
        $client = new Client($config);
        $request = $client->sign(['operation' => 'close', 'order' => Sandbox::order('A')]);
        self::assertSame(1, preg_match('~<sign>([^<]{32,})</sign>~', $request->body, $found));
        self::assertGreaterThanOrEqual(16, strlen($key));
        ob_start();
        $said = "MARK $found[1] $key";
        $told = ['raw_base64' => base64_encode($said), 'gateway' => ['message' => $said], 'fields' => ['attach' => $said], 'order' => ['a' => $said]];
        $all = [
            $client, $request, new Reply(200, ['A' => $said], $said), new Message(['A' => $said], $said, $said, ['a' => $said]),
            Outcome::of($told), Chexiao\Answer::of($told), Chexiao\Notice::of($told), new Chexiao\Finished('t', 9, $told),
        ];
        var_dump($all);
        $shown = ob_get_clean() . print_r($all, true) . $request;
        self::assertStringNotContainsString('MARK', $shown);
        self::assertStringContainsString($request->msgId, $shown);
        self::assertStringNotContainsString($found[1], $shown);
        self::assertStringNotContainsString($key, $shown);
    }

    public function test_no_trace_shows_a_secret(): void
    {
        ini_set('zend.exception_ignore_args', '0');
        $config = Sandbox::config('wechat', ['no_such_setting' => 'x']);
        $failed = self::failure(fn () => new Client($config));
        $besides = self::failure(fn () => Sandbox::client()->send(['operation' => 'none', 'order' => ['out_trade_no' => 'A-SECRET-NUMBER']]));
        $text = self::failure(fn () => new Client(['account' => ['other' => "\xff"] + $config['account']] + $config));
        ini_set('zend.exception_ignore_args', '1');
        $ours = fn (array $frame) => !isset($frame['class']) || str_starts_with($frame['class'], 'Chexiao');
        $traces = [];
        foreach ([$failed, $besides, $text] as $thrown) {
            for (; $thrown !== null; $thrown = $thrown->getPrevious()) {
                $traces = [...$traces, ...$thrown->getTrace()];
            }
        }
        $args = array_column(array_filter($traces, $ours), 'args');
        self::assertNotSame([], array_filter($args, fn (array $of) => ($of[0] ?? null) instanceof SensitiveParameterValue));
        $shown = print_r($args, true);
        self::assertStringNotContainsString($config['account']['api_key'], $shown);
        self::assertStringNotContainsString('A-SECRET-NUMBER', $shown);
    }

    public function test_json_is_written_as_it_is_meant(): void
    {
        self::assertSame('{"a":1.0,"b":0.1,"c":[],"d":{}}', Chexiao\Internal\Document::of(['a' => 1.0, 'b' => 0.1, 'c' => [], 'd' => new stdClass()]));
    }

    public function test_a_client_is_neither_copied_nor_serialised(): void
    {
        $client = Sandbox::client();
        $made = fn (string $class) => static fn () => unserialize(sprintf('O:%d:"%s":0:{}', strlen($class), $class));
        foreach ([fn () => clone $client, fn () => serialize($client), $made(Client::class), $made(Chexiao\Queue::class)] as $copied) {
            $refused = false;
            try {
                $copied();
            } catch (Error | LogicException) {
                $refused = true;
            }
            self::assertTrue($refused);
        }
        self::assertSame(Code::Closed, $client->close(Sandbox::order('A'))->code);
    }

    public function test_a_notification_is_heard(): void
    {
        $client = Sandbox::client();
        $order = Sandbox::order('PAID');
        $client->query($order);
        $posted = Sandbox::ask('notices', ['gateway' => 'wechat', 'order' => $order['out_trade_no']]);
        $notice = $client->notification(new Message($posted['headers'], base64_decode($posted['body_base64'])));
        self::assertSame([Code::Paid, $order['out_trade_no']], [$notice->event, $notice->order['out_trade_no']]);
        self::assertSame(200, $notice->acknowledge->status);
        $altered = $client->notification(new Message(['A' => "\xff"], '<xml/>'));
        self::assertSame([Code::Unknown, null], [$altered->event, $altered->acknowledge]);
    }

    public function test_what_else_the_library_says(): void
    {
        $found = Client::diagnose(Sandbox::config('edgeros'));
        self::assertNotSame('failure', $found->worst);
        self::assertGreaterThan(2, count($found->steps));
        self::assertSame('failure', Client::diagnose('no json')->worst);
        (new Client(Sandbox::config('edgeros')))->warm();
        self::assertInstanceOf(ConfigException::class, self::failure(fn () => Sandbox::client()->encryptField('x')));
        self::assertCount(5, Client::gateways());
        self::assertMatchesRegularExpression('/^\d+\.\d+\.\d+$/', Client::version());
    }

    public function test_what_a_later_library_says_is_read_as_the_safest_that_is_known(): void
    {
        $later = Outcome::of(['outcome' => 'reopened', 'code' => 12, 'next' => 'done', 'retry' => 'same_request', 'confirm' => 'not_needed']);
        $read = [$later->code->word(), $later->next->value, $later->retry->value, $later->confirm->value];
        self::assertSame(['unknown', 'query', 'never', 'required'], $read);
        self::assertSame(Next::Query, Outcome::of(['outcome' => 'closed', 'code' => 1, 'next' => 'celebrate'])->next);
    }

    public function test_the_declarations_are_those_of_the_header(): void
    {
        $declared = static function (string $file): array {
            $text = preg_replace(['~/\*.*?\*/~s', '~^#.*$~m', '~\bCHEXIAO_API\b~'], '', file_get_contents($file));
            $all = array_map(fn (string $one) => preg_replace('/\s+/', '', $one), explode(';', $text));
            sort($all);
            return array_filter($all);
        };
        $header = $declared(dirname(__DIR__, 3) . '/include/chexiao.h');
        self::assertGreaterThan(20, count($header));
        self::assertSame($header, $declared(dirname(__DIR__) . '/chexiao.h'));
    }

    private static function failure(callable $what): ChexiaoException
    {
        try {
            $what();
        } catch (ChexiaoException $failed) {
            return $failed;
        }
        self::fail('it succeeds');
    }
}
