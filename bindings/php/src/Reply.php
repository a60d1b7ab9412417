<?php

declare(strict_types=1);

namespace Chexiao;

/** A whole HTTP reply as it was received: all its headers, and its body as it came. */
final class Reply implements \JsonSerializable
{
    /** @param array<string, string|list<string>> $headers as of PSR-7's `getHeaders` */
    public function __construct(
        public readonly int $status,
        public readonly array $headers,
        public readonly string $body,
    ) {
    }

    public function jsonSerialize(): array
    {
        return ['status' => $this->status, 'headers' => Internal\Document::headers($this->headers), 'body_base64' => base64_encode($this->body)];
    }

    public function __debugInfo(): array
    {
        return ['status' => $this->status];
    }
}
