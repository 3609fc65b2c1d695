"""FAISS's threads: one for a server's query, all for a batch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import faiss


@contextmanager
def every_core() -> Iterator[None]:
    """Let FAISS use every core: a server holds it to one, but this is a batch."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1))
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
