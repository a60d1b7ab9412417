import asyncio

import chexiao
from fastapi import FastAPI, Request, Response

app = FastAPI()
client = chexiao.Client("wechat.json")


def store(notice):
    print("stored", notice)


SNIPPET

async def receive():
    return {"type": "http.request", "body": b"<xml>signed by nobody</xml>"}


print(f"{asyncio.run(hear(Request({'type': 'http', 'headers': []}, receive))).status_code}, nothing stored")
