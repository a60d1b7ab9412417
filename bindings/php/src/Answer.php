<?php

declare(strict_types=1);

namespace Chexiao;

/** What came of a call of any other API: never an outcome about an order. */
final class Answer implements \JsonSerializable, \Stringable
{
    /**
     * @param int $code 0 if it is authentic; 9 if not: the call may have been executed, and nothing is proven
     * @param ?array<string, string> $verified every field that the proof covers; null where nothing is proven
     */
    private function __construct(
        public readonly int $code,
        public readonly Evidence $evidence,
        public readonly Sent $sent,
        public readonly ?string $reason,
        public readonly ?array $verified,
        public readonly GatewayWords $gateway,
        public readonly string $msgId,
        public readonly ?int $httpStatus,
        public readonly int $elapsedMs,
        public readonly ?SavedFile $file,
        public readonly string $raw,
        public readonly Explanation $explanation,
    ) {
    }

    /** The gateway's own proof stands behind it. */
    public function isAuthentic(): bool
    {
        return $this->code === 0;
    }

    /** @internal */
    public static function of(array $told): self
    {
        $evidence = Evidence::tryFrom($told['evidence'] ?? '') ?? Evidence::None;
        $proven = ($told['code'] ?? null) === 0 && $evidence !== Evidence::None;
        return new self(
            $proven ? 0 : Code::Unknown->value,
            $proven ? $evidence : Evidence::None,
            Sent::tryFrom($told['sent'] ?? '') ?? Sent::Maybe,
            $told['reason'] ?? null,
            $proven ? $told['verified'] ?? null : null,
            GatewayWords::of($told['gateway'] ?? []),
            $told['msg_id'] ?? '',
            $told['http_status'] ?? null,
            $told['elapsed_ms'] ?? 0,
            isset($told['file']) ? SavedFile::of($told['file']) : null,
            base64_decode($told['raw_base64'] ?? ''),
            Explanation::of($told['explanation'] ?? []),
        );
    }

    public function jsonSerialize(): array
    {
        return [
            'code' => $this->code,
            'verified' => $this->verified === null ? null : (object) $this->verified,
            'evidence' => $this->evidence,
            'sent' => $this->sent,
            'reason' => $this->reason,
            'gateway' => $this->gateway->told(),
            'msg_id' => $this->msgId,
            'http_status' => $this->httpStatus,
            'elapsed_ms' => $this->elapsedMs,
            'file' => $this->file,
            'raw_base64' => base64_encode($this->raw),
            'explanation' => $this->explanation,
        ];
    }

    /** Nothing of what the gateway wrote. */
    public function __debugInfo(): array
    {
        return ['code' => $this->code, 'evidence' => $this->evidence->value, 'reason' => $this->reason, 'msgId' => $this->msgId];
    }

    public function __toString(): string
    {
        return "chexiao.Answer($this->code, evidence {$this->evidence->value}, msg_id $this->msgId)";
    }
}
