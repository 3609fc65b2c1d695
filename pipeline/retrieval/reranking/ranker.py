"""The second stage at work: candidates of many kinds, put in order by what was learned."""

from __future__ import annotations

from collections.abc import Sequence

import lightgbm
import numpy as np

from pipeline.retrieval.candidates import Candidates, FloatArray, Request, no_rows, top_k
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.features import Features

COMPARED = 32  # candidates whose mean one is compared with


class Reranked:
    """LightGBM's order of the candidates; what is not a candidate comes after them, as the towers order it.

    Source: Burges 2010, "From RankNet to LambdaRank to LambdaMART: an overview".

    Args:
        features: Proposes candidates and describes them.
        booster: Trained on those features.
        name: The system's name; another one tells apart rankers that differ in what they may count.

    Raises:
        ValueError: The booster was trained on other features.
    """

    def __init__(self, features: Features, booster: lightgbm.Booster, name: str = "reranked") -> None:
        if tuple(booster.feature_name()) != features.names:
            raise ValueError("the ranker was trained on other features")
        self.name = name
        self._features = features
        self._booster = booster

    @property
    def evidence(self) -> Evidence:
        """What is counted."""
        return self._features.evidence

    def counting(self, evidence: Evidence, name: str) -> Reranked:
        """Return the same order learned, over other evidence."""
        return Reranked(self._features.counting(evidence), self._booster, name)

    @property
    def features(self) -> Features:
        """What candidates are proposed and described by."""
        return self._features

    def over(self, features: Features) -> Reranked:
        """Return the same order learned, over other products."""
        return Reranked(features, self._booster, self.name)

    def retrieve(self, request: Request, k: int) -> Candidates:
        """Return the best candidates; an empty history has none."""
        return self.explained(request, k)[0]

    def explained(self, request: Request, k: int) -> tuple[Candidates, list[dict[str, tuple[float, int]]]]:
        """Return the best candidates and, for each, who proposed it: {source: (its score, its rank)}."""
        if not len(request.history):
            return Candidates(no_rows(), np.empty(0, np.float32)), []
        proposal = self._features.propose(request)
        best = top_k(self._order(proposal.values), k)
        proposed = [self._features.sources(proposal.values[place]) for place in best.rows]
        return Candidates(proposal.rows[best.rows], best.scores), proposed

    def weighed(self, request: Request, row: int) -> tuple[FloatArray, FloatArray] | None:
        """Return what each feature is for a candidate, and what it adds to its score beyond the mean candidate's.

        The score is the ranker's own: it means nothing but an order. None for a product that is no candidate. The mean
        is that of up to 32 candidates, evenly spread from the best to the last: all would take ten times as long.
        Source: Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees"
        (TreeSHAP), as LightGBM computes it.

        Args:
            request: A history of at least one product.
            row: Of the product.

        Returns:
            float32 [n_features] values, NaN where unknown, and float32 [n_features] additions.
        """
        proposal = self._features.propose(request)
        place = np.flatnonzero(proposal.rows == row)
        if not len(place):
            return None
        best_first = np.argsort(-self._order(proposal.values), kind="stable")
        few = best_first[np.linspace(0, len(best_first) - 1, min(len(best_first), COMPARED)).astype(int)]
        asked = proposal.values[np.concatenate([place, few])]
        added = np.asarray(self._booster.predict(asked, pred_contrib=True, num_threads=1))[:, :-1]
        own = added[0] - added[1:].mean(axis=0)
        return proposal.values[place[0]], own.astype(np.float32)

    def scores(self, request: Request) -> FloatArray:
        scores: FloatArray = self.scores_many([request])[0]
        return scores

    def scores_many(self, requests: Sequence[Request]) -> FloatArray:
        """Return float32 [n_requests, n_products]; what is no candidate comes last, as the towers order it."""
        proposals = [self._features.propose(request) if len(request.history) else None for request in requests]
        ordered = self._order(np.concatenate([each.values for each in proposals if each] or [self._nothing()]))
        found = np.zeros((len(requests), self._features.n_products), np.float32)
        start = 0
        for own, proposal in zip(found, proposals, strict=True):
            if proposal is None or not len(proposal.rows):
                continue
            scores = ordered[start : start + len(proposal.rows)]
            own[:] = scores.min() - 2 + proposal.towers  # cosines: at most 1
            own[proposal.rows] = scores
            start += len(proposal.rows)
        return found

    def _order(self, values: FloatArray) -> FloatArray:
        if not len(values):
            return np.empty(0, np.float32)
        # One thread: a server answers many sessions at once, and a few hundred rows are not worth waking others.
        predicted = self._booster.predict(values, num_threads=1 if len(values) < 5000 else 0)
        return np.asarray(predicted, dtype=np.float32)

    def _nothing(self) -> FloatArray:
        return np.empty((0, len(self._features.names)), np.float32)
