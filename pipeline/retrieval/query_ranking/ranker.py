"""The learned order of search: what the ranker says, blended with the scaled sum."""

from __future__ import annotations

from collections.abc import Sequence

import lightgbm
import numpy as np

from pipeline.retrieval.candidates import Candidates, FloatArray, Request, Retriever, top_k
from pipeline.retrieval.query_ranking.blending import EVEN, blend, mixed, spread
from pipeline.retrieval.query_ranking.features import Proposal, QueryFeatures


class Ranked:
    """LightGBM's order of what BM25 and the text vectors propose, blended with their scaled sum.

    A product that is no candidate keeps its part of the scaled sum. Without weight this is the scaled sum.

    Args:
        features: Proposes candidates and describes them.
        booster: Trained on those features.
        weight: 0..1, of the ranker beside the scaled sum.
        words: BM25.
        meaning: Cosine of text vectors.
        share: 0..1, of words in the scaled sum, beside meaning.

    Raises:
        ValueError: The booster was trained on other features.
    """

    name = "ranked"

    def __init__(
        self,
        features: QueryFeatures,
        booster: lightgbm.Booster,
        weight: float,
        words: Retriever,
        meaning: Retriever,
        share: float = EVEN,
    ) -> None:
        if tuple(booster.feature_name()) != features.names:
            raise ValueError("the search ranker was trained on other features")
        self.weight = weight
        self.shares = share, 1 - share
        self._features, self._booster = features, booster
        self._retrievers = words, meaning

    @property
    def names(self) -> tuple[str, ...]:
        """Of the features."""
        return self._features.names

    @property
    def features(self) -> QueryFeatures:
        """What candidates are proposed and described by."""
        return self._features

    def over(self, features: QueryFeatures, words: Retriever, meaning: Retriever) -> Ranked:
        """Return the same order learned, over other products; BM25 and the text vectors are theirs."""
        return Ranked(features, self._booster, self.weight, words, meaning, self.shares[0])

    def retrieve(self, request: Request, k: int) -> Candidates:
        return top_k(self.scores(request), k, request.allowed)

    def scores(self, request: Request) -> FloatArray:
        return self.combine(request, [retriever.scores(request) for retriever in self._retrievers])

    def combine(self, request: Request, scores: Sequence[FloatArray]) -> FloatArray:
        """Return float32 [n_products] from the scores of BM25 and of the text vectors, in this order.

        The candidates are chosen among what the request allows.
        """
        return self._joined(self._proposal(request, scores))

    def explained(
        self, request: Request, scores: Sequence[FloatArray], row: int
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return what `combine` does, what each feature is for one product, and what it adds to that product's score.

        Source of the contributions: Lundberg et al. 2020, "From local explanations to global understanding with
        explainable AI for trees" (TreeSHAP), as LightGBM computes them.

        Args:
            request: What was asked.
            scores: Of BM25 and of the text vectors.
            row: Of the product.

        Returns:
            float32 [n_products] final scores; float32 [n_features] values, NaN where unknown; float32 [n_features]
            additions, in units of the final score and against the mean of the candidates; all 0 for a product that is
            no candidate.
        """
        proposal = self._proposal(request, scores)
        final = self._joined(proposal)
        place = np.flatnonzero(proposal.rows == row)
        nothing = np.zeros(len(self.names), np.float32)
        if not len(place):
            return final, nothing * np.nan, nothing
        apart = spread(self._predict(proposal.values))
        # The mean over what it was trained on is no measure: where the filters leave products that are alike, all of
        # them differ from that by many times what sets them apart.
        added = np.asarray(self._booster.predict(proposal.values, pred_contrib=True, num_threads=1))[:, :-1]
        own = added[place[0]] - added.mean(axis=0)
        share = self.weight / apart if apart > 0 else 0.0
        return final, proposal.values[place[0]], (own * share).astype(np.float32)

    def _proposal(self, request: Request, scores: Sequence[FloatArray]) -> Proposal:
        bm25, cosine = scores
        return self._features.propose(request.text, bm25, cosine, request.allowed)

    def _joined(self, proposal: Proposal) -> FloatArray:
        base = mixed(proposal.parts, self.shares[0])
        found: FloatArray = (1 - self.weight) * base
        if len(proposal.rows) and self.weight:
            found[proposal.rows] = blend(base[proposal.rows], self._predict(proposal.values), self.weight)
        return found.astype(np.float32)

    def _predict(self, values: FloatArray) -> FloatArray:
        # One thread: a server answers many sessions at once, and a few hundred rows are not worth waking others.
        return np.asarray(self._booster.predict(values, num_threads=1), dtype=np.float32)
