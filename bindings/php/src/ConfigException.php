<?php

declare(strict_types=1);

namespace Chexiao;

/** The configuration: a key does not load, a setting is unknown, out of range or not supported. */
final class ConfigException extends ChexiaoException
{
}
