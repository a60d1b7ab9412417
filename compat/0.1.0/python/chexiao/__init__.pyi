from chexiao.aio import AsyncClient as AsyncClient
from chexiao.client import Client as Client
from chexiao.errors import CallError as CallError, ConfigError as ConfigError, Error as Error, NotSentError as NotSentError
from chexiao.exchange import HttpReply as HttpReply, HttpRequest as HttpRequest
from chexiao.outcome import Code as Code, Confirm as Confirm, Evidence as Evidence, Explanation as Explanation, GatewayWords as GatewayWords, Next as Next, Outcome as Outcome, Retry as Retry, Sent as Sent
from typing import Any

__all__ = ['AsyncClient', 'Client', 'CallError', 'ConfigError', 'Error', 'NotSentError', 'HttpReply', 'HttpRequest', 'Code', 'Confirm', 'Evidence', 'Explanation', 'GatewayWords', 'Next', 'Outcome', 'Retry', 'Sent', '__version__', 'gateways']

__version__: str

def gateways() -> list[dict[str, Any]]: ...
