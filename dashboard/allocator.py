"""Freed memory is kept for the next answer, and what stays anyway is not looked through again and again.

An answer makes and frees dozens of arrays as long as the catalogue. By default glibc gives such memory back to the
system each time, and the next answer waits while the pages are put in again.

Streamlit collects garbage after every run of a page, which looks at each of some 200,000 objects of loaded modules
while every other session waits.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import sys

# The numbers that mallopt(3) knows its parameters by, and what is set.
TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD, ARENA_MAX = -1, -2, -3, -8
SETTINGS = {
    TRIM_THRESHOLD: 256 * 2**20,  # bytes that may lie free at the end of the heap
    TOP_PAD: 16 * 2**20,  # bytes that are asked for beyond what is needed
    MMAP_THRESHOLD: 32 * 2**20,  # bytes from which on a block is given back as soon as it is freed: glibc's most
    ARENA_MAX: 2,  # heaps: Python works in one thread at a time, and each heap keeps what it has
}


def keep_freed_memory() -> bool:
    """Tell the allocator of this process; return whether it has understood."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(name, value) == 1 for name, value in SETTINGS.items())


def settle() -> None:
    """Leave what is loaded by now out of the garbage collections of this process: modules, and no version yet."""
    gc.freeze()
    atexit.register(gc.unfreeze)  # else modules in C say at the end that their objects have leaked
