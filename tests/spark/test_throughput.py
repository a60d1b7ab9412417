"""Whether a second executor is worth it, where the pace allows each of them eight requests under way, of 300 ms."""

from __future__ import annotations

import os
from collections.abc import Callable

from night import SLOW, SOME, Night


def test_a_second_executor_is_worth_it(nights: Callable[..., Night]) -> None:
    took = [closes(nights, workers) for workers in (1, 2)]
    print(f"\n  {SOME} orders: {took[0]:.1f} s on one executor, {took[1]:.1f} s on two, {took[0] / took[1]:.2f} ×; load {os.getloadavg()[0]:.1f}")
    assert took[0] / took[1] >= 1.6


def closes(nights: Callable[..., Night], workers: int) -> float:
    """In seconds, from the first request to the last: when a task begins is Spark's business."""
    night = nights(SOME, SLOW)
    night.agrees(night.close(workers=workers, in_flight=8 * workers).collect())
    assert night.workers() == workers
    return night.asked("SELECT max(ended_at) - min(begun_at) FROM attempts") / 1000
