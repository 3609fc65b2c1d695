"""Products added while the process serves: off, unless the environment's PSE_LIVE_PRODUCTS says "on"."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.journal import Journal
from pipeline.retrieval.live.store import LiveProducts
from pipeline.versions import journal_of


def on() -> bool:
    """Return whether products can be added, and those that were added are served."""
    return os.environ.get("PSE_LIVE_PRODUCTS", "").strip().lower() == "on"


class Live:
    """The added products of the versions that are open. Safe to share between threads.

    Args:
        artifacts: Their journals lie below it, in live/.
        capacity: Versions whose added products are kept in memory: as many as there are engines.
    """

    def __init__(self, artifacts: Path, capacity: int) -> None:
        self._artifacts, self._capacity = artifacts, capacity
        self._kept: OrderedDict[str, LiveProducts] = OrderedDict()
        self._guard = Lock()

    def products(self, published: Engine) -> LiveProducts:
        """Return the added products of a version as it is open now."""
        with self._guard:
            kept = self._kept.get(published.name)
            if kept is None or kept.published is not published:
                journal = Journal(journal_of(self._artifacts, published.name))
                kept = self._kept[published.name] = LiveProducts(published, journal)
            self._kept.move_to_end(published.name)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
            return kept
