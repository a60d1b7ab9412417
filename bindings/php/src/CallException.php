<?php

declare(strict_types=1);

namespace Chexiao;

/** The call: a field is missing, too long or holds what the gateway does not take; or the client was freed. */
final class CallException extends ChexiaoException
{
}
