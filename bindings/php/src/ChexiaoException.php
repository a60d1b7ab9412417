<?php

declare(strict_types=1);

namespace Chexiao;

/**
 * Nothing was sent: the order is as it was. No secret, key or order is in it.
 *
 * Thrown as it is only for a defect of the library (`Kind::Panic`).
 */
class ChexiaoException extends \RuntimeException implements \JsonSerializable
{
    /**
     * @param string $field what is at fault, such as `order.out_trade_no`; empty where there is none
     * @param string $detail what is wrong, without the field's name
     * @param string $hint what to do, in English and Chinese
     * @param ?string $reason why a key was refused, such as `wrong_type`
     */
    final public function __construct(
        public readonly Kind $kind,
        public readonly string $detail,
        public readonly string $field = '',
        public readonly string $hint = '',
        public readonly ?string $reason = null,
        ?\Throwable $previous = null,
    ) {
        $where = $field === '' ? '' : "$field: ";
        parent::__construct("$kind->value error: $where$detail" . ($hint === '' ? '' : " ($hint)"), $kind->status(), $previous);
    }

    /** The error JSON of the other languages. */
    public function jsonSerialize(): array
    {
        return [
            'error' => $this->kind->value,
            'status' => $this->code,
            'reason' => $this->reason,
            'field' => $this->field,
            'message' => $this->detail,
            'hint' => $this->hint,
        ];
    }
}
