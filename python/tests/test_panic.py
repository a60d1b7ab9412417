"""A defect of the library's stops at its border. Needs a build with a function that panics; `python/run` names it."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import os
from typing import Any

import pytest

import chexiao
from chexiao import errors

LIBRARY = os.environ.get("CHEXIAO_PANIC_LIBRARY", "")


@pytest.fixture
def native() -> Any:
    if not LIBRARY:
        pytest.skip("CHEXIAO_PANIC_LIBRARY names no build with test-panic")
    loader = importlib.machinery.ExtensionFileLoader("_native", LIBRARY)
    module = importlib.util.module_from_spec(importlib.machinery.ModuleSpec("_native", loader, origin=LIBRARY))
    loader.exec_module(module)
    return module


def test_a_panic_while_sending_is_unknown(native: Any) -> None:
    status, text = native.test_panic(True)
    outcome = chexiao.Outcome.from_dict(json.loads(text))
    assert (status, outcome.code, outcome.reason, outcome.next, outcome.retry) == (9, chexiao.Code.UNKNOWN, "defect", "query", "never")


def test_a_panic_elsewhere_is_the_base_error(native: Any) -> None:
    status, text = native.test_panic(False)
    error = errors.of_json(text)
    assert (status, type(error), error.kind, error.field) == (-90, chexiao.Error, "panic", None) and error.hint


def test_the_shipped_module_has_no_such_function() -> None:
    from chexiao import _native

    assert not hasattr(_native, "test_panic")
