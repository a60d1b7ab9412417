<?php

declare(strict_types=1);

namespace Chexiao;

/** A complete answer for the gateway, to be sent as it is. Dumped, it shows neither headers nor body. */
final class HttpAnswer implements \JsonSerializable, \Stringable
{
    /** @param array<string, string> $headers */
    private function __construct(public readonly int $status, public readonly array $headers, public readonly string $body)
    {
    }

    /** Answers the request that PHP is handling with it. */
    public function send(): void
    {
        http_response_code($this->status);
        foreach ($this->headers as $name => $value) {
            header("$name: $value");
        }
        echo $this->body;
    }

    /** @internal */
    public static function of(array $told): self
    {
        return new self($told['status'], $told['headers'], base64_decode($told['body_base64']));
    }

    public function jsonSerialize(): array
    {
        return ['status' => $this->status, 'headers' => (object) $this->headers, 'body_base64' => base64_encode($this->body)];
    }

    public function __debugInfo(): array
    {
        return ['status' => $this->status];
    }

    public function __toString(): string
    {
        return "chexiao.HttpAnswer($this->status)";
    }
}
