"""For pytest: ``pytest_plugins = ["chexiao.pytest_plugin"]`` in a test or in conftest.py gives the fixture ``chexiao_sandbox``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chexiao.sandbox import Sandbox


@pytest.fixture(scope="session")
def chexiao_sandbox() -> Iterator[Sandbox]:
    """A sandbox for the whole session: ``chexiao.Client(chexiao_sandbox.config(…))``."""
    with Sandbox() as sandbox:
        yield sandbox
