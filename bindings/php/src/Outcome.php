<?php

declare(strict_types=1);

namespace Chexiao;

/** What happened to the order, as far as it is proven. Act on `$next`. Its JSON is that of the other languages. */
final class Outcome implements \JsonSerializable, \Stringable
{
    /**
     * @param ?int $retryAfterMs how long to wait first, where the gateway says so
     * @param ?string $reason why it is unknown; later versions may have more
     * @param bool $contradiction two fields of the reply disagree
     * @param ?Code $hint what the reply points to without proving it
     * @param string $raw the body of the reply, as it came
     */
    private function __construct(
        public readonly Code $code,
        public readonly Next $next,
        public readonly Retry $retry,
        public readonly ?int $retryAfterMs,
        public readonly Confirm $confirm,
        public readonly Evidence $evidence,
        public readonly Sent $sent,
        public readonly ?string $reason,
        public readonly bool $contradiction,
        public readonly ?Code $hint,
        public readonly GatewayWords $gateway,
        public readonly string $msgId,
        public readonly ?int $httpStatus,
        public readonly int $elapsedMs,
        public readonly string $raw,
        public readonly Explanation $explanation,
    ) {
    }

    /** Closed or already closed. Nothing to act on: only where `$next` is `Next::Done` is it settled. */
    public function isClosed(): bool
    {
        return $this->code === Code::Closed || $this->code === Code::AlreadyClosed;
    }

    /** @internal What this version does not know is read as the safest that it does. */
    public static function of(array $told): self
    {
        $code = Code::tryFrom($told['code'] ?? 0);
        if ($code === null) {
            $told = ['next' => null, 'retry' => null, 'confirm' => null] + $told;
        }
        return new self(
            $code ?? Code::Unknown,
            Next::tryFrom($told['next'] ?? '') ?? Next::Query,
            Retry::tryFrom($told['retry'] ?? '') ?? Retry::Never,
            $told['retry_after_ms'] ?? null,
            Confirm::tryFrom($told['confirm'] ?? '') ?? Confirm::Required,
            Evidence::tryFrom($told['evidence'] ?? '') ?? Evidence::None,
            Sent::tryFrom($told['sent'] ?? '') ?? Sent::Maybe,
            $told['reason'] ?? null,
            $told['contradiction'] ?? false,
            Code::tryFromWord($told['hint'] ?? ''),
            GatewayWords::of($told['gateway'] ?? []),
            $told['msg_id'] ?? '',
            $told['http_status'] ?? null,
            $told['elapsed_ms'] ?? 0,
            base64_decode($told['raw_base64'] ?? ''),
            Explanation::of($told['explanation'] ?? []),
        );
    }

    public function jsonSerialize(): array
    {
        return [
            'outcome' => $this->code->word(),
            'code' => $this->code,
            'next' => $this->next,
            'retry' => $this->retry,
            'retry_after_ms' => $this->retryAfterMs,
            'confirm' => $this->confirm,
            'evidence' => $this->evidence,
            'sent' => $this->sent,
            'reason' => $this->reason,
            'contradiction' => $this->contradiction,
            'hint' => $this->hint?->word(),
            'gateway' => $this->gateway->told(),
            'msg_id' => $this->msgId,
            'http_status' => $this->httpStatus,
            'elapsed_ms' => $this->elapsedMs,
            'raw_base64' => base64_encode($this->raw),
            'explanation' => $this->explanation,
        ];
    }

    /** Nothing of what the gateway wrote. */
    public function __debugInfo(): array
    {
        return [
            'outcome' => $this->code->word(),
            'evidence' => $this->evidence->value,
            'next' => $this->next->value,
            'reason' => $this->reason,
            'msgId' => $this->msgId,
        ];
    }

    public function __toString(): string
    {
        return "chexiao.Outcome({$this->code->word()}, evidence {$this->evidence->value}, next {$this->next->value}, msg_id $this->msgId)";
    }
}
