"""Closes, cancels and voids at Chinese payment gateways, and says truthfully what happened.

    import chexiao

    client = chexiao.Client("account.json")
    try:
        outcome = client.close({"out_trade_no": "1217752501201407033233368018"})
    except chexiao.Error as error:
        print("nothing was sent:", error)
    else:
        print(outcome.code, outcome.next, outcome.explanation.en)

What is not proven is not done: act on ``outcome.next``. An :class:`Error` means that nothing of the close or query was sent; everything
after its first byte is an :class:`Outcome`, and where the truth is not known that is :attr:`Code.UNKNOWN`: query before anything else.
"""

import json
from typing import Any, cast

from chexiao import _abi as _abi  # first
from chexiao import _native, errors
from chexiao.aio import AsyncClient
from chexiao.answer import CallAnswer, SavedFile
from chexiao.client import Client, diagnose
from chexiao.errors import CallError, ConfigError, Error, NotSentError
from chexiao.exchange import HttpReply, HttpRequest
from chexiao.incoming import Incoming
from chexiao.notice import Amount, Answer, Notice, Unit
from chexiao.outcome import Code, Confirm, Evidence, Explanation, GatewayWords, Next, Outcome, Retry, Sent

__all__ = [
    "Amount",
    "Answer",
    "AsyncClient",
    "CallAnswer",
    "CallError",
    "Client",
    "Code",
    "ConfigError",
    "Confirm",
    "Error",
    "Evidence",
    "Explanation",
    "GatewayWords",
    "HttpReply",
    "HttpRequest",
    "Incoming",
    "Next",
    "NotSentError",
    "Notice",
    "Outcome",
    "Retry",
    "SavedFile",
    "Sent",
    "Unit",
    "__version__",
    "diagnose",
    "gateways",
]

__version__: str = _native.VERSION


def gateways() -> list[dict[str, Any]]:
    """Every gateway with its environments and outcome tables: ``[{"gateway", "environments", "close": [{"of", "rows": […]}]}]``."""
    status, text = _native.gateways()
    if status < 0:
        raise errors.of_json(text)
    return cast("list[dict[str, Any]]", json.loads(text))
