"""Closes one order and acts on the outcome.

    python3 close.py wechat.json '{"out_trade_no":"1217752501201407033233368018"}'

Prints the result as JSON. Exit code: 0 nothing is left to do, 10 + the outcome's number otherwise, 2 if nothing was sent.
"""

import json
import sys

import chexiao
from chexiao import Next

NOT_SENT = 2

WHAT_TO_DO = {
    Next.DONE: "closed: done",
    Next.CONFIRM: "closed or paid, says the reply: query before relying on it",
    Next.FULFIL_OR_REFUND: "paid: deliver or refund",
    Next.CHECK_ORDER: "no such order: check number, merchant and environment",
    Next.FIX: "not executed: somebody has to look at the configuration",
    Next.RETRY_LATER: "too many requests: wait, then close again",
    Next.CLOSE: "still open: close it",
    Next.RECONCILE: "refunded: compare with the books",
    Next.QUERY: "the close may have happened: query before anything else",
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: close.py CONFIG-FILE ORDER-JSON", file=sys.stderr)
        return NOT_SENT
    try:
        outcome = chexiao.Client(arguments[0]).close(json.loads(arguments[1]))
    except (chexiao.Error, TypeError, ValueError) as error:
        print(f"nothing was sent: {error}", file=sys.stderr)
        return NOT_SENT
    print(json.dumps(outcome.to_dict(), ensure_ascii=False))
    print(WHAT_TO_DO[outcome.next], file=sys.stderr)
    return 0 if outcome.next is Next.DONE else 10 + outcome.code.value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
