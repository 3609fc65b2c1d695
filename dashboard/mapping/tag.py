"""A word for what a map's bytes are made of: it changes with the files of the versions and with the code."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from types import ModuleType

from dashboard.components import words
from dashboard.mapping import colouring, labels, measured, places
from pipeline.maps import alignment
from pipeline.retrieval.engine import Engine

MADE_BY: tuple[ModuleType, ...] = (alignment, colouring, labels, measured, places, words)


def tag(engine: Engine, onto: Engine | None = None) -> str:
    """Return the tag of a version's places and colours.

    Args:
        engine: The version.
        onto: The version whose map it is laid on, and whose groups it takes.
    """
    lines = [code()]
    for each in (engine, onto):
        files = {} if each is None else each.manifest.files
        lines.append("".join(f"{name}{entry['sha256']}" for name, entry in sorted(files.items())))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def code() -> str:
    """Return the sum of the code that places and colours products."""
    sums = hashlib.sha256()
    for module in MADE_BY:
        assert module.__loader__ is not None
        sums.update((module.__loader__.get_source(module.__name__) or "").encode())  # type: ignore[attr-defined]
    return sums.hexdigest()
