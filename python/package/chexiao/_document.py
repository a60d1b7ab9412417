"""Configurations and calls, from Python values to the JSON that the core reads."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from chexiao import errors


def of_config(config: Mapping[str, Any]) -> bytes:
    return _written("config", config)


def of_call(call: object) -> bytes:
    """A call that is text already goes to the core as it is."""
    if isinstance(call, str):
        return call.encode("utf-8", "surrogatepass")
    if isinstance(call, Mapping):
        return _written("call", call)
    raise TypeError(f"call must be a mapping or JSON text, not {type(call).__name__}")


def of_order(operation: str, order: Mapping[str, str], **ids: Any) -> Mapping[str, Any]:
    if not isinstance(order, Mapping):
        raise TypeError(f"order must be a mapping, not {type(order).__name__}")
    return {"operation": operation, "order": order, **{name: value for name, value in ids.items() if value is not None}}


def _plain(value: object) -> object:
    """What JSON lacks and everybody means: mappings that are no dict, paths of key files."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"is a {type(value).__name__}, which JSON does not have")


_encode = json.JSONEncoder(allow_nan=False, default=_plain).encode


def _written(kind: str, document: Mapping[str, Any]) -> bytes:
    try:
        return _encode(document).encode()
    except RecursionError:
        raise errors.of_field(kind, "", "is nested too deeply") from None
    except (TypeError, ValueError) as error:
        why = str(error)
    # Not `from error`: what failed may hold a secret.
    raise errors.of_field(kind, _culprit(document), why)


def _culprit(document: object) -> str:
    """The path of the first member that JSON cannot say, as far down as there are mappings."""
    path: list[str] = []
    while isinstance(document, Mapping) and len(path) < 16:
        for name, value in document.items():
            if not _can_be_written({name: value}):
                path.append(str(name))
                document = value
                break
        else:
            break
    return ".".join(path)


def _can_be_written(value: object) -> bool:
    try:
        return bool(_encode(value))
    except (TypeError, ValueError, RecursionError):
        return False
