<?php

declare(strict_types=1);

namespace Chexiao;

use Chexiao\Internal\Document;
use Chexiao\Internal\Failure;
use Chexiao\Internal\Native;

/**
 * One merchant account at one gateway, with its keys loaded and its connections pooled: open one, and use it for all calls.
 *
 * A `ChexiaoException` means that nothing was sent. Everything after the first byte is an `Outcome`; where the truth is not known its code
 * is `Code::Unknown`: query before anything else. Orders and configurations have the gateway's own names: see the project's README.
 */
final class Client
{
    private int $handle;

    /**
     * Loads the keys; makes no connection.
     *
     * @param array<string, mixed>|string $config or its JSON
     * @throws ChexiaoException
     */
    public function __construct(#[\SensitiveParameter] array|string $config)
    {
        $this->handle = Native::open(Document::of($config));
    }

    /** @throws ChexiaoException */
    public static function fromFile(string $path): self
    {
        $text = @file_get_contents($path);
        return new self($text === false ? throw new ConfigException(Kind::Config, "the configuration cannot be read: $path") : $text);
    }

    /**
     * Signs, sends once, verifies and interprets. Blocks at most until the configured deadline.
     *
     * @param array<string, string> $order with the gateway's own field names
     * @throws ChexiaoException nothing was sent
     */
    public function close(#[\SensitiveParameter] array $order): Outcome
    {
        return $this->send(['operation' => 'close', 'order' => $order]);
    }

    /**
     * Asks for the state of an order.
     *
     * @param array<string, string> $order
     * @throws ChexiaoException nothing was sent
     */
    public function query(#[\SensitiveParameter] array $order): Outcome
    {
        return $this->send(['operation' => 'query', 'order' => $order]);
    }

    /**
     * A close and, where that leaves a doubt, one query, with one outcome of both.
     *
     * @param array<string, string> $order
     * @throws ChexiaoException nothing was sent
     */
    public function ensureClosed(#[\SensitiveParameter] array $order): Outcome
    {
        return $this->send(['operation' => 'ensure_closed', 'order' => $order]);
    }

    /**
     * Any call about an order: `['operation' => 'refund', 'order' => […], 'msg_id' => …]`.
     *
     * @param array<string, mixed>|string $call or its JSON
     * @throws ChexiaoException nothing was sent
     */
    public function send(#[\SensitiveParameter] array|string $call): Outcome
    {
        return Outcome::of($this->told('send', Document::of($call)));
    }

    /**
     * Any other API (docs/calls.md): `['operation' => 'call', 'api' => …, 'fields' => […]]`. Nothing is repeated.
     *
     * @param array<string, mixed>|string $call or its JSON
     * @throws ChexiaoException nothing was sent
     */
    public function call(#[\SensitiveParameter] array|string $call): Answer
    {
        return Answer::of($this->told('send', Document::of($call)));
    }

    /**
     * The signed request, to be sent as it is, once, by an HTTP client of your own.
     *
     * @param array<string, mixed>|string $call or its JSON
     * @throws ChexiaoException
     */
    public function sign(#[\SensitiveParameter] array|string $call): Request
    {
        $text = Document::of($call);
        return Request::of($this->told('sign', $text), $text);
    }

    /** Judges an exchange that the program has made itself. The request is out, so that this never throws. */
    public function verify(#[\SensitiveParameter] Request $request, #[\SensitiveParameter] Reply $reply): Outcome
    {
        return Outcome::of($this->judged($request, $reply));
    }

    /** `verify` for the exchange of a call of any other API. */
    public function verifyCall(#[\SensitiveParameter] Request $request, #[\SensitiveParameter] Reply $reply): Answer
    {
        return Answer::of($this->judged($request, $reply));
    }

    private function judged(#[\SensitiveParameter] Request $request, #[\SensitiveParameter] Reply $reply): array
    {
        [$status, $told] = Native::ask('verify', $this->handle, Document::exchange($request, $reply));
        return $status < 0 ? ['sent' => 'answered', 'reason' => 'input'] : $told;
    }

    /**
     * Verifies what a gateway has posted, says what it means and gives the answers to it. Whatever came in is a Notice.
     *
     * @throws ChexiaoException a setting that notifications need is not there
     */
    public function notification(#[\SensitiveParameter] Message $message): Notice
    {
        return Notice::of($this->told('verify_notification', Document::of($message)));
    }

    /**
     * Connects to the gateway, unless a connection lies idle, and sends nothing.
     *
     * @throws ChexiaoException
     */
    public function warm(): void
    {
        Failure::in(Native::warm($this->handle));
    }

    /**
     * Encrypts one field of the gateway's other calls with this account's key.
     *
     * @throws ChexiaoException
     */
    public function encryptField(#[\SensitiveParameter] string $text): string
    {
        return $this->told('encrypt_field', $text)['text'];
    }

    /**
     * Decrypts one field of the gateway's other replies and notifications. What it says is not signed by that.
     *
     * @throws ChexiaoException
     */
    public function decryptField(#[\SensitiveParameter] string $field): string
    {
        return $this->told('decrypt_field', $field)['text'];
    }

    private function told(string $verb, #[\SensitiveParameter] string $text): array
    {
        return Failure::in(Native::ask($verb, $this->handle, $text));
    }

    /** Wipes the keys, as the end of the object does. Later calls are a `CallException` of the kind `handle`. */
    public function free(): void
    {
        Native::free($this->handle);
        $this->handle = 0;
    }

    public function __destruct()
    {
        $this->free();
    }

    /** @internal */
    public function handle(): int
    {
        return $this->handle;
    }

    /**
     * Why a configuration does not work, step by step. Never moves money; blocks at most until the configured deadline.
     *
     * @param array<string, mixed>|string $config
     * @throws ChexiaoException
     */
    public static function diagnose(#[\SensitiveParameter] array|string $config): Diagnosis
    {
        [, $told] = Native::diagnose(Document::of($config));
        return isset($told['worst']) ? Diagnosis::of($told) : throw Failure::of($told);
    }

    /**
     * All gateways with their environments and outcome tables.
     *
     * @return list<array<string, mixed>>
     */
    public static function gateways(): array
    {
        return Failure::in(Native::gateways());
    }

    /** The version of the library that is loaded, such as `0.1.0`. */
    public static function version(): string
    {
        return Native::version();
    }

    public function __debugInfo(): array
    {
        return [];
    }

    public function __serialize(): array
    {
        throw new \LogicException('a client belongs to its process: serialise its configuration');
    }

    public function __unserialize(array $data): void
    {
        throw new \LogicException('a client belongs to its process');
    }

    private function __clone()
    {
    }
}
