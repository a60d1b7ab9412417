<?php

declare(strict_types=1);

// Does what tests/c/program.py asks: reads netstrings, each time a verb and a text, and answers with two, status and document, which it
// writes anew from what the package gives.
require __DIR__ . '/autoload.php';

use Chexiao\ChexiaoException;
use Chexiao\Client;
use Chexiao\Message;
use Chexiao\Reply;

function netstring(): ?string
{
    $length = stream_get_line(STDIN, 20, ':');
    if ($length === false) {
        return null;
    }
    $text = $length === '0' ? '' : stream_get_contents(STDIN, (int) $length);
    fgetc(STDIN);
    return $text;
}

function reply(string $text): Reply
{
    $reply = json_decode($text, true)['reply'];
    return new Reply($reply['status'], $reply['headers'], base64_decode($reply['body_base64']));
}

function message(string $text): Message
{
    $told = json_decode($text, true);
    return new Message($told['headers'] ?? [], base64_decode($told['body_base64']), $told['url'] ?? null, $told['expect'] ?? null);
}

function answer(string $verb, string $text): array
{
    static $client, $request, $others = [];
    switch ($verb) {
        case 'another':
            $others[] = $client;
            // as open
        case 'open':
            $client = null;
            $client = new Client($text);
            return [0, new stdClass()];
        case 'warm':
            $client->warm();
            return [0, new stdClass()];
        case 'sign':
            return [0, $request = $client->sign($text)];
        case 'send':
            $outcome = $client->send($text);
            return [$outcome->code->value, $outcome];
        case 'verify':
            $outcome = $client->verify($request, reply($text));
            return [$outcome->code->value, $outcome];
        case 'verify_call':
            $answer = $client->verifyCall($request, reply($text));
            return [$answer->code, $answer];
        case 'notification':
            $notice = $client->notification(message($text));
            return [$notice->event->value, $notice];
    }
    throw new LogicException("no such verb: $verb");
}

while (($verb = netstring()) !== null) {
    try {
        [$status, $told] = answer($verb, netstring());
    } catch (ChexiaoException $failed) {
        [$status, $told] = [$failed->getCode(), $failed];
    }
    $document = json_encode($told, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    printf('%d:%s,%d:%s,', strlen((string) $status), $status, strlen($document), $document);
    flush();
}
