"""The second stage of recommendations over added products: they take the path of products without interactions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.reranking.attributes import Attributes
from pipeline.retrieval.reranking.evidence import ALIKE, ALIKE_COLD
from pipeline.retrieval.reranking.features import Features, Tower
from pipeline.retrieval.reranking.neighbours import Entries
from pipeline.retrieval.vectors import VectorIndex

KEPT = {"alike": ALIKE, "cold": ALIKE_COLD}  # tables of neighbours by text, and how many each product has there


class LiveFeatures(Features):
    """The features of published products and of those added since.

    No shopper has interacted with an added product, so that it is proposed as any new one is: by the towers, by brand
    and category, and by the two tables of neighbours by text. Those name neighbours among the published products; the
    added ones join them here, when a history is read: one is a neighbour of a product where it is nearer than the
    farthest that the table holds of it.

    Args:
        published: The features of the published products.
        attributes: Of all products.
        text: The text vectors of all.
        items: float32 [n, d], what the towers' scores are made of.
        tower: Reads histories.
        texts: The published text vectors.
    """

    def __init__(
        self,
        published: Features,
        attributes: Attributes,
        text: FloatArray,
        items: FloatArray,
        tower: Tower,
        texts: VectorIndex,
    ) -> None:
        n = published.n_products
        self._first, self._texts = n, texts
        self._seen_before = published.evidence.seen
        alone = np.concatenate([published.alone, tower.many(items[n:, None])])
        links = {name: each.over(attributes.groups[name]) for name, each in published.links.items()}
        evidence = published.evidence.widened(len(text))
        super().__init__(evidence, attributes, text, items, lambda history: tower(items[history]), alone, links)

    def _entries(self, table: str, history: RowArray) -> Entries:
        entries = super()._entries(table, history)
        if table not in KEPT:
            return entries
        entries = _together(entries, self._of_added(table, history))
        full = np.bincount(entries.places, minlength=len(history)) >= KEPT[table]
        floor = np.full(len(history), np.inf, np.float32)
        np.minimum.at(floor, entries.places, entries.values)
        cosines = self.text[history] @ self.text[self._first :].T
        cosines[history[:, None] == np.arange(self._first, self.n_products)] = 0  # no product is its own neighbour
        places, columns = np.nonzero(cosines > np.where(full, floor, 0)[:, None])
        rows = (columns + self._first).astype(entries.columns.dtype)
        return _together(entries, [Entries(rows, cosines[places, columns], places, self.n_products)])

    def _of_added(self, table: str, history: RowArray) -> Sequence[Entries]:
        """Return the published neighbours of the added products of a history."""
        allowed = self._seen_before == 0 if table == "cold" else None
        found = []
        for place in np.flatnonzero(history >= self._first).tolist():
            near = self._texts.search(self.text[history[place]], KEPT[table], allowed)
            kept = near.scores > 0
            places = np.full(int(kept.sum()), place)
            found.append(Entries(near.rows[kept], near.scores[kept], places, self.n_products))
        return found


def _together(first: Entries, others: Sequence[Entries]) -> Entries:
    """Return the entries of several, one after the other."""
    listed = [first, *others]
    return Entries(
        np.concatenate([each.columns for each in listed]),
        np.concatenate([each.values for each in listed]),
        np.concatenate([each.places for each in listed]),
        first.n_products,
    )
