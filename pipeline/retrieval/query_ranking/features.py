"""What the search ranker knows of each candidate."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import Candidates, FloatArray, Mask, RowArray, top_k
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.fusion import scaled
from pipeline.retrieval.query_ranking.blending import EVEN, mixed
from pipeline.retrieval.query_ranking.matches import Columns, Query, word_matches
from pipeline.retrieval.query_ranking.naming import BrandNames
from pipeline.retrieval.query_ranking.words import Words
from pipeline.retrieval.reranking.attributes import Attributes

CANDIDATES = 200  # of BM25, and as many of the text vectors
NEAREST = 10  # first results whose mean vector a candidate is compared with
CROWD = 20  # first results whose categories and prices a candidate is compared with


@dataclass(frozen=True)
class Proposal:
    """Candidates and what is known of each.

    Args:
        rows: int32 [c], ascending.
        values: float32 [c, n_features], NaN where something is not known.
        parts: float32 [2, n_products], BM25 and cosine of every product, each scaled to 0..1.
    """

    rows: RowArray
    values: FloatArray
    parts: FloatArray


class QueryFeatures:
    """Proposes candidates for a query and describes each by numbers that any catalogue has, or NaN.

    Args:
        catalogue: The products.
        words: Their words.
        vectors: float32 [n, d], text vectors, rows L2-normalised.
    """

    def __init__(self, catalogue: Catalogue, words: Words, vectors: FloatArray) -> None:
        self.words, self._vectors = words, vectors
        self._attributes = Attributes.of(catalogue)
        self._brands, self._n_brands = BrandNames(catalogue.brands), len(catalogue.brands)
        seen = catalogue.interactions.astype(np.float32)
        self._popularity = np.log1p(seen) if seen.any() else np.full(len(seen), np.nan, np.float32)
        nothing = np.zeros(len(catalogue), np.float32)
        row = np.zeros(1, np.int32)
        self.names = tuple(self._columns("", row, (nothing,) * 3, (Candidates(row, nothing[:1]),) * 3))

    @property
    def n_products(self) -> int:
        return len(self._vectors)

    def over(self, catalogue: Catalogue, words: Words, vectors: FloatArray, attributes: Attributes) -> QueryFeatures:
        """Return the same over more products, which come behind its own; no interaction of theirs is known.

        Args:
            catalogue: All products; brands that are new come behind those of before.
            words: Their words.
            vectors: float32 [n, d], their text vectors.
            attributes: What is known of them.
        """
        other = copy(self)
        other.words, other._vectors, other._attributes = words, vectors, attributes
        other._brands = self._brands.over(catalogue.brands, self._n_brands)
        other._n_brands = len(catalogue.brands)
        nothing = 0.0 if catalogue.interactions.any() else np.nan
        more = len(catalogue) - len(self._popularity)
        other._popularity = np.append(self._popularity, np.full(more, nothing, np.float32))
        return other

    def propose(
        self, text: str, bm25: FloatArray, cosine: FloatArray, allowed: Mask | None = None, rows: RowArray | None = None
    ) -> Proposal:
        """Return the candidates of a query and their features.

        Args:
            text: The query.
            bm25: float32 [n_products], its BM25 scores.
            cosine: float32 [n_products], its cosines.
            allowed: bool [n_products], the products that may be proposed; None allows all.
            rows: int32 [c], ascending: describe these instead of proposing.
        """
        parts = np.stack([scaled(bm25), scaled(cosine)])
        scores = bm25, cosine, mixed(parts, EVEN)
        leading = [top_k(each, CANDIDATES) for each in scores]
        if rows is None:
            found = (
                [top_k(each, CANDIDATES, allowed) for each in (bm25, cosine)] if allowed is not None else leading[:2]
            )
            rows = np.union1d(found[0].rows[found[0].scores > 0], found[1].rows).astype(np.int32)
        columns = self._columns(text, rows, scores, leading)
        values = np.empty((len(rows), len(self.names)), np.float32)
        for place, name in enumerate(self.names):
            values[:, place] = columns[name]
        return Proposal(rows, values, parts)

    def _columns(
        self, text: str, rows: RowArray, scores: Sequence[FloatArray], leading: Sequence[Candidates]
    ) -> Columns:
        query = Query.of(text, self.words)
        bm25, cosine, base = (each[rows] for each in scores)
        best_bm25, best, _ = (float(each.scores.max(initial=0.0)) for each in leading)
        bm25_rank, cosine_rank, sum_rank = map(_log_rank, (bm25, cosine, base), leading)
        first = leading[2].rows[:CROWD]
        known = query.numbers >= 0
        centre = self._vectors[first[:NEAREST]].mean(axis=0)
        total = max(float(query.weights.sum()), 1e-6)
        found: Columns = {
            "query_words": float(len(query.words)),
            "query_unknown": 1 - float(known.mean()) if len(known) else np.nan,
            "query_best_cosine": best,
            "query_best_bm25": best_bm25 / total,
            "bm25": bm25 / total,
            "bm25_share": bm25 / max(best_bm25, 1e-6),
            "bm25_rank": bm25_rank,
            "cosine": cosine,
            "cosine_share": cosine / max(best, 1e-6),
            "cosine_below": best - cosine,
            "cosine_rank": cosine_rank,
            "sum": base,
            "sum_rank": sum_rank,
            "like_first": self._vectors[rows] @ centre,
            "title_length": self.words.title_length[rows],
            "popularity": self._popularity[rows],
        }
        found |= word_matches(query, self.words, rows)
        found |= self._brand(query.words, rows)
        found |= self._crowd(rows, first)
        return found

    def _brand(self, words: Sequence[str], rows: RowArray) -> Columns:
        """Return whether the product is of a brand that the query names, and whether of another one."""
        named = self._brands.named(words) + 1
        own = self._attributes.groups["brand"][rows]
        if not len(named):
            return {"brand_named": 0.0, "brand_same": np.nan, "brand_other": np.nan}
        same = np.isin(own, named)
        return {"brand_named": 1.0, "brand_same": same, "brand_other": ~same & (own > 0)}

    def _crowd(self, rows: RowArray, first: RowArray) -> Columns:
        """Return how many of the first results share the product's category or brand, and how its price compares."""
        found: Columns = {}
        for name in ("leaf", "parent", "brand"):
            codes = self._attributes.groups[name]
            counts = np.bincount(codes[first], minlength=int(codes.max(initial=0)) + 1) / max(len(first), 1)
            counts[0] = np.nan
            found[f"crowd_{name}"] = counts[codes[rows]]
        prices = self._attributes.log_price
        known = prices[first][~np.isnan(prices[first])]
        found["price_over_crowd"] = prices[rows] - np.median(known) if len(known) else np.nan
        return found


def _log_rank(scores: FloatArray, leading: Candidates) -> npt.NDArray[Any]:
    """Return float [c]: log(1 + how many products of the catalogue score higher), those counted up to 200."""
    above: npt.NDArray[Any] = np.log1p(np.searchsorted(-leading.scores, -scores, side="left"))
    return above
