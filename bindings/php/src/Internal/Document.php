<?php

declare(strict_types=1);

namespace Chexiao\Internal;

use Chexiao\CallException;
use Chexiao\Kind;
use Chexiao\Reply;
use Chexiao\Request;

/** JSON as the library writes and reads it. */
final class Document
{
    private const WRITTEN = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;

    public static function of(#[\SensitiveParameter] array|string|\JsonSerializable $value): string
    {
        if (is_string($value)) {
            return $value;
        }
        try {
            return json_encode($value, self::WRITTEN | ($value instanceof \JsonSerializable ? JSON_INVALID_UTF8_SUBSTITUTE : 0));
        } catch (\JsonException $why) { // not the previous one: its trace has the value
            throw new CallException(Kind::Call, 'this is no JSON: ' . $why->getMessage());
        }
    }

    /** What chexiao_verify takes. Never throws: what is not UTF-8 in a reply is no reason not to judge it. */
    public static function exchange(#[\SensitiveParameter] Request $request, #[\SensitiveParameter] Reply $reply): string
    {
        return '{"call":' . $request->call() . ',"request":' . self::of($request) . ',"reply":' . self::of($reply) . '}';
    }

    public static function read(string $text): array
    {
        $told = json_decode($text, true, 512, JSON_BIGINT_AS_STRING);
        return is_array($told) ? $told : [];
    }

    /** One value for each name: several are joined by a comma, as HTTP has it; what is no text is none. */
    public static function headers(array $headers): object
    {
        return (object) array_map(static fn (mixed $value): string => implode(', ', array_filter((array) $value, is_scalar(...))), $headers);
    }
}
