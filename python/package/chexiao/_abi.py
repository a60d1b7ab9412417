"""Refuses the module for CPythons with a global lock on one that has none, where copying has brought what pip would not have."""

from __future__ import annotations

import sys
from importlib.util import find_spec

if "free-threading" in sys.version:
    _found = find_spec("chexiao._native")
    if _found is not None and (_found.origin or "").endswith((".abi3.so", "_native.pyd")):
        raise ImportError(
            f"{_found.origin} is not for free-threaded CPython: use a CPython with the lock, or, from 3.14 on, have pip build the package from its "
            "source 它不适用于 free-threaded CPython：请改用带全局锁的 CPython，或在 3.14 及以后用 pip 从源码包构建",
            name=_found.name,
            path=_found.origin,
        )
