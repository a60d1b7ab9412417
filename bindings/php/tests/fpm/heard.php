<?php

declare(strict_types=1);

// A notification, answered.
use Chexiao\Client;
use Chexiao\Message;

$notice = Client::fromFile(getenv('CHEXIAO_SANDBOX') . '/wechat.json')->notification(Message::fromGlobals());
($notice->acknowledge ?? $notice->refuse)->send();
