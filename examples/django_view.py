"""A Django view that closes an order: POST /orders/<number>/close.

One client serves all threads, and all workers that are forked later; it is opened at the first request, so that `manage.py migrate` needs
no keys. In settings.py:

    CHEXIAO = BASE_DIR / "wechat.json"
"""

from functools import lru_cache

import chexiao
from chexiao import Next
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST


# The page may say "closed" for 200 alone. 202: not settled yet, and the goods stay where they are.
STATUS = {
    Next.DONE: 200,
    Next.FULFIL_OR_REFUND: 409,  # paid
    Next.RECONCILE: 409,  # refunded
    Next.CHECK_ORDER: 404,
    Next.FIX: 500,
    Next.RETRY_LATER: 503,
}


@lru_cache(maxsize=None)
def client() -> chexiao.Client:
    return chexiao.Client(settings.CHEXIAO)


@require_POST
def close_order(request: HttpRequest, number: str) -> JsonResponse:
    try:
        # A close alone would ask for a query anyway: the reply of WeChat Pay names no order.
        outcome = client().ensure_closed({"out_trade_no": number})
    except chexiao.NotSentError as error:
        # The gateway was not reached: the order is as it was, and the same close may be tried again.
        return JsonResponse({"error": error.kind}, status=503)
    except chexiao.CallError as error:
        return JsonResponse({"error": str(error)}, status=400)

    # What is not settled goes to a background job, which queries the order; the message id is for the log.
    told = {"outcome": outcome.code.word, "next": outcome.next, "msg_id": outcome.msg_id}
    return JsonResponse(told, status=STATUS.get(outcome.next, 202))
