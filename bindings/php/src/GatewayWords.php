<?php

declare(strict_types=1);

namespace Chexiao;

/** The gateway's own words, for the log. Trust them as far as the evidence goes; they may hold order data. */
final class GatewayWords
{
    private function __construct(
        public readonly ?string $code,
        public readonly ?string $subCode,
        public readonly ?string $status,
        public readonly ?string $message,
    ) {
    }

    /** @internal */
    public static function of(array $told): self
    {
        return new self($told['code'] ?? null, $told['sub_code'] ?? null, $told['status'] ?? null, $told['message'] ?? null);
    }

    /** @internal */
    public function told(): array
    {
        return ['code' => $this->code, 'sub_code' => $this->subCode, 'status' => $this->status, 'message' => $this->message];
    }
}
