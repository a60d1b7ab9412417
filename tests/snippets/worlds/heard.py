import base64
import json
import pathlib
import ssl
import sys
import urllib.request

import chexiao

number = sys.argv[1]
config = json.loads(pathlib.Path("wechat.json").read_text("utf-8"))
new, old = chexiao.Client(config | {"account": config["account"] | {"api_key": "n" * 32}}), chexiao.Client(config)
body, headers = b"<xml>signed by nobody</xml>", {}
if number.startswith("PAID"):
    ask = json.dumps({"gateway": "wechat", "order": number}).encode()
    context = ssl.create_default_context(cafile=config["ca_file"])
    with urllib.request.urlopen(config["base_url"] + "/_sandbox/notices", ask, 10, context=context) as reply:
        posted = json.load(reply)
    headers, body = posted["headers"], base64.b64decode(posted["body_base64"])

SNIPPET
print(heard(chexiao.Incoming(body, headers), [new, old]).event)
