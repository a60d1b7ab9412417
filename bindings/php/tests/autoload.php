<?php

declare(strict_types=1);

// As composer's would be.
spl_autoload_register(static function (string $class): void {
    $file = dirname(__DIR__) . '/src/' . strtr(preg_replace('/^Chexiao\\\\/', '', $class), '\\', '/') . '.php';
    if (str_starts_with($class, 'Chexiao\\') && is_file($file)) {
        require $file;
    }
});

require_once __DIR__ . '/Sandbox.php';
