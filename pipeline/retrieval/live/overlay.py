"""A version's contents with added products behind its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.retrieval.contents import Contents
from pipeline.retrieval.live.added import Added
from pipeline.retrieval.live.catalogue import LiveCatalogue
from pipeline.retrieval.live.lexical import LiveLexical
from pipeline.retrieval.live.reranking import LiveFeatures
from pipeline.retrieval.live.room import Room
from pipeline.retrieval.live.vectors import LiveVectors
from pipeline.retrieval.live.words import LiveWords
from pipeline.retrieval.query_ranking.ranker import Ranked
from pipeline.retrieval.reranking.attributes import Attributes
from pipeline.retrieval.reranking.ranker import Reranked
from pipeline.retrieval.retrievers import Lexical, Semantic


class Overlay:
    """Lays added products over a version. Not for several threads at once; what it returns is for any.

    Nothing of the version is changed or copied, but for its vectors and the search ranker's words, once: later
    additions go into the room behind these. Where a product was taken out they are copied again.

    Args:
        published: As the version was opened.
        room: Where vectors and words are laid; a `Seat` for products that are tried and forgotten.
    """

    def __init__(self, published: Contents, room: type[Room] = Room) -> None:
        self._published = published
        self._text, self._items = room(published.text.vectors), room(published.items.vectors)
        self._words = LiveWords(published.ranked.features.words, room) if published.ranked else None
        # Without towers the item vectors are the text vectors: one array is enough.
        self._one_space = published.user_tower is None and published.user_vectors is None

    def over(self, added: Sequence[Added]) -> Contents:
        """Return the contents with products behind the published ones.

        Args:
            added: In the order of their rows; none of them published.
        """
        own = self._published
        catalogue = LiveCatalogue(own.catalogue, {each.product_id: each.draft for each in added})
        text = LiveVectors(own.text, self._text.holding(added, lambda each: each.text))
        items = text
        if not self._one_space:
            items = LiveVectors(own.items, self._items.holding(added, lambda each: each.item))
        lexical = LiveLexical(own.lexical, [each.weights for each in added])
        found = replace(own, catalogue=catalogue, text=text, items=items, lexical=lexical)
        if own.reranked is None and own.ranked is None:
            return found
        attributes = Attributes.of(catalogue)
        return replace(
            found,
            reranked=self._reranked(found, own.reranked, attributes),
            ranked=self._ranked(found, own.ranked, attributes, added),
        )

    def _reranked(self, found: Contents, own: Reranked | None, attributes: Attributes) -> Reranked | None:
        if own is None or found.user_tower is None:
            return None
        vectors = found.text.vectors, found.items.vectors
        return own.over(LiveFeatures(own.features, attributes, *vectors, found.user_tower, self._published.text))

    def _ranked(
        self, found: Contents, own: Ranked | None, attributes: Attributes, added: Sequence[Added]
    ) -> Ranked | None:
        if own is None or self._words is None:
            return None
        features = own.features.over(found.catalogue, self._words.of(added), found.text.vectors, attributes)
        return own.over(features, Lexical(found.lexical), Semantic(found.encoder, found.text))
