"""Every query answered by a ranker that has not seen it: how a ranker that learned from judgements is measured."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.retrieval.candidates import Candidates, FloatArray, Request
from pipeline.retrieval.query_ranking.folds import folds_of
from pipeline.retrieval.query_ranking.ranker import Ranked


class OutOfFold:
    """One ranker per fold, each asked the queries of the fold that it did not learn from.

    Args:
        rankers: By fold.
    """

    name = "ranked"

    def __init__(self, rankers: Sequence[Ranked]) -> None:
        self._rankers = tuple(rankers)

    def retrieve(self, request: Request, k: int) -> Candidates:
        return self._of(request).retrieve(request, k)

    def scores(self, request: Request) -> FloatArray:
        return self._of(request).scores(request)

    def _of(self, request: Request) -> Ranked:
        return self._rankers[int(folds_of([request.text], len(self._rankers))[0])]
