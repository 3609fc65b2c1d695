"""Two ways to join several retrievers into one ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.retrieval.candidates import Candidates, FloatArray, Request, Retriever, top_k

RRF_CONSTANT = 60  # as published


def scaled(scores: FloatArray) -> FloatArray:
    """Return float32 [n] in 0..1: each score over the best one; 0 for scores at or below zero."""
    best = float(scores.max(initial=0.0))
    if best <= 0:
        return np.zeros_like(scores)
    over_best: FloatArray = (np.maximum(scores, 0) / best).astype(np.float32)
    return over_best


def ranks(scores: FloatArray) -> FloatArray:
    """Return float32 [n]: 1 for the best; equal scores share the rank that counts every one of them."""
    ascending = np.sort(scores)
    return (len(scores) - np.searchsorted(ascending, scores, side="left")).astype(np.float32)


class Sum:
    """The mean of the retrievers' scores, each scaled to 0..1 over the catalogue.

    Source: Fox and Shaw 1994, "Combination of multiple searches" (CombSUM).
    """

    name = "sum"

    def __init__(self, retrievers: Sequence[Retriever]) -> None:
        self.retrievers = tuple(retrievers)

    def retrieve(self, request: Request, k: int) -> Candidates:
        return top_k(self.scores(request), k, request.allowed)

    def scores(self, request: Request) -> FloatArray:
        return self.combine([retriever.scores(request) for retriever in self.retrievers])

    def combine(self, scores: Sequence[FloatArray]) -> FloatArray:
        """Return float32 [n] from the retrievers' scores, in their order; one alone keeps its own unit."""
        if len(scores) == 1:
            return scores[0]
        combined: FloatArray = np.mean([scaled(each) for each in scores], axis=0, dtype=np.float32)
        return combined


class ReciprocalRanks(Sum):
    """The sum over retrievers of 1 / (60 + rank).

    Source: Cormack, Clarke and Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet and individual rank
    learning methods".
    """

    name = "rrf"

    def combine(self, scores: Sequence[FloatArray]) -> FloatArray:
        combined: FloatArray = np.sum([1 / (RRF_CONSTANT + ranks(each)) for each in scores], axis=0, dtype=np.float32)
        return combined
