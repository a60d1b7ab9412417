<?php

declare(strict_types=1);

namespace Chexiao\Internal;

use Chexiao\CallException;
use Chexiao\ChexiaoException;
use Chexiao\ConfigException;
use Chexiao\Kind;
use Chexiao\NotSentException;

/** The exception of an error document. */
final class Failure
{
    /** @param array{int, array} $answer */
    public static function in(array $answer): array
    {
        [$status, $told] = $answer;
        return $status < 0 ? throw self::of($told) : $told;
    }

    public static function of(array $told): ChexiaoException
    {
        $kind = Kind::tryFrom($told['error'] ?? '') ?? Kind::NotSent;
        $class = match ($kind) {
            Kind::Config, Kind::Unsupported => ConfigException::class,
            Kind::Call, Kind::Null, Kind::Utf8, Kind::Handle => CallException::class,
            Kind::Dns, Kind::Connect, Kind::Tls, Kind::NotSent => NotSentException::class,
            Kind::Panic => ChexiaoException::class,
        };
        $message = $told['message'] ?? 'the library gave no document';
        return new $class($kind, $message, $told['field'] ?? '', $told['hint'] ?? '', $told['reason'] ?? null);
    }
}
