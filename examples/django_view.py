"""A Django view that closes an order: POST /orders/<number>/close.

One client serves all threads, and all workers that are forked later; it is opened at the first request, so that `manage.py migrate` needs
no keys. In settings.py:

    CHEXIAO = BASE_DIR / "wechat.json"
"""

from functools import lru_cache

import chexiao
from chexiao import Code
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST


@lru_cache(maxsize=None)
def client() -> chexiao.Client:
    return chexiao.Client(settings.CHEXIAO)


@require_POST
def close_order(request: HttpRequest, number: str) -> JsonResponse:
    try:
        outcome = client().close({"out_trade_no": number})
    except chexiao.NotSentError as error:
        # The gateway was not reached: the order is as it was, and the same close may be tried again.
        return JsonResponse({"error": error.kind}, status=503)
    except chexiao.CallError as error:
        return JsonResponse({"error": str(error)}, status=400)

    # What is not settled goes to a background job, which queries the order: keep the message id for it.
    status = 200 if outcome.is_closed else 409 if outcome.code is Code.PAID else 202
    return JsonResponse({"outcome": outcome.code.word, "next": outcome.next, "msg_id": outcome.msg_id}, status=status)
