"""The memory of a process: the allocator keeps what is freed, and collections pass over what is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
import numpy as np
from dashboard.allocator import keep_freed_memory

if sys.argv[1] == "kept":
    assert keep_freed_memory()
for turn in range(51):
    if turn == 1:  # what is there from now on could be used again
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    arrays = [np.ones(50_000, np.float32) for _ in range(40)]
    del arrays
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="told to glibc alone")
def test_memory_that_is_freed_is_not_faulted_in_again() -> None:
    def faults(how: str) -> int:
        return int(subprocess.run([sys.executable, "-c", FAULTS, how], check=True, capture_output=True).stdout)

    assert faults("kept") < 100 < 10_000 < faults("given back")  # 50 turns x 40 arrays x 49 pages of 4 KiB


SETTLED = """
import gc, weakref
import streamlit
from dashboard.allocator import settle

class Knot: pass

before = len(gc.get_objects())
settle()
assert gc.get_freeze_count() > 0.9 * before
knot = Knot(); knot.own = knot
gone = weakref.ref(knot)
del knot
gc.collect()
assert gone() is None  # what comes later is collected as ever
"""


def test_what_is_loaded_is_passed_over_and_what_comes_later_is_collected() -> None:
    done = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
