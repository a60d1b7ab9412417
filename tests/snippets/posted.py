"""What the sandbox posts, for the worlds that hear it."""

import base64
import json
import ssl
import urllib.request


def posted(config, number):
    """The headers and the body of a notification of this order at WeChat Pay: genuine if it is paid, else signed by nobody."""
    if not number.startswith("PAID"):
        return {}, b"<xml>signed by nobody</xml>"
    ask = json.dumps({"gateway": "wechat", "order": number}).encode()
    context = ssl.create_default_context(cafile=config["ca_file"])
    with urllib.request.urlopen(config["base_url"] + "/_sandbox/notices", ask, 10, context=context) as reply:
        message = json.load(reply)
    return message["headers"], base64.b64decode(message["body_base64"])
