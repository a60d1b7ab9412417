<?php

/**
 * For opcache.preload of php-fpm, beside chexiao.h in ffi.preload: what is preloaded may use FFI where `ffi.enable=preload`, PHP's default,
 * stands. A preload script of your own can require it.
 */

declare(strict_types=1);

foreach ([...glob(__DIR__ . '/src/*.php'), ...glob(__DIR__ . '/src/Internal/*.php')] as $file) {
    opcache_compile_file($file);
}
