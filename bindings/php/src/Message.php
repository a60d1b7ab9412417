<?php

declare(strict_types=1);

namespace Chexiao;

/** A notification as a web server has received it. */
final class Message implements \JsonSerializable
{
    /** The library takes 1 MiB; a byte more is how it sees that there was more. */
    private const MOST = (1 << 20) + 1;

    /**
     * @param array<string, string|list<string>> $headers as of PSR-7's `getHeaders`, or of Symfony's `headers->all()`
     * @param ?array<string, string> $expect what you know of the order, by the names of `Notice::$order` and `$fields`, or `amount`
     */
    public function __construct(
        public readonly array $headers,
        public readonly string $body,
        public readonly ?string $url = null,
        public readonly ?array $expect = null,
    ) {
    }

    /**
     * That of the request which PHP is handling. Of its body it reads no more than the library takes.
     *
     * @param ?array<string, string> $expect
     */
    public static function fromGlobals(?array $expect = null): self
    {
        $headers = [];
        foreach ($_SERVER as $name => $value) {
            $header = str_starts_with($name, 'HTTP_') ? substr($name, 5) : $name;
            if ($header !== $name || $name === 'CONTENT_TYPE' || $name === 'CONTENT_LENGTH') {
                $headers[strtr($header, '_', '-')] = $value;
            }
        }
        return new self($headers, (string) file_get_contents('php://input', length: self::MOST), $_SERVER['REQUEST_URI'] ?? null, $expect);
    }

    public function jsonSerialize(): array
    {
        $told = ['headers' => Internal\Document::headers($this->headers), 'body_base64' => base64_encode($this->body)];
        if ($this->url !== null) {
            $told['url'] = $this->url;
        }
        if ($this->expect !== null) {
            $told['expect'] = (object) $this->expect;
        }
        return $told;
    }

    public function __debugInfo(): array
    {
        return [];
    }
}
