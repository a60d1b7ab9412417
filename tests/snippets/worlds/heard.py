import json
import pathlib
import sys

import chexiao
from posted import posted

number = sys.argv[1]
config = json.loads(pathlib.Path("wechat.json").read_text("utf-8"))
new, old = chexiao.Client(config | {"account": config["account"] | {"api_key": "n" * 32}}), chexiao.Client(config)
headers, body = posted(config, number)

SNIPPET
print(heard(chexiao.Incoming(body, headers), [new, old]).event)
