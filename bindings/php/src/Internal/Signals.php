<?php

declare(strict_types=1);

namespace Chexiao\Internal;

/** Of `pcntl_async_signals`: a handler could throw, or use the same object, between any two steps. */
final class Signals
{
    /** Handlers run after it. Where one throws then, what it has done stays done. */
    public static function held(\Closure $does): void
    {
        $asynchronous = function_exists('pcntl_async_signals') && pcntl_async_signals(false);
        try {
            $does();
        } finally {
            if ($asynchronous) {
                pcntl_async_signals(true);
                pcntl_signal_dispatch();
            }
        }
    }
}
