"""A draft laid over a version in memory, to see what the version would answer if it held it; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.added import Added, Adder
from pipeline.retrieval.live.engine import LiveEngine
from pipeline.retrieval.live.overlay import Overlay
from pipeline.retrieval.live.room import Seat
from pipeline.retrieval.search_engine import SearchEngine


class Laid:
    """Lays drafts over a version, one after the other. Safe to share between threads: who comes second waits.

    Args:
        published: The engine of the version as it was published; it is not changed.
    """

    def __init__(self, published: Engine) -> None:
        self.published = published
        contents = published.contents
        # A search reads neither shoppers nor towers: without them an overlay is laid in a fraction of the time.
        self._searched = replace(contents, items=contents.text, user_tower=None, user_vectors=None, reranked=None)
        self._search = Overlay(self._searched, Seat)
        self._adder: Adder | None = None
        self._guard = Lock()
        self.product_id = "draft"  # what the draft is called in answers
        while self.product_id in published.catalogue:
            self.product_id += "-"

    @property
    def row(self) -> int:
        """The row of the draft: behind those of all products."""
        return len(self.published.catalogue)

    @property
    def recommends(self) -> bool:
        """Whether drafts can be recommended: their vectors are of the kind that the version recommends by."""
        return self.published.drafts.has_tower or not self.published.has_towers

    def added(self, drafts: Sequence[Draft]) -> list[Added]:
        """Return what has to be known of each draft, made together."""
        with self._guard:
            if self._adder is None:
                self._adder = Adder(self.published.contents, self.published.drafts)
        # By numbers, as what is known of them stands under ids that differ.
        made = self._adder.make({str(place): draft for place, draft in enumerate(drafts)})
        return [replace(each, product_id=self.product_id) for each in made]

    @contextmanager
    def searching(self, draft: Added) -> Iterator[SearchEngine]:
        """Yield what answers queries over the version and the draft; it is true until the block ends.

        Args:
            draft: Of `added`.
        """
        with self._guard:
            contents = self._search.over([draft])
            found = SearchEngine(contents)
            found._understanding = self.published._understanding.over(contents.catalogue, contents.lexical)
            yield found

    @contextmanager
    def recommending(self, draft: Added) -> Iterator[Engine]:
        """Yield what recommends from the version and the draft; it is true until the block ends.

        Args:
            draft: Of `added`; the version must be one of those that `recommends`.
        """
        with self._guard:
            yield LiveEngine(self.published, Overlay(self.published.contents, Seat).over([draft]))
