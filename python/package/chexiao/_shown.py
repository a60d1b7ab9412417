"""Words in a line of a log or of ``repr``."""

from __future__ import annotations

from typing import Union


def shown(value: Union[str, int, None]) -> str:
    """One short word. Ids and names of fields may come from outside: what would break or forge a line is escaped."""
    if value is None:
        return "-"
    text = str(value)
    return text if 0 < len(text) <= 128 and text.isprintable() and " " not in text else ascii(text[:128])
