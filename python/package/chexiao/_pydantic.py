"""Outcomes and notices in pydantic's models: their JSON, both ways. Imported only where pydantic asks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic_core import SchemaSerializer
from pydantic_core import core_schema as is_

from chexiao.notice import Notice, Unit
from chexiao.outcome import Code, Confirm, Evidence, Next, Retry, Sent


def schema(class_: Any) -> is_.CoreSchema:
    """An outcome or notice, or its JSON; written as its JSON, for JSON and for Python."""
    shape = _NOTICE if issubclass(class_, Notice) else _RESULT
    read = is_.no_info_after_validator_function(class_.from_dict, shape)
    return is_.json_or_python_schema(
        json_schema=read,
        python_schema=is_.union_schema([is_.is_instance_schema(class_), read]),
        serialization=is_.plain_serializer_function_ser_schema(class_.to_dict, return_schema=shape),
    )


@lru_cache(maxsize=None)
def serializer(class_: Any) -> SchemaSerializer:
    return SchemaSerializer(schema(class_))


def _members(**members: is_.CoreSchema) -> is_.CoreSchema:
    return is_.typed_dict_schema({name: is_.typed_dict_field(member, required=True) for name, member in members.items()})


def _word(*words: str) -> is_.CoreSchema:
    """Any text: a later version may have more words than these."""
    return is_.str_schema(metadata={"pydantic_js_extra": {"examples": list(words)}})


_TEXT = is_.nullable_schema(is_.str_schema())
_NUMBER = is_.nullable_schema(is_.int_schema())
_CODES = [code.word for code in Code]
_HINT = is_.nullable_schema(_word(*_CODES))
_WORDS = _members(code=_TEXT, sub_code=_TEXT, status=_TEXT, message=_TEXT)
_SENTENCES = _members(en=is_.str_schema(), zh=is_.str_schema())
_TEXTS = is_.dict_schema(is_.str_schema(), is_.str_schema())
_ANSWER = _members(status=is_.int_schema(), headers=_TEXTS, body_base64=is_.str_schema())
_RESULT = _members(
    outcome=_word(*_CODES),
    code=is_.int_schema(),
    next=_word(*Next),
    retry=_word(*Retry),
    retry_after_ms=_NUMBER,
    confirm=_word(*Confirm),
    evidence=_word(*Evidence),
    sent=_word(*Sent),
    reason=_TEXT,
    contradiction=is_.bool_schema(),
    hint=_HINT,
    gateway=_WORDS,
    msg_id=is_.str_schema(),
    http_status=_NUMBER,
    elapsed_ms=is_.int_schema(),
    raw_base64=is_.str_schema(),
    explanation=_SENTENCES,
)
_NOTICE = _members(
    event=_word(*_CODES),
    code=is_.int_schema(),
    evidence=_word(*Evidence),
    confirm=_word(*Confirm),
    reason=_TEXT,
    hint=_HINT,
    contradiction=is_.bool_schema(),
    order=_TEXTS,
    amount=is_.nullable_schema(_members(text=is_.str_schema(), unit=_word(*Unit))),
    time=_TEXT,
    fields=_TEXTS,
    gateway=_WORDS,
    dedupe=_TEXT,
    explanation=_SENTENCES,
    acknowledge=is_.nullable_schema(_ANSWER),
    refuse=_ANSWER,
)
