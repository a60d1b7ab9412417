<?php

declare(strict_types=1);

namespace Chexiao;

/**
 * What a notification is taken for. Three things stay apart: whether it is authentic (`$evidence`), what it says (`$event`), and whether
 * to acknowledge it, which is yours to decide once it is stored.
 */
final class Notice implements \JsonSerializable, \Stringable
{
    /**
     * @param array<string, string> $order
     * @param array<string, string> $fields
     * @param ?string $dedupe the same when the same thing is told again; null: take it for new
     * @param ?HttpAnswer $acknowledge ends the repeats, for when the notice is stored; null where nothing proves that the gateway sent it
     * @param ?HttpAnswer $refuse asks for it to be sent again
     */
    private function __construct(
        public readonly Code $event,
        public readonly Evidence $evidence,
        public readonly Confirm $confirm,
        public readonly ?string $reason,
        public readonly ?Code $hint,
        public readonly bool $contradiction,
        public readonly array $order,
        public readonly ?Amount $amount,
        public readonly ?string $time,
        public readonly array $fields,
        public readonly GatewayWords $gateway,
        public readonly ?string $dedupe,
        public readonly Explanation $explanation,
        public readonly ?HttpAnswer $acknowledge,
        public readonly ?HttpAnswer $refuse,
    ) {
    }

    /** @internal */
    public static function of(array $told): self
    {
        $event = Code::tryFrom($told['code'] ?? 0);
        $evidence = Evidence::tryFrom($told['evidence'] ?? '');
        $known = $event !== null && $evidence !== null;
        return new self(
            $known ? $event : Code::Unknown,
            $known ? $evidence : Evidence::None,
            ($known ? Confirm::tryFrom($told['confirm'] ?? '') : null) ?? Confirm::Required,
            $told['reason'] ?? null,
            Code::tryFromWord($told['hint'] ?? ''),
            $told['contradiction'] ?? false,
            $told['order'] ?? [],
            isset($told['amount']) ? Amount::of($told['amount']) : null,
            $told['time'] ?? null,
            $told['fields'] ?? [],
            GatewayWords::of($told['gateway'] ?? []),
            $told['dedupe'] ?? null,
            Explanation::of($told['explanation'] ?? []),
            isset($told['acknowledge']) ? HttpAnswer::of($told['acknowledge']) : null,
            isset($told['refuse']) ? HttpAnswer::of($told['refuse']) : null,
        );
    }

    public function jsonSerialize(): array
    {
        return [
            'event' => $this->event->word(),
            'code' => $this->event,
            'evidence' => $this->evidence,
            'confirm' => $this->confirm,
            'reason' => $this->reason,
            'hint' => $this->hint?->word(),
            'contradiction' => $this->contradiction,
            'order' => (object) $this->order,
            'amount' => $this->amount,
            'time' => $this->time,
            'fields' => (object) $this->fields,
            'gateway' => $this->gateway->told(),
            'dedupe' => $this->dedupe,
            'explanation' => $this->explanation,
            'acknowledge' => $this->acknowledge,
            'refuse' => $this->refuse,
        ];
    }

    /** Nothing of what the gateway wrote. */
    public function __debugInfo(): array
    {
        return ['event' => $this->event->word(), 'evidence' => $this->evidence->value, 'reason' => $this->reason];
    }

    public function __toString(): string
    {
        return "chexiao.Notice({$this->event->word()}, evidence {$this->evidence->value})";
    }
}
