"""Starts a sandbox, has every peer close and query at it, and compares: each word a peer says, and what stands in the order book.

    judge.py CHEXIAO PEER=COMMAND…

A peer reads a task a line, `VERB NUMBER`, and answers each with a line: the gateway's word, `FAIL` where the gateway itself
refuses, `FORGED` where the reply is not signed as it must be, `-` for what its SDK has no way to do, anything else for what went
wrong. COMMAND is given the folder of configurations and the base URL.
"""

import json
import shlex
import subprocess
import sys
import tempfile
import urllib.request

# verb, number ({} is the peer), the word, and the state of the order after it.
WECHAT = [
    ("query", "A-{}", "NOTPAY", "OPEN"),
    ("close", "A-{}", "SUCCESS", "CLOSED"),
    ("close", "A-{}", "ORDERCLOSED", "CLOSED"),
    ("query", "A-{}", "CLOSED", "CLOSED"),
    ("close", "PAID-{}", "ORDERPAID", "PAID"),
    ("query", "PAID-{}", "SUCCESS", "PAID"),
    ("query-by-id", "PAID-{}", "PAID-{} SUCCESS", "PAID"),
    ("query-by-id", "REFUNDED-{}", "REFUNDED-{} REFUND", "REFUNDED"),
    ("close", "PROCESSING-{}", "FREQUENCY_LIMITED", "PROCESSING"),
    ("query", "PROCESSING-{}", "USERPAYING", "PROCESSING"),
    ("close", "NOTFOUND-{}", "ORDERNOTEXIST", "NOTFOUND"),
    ("query", "NOTFOUND-{}", "ORDERNOTEXIST", "NOTFOUND"),
    ("close", "REFUSED-{}", "SYSTEMERROR", "REFUSED"),
    ("close-hmac", "HMAC-{}", "SUCCESS", "CLOSED"),
    ("close-sub", "SUB-{}", "SUCCESS", "CLOSED"),
    ("close-wrong-key", "WRONG-{}", "FAIL", "OPEN"),
    ("close", "WRONGKEY-{}", "FORGED", "CLOSED"),
    ("close", "UNSIGNED-{}", "FORGED", "CLOSED"),
    ("query", "QUERYWRONGKEY-{}", "FORGED", "OPEN"),
]
# The four others, by what their vendors' own demos send.
VENDORS = [
    ("ysepay", "K1-{}", "SUCCESS", "CLOSED"),
    ("ysepay", "K1-{}", "FAILED", "CLOSED"),
    ("ysepay", "PAID1-{}", "FAILED", "PAID"),
    ("ysepay", "WRONGKEY-{}", "FORGED", "CLOSED"),
    ("icbc", "A1-{}", "0 2", "CLOSED"),
    ("icbc", "PAID1-{}", "5205 1", "PAID"),
    ("icbc", "WRONGKEY-{}", "FORGED", "CLOSED"),
    ("icbc-aes", "A2-{}", "0 2", "CLOSED"),
    ("icbc-aes", "PROCESSING2-{}", "80005207 3", "PROCESSING"),
    ("icbc-aes", "WRONGKEY2-{}", "FORGED", "CLOSED"),
    ("edgeros", "A1-{}", "SUCCESS", "CLOSED"),
    ("edgeros", "A1-{}", "FAIL", "CLOSED"),
    ("edgeros", "WRONGKEY-{}", "FORGED", "CLOSED"),
    ("chinaums", "A1-{}", "SUCCESS", "CLOSED"),
    ("chinaums", "A1-{}", "HAS_CANCELLED", "CLOSED"),
    ("chinaums", "NOTFOUND1-{}", "NO_ORDER", "NOTFOUND"),
]
TABLES = {"wechat": WECHAT, "vendors": VENDORS}
# What an SDK cannot do at all; everything else it must.
LACKS = {("wechatpy", "close-hmac")}
# What an SDK says that it should not, by its peer, verb, number and the right word. WxJava checks a signature only where there is
# one; gopay's reply to a close has no place for result_msg, so that its own VerifySign finds a success forged.
FLAWS = {
    ("wxjava", "close", "UNSIGNED-wxjava", "FORGED"): "SUCCESS",
    ("gopay", "close", "A-gopay", "SUCCESS"): "FORGED",
    ("gopay", "close-hmac", "HMAC-gopay", "SUCCESS"): "FORGED",
    ("gopay", "close-sub", "SUB-gopay", "SUCCESS"): "FORGED",
}


def main():
    chexiao, *peers = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        sandbox = subprocess.Popen([chexiao, "sandbox", "--json", "--dir", folder], stdout=subprocess.PIPE, text=True)
        try:
            url = json.loads(sandbox.stdout.readline())["http_url"]
            results = [result for peer in peers for result in judge(*peer.split("=", 1), folder, url)]
        finally:
            sandbox.terminate()
            sandbox.wait(20)
    failed = [line for line in results if line]
    print("\n".join(failed), end="\n" if failed else "")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    sys.exit(bool(failed) or not results)


def judge(name, command, folder, url):
    """One line for each task that went wrong, nothing for each that went well."""
    table = TABLES["vendors" if name == "jdk" else "wechat"]
    tasks = [(verb, number.format(name), word.format(name), state) for verb, number, word, state in table]
    asked = "".join(f"{verb} {number}\n" for verb, number, _, _ in tasks)
    done = subprocess.run([*shlex.split(command), folder, url], input=asked, stdout=subprocess.PIPE, text=True, timeout=300)
    words = done.stdout.splitlines()
    if done.returncode or len(words) != len(tasks):
        yield f"FAILED  {name}: exit code {done.returncode}, {len(words)} answers to {len(tasks)} tasks; the last: {words[-1:]}"
        return
    orders = book(url)
    for (verb, number, word, _), said in zip(tasks, words):
        expected = "-" if (name, verb) in LACKS else FLAWS.get((name, verb, number, word), word)
        yield said != expected and f"FAILED  {name}: {verb} {number}: {said}, not {expected}"
    # The book knows each order in the state that its last task leaves, asked for as often as it was asked.
    for gateway, number in dict.fromkeys((gateway_of(verb), number) for verb, number, _, _ in tasks):
        of_order = [(verb, state) for verb, named, _, state in tasks if named == number and gateway_of(verb) == gateway]
        asks = sum({"query": 1, "query-by-id": 2}.get(verb, 0) for verb, _ in of_order if (name, verb) not in LACKS)
        closes = sum(not verb.startswith("query") for verb, _ in of_order if (name, verb) not in LACKS)
        expected = {"state": of_order[-1][1], "posts": closes, "queries": asks} if asks + closes else None
        found = orders.get((gateway, number))
        yield found != expected and f"FAILED  {name}: the book has {found} for {number}, not {expected}"


def gateway_of(verb):
    return verb.split("-")[0] if verb in ("ysepay", "icbc", "icbc-aes", "edgeros", "chinaums") else "wechat"


def book(url):
    with urllib.request.urlopen(url + "/_sandbox/orders", timeout=20) as page:
        orders = json.load(page)["orders"]
    return {(order.pop("gateway"), order.pop("order")): order for order in orders}


main()
