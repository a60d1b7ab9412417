"""Outcomes in pydantic's models: the result JSON, both ways. Imported only where pydantic asks."""

from __future__ import annotations

from functools import lru_cache

from pydantic_core import SchemaSerializer
from pydantic_core import core_schema as is_

from chexiao.outcome import Code, Confirm, Evidence, Next, Outcome, Retry, Sent


def schema() -> is_.CoreSchema:
    """An outcome, or its result JSON; written as its result JSON, for JSON and for Python."""
    read = is_.no_info_after_validator_function(Outcome.from_dict, _RESULT)
    return is_.json_or_python_schema(
        json_schema=read,
        python_schema=is_.union_schema([is_.is_instance_schema(Outcome), read]),
        serialization=is_.plain_serializer_function_ser_schema(Outcome.to_dict, return_schema=_RESULT),
    )


@lru_cache(maxsize=None)
def serializer() -> SchemaSerializer:
    return SchemaSerializer(schema())


def _members(**members: is_.CoreSchema) -> is_.CoreSchema:
    return is_.typed_dict_schema({name: is_.typed_dict_field(member, required=True) for name, member in members.items()})


def _word(*words: str) -> is_.CoreSchema:
    """Any text: a later version may have more words than these."""
    return is_.str_schema(metadata={"pydantic_js_extra": {"examples": list(words)}})


_TEXT = is_.nullable_schema(is_.str_schema())
_NUMBER = is_.nullable_schema(is_.int_schema())
_CODES = [code.word for code in Code]
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
    hint=is_.nullable_schema(_word(*_CODES)),
    gateway=_members(code=_TEXT, sub_code=_TEXT, status=_TEXT, message=_TEXT),
    msg_id=is_.str_schema(),
    http_status=_NUMBER,
    elapsed_ms=is_.int_schema(),
    raw_base64=is_.str_schema(),
    explanation=_members(en=is_.str_schema(), zh=is_.str_schema()),
)
