"""The half of the engine that answers queries: search, the counts of its filters, and why a product is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from pipeline.errors import InvalidRequest
from pipeline.retrieval.candidates import Candidates, FloatArray, Request, Retriever, RowArray, top_k
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.explain import Contribution, Explanation, beside_ranker, grouped, word_worths
from pipeline.retrieval.facets import NEAREST, FacetCounter, Facets
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.fusion import Sum
from pipeline.retrieval.hits import fused_hits
from pipeline.retrieval.limits import check_k, check_query
from pipeline.retrieval.results import Results
from pipeline.retrieval.retrievers import Lexical, Semantic
from pipeline.retrieval.steps import Steps
from pipeline.retrieval.understanding import missing
from pipeline.retrieval.understanding.understand import Understanding
from pipeline.text.lexical import terms
from pipeline.text.query_vectors import QueryVectors

Mode = Literal["ranked", "fused", "lexical", "semantic"]
# Below this cosine nothing in a catalogue is near a query. MiniLM gives brackets, emoji and most words of scripts that
# it cannot read at best .21 to .35 on Icecat; of the real queries of two catalogues, 99 % reach more.
NEAR = 0.35
NOTHING_FOUND = (
    "No product holds a word of this, and none is near it in meaning. Try other words, or search by meaning alone to "
    "see the nearest."
)


class SearchEngine:
    """Answers queries from one version. Read-only and thread-safe.

    Args:
        contents: The version's opened files.
    """

    def __init__(self, contents: Contents) -> None:
        self.catalogue = contents.catalogue
        self._ranked = contents.ranked
        self._encoder, self._lexical_index = contents.encoder, contents.lexical
        self._lexical = Lexical(contents.lexical)
        self._semantic = Semantic(contents.encoder, contents.text)
        self._texts = contents.text
        self._understanding = Understanding(contents.catalogue, contents.lexical)
        self._facets = FacetCounter(contents.catalogue)

    @property
    def query_vectors(self) -> QueryVectors:
        """The vectors of recent queries; versions that name the same encoder share them."""
        return self._encoder.queries

    @property
    def has_search_ranker(self) -> bool:
        """Whether `search` can answer in the mode "ranked", and does so unless asked otherwise."""
        return self._ranked is not None

    def search(
        self,
        text: str,
        k: int = 10,
        filters: Filters | None = None,
        mode: Mode | None = None,
        *,
        as_typed: bool = False,
        relax: bool = True,
        within: RowArray | None = None,
    ) -> Results:
        """Return the products that best answer a shopper's query; `understood` says how it was read.

        Args:
            text: The query, 1 to 500 characters that are not all blank.
            k: 1 to 100.
            filters: Which products may be returned.
            mode: "ranked" (a learned order of what both find), "fused" (mean of both, each scaled to 0..1), "lexical"
                (BM25) or "semantic" (MiniLM); None takes "ranked" where the version has a search ranker, else "fused".
                Where no product holds a word of the query and none is near, the first two list nothing; "semantic"
                always lists the nearest.
            as_typed: Search the query unchanged: repair no spelling, read no price.
            relax: Where nothing passes the filters, leave some out, and say so; without it the list is empty.
            within: Rows of the only products that may be returned, distinct; None allows all. They are put in order
                even where the query means nothing.

        Raises:
            InvalidRequest: The query, k or mode is out of range, or the version has no search ranker.
        """
        mode = self._mode(mode)
        text = check_query(text)
        check_k(k)
        retrievers = self._retrievers(mode)
        asked = filters or Filters()
        steps = Steps()
        with steps("understand"):
            understood = self._understanding.read(text, asked, as_typed=as_typed)
        scores = []
        for retriever in retrievers:
            with steps(retriever.name):
                scores.append(retriever.scores(Request(text=understood.words)))
        if within is None and means_nothing(mode, scores):
            notes = [*self._understanding.notes(understood), NOTHING_FOUND]
            return Results((), steps.done(), 0, tuple(notes), understood=understood)
        with steps("filter"):
            held = scores[0] > 0 if mode == "lexical" else None
            if relax:
                understood = self._understanding.relaxed(understood, asked, scores, words_alone=mode == "lexical")
            passing = understood.filters.mask(self.catalogue)
            if within is not None:
                inside = np.zeros(len(self.catalogue), dtype=bool)
                inside[within] = True
                passing = inside if passing is None else passing & inside
        with steps("rank"):
            ranked = self._ranked if mode == "ranked" else None
            if ranked:
                final = ranked.combine(Request(text=understood.words, allowed=passing), scores)
            else:
                final = Sum(retrievers).combine(scores)
            allowed = passing if held is None else held if passing is None else passing & held
            weights = ranked.shares if ranked else None
            hits = fused_hits(self.catalogue.ids, top_k(final, k, allowed), retrievers, scores, passing, weights)
            if ranked:
                hits = tuple(beside_ranker(hit, ranked.weight) for hit in hits)
        among = len(self.catalogue) if allowed is None else int(allowed.sum())
        notes = self._understanding.notes(understood)
        if len(retrievers) > 1 and not (scores[0] if passing is None else scores[0][passing]).any():
            words = "contains these words" if terms(understood.words) else "can be found by these words alone"
            which = "No product" if passing is None else "No product that passes the filters"
            notes.append(f"{which} {words}; these are the nearest in meaning.")
        elif hits and mode != "semantic":
            notes += self._understanding.missing(understood)
        return Results(hits, steps.done(), among, tuple(notes), understood=understood)

    def read_ahead(self, text: str) -> None:
        """Read and encode a query, so that the searches for it that follow start alike, whatever their mode."""
        understood = self._understanding.read(check_query(text), Filters(), as_typed=False)
        self._encoder.encode_query(understood.words)

    def facets(
        self, text: str = "", filters: Filters | None = None, mode: Mode | None = None, *, as_typed: bool = False
    ) -> Facets:
        """Return how many products each choice of a filter would leave, given the query and the other filters.

        The result set of a query, before filtering, is what holds at least one word of it (all modes but
        "semantic") and the 200 products nearest in meaning (all but "lexical"); without a query it is the whole
        catalogue. The query is understood as `search` does; filters are not relaxed.

        Args:
            text: The query, at most 500 characters; blank for none.
            filters: Those that are set.
            mode: As in `search`.
            as_typed: As in `search`.

        Raises:
            InvalidRequest: The query or the mode is out of range.
        """
        mode = self._mode(mode)
        retrievers = self._retrievers(mode)
        filters = filters or Filters()
        if not text.strip():
            return self._facets.count(None, filters)
        understood = self._understanding.read(check_query(text), filters, as_typed=as_typed)
        request = Request(text=understood.words)
        scores = [retriever.scores(request) for retriever in retrievers]
        found = np.zeros(len(self.catalogue), dtype=bool)
        if not means_nothing(mode, scores):
            for retriever, own in zip(retrievers, scores, strict=True):
                found[np.flatnonzero(own > 0) if retriever is self._lexical else top_k(own, NEAREST).rows] = True
        return self._facets.count(found, understood.filters)

    def _retrievers(self, mode: Mode) -> list[Retriever]:
        """Return who answers a search in that mode.

        Raises:
            InvalidRequest: There is no such mode.
        """
        modes: dict[str, list[Retriever]] = {
            "ranked": [self._lexical, self._semantic],
            "fused": [self._lexical, self._semantic],
            "lexical": [self._lexical],
            "semantic": [self._semantic],
        }
        if mode not in modes:
            raise InvalidRequest(f'There is no search mode "{mode}".', "Use ranked, fused, lexical or semantic.")
        return modes[mode]

    def explain(
        self,
        text: str,
        product_id: str,
        filters: Filters | None = None,
        mode: Mode | None = None,
        *,
        as_typed: bool = False,
    ) -> Explanation:
        """Return why a product is where it is in the answer to a query.

        Args:
            text: The query, 1 to 500 characters that are not all blank.
            product_id: Any product, listed or not.
            filters: Which products may be returned.
            mode: "ranked" or "fused"; None takes "ranked" where the version has a search ranker, else "fused".
            as_typed: As in `search`.

        Raises:
            UnknownProduct: The version holds no such product.
            InvalidRequest: The query or mode is out of range, the version has no search ranker, or the filters leave
                the product out.
        """
        row, mode = self.catalogue.row(product_id), self._mode(mode)
        understood = self._understanding.read(check_query(text), filters or Filters(), as_typed=as_typed)
        if mode not in ("ranked", "fused"):
            raise InvalidRequest(f'The search mode "{mode}" cannot be explained.', "Use ranked or fused.")
        request = Request(text=understood.words, allowed=understood.filters.mask(self.catalogue))
        if request.allowed is not None and not request.allowed[row]:
            raise InvalidRequest("The filters leave this product out.", "Widen the filters.")
        retrievers = (self._lexical, self._semantic)
        scores = [retriever.scores(request) for retriever in retrievers]
        final = Sum(retrievers).combine(scores)
        contributions: tuple[Contribution, ...] = ()
        ranked = self._ranked if mode == "ranked" else None
        if ranked:
            final, values, added = ranked.explained(request, scores, row)
            contributions = grouped(ranked.names, values, added)
        above = final > final[row] if request.allowed is None else (final > final[row]) & request.allowed
        found = Candidates(np.array([row], np.int32), final[[row]])
        weights = ranked.shares if ranked else None
        (hit,) = fused_hits(self.catalogue.ids, found, retrievers, scores, request.allowed, weights)
        hit = replace(hit, rank=int(above.sum()) + 1)
        if ranked:
            hit = beside_ranker(hit, ranked.weight)
        words = word_worths(
            understood.words, self._encoder, self._lexical_index, row, self._texts.vectors[row], scores[1].max()
        )
        return Explanation(product_id, row, hit.rank, hit.score, hit.parts, contributions, words)

    def words_held(self, text: str, row: int) -> tuple[int, int]:
        """Return how many words of a query a product holds, and how many there are to hold, as `missing.words_held`."""
        return missing.words_held(text, row, self._lexical_index)

    def _mode(self, mode: Mode | None) -> Mode:
        """Return the mode to answer in.

        Raises:
            InvalidRequest: The version has no search ranker.
        """
        if mode == "ranked" and self._ranked is None:
            raise InvalidRequest("This version has no search ranker.", "Use fused, lexical or semantic.")
        return mode or ("ranked" if self._ranked else "fused")


def means_nothing(mode: Mode, scores: Sequence[FloatArray]) -> bool:
    """Return whether a mode that weighs words and meaning finds neither in the whole catalogue.

    Args:
        mode: As in `search`.
        scores: float32 [n_products] of each of its retrievers, BM25 first.
    """
    return mode in ("ranked", "fused") and not scores[0].any() and float(scores[1].max(initial=0.0)) < NEAR
