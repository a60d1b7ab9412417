import sys

import chexiao

client = chexiao.Client("wechat.json")
order = {"body": "book", "out_trade_no": sys.argv[1], "total_fee": "1", "spbill_create_ip": "127.0.0.1", "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
         "notify_url": "https://shop.example/notify", "trade_type": "JSAPI"}
answer = client.call("POST /pay/unifiedorder", order)


SNIPPET
print(*sorted(parameters), parameters["package"] == "prepay_id=" + answer.verified["prepay_id"])
