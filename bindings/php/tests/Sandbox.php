<?php

declare(strict_types=1);

use Chexiao\Client;

/** The sandbox which bindings/run has started, over plain HTTP: what is counted here is not TLS. */
final class Sandbox
{
    private static int $last = 0;

    /** @param array<string, mixed> $over */
    public static function config(string $gateway, array $over = []): array
    {
        $folder = getenv('CHEXIAO_SANDBOX') ?: throw new LogicException('no sandbox: run this by bindings/run php');
        $config = json_decode(file_get_contents("$folder/$gateway.json"), true);
        unset($config['ca_file']);
        return [...$config, 'base_url' => self::url(), ...$over];
    }

    public static function client(): Client
    {
        return new Client(self::config('wechat'));
    }

    /** A number of its own, which begins with what the sandbox is to do. */
    public static function order(string $what): array
    {
        return ['out_trade_no' => sprintf('%sP%dN%d', $what, getmypid(), hrtime(true) % 1_000_000 + 1_000_000 * ++self::$last)];
    }

    /** @param array<string, string> $asked */
    public static function ask(string $what, array $asked): array
    {
        $http = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => json_encode($asked)];
        return json_decode(file_get_contents(self::url() . "/_sandbox/$what", context: stream_context_create(['http' => $http])), true);
    }

    public static function threads(): int
    {
        return count(scandir('/proc/self/task')) - 2;
    }

    private static function url(): string
    {
        return getenv('CHEXIAO_HTTP');
    }
}
