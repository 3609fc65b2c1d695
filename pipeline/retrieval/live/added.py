"""What has to be known of a product to lay it over a version: made once, kept as long as the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.drafts.draft import Draft, table
from pipeline.retrieval.drafts.vectors import DraftVectors
from pipeline.retrieval.live.lexical import SAMPLED, Statistics, Weights
from pipeline.retrieval.query_ranking.words import Words


@dataclass(frozen=True)
class Added:
    """A product that was added.

    Args:
        product_id: Not one of the version's.
        draft: What is said of it.
        text: float32 [d_text], L2-normalised.
        item: float32 [d], as the item tower scales it; the text vector where there is none.
        weights: What each of its words adds to its BM25 score.
        words: What the search ranker reads of it; None where there is none.
    """

    product_id: str
    draft: Draft
    text: FloatArray
    item: FloatArray
    weights: Weights
    words: Words | None


class Adder:
    """Makes what has to be known of added products, for one version.

    Args:
        contents: The version as it was published.
        drafts: Makes vectors for it.
    """

    def __init__(self, contents: Contents, drafts: DraftVectors) -> None:
        self._drafts = drafts
        self._ranked = contents.ranked is not None
        n = len(contents.catalogue)
        rows = np.unique(np.linspace(0, max(n - 1, 0), min(SAMPLED, n)).astype(int)).tolist()
        texts = drafts.published_words(rows)
        self._statistics = Statistics.of(contents.lexical, texts, rows)

    def make(self, drafts: Mapping[str, Draft], known: Mapping[str, FloatArray] | None = None) -> list[Added]:
        """Return what has to be known of some products.

        Args:
            drafts: By id.
            known: float32 [d_text], text vectors that were made before, by id; the others are made.
        """
        if not drafts:
            return []
        known = known or {}
        listed = list(drafts.values())
        missing = [product_id for product_id in drafts if product_id not in known]
        made = dict(zip(missing, self._drafts.text([drafts[each] for each in missing]), strict=True)) if missing else {}
        text = np.stack([known[each] if each in known else made[each] for each in drafts])
        items = self._drafts.items(listed, text)
        weights = [self._statistics.weigh(words) for words in self._drafts.words(listed)]
        return [
            Added(product_id, draft, own, item, held, self._words(product_id, draft))
            for (product_id, draft), own, item, held in zip(drafts.items(), text, items, weights, strict=True)
        ]

    def _words(self, product_id: str, draft: Draft) -> Words | None:
        return Words.of(Catalogue(table({product_id: draft}))) if self._ranked else None
