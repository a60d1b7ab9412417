"""The store of examples/orders.py: tests/store/run tells it everything, in every order, and kills it in between."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

from conftest import ROOT


def test_no_final_word_is_overwritten_by_a_weaker_one() -> None:
    store = ROOT / "tests/store"
    driver = shlex.join([sys.executable, os.fspath(store / "driver.py")])
    ran = subprocess.run([sys.executable, os.fspath(store / "run"), driver], capture_output=True, text=True, timeout=300)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    print(ran.stdout, end="")
