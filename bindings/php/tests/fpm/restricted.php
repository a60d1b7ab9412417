<?php

declare(strict_types=1);

// What ffi.enable=preload forbids to all but what is preloaded.
try {
    FFI::cdef('int abs(int);');
    echo 'allowed';
} catch (FFI\Exception $why) {
    echo $why->getMessage();
}
