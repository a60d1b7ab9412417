<?php

declare(strict_types=1);

namespace Chexiao;

/** The gateway was not reached: no address, no connection, no TLS session, no access token. Safe to call again. */
final class NotSentException extends ChexiaoException
{
}
