<?php

declare(strict_types=1);

namespace Chexiao\Internal;

use Chexiao\Kind;
use Chexiao\NotSentException;
use FFI;
use FFI\CData;

/** The functions of chexiao.h: a status and a document come back. */
final class Native
{
    /** CHEXIAO_ABI_VERSION of chexiao.h. */
    private const ABI = 1;

    private static ?FFI $library = null;

    /** @return array{int, array} */
    public static function ask(string $verb, int $client, #[\SensitiveParameter] string $text): array
    {
        $out = self::text();
        return self::said(self::library()->{"chexiao_$verb"}($client, $text, strlen($text), FFI::addr($out)), $out);
    }

    public static function open(#[\SensitiveParameter] string $config): int
    {
        [$out, $client] = [self::text(), self::library()->new('uint64_t')];
        $status = self::library()->chexiao_client_new($config, strlen($config), FFI::addr($client), FFI::addr($out));
        Failure::in(self::said($status, $out));
        return $client->cdata;
    }

    public static function free(int $client): void
    {
        self::library()->chexiao_client_free($client);
    }

    /** @return array{int, array} */
    public static function warm(int $client): array
    {
        $out = self::text();
        return self::said(self::library()->chexiao_warm($client, FFI::addr($out)), $out);
    }

    /** @return array{int, array} */
    public static function diagnose(#[\SensitiveParameter] string $config): array
    {
        $out = self::text();
        return self::said(self::library()->chexiao_diagnose($config, strlen($config), FFI::addr($out)), $out);
    }

    /** @return array{int, array} */
    public static function gateways(): array
    {
        $out = self::text();
        return self::said(self::library()->chexiao_gateways(FFI::addr($out)), $out);
    }

    public static function version(): string
    {
        return self::library()->chexiao_version();
    }

    public static function queue(int $capacity): int
    {
        [$out, $queue] = [self::text(), self::library()->new('uint64_t')];
        Failure::in(self::said(self::library()->chexiao_queue_new($capacity, FFI::addr($queue), FFI::addr($out)), $out));
        return $queue->cdata;
    }

    /** @return array{int, array} */
    public static function submit(int $queue, int $client, int $tag, #[\SensitiveParameter] string $call): array
    {
        $out = self::text();
        return self::said(self::library()->chexiao_queue_submit($queue, $client, $tag, $call, strlen($call), FFI::addr($out)), $out);
    }

    /** @return array{int, int, int, ?array} what taking returned, and of the call its tag, its status and its document, if one has finished */
    public static function take(int $queue, int $timeoutMs): array
    {
        $library = self::library();
        [$out, $tag, $status] = [self::text(), $library->new('uint64_t'), $library->new('int32_t')];
        $taken = $library->chexiao_queue_take($queue, $timeoutMs, FFI::addr($tag), FFI::addr($status), FFI::addr($out));
        $finished = !FFI::isNull($out);
        [, $told] = self::said($taken, $out);
        return [$taken, $tag->cdata, $status->cdata, $finished ? $told : null];
    }

    public static function descriptor(int $queue): int
    {
        [$out, $fd] = [self::text(), self::library()->new('int')];
        Failure::in(self::said(self::library()->chexiao_queue_fd($queue, FFI::addr($fd), FFI::addr($out)), $out));
        return $fd->cdata;
    }

    /** @return array{int, array} */
    public static function freeQueue(int $queue): array
    {
        $out = self::text();
        return self::said(self::library()->chexiao_queue_free($queue, FFI::addr($out)), $out);
    }

    private static function text(): CData
    {
        return self::library()->new('char *');
    }

    /** @return array{int, array} */
    private static function said(int $status, CData $out): array
    {
        if (FFI::isNull($out)) {
            return [$status, []];
        }
        $told = Document::read(FFI::string($out));
        self::library()->chexiao_string_free($out);
        return [$status, $told];
    }

    private static function library(): FFI
    {
        return self::$library ??= self::load();
    }

    private static function load(): FFI
    {
        try {
            $library = self::preloaded() ?? FFI::load(dirname(__DIR__, 2) . '/chexiao.h');
        } catch (FFI\Exception $why) {
            $hint = 'install libchexiao.so.0 where the loader finds it; for php-fpm, name chexiao.h in ffi.preload and preload.php in '
                . 'opcache.preload 请安装 libchexiao.so.0 到加载器能找到的位置；php-fpm 请在 ffi.preload 写 chexiao.h，在 opcache.preload 写 preload.php';
            throw new NotSentException(Kind::NotSent, $why->getMessage(), hint: $hint, previous: $why);
        }
        if ($library->chexiao_abi_version() !== self::ABI) {
            throw new NotSentException(Kind::NotSent, 'the library that is loaded has another ABI version');
        }
        return $library;
    }

    private static function preloaded(): ?FFI
    {
        try {
            return FFI::scope('chexiao');
        } catch (FFI\Exception) {
            return null;
        }
    }
}
