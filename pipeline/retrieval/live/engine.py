"""An engine over a version and the products added to it since: searched and recommended as the others are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipeline.retrieval.contents import Contents
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.added import Added, stacked
from pipeline.retrieval.live.catalogue import LiveCatalogue
from pipeline.retrieval.live.lexical import LiveLexical
from pipeline.retrieval.live.reranking import LiveFeatures
from pipeline.retrieval.live.vectors import LiveVectors
from pipeline.retrieval.reranking.attributes import Attributes
from pipeline.retrieval.results import Results
from pipeline.retrieval.retrievers import Lexical, Semantic

NAMED = 5  # added products in a sentence


class LiveEngine(Engine):
    """Answers from a version and the products added to it. Read-only and thread-safe, as any engine.

    Added products come behind the published rows. They have no interactions, and take the path of products that are
    new to the version; their BM25 scores are those of the published index's statistics (`lexical`), and spelling and
    the names that are offered are the published ones. Metrics, shoppers and maps stay those of the version.

    Args:
        published: The engine of the version; it is shared, and not changed.
        added: None of them published.
    """

    def __init__(self, published: Engine, added: Sequence[Added]) -> None:
        contents = extended(published.contents, added)
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


def extended(published: Contents, added: Sequence[Added]) -> Contents:
    """Return a version's contents with added products behind its own.

    Args:
        published: As they were opened.
        added: None of them published.
    """
    catalogue = LiveCatalogue(published.catalogue, {each.product_id: each.draft for each in added})
    text, items = (
        LiveVectors(index, stacked(vectors, index.vectors.shape[1]))
        for index, vectors in (
            (published.text, [each.text for each in added]),
            (published.items, [each.item for each in added]),
        )
    )
    lexical = LiveLexical(published.lexical, [each.weights for each in added])
    found = replace(published, catalogue=catalogue, text=text, items=items, lexical=lexical)
    if published.reranked is None and published.ranked is None:
        return found
    attributes = Attributes.of(catalogue)
    if published.reranked is not None and published.user_tower is not None:
        features = LiveFeatures(
            published.reranked.features,
            attributes,
            text.vectors,
            items.vectors,
            published.user_tower,
            published.text,
        )
        found = replace(found, reranked=published.reranked.over(features))
    if published.ranked is not None:
        own = published.ranked.features
        words = own.words.joined([each.words for each in added if each.words is not None])
        query_features = own.over(catalogue, words, text.vectors, attributes)
        pair = Lexical(lexical), Semantic(published.encoder, text)
        found = replace(found, ranked=published.ranked.over(query_features, *pair))
    return found
