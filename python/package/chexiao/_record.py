"""What an outcome and a notice have in common: a document of the core, as a value."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

T = TypeVar("T", bound="Record")


class Record:
    """Immutable, and neither true nor false. ``vars()`` is :meth:`to_dict`, and pydantic writes that and reads it. Not taken apart as a
    dataclass: that would write members which are not the document, and fail on a body that is not UTF-8."""

    __slots__ = ()

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """The document of the other languages as plain values, every key always: for JSON, a database, a task queue."""

    @classmethod
    @abstractmethod
    def from_dict(cls: type[T], told: Mapping[str, Any]) -> T:
        """What :meth:`to_dict` wrote, perhaps in another version."""

    if not TYPE_CHECKING:
        # ujson, and so pandas, asks for this before it takes attributes.
        def toDict(self) -> dict[str, Any]:
            return self.to_dict()

        @property
        def __dict__(self) -> dict[str, Any]:
            return self.to_dict()

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        from chexiao import _pydantic

        return _pydantic.schema(cls)

    @property
    def __pydantic_serializer__(self) -> Any:
        """Where a model says ``Any``."""
        from chexiao import _pydantic

        class_: Any = type(self)
        return _pydantic.serializer(class_)

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is neither true nor false: ask its members")

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.to_dict())


def _again(class_: type[T], told: dict[str, Any]) -> T:
    return class_.from_dict(told)


def whole(class_: type[T]) -> type[T]:
    """The decorator of dataclasses has made the value; what is left of it would have tools take it apart."""
    del class_.__dataclass_fields__, class_.__dataclass_params__  # type: ignore[attr-defined]
    return class_
