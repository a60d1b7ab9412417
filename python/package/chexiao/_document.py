"""Configurations and calls, from Python values to the JSON that the core reads."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, Optional, Union

from chexiao import errors

Members = Union[Mapping[str, Any], Iterable[tuple[str, Any]]]
"""Names and values: a mapping of any class, or pairs. Text may be ``str``, of any subclass, or ``bytes`` of UTF-8."""

Order = Union[Mapping[str, str], Iterable[tuple[str, str]]]


def of_config(config: Members) -> Optional[bytes]:
    """None for what has no members."""
    return _document("config", config)


def of_path(config: object) -> str:
    """The path of a configuration."""
    path = os.fspath(config) if isinstance(config, (str, os.PathLike)) else None
    if not isinstance(path, str):
        raise TypeError(f"config must be a mapping or the path of a JSON file, not {type(config).__name__}")
    if path.lstrip().startswith("{"):
        raise errors.of_field("config", "", "the path is JSON text: pass a mapping, such as json.loads gives, or the path of a file")
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        raise errors.of_field("config", "", "the path holds characters that no path can have") from None
    return path


def of_call(call: object) -> bytes:
    """A call that is text already goes to the core as it is."""
    if isinstance(call, str):
        return call.encode("utf-8", "surrogatepass")
    document = _document("call", call)
    if document is None:
        raise TypeError(f"call must be a mapping, pairs or JSON text, not {type(call).__name__}")
    return document


def of_order(operation: str, order: Order, **ids: Any) -> Mapping[str, Any]:
    members: object = order if type(order) is dict or isinstance(order, Mapping) else _members(order)
    if members is None:
        raise TypeError(f"order must be a mapping or pairs of name and value, not {type(order).__name__}")
    return {"operation": operation, "order": members, **{name: value for name, value in ids.items() if value is not None}}


def of_api(api: str, fields: Optional[Members], **more: Any) -> Mapping[str, Any]:
    """The document of a call of an API. What is not given is left out."""
    members: object = fields if fields is None or isinstance(fields, Mapping) else _members(fields)
    if fields is not None and members is None:
        raise TypeError(f"fields must be a mapping or pairs of name and value, not {type(fields).__name__}")
    given = {"operation": "call", "api": api, "fields": members, **more}
    return {name: value for name, value in given.items() if value is not None}


class _Refused(Exception):
    """What stands at this path is not to be said in JSON."""

    def __init__(self, path: tuple[object, ...], why: str) -> None:
        super().__init__(".".join(map(_shown, path)), why)


def _document(kind: str, value: object) -> Optional[bytes]:
    plain = _plain(value, 2)
    if plain is not None:
        return plain.encode()
    members = _members(value)
    if members is None:
        return None
    try:
        return _object(members, (), (id(value),)).encode()
    except _Refused as refused:
        path, why = refused.args
    # Out here, and not `from` it: what failed may hold a secret, and a debugger or an error tracker shows the locals of a traceback.
    del value, members
    raise errors.of_field(kind, path, why)


def _members(value: object) -> Optional[list[tuple[Any, Any]]]:
    """Every name with every value; None for what is neither a mapping nor pairs."""
    if type(value) is dict:
        return list(value.items())
    if isinstance(value, Mapping):
        # The mappings of web frameworks hold names twice and show but one of them.
        several: Any = getattr(value, "getall", None) or getattr(value, "getlist", None)
        if several:
            return [(name, one) for name in dict.fromkeys(value) for one in several(name)]
        return list(value.items())
    if isinstance(value, (str, bytes, bytearray, memoryview)) or not isinstance(value, Iterable):
        return None
    pairs: list[tuple[Any, Any]] = []
    for pair in value:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            return None
        pairs.append((pair[0], pair[1]))
    return pairs


_quoted = json.encoder.encode_basestring_ascii


def _plain(value: object, depth: int) -> Optional[str]:
    """What nearly every call is, in little time: dictionaries of texts. None for anything else."""
    if type(value) is not dict or not depth:
        return None
    written: list[str] = []
    for name, member in value.items():
        text = _quoted(member) if type(member) is str else _plain(member, depth - 1)
        if text is None or type(name) is not str:
            return None
        written.append(f"{_quoted(name)}:{text}")
    return "{" + ",".join(written) + "}"


_DEEPEST = 64
_encode = json.JSONEncoder(allow_nan=False).encode


def _object(members: list[tuple[Any, Any]], path: tuple[object, ...], above: tuple[int, ...]) -> str:
    written: dict[str, str] = {}
    for key, value in members:
        name = _text(key)
        here = (*path, key if name is None else name)
        if name is None:
            raise _Refused(here, f"is a name of the type {type(key).__name__}, not text")
        if name in written:
            raise _Refused(here, "is given more than once")
        written[name] = _value(value, here, above)
    return "{" + ",".join(f"{_encode(name)}:{value}" for name, value in written.items()) + "}"


def _value(value: object, path: tuple[object, ...], above: tuple[int, ...]) -> str:
    if type(value) is str:
        return _encode(value)
    if id(value) in above:
        raise _Refused(path, "holds itself")
    if len(above) > _DEEPEST:
        raise _Refused((), "is nested too deeply")
    above = (*above, id(value))
    members = _members(value)
    if members or isinstance(value, Mapping):
        return _object(members or [], path, above)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_value(one, path, above) for one in value) + "]"
    text = os.fsdecode(value) if isinstance(value, os.PathLike) else _text(value)
    if text is None and not (value is None or isinstance(value, (bool, int, float))):
        why = "is not UTF-8" if isinstance(value, (bytes, bytearray)) else f"is a {type(value).__name__}, which JSON does not have"
        raise _Refused(path, why)
    try:
        return _encode(value if text is None else text)
    except ValueError as error:
        raise _Refused(path, str(error)) from None


def _text(value: object) -> Optional[str]:
    """As text, whatever a subclass makes of ``str()``; None for what is none."""
    if isinstance(value, str):
        return str.__str__(value)
    try:
        return value.decode() if isinstance(value, (bytes, bytearray)) else None
    except UnicodeDecodeError:
        return None


def _shown(name: object) -> str:
    """A name of ours. Another one may be anything, a key that slipped included."""
    shown = str.__str__(name) if isinstance(name, str) else ascii(name)
    return shown if not isinstance(name, str) or re.fullmatch("[A-Za-z_]{1,31}", shown) else "(a key that is no name)"
