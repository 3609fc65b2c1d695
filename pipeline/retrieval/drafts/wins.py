"""Which queries a draft would be found by, and at what rank: by the search that the version serves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.drafts.laid import Laid
from pipeline.retrieval.engine import MAX_K, Engine
from pipeline.retrieval.live.added import Added
from pipeline.retrieval.query_lists import QueryLists
from pipeline.retrieval.query_ranking.features import CANDIDATES
from pipeline.retrieval.search_engine import NEAR
from pipeline.text.lexical import joined, terms

ASKED = 40  # queries that are searched for one draft: about a second over 50,000 products
ENCODED = 8  # queries scored at once
ROUNDING = 1e-5  # of scores that are worked out in another order


@dataclass(frozen=True)
class Bounds:
    """What a product has to reach to be listed for each of n queries, worked out once for a version.

    Args:
        lists: What the version lists for them.
        vectors: float32 [n, d_text], of the words that were searched.
        best: float32 [2, n], the best BM25 score and the best cosine of a query.
        candidate: float32 [2, n], the 200th best of each; what is below both is no candidate of the search ranker.
        weight: 0..1, of the search ranker; 0 where it has no say.
        share: 0..1, of words beside meaning.
    """

    lists: QueryLists
    vectors: FloatArray
    best: FloatArray
    candidate: FloatArray
    weight: float
    share: float

    @classmethod
    def of(cls, engine: Engine, lists: QueryLists, advance: Callable[[int], None] = lambda done: None) -> Bounds:
        """Work them out.

        Args:
            engine: The version.
            lists: What it lists.
            advance: Called with the number of queries done since the last call.
        """
        n = len(lists.queries)
        best, candidate = np.zeros((2, n), np.float32), np.zeros((2, n), np.float32)
        width = engine.text_vectors.shape[1]
        vectors = np.zeros((n, width), np.float32)
        k = min(CANDIDATES, len(engine.catalogue))
        for start in range(0, n, ENCODED):
            words = lists.words[start : start + ENCODED]
            own = vectors[start : start + ENCODED]
            own[:] = [engine._encoder.encode_query(each) for each in words]
            cosines = engine._texts.scores(own)
            for place, (text, cosine) in enumerate(zip(words, cosines, strict=True), start=start):
                for part, scores in enumerate((engine._lexical_index.scores(text), cosine)):
                    best[part, place] = scores.max(initial=0.0)
                    candidate[part, place] = np.partition(scores, len(scores) - k)[len(scores) - k] if k else 0.0
            advance(len(words))
        ranked = engine._ranked if lists.mode == "ranked" else None
        weight, share = (ranked.weight, ranked.shares[0]) if ranked else (0.0, 0.5)
        return cls(lists, vectors, best, candidate, weight, share)

    def promising(self, draft: Added) -> npt.NDArray[np.int64]:
        """Return the places of the queries that may list a draft, the likeliest first; no other can.

        A draft that no ranker sees leaves all other scores as they are, unless it is itself the best by words or by
        meaning: so it is listed where its score reaches that of the hundredth. Where a ranker sees it, where it is the
        best, where fewer are listed, and where its words change how the query is read, it is searched for.

        Args:
            draft: Of `Laid.added`.
        """
        lists = self.lists
        words = np.array([_weight(draft, text) for text in lists.words], np.float32)
        typed = np.array([_weight(draft, text) for text in lists.queries], np.float32)
        cosine = self.vectors @ draft.text
        last = lists.scores[:, -1]  # -inf where fewer are listed
        # A query that means nothing lists nothing, until something holds one of its words or is near it.
        found = (words > 0) | (cosine >= NEAR) | (lists.rows[:, 0] >= 0)
        if lists.mode == "lexical":
            score, found = words, words > 0
        elif lists.mode == "semantic":
            score, found = cosine, np.ones(len(cosine), dtype=bool)
        else:
            parts = np.stack([words, cosine]) / np.maximum(np.maximum(self.best, [words, cosine]), 1e-12)
            score = (1 - self.weight) * (self.share * parts[0] + (1 - self.share) * np.maximum(parts[1], 0))
        may = (score >= last - ROUNDING) & found
        may |= (typed > 0) & (typed != words)
        if lists.mode == "ranked":
            may |= ((words > 0) & (words >= self.candidate[0])) | (cosine >= self.candidate[1])
        if lists.mode in ("ranked", "fused"):
            may |= (words >= self.best[0]) & (words > 0) | (cosine >= self.best[1])
        places = np.flatnonzero(may)
        order: npt.NDArray[np.int64] = places[np.argsort(-score[places], kind="stable")]
        return order


@dataclass(frozen=True)
class Win:
    """A query that lists a draft.

    Args:
        place: Of the query among those that were asked.
        query: Its text.
        rank: 1 to 100.
        score: The final score.
        before: int32 [at most 100], the rows that the version lists without the draft, best first.
        after: int32 [at most 100], those that it lists with it; the draft is the one behind all products.
    """

    place: int
    query: str
    rank: int
    score: float
    before: RowArray
    after: RowArray


@dataclass(frozen=True)
class Wins:
    """What queries make of a draft.

    Args:
        wins: Queries that list it among the first hundred, best rank first.
        of: Queries that there are.
        promising: How many of them may list it.
        asked: How many of these were searched, the likeliest first.
    """

    wins: tuple[Win, ...]
    of: int
    promising: int
    asked: int

    def within(self, k: int) -> int:
        """Return for how many queries it is among the first k."""
        return sum(each.rank <= k for each in self.wins)


def wins(laid: Laid, draft: Added, bounds: Bounds, most: int = ASKED) -> Wins:
    """Return which queries list a draft, at what rank, and what their lists become.

    Args:
        laid: Lays it over the version.
        draft: Of `laid.added`.
        bounds: Of the queries.
        most: Queries that are searched, the likeliest first.
    """
    promising = bounds.promising(draft)
    asked = promising[:most].tolist()
    found = ranked(laid, draft, bounds, asked)
    return Wins(
        tuple(sorted(found, key=lambda win: (win.rank, -win.score))), len(bounds.vectors), len(promising), len(asked)
    )


def ranked(laid: Laid, draft: Added, bounds: Bounds, places: list[int]) -> list[Win]:
    """Return those of some queries that list a draft, in their order.

    Args:
        laid: Lays it over the version.
        draft: Of `laid.added`.
        bounds: Of the queries.
        places: Of the queries to search.
    """
    lists, found = bounds.lists, []
    if not places:
        return []
    with laid.searching(draft) as engine:
        for place in places:
            hits = engine.search(lists.queries[place], k=MAX_K, mode=lists.mode).hits
            own = next((hit for hit in hits if hit.row == laid.row), None)
            if own is None:
                continue
            before = lists.rows[place]
            after = np.array([hit.row for hit in hits], np.int32)
            found.append(Win(place, lists.queries[place], own.rank, own.score, before[before >= 0], after))
    return found


def _weight(draft: Added, text: str) -> float:
    """Return the BM25 score of a draft for a text."""
    return sum(draft.weights.get(term, 0.0) for term in (*terms(text), *joined(text)))
