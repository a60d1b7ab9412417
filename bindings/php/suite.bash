fpm_of_php() { command -v "php-fpm$(php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')" || command -v php-fpm; }

need "PHP (8.1 or later) with FFI" "php -r 'exit((int) !(PHP_VERSION_ID >= 80100 && extension_loaded(\"FFI\") && extension_loaded(\"pcntl\")));'" php-cli
need phpunit "phpunit --version" phpunit
need composer "composer --version" composer
need "php-fpm" "fpm_of_php" php-fpm
need cgi-fcgi "command -v cgi-fcgi" libfcgi-bin

export COMPOSER_HOME=$OUT/composer COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_DISABLE_NETWORK=1

passes "php: syntax" bash -c 'for file in bindings/php/*.php bindings/php/src/*.php bindings/php/src/Internal/*.php; do php -l "$file" || exit 1; done'
passes "php: composer validates" composer validate --strict --no-check-version -d bindings/php
says "php: tests" ' OK \([1-9][0-9]* tests?,' phpunit --no-configuration --do-not-cache-result --bootstrap bindings/php/tests/autoload.php --testdox --fail-on-warning --fail-on-risky bindings/php/tests
passes "php: php-fpm" bash bindings/php/tests/fpm.bash "$(fpm_of_php)" "$OUT/fpm"
says "php: tests, preloaded" ' OK \([1-9][0-9]* tests?,' php -d "ffi.preload=$ROOT/bindings/php/chexiao.h" -d opcache.enable_cli=1 \
    -d "opcache.preload=$ROOT/bindings/php/preload.php" -d "opcache.preload_user=$(id -un)" "$(command -v phpunit)" --no-configuration --do-not-cache-result --bootstrap bindings/php/tests/Sandbox.php bindings/php/tests
tables php php bindings/php/tests/asks.php

# An empty project of somebody else's.
rm -rf "$OUT/php-example" && mkdir -p "$OUT/php-example"
printf '{"repositories": [{"type": "path", "url": "%s", "options": {"symlink": false}}, {"packagist.org": false}], "require": {"chexiao/chexiao": "*"}}' \
    "$ROOT/bindings/php" >"$OUT/php-example/composer.json"
passes "php: composer installs it" composer install --no-interaction -d "$OUT/php-example"
example php php php "$OUT/php-example/close.php" php "$OUT/php-example/close.php" "$OUT/sandbox/wechat.json"
hears php php php "$OUT/php-example/notify.php" bash -c 'PAY_CONFIG=$2 exec php -d ffi.enable=1 -S "127.0.0.1:$3" "$1"' notify "$OUT/php-example/notify.php"
