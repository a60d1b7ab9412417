import json
import pathlib
import ssl
import sys
import time
import urllib.request

number = sys.argv[1]
time.sleep = lambda seconds: None


def suffered(fault, times):
    """By the next requests at the sandbox."""
    config = json.loads(pathlib.Path("wechat.json").read_text("utf-8"))
    context = ssl.create_default_context(cafile=config["ca_file"])
    ordered = json.dumps({"gateway": "wechat", "fault": fault, "times": times}).encode()
    urllib.request.urlopen(config["base_url"] + "/_sandbox/faults", ordered, 10, context=context).close()


if number.startswith("LOST"):  # the first close never comes to the gateway, which says `open` until there is a second one
    suffered("reset", 1)
if number.startswith("PAIDORNOT"):  # the close says `paid`, both queries say `closed`
    suffered("query:says:closed", 2)

SNIPPET
