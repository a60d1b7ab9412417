"""A Django view that hears of payments: what a gateway posts is verified and stored, and only then acknowledged. In urls.py:

    path("notifications/<str:account>", hear)

and in settings.py:

    CHEXIAO_ACCOUNTS = {"wechat": BASE_DIR / "wechat.json"}
    ORDERS = BASE_DIR / "orders.db"

Close and query orders over the same store: see orders.py. One store holds one account of each gateway.
"""

import logging
from contextlib import closing
from functools import lru_cache

import chexiao
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from orders import NOTHING, REFUSE, Orders

log = logging.getLogger("shop")


@lru_cache(maxsize=None)
def client(account: str) -> chexiao.Client:
    return chexiao.Client(settings.CHEXIAO_ACCOUNTS[account])


@csrf_exempt
@require_POST
def hear(request: HttpRequest, account: str) -> HttpResponse:
    if account not in settings.CHEXIAO_ACCOUNTS:
        raise Http404
    notice = client(account).notification(chexiao.Incoming.from_django(request))
    # An exception here is a 500, and the gateway sends it again.
    store(client(account).gateway, notice)
    answer = notice.acknowledge or notice.refuse
    return HttpResponse(answer.body, status=answer.status, headers=answer.headers)


def store(gateway: str, notice: chexiao.Notice) -> None:
    with closing(Orders(settings.ORDERS)) as orders:
        todo = orders.notice(gateway, notice.to_dict())
    if todo == REFUSE:
        log.warning("%s: %s", gateway, notice.explanation.en)
    elif todo != NOTHING:
        # Hand it to a worker: it compares the amount, delivers, gives back or queries, and then says orders.done().
        log.warning("%s: %s %s %s", gateway, todo, dict(notice.order), notice.amount)
