<?php

declare(strict_types=1);

// A call about an order: ?operation=…&number=… Its classes are preloaded.
use Chexiao\Client;

$outcome = Client::fromFile(getenv('CHEXIAO_SANDBOX') . '/wechat.json')->send(['operation' => $_GET['operation'], 'order' => ['out_trade_no' => $_GET['number']]]);
printf("%s by %d\n", $outcome->code->word(), getmypid());
