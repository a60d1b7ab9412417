<?php

declare(strict_types=1);

namespace Chexiao;

/** A signed request, to be sent as it is, once. Dumped, it shows neither headers nor body, which hold the signature and the order. */
final class Request implements \JsonSerializable, \Stringable
{
    /** @param array<string, string> $headers */
    private function __construct(
        public readonly string $method,
        public readonly string $url,
        public readonly array $headers,
        public readonly string $body,
        public readonly string $msgId,
        private readonly string $call,
    ) {
    }

    /** @internal */
    public static function of(array $told, string $call): self
    {
        return new self($told['method'], $told['url'], $told['headers'], base64_decode($told['body_base64']), $told['msg_id'], $call);
    }

    /** @internal The text of the call that it was made of. */
    public function call(): string
    {
        return $this->call;
    }

    public function jsonSerialize(): array
    {
        return [
            'method' => $this->method,
            'url' => $this->url,
            'headers' => (object) $this->headers,
            'body_base64' => base64_encode($this->body),
            'msg_id' => $this->msgId,
        ];
    }

    public function __debugInfo(): array
    {
        return ['method' => $this->method, 'url' => $this->address(), 'msgId' => $this->msgId];
    }

    public function __toString(): string
    {
        return "chexiao.Request($this->method {$this->address()}, msg_id $this->msgId)";
    }

    private function address(): string
    {
        return explode('?', $this->url, 2)[0];
    }
}
