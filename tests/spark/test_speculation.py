"""Speculation, forced on: a module of its own, for it is a setting of the whole session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from night import SLOW, SOME, Night

# One task has all of the job, and Spark copies a single one by this limit alone.
SPECULATES = {"speculation": "true", "speculation.interval": "100ms", "speculation.task.duration.threshold": "500ms"}


@pytest.mark.parametrize("spark", [SPECULATES], indirect=True)
def test_speculation_does_no_harm(nights: Callable[..., Night]) -> None:
    night = nights(SOME, SLOW, partitions=4)
    night.agrees(night.close(in_flight=4, workers=1).collect())
    assert night.workers() == 2, "the copy closed orders too"
