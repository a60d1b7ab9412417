"""Starts a sandbox, has every peer work at it, and compares: each word a peer says, and what stands in the order book.

    judge.py CHEXIAO PEER=COMMAND…

Each peer works twice: at the sandbox, and at `between.py`, which compares its requests with those of `chexiao call` and sends these.

A peer reads a task a line, `VERB NUMBER`, and answers each with a line: the gateway's word, `FAIL` where the gateway itself
refuses, `FORGED` where the reply is not signed as it must be, `-` for what its SDK has no way to do, anything else for what went
wrong. COMMAND is given the folder of configurations and the base URL.
"""

import base64
import datetime
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile
import urllib.request

from between import Between

DAY = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).strftime("%Y-%m-%d")
TODAY = DAY.replace("-", "")
# For a word: the parameters of a front end, as JSON, to be the same as ours.
SAME = "the same as ours"

# verb, number ({} is the peer), the word, and the state of the order after it (None where there is none).
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
    ("order", "A1-{}", "PREPAID", "OPEN"),
    ("order-hmac", "A2-{}", "PREPAID", "OPEN"),
    ("jsapi", "A3-{}", SAME, "OPEN"),
    ("jsapi-hmac", "A4-{}", SAME, "OPEN"),
    ("app", "A5-{}", SAME, "OPEN"),
    ("app-hmac", "A6-{}", SAME, "OPEN"),
    ("refund", "PAID1-{}", "SUCCESS", "REFUNDED"),
    ("refund-hmac", "PAID2-{}", "SUCCESS", "REFUNDED"),
    ("refund-query", "PAID1-{}", "SUCCESS", "REFUNDED"),
    ("refund-query-hmac", "PAID2-{}", "SUCCESS", "REFUNDED"),
    ("bill", TODAY, "交易时间", None),
    ("bill-hmac", TODAY, "交易时间", None),
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
    ("icbc-apply", "A3-{}", "0", "OPEN"),
    ("icbc-query", "PAID3-{}", "1", "PAID"),
    ("icbc-refund", "PAID4-{}", "0", "REFUNDED"),
    ("ysepay-refund", "PAID2-{}", "10000", "REFUNDED"),
    ("ysepay-refund-query", "PAID2-{}", "success", "REFUNDED"),
    ("chinaums-refund", "PAID1-{}", "SUCCESS", "REFUNDED"),
    ("chinaums-refund-query", "PAID1-{}", "SUCCESS", "REFUNDED"),
    ("edgeros-refund", "PAID1-{}", "SUCCESS", "REFUNDED"),
    ("edgeros-refund-query", "PAID1-{}", "SUCCESS", "REFUNDED"),
    ("edgeros-query", "PAID2-{}", "SUCCESS", "PAID"),
    ("edgeros-bill", DAY, "SUCCESS", None),
    ("edgeros-order", "A3-{}", SAME, None),
]
TABLES = {"jdk": VENDORS, "acopay": [task for task in VENDORS if task[0].startswith("edgeros")]}
# What an SDK cannot do at all, or is not asked here; everything else it must.
LACKS = {("wechatpy", verb) for verb, *_ in WECHAT if verb.endswith("-hmac")}
# What an SDK says that it should not, by its peer, verb, number and the right word. WxJava checks a signature only where there is
# one; gopay's reply to a close has no place for result_msg, so that its own VerifySign finds a success forged.
FLAWS = {
    ("wxjava", "close", "UNSIGNED-{}", "FORGED"): "SUCCESS",
    ("gopay", "close", "A-{}", "SUCCESS"): "FORGED",
    ("gopay", "close-hmac", "HMAC-{}", "SUCCESS"): "FORGED",
    ("gopay", "close-sub", "SUB-{}", "SUCCESS"): "FORGED",
}
# Who shows no certificate is turned away from a refund; ours is sent with one. Before it no bill is there. A wrong key would be made good.
ONLY = {verb + hmac: "ours" for verb in ("refund", "refund-query", "bill") for hmac in ("", "-hmac")} | {"close-wrong-key": "own"}
# How often a task queries; every other of these closes once.
QUERIES = {"query": 1, "query-by-id": 2, "edgeros-query": 1, "icbc-query": 1}
CLOSES = ("close", "close-hmac", "close-sub", "close-wrong-key", "ysepay", "icbc", "icbc-aes", "edgeros", "chinaums")


