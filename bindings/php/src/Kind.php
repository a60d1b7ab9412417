<?php

declare(strict_types=1);

namespace Chexiao;

/** The kind of an exception. What a later library names otherwise is `NotSent`. */
enum Kind: string
{
    // words: errors
    /** A pointer that must not be null is null. */
    case Null = 'null';
    /** Bytes that are not UTF-8, a NUL inside a text, or an impossible length. */
    case Utf8 = 'utf8';
    /** A client that was freed or never was one, or too many clients. */
    case Handle = 'handle';
    /** The call: an order field is missing, too long, or holds characters the gateway does not take. */
    case Call = 'call';
    /** The configuration: a key does not load, a setting is unknown or out of range. */
    case Config = 'config';
    /** Understood, but this library does not do it, for the reason given. */
    case Unsupported = 'unsupported';
    /** The host name did not resolve. */
    case Dns = 'dns';
    /** No TCP connection. */
    case Connect = 'connect';
    /** No TLS session, or a certificate that is not trusted. */
    case Tls = 'tls';
    /** Anything else that happened before the request could be sent. */
    case NotSent = 'not_sent';
    /** A defect of this library, stopped at its border. While sending it is an Unknown outcome instead. */
    case Panic = 'panic';
    // end of words

    /** The number of the C interface. */
    public function status(): int
    {
        return match ($this) {
            // words: statuses
            self::Null => -1,
            self::Utf8 => -2,
            self::Handle => -3,
            self::Call => -10,
            self::Config => -11,
            self::Unsupported => -12,
            self::Dns => -20,
            self::Connect => -21,
            self::Tls => -22,
            self::NotSent => -23,
            self::Panic => -90,
            // end of words
        };
    }
}
