"""Closes one order with an HTTP client of your own: here httpx, under asyncio. chexiao signs and verifies; it does no I/O.

    python3 close_with_httpx.py wechat.json '{"out_trade_no":"1217752501201407033233368018"}' [CA-FILE]

Exit codes as of close.py.
"""

import asyncio
import json
import ssl
import sys
from typing import Optional

import httpx

import chexiao

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
LARGEST = 1 << 20


async def close(client: chexiao.Client, http: httpx.AsyncClient, order: dict[str, str], seconds: float = 30) -> Optional[chexiao.Outcome]:
    """The outcome; None where no whole reply came: the close may have happened, so query. Raises only if nothing was sent."""
    request = client.sign({"operation": "close", "order": order})
    # Write down now that this order is being closed, and request.msg_id for the log. Who dies before the reply comes queries the order.
    try:
        return await asyncio.wait_for(exchange(client, http, request), seconds)
    except NEVER_SENT:
        raise
    except (httpx.HTTPError, asyncio.TimeoutError):
        return None


async def exchange(client: chexiao.Client, http: httpx.AsyncClient, request: chexiao.HttpRequest) -> chexiao.Outcome:
    """Sends the request as it is, once, and verifies the reply."""
    async with http.stream(request.method, request.url, headers=request.headers, content=request.body) as response:
        body = b""
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > LARGEST:
                break
        # All headers, also those that come twice, and the bytes as they came.
        return client.verify(request, chexiao.HttpReply(response.status_code, response.headers, body))


async def main(arguments: list[str]) -> int:
    config, order, *ca_file = arguments
    trust = ssl.create_default_context(cafile=ca_file[0] if ca_file else None)
    try:
        client = chexiao.Client(config)
        # A reply of another host proves nothing. Proxy variables are for other programs.
        async with httpx.AsyncClient(verify=trust, follow_redirects=False, trust_env=False) as http:
            outcome = await close(client, http, json.loads(order))
    except (chexiao.Error, *NEVER_SENT) as error:
        print(f"nothing was sent: {error}", file=sys.stderr)
        return 2
    if outcome is None:
        print("no whole reply came: the close may have happened; query", file=sys.stderr)
        return 10 + chexiao.Code.UNKNOWN.value
    print(json.dumps(outcome.to_dict(), ensure_ascii=False))
    return 0 if outcome.next is chexiao.Next.DONE else 10 + outcome.code.value


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