def main():
    chexiao, *peers = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        sandbox = subprocess.Popen([chexiao, "sandbox", "--json", "--dir", folder], stdout=subprocess.PIPE, text=True)
        try:
            url = json.loads(sandbox.stdout.readline())["http_url"]
            results = [result for peer in peers for result in both(chexiao, *peer.split("=", 1), folder, url)]
        finally:
            sandbox.terminate()
            sandbox.wait(20)
    failed = [line for line in results if line]
    print("\n".join(failed), end="\n" if failed else "")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    sys.exit(bool(failed) or not results)


def both(chexiao, name, command, folder, url):
    """One line for each task that went wrong, nothing for each that went well."""
    between = Between(chexiao, folder)
    with between as there:
        for way, address in (("own", url), ("ours", there)):
            yield from judge(name, way, [*shlex.split(command), folder, address], url, between)
    for difference in between.differences:
        yield f"FAILED  {name}: {difference}"
    yield between.compared == 0 and f"FAILED  {name}: no request was compared"
    print(f"{name}: {between.compared} requests compared with ours")


def judge(name, way, command, url, between):
    table = [task for task in TABLES.get(name, WECHAT) if ONLY.get(task[0], way) == way]
    numbers = [number.format(f"{name}-{way}") for _, number, _, _ in table]
    asked = "".join(f"{verb} {number}\n" for (verb, *_), number in zip(table, numbers))
    done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, timeout=300)
    words = done.stdout.splitlines()
    if done.returncode or len(words) != len(table):
        yield f"FAILED  {name}: exit code {done.returncode}, {len(words)} answers to {len(table)} tasks; the last: {words[-1:]}"
        return
    orders = book(url)
    for (verb, template, word, _), number, said in zip(table, numbers, words):
        expected = "-" if (name, verb) in LACKS else FLAWS.get((name, verb, template, word), word.format(f"{name}-{way}"))
        if expected == SAME:
            expected = ours(between, verb, said)
        yield said != expected and f"FAILED  {name}, {way}: {verb} {number}: {said}, not {expected}"
    # The book knows each order in the state that its last task leaves, asked for as often as it was asked.
    tasks = [(gateway_of(verb), number, verb, state) for (verb, _, _, state), number in zip(table, numbers) if state and (name, verb) not in LACKS]
    for gateway, number in dict.fromkeys(task[:2] for task in tasks):
        of_order = [(verb, state) for *order, verb, state in tasks if order == [gateway, number]]
        asks, closes = sum(QUERIES.get(verb, 0) for verb, _ in of_order), sum(verb in CLOSES for verb, _ in of_order)
        expected, found = {"state": of_order[-1][1], "posts": closes, "queries": asks}, orders.get((gateway, number))
        yield found != expected and f"FAILED  {name}, {way}: the book has {found} for {number}, not {expected}"


def ours(between, verb, said):
    """Ours, written as the peer writes its own where they are the same."""
    theirs = json.loads(said)
    config = "edgeros" if verb == "edgeros-order" else "wechat-hmac" if verb.endswith("-hmac") else "wechat"
    if config == "edgeros":
        api, nonce, seconds = "SIGN order", theirs["nonce"], 0
        fields = {k: v for k, v in theirs.items() if k not in ("mch_no", "nonce", "sign_type", "sign")}
    elif verb.startswith("jsapi"):
        api, nonce, seconds = "SIGN JSAPI", theirs["nonceStr"], theirs["timeStamp"]
        fields = {"prepay_id": theirs["package"].removeprefix("prepay_id=")}
    else:
        api, nonce, seconds = "SIGN APP", theirs["noncestr"], theirs["timestamp"]
        fields = {"prepay_id": theirs["prepayid"]}
    moment = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone(datetime.timedelta(hours=8))).strftime("%Y-%m-%d %H:%M:%S")
    given = [word for name, text in fields.items() for word in ("--field", f"{name}={text}")]
    signed = between.signed(config, api, *given, "--nonce", nonce, "--timestamp", moment)
    made = json.loads(base64.b64decode(signed["body_base64"]))
    assert fields.get("prepay_id", "wx").startswith("wx"), said
    return said if made == theirs else json.dumps(made)


def gateway_of(verb):
    gateway = verb.removesuffix("-apply").removesuffix("-query").removesuffix("-refund").removesuffix("-bill")
    return verb.split("-")[0] if gateway in ("ysepay", "icbc", "icbc-aes", "edgeros", "chinaums") else "wechat"


def book(url):
    with urllib.request.urlopen(url + "/_sandbox/orders", timeout=20) as page:
        orders = json.load(page)["orders"]
    return {(order.pop("gateway"), order.pop("order")): order for order in orders}


main()
