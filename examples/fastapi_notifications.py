"""A FastAPI application that hears of payments: what a gateway posts is verified and stored, and only then acknowledged.

    CHEXIAO=/etc/shop ORDERS=/var/lib/shop/orders.db uvicorn fastapi_notifications:app

CHEXIAO is a folder of configurations: with its wechat.json is heard what WeChat Pay posts to /notifications/wechat. Close and query orders
over the same store: see orders.py. One store holds one account of each gateway.
"""

import logging
import os
import pathlib
from contextlib import closing

import chexiao
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from orders import NOTHING, REFUSE, Orders

app = FastAPI()
log = logging.getLogger("shop")
clients = {path.stem: chexiao.Client(path) for path in pathlib.Path(os.environ["CHEXIAO"]).glob("*.json")}
for client in clients.values():
    client.notification(chexiao.Incoming(b""))  # a setting that is missing is named now


@app.post("/notifications/{account}")
async def hear(account: str, request: Request) -> Response:
    if account not in clients:
        raise HTTPException(404)
    notice = clients[account].notification(await chexiao.Incoming.from_fastapi(request))
    # An exception here is a 500, and the gateway sends it again.
    await run_in_threadpool(store, clients[account].gateway, notice)
    answer = notice.acknowledge or notice.refuse
    return Response(answer.body, answer.status, answer.headers)


def store(gateway: str, notice: chexiao.Notice) -> None:
    with closing(Orders(os.environ["ORDERS"])) as orders:
        todo = orders.notice(gateway, notice.to_dict())
    if todo == REFUSE:
        log.warning("%s: %s", gateway, notice.explanation.en)
    elif todo != NOTHING:
        # Hand it to a worker: it compares the amount, delivers, gives back or queries, and then says orders.done().
        log.warning("%s: %s %s %s", gateway, todo, dict(notice.order), notice.amount)
