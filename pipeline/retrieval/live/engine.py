"""An engine over a version and the products added to it since: searched and recommended as the others are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.retrieval.contents import Contents
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.results import Results

NAMED = 5  # added products in a sentence


class LiveEngine(Engine):
    """Answers from a version and the products added to it. Read-only and thread-safe, as any engine.

    Added products come behind the published rows. They have no interactions, and take the path of products that are
    new to the version; their BM25 scores are those of the published index's statistics (`lexical`), and spelling and
    the names that are offered are the published ones. Metrics, shoppers and maps stay those of the version.

    Args:
        published: The engine of the version; it is shared, and not changed.
        contents: What `Overlay` makes of its contents.
    """

    def __init__(self, published: Engine, contents: Contents) -> None:
        super().__init__(published.manifest, contents, published.metrics, published.tuned)
        self.drafts = published.drafts
        self._understanding = published._understanding.over(contents.catalogue, contents.lexical)

    def search(self, *given: Any, **named: Any) -> Results:
        return self._told(super().search(*given, **named))

    def similar(self, *given: Any, **named: Any) -> Results:
        return self._told(super().similar(*given, **named))

    def recommend(self, *given: Any, **named: Any) -> Results:
        return self._told(super().recommend(*given, **named))

    def _told(self, results: Results) -> Results:
        """Return an answer that says which of its hits were added."""
        added = [hit.product_id for hit in results.hits if hit.row >= self.catalogue.published]
        if not added:
            return results
        listed = ", ".join(f'"{each}"' for each in added[:NAMED])
        rest = f" and {len(added) - NAMED} more" if len(added) > NAMED else ""
        note = f"Added after the version was published: {listed}{rest}."
        return replace(results, notes=(*results.notes, note))
