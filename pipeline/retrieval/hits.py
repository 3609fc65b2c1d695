"""From ranked lists to hits that say who found what."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.retrieval.candidates import Candidates, FloatArray, Mask, Retriever
from pipeline.retrieval.rebalancing import Rebalance, Traits, reorder
from pipeline.retrieval.results import Hit, ScorePart


def single_hits(ids: list[str], found: Candidates, name: str) -> tuple[Hit, ...]:
    """Turn the list of one retriever into hits."""
    return tuple(
        Hit(rank, int(row), ids[row], float(score), (ScorePart(name, float(score), rank, float(score)),))
        for rank, (row, score) in enumerate(zip(found.rows, found.scores, strict=True), start=1)
    )


def reranked_hits(
    ids: list[str], found: Candidates, proposed: Sequence[Mapping[str, tuple[float, int]]]
) -> tuple[Hit, ...]:
    """Turn a re-ranked list into hits that say who proposed each.

    The ranker's scores mean nothing but an order: they are shown as shares of the best one's, e^(score - best).
    """
    best = found.scores.max(initial=-np.inf)
    hits = []
    for rank, (row, raw, sources) in enumerate(zip(found.rows, found.scores, proposed, strict=True), start=1):
        score = float(np.exp(raw - best))
        parts = [ScorePart("reranked", score, rank, score)]
        parts += [ScorePart(source, own, place, 0.0) for source, (own, place) in sources.items()]
        hits.append(Hit(rank, int(row), ids[row], score, tuple(parts)))
    return tuple(hits)


def fused_hits(
    ids: list[str],
    found: Candidates,
    retrievers: Sequence[Retriever],
    scores: Sequence[FloatArray],
    allowed: Mask | None,
    weights: Sequence[float] | None = None,
) -> tuple[Hit, ...]:
    """Turn a fused list into hits that say what each retriever added, ranks counted among the allowed products.

    `weights` says how much each retriever counts; None means all alike. One retriever alone adds its own score.
    """
    weights = weights or [1 / len(scores)] * len(scores)
    parts = []
    for retriever, each, weight in zip(retrievers, scores, weights, strict=True):
        among = each if allowed is None else each[allowed]
        best = max(float(each.max(initial=0.0)), 1e-12)
        parts.append(
            [
                ScorePart(
                    retriever.name,
                    own,
                    int(np.count_nonzero(among > own)) + 1 if own > 0 else None,
                    own if len(scores) == 1 else weight * max(own, 0.0) / best,
                )
                for own in each[found.rows].tolist()
            ]
        )
    listed = enumerate(zip(found.rows, found.scores, *parts, strict=True), start=1)
    return tuple(Hit(rank, int(row), ids[row], float(score), tuple(own)) for rank, (row, score, *own) in listed)


def rebalanced(hits: Sequence[Hit], wish: Rebalance, traits: Traits, vectors: FloatArray, k: int) -> tuple[Hit, ...]:
    """Return the k hits that a re-ranking preset lists, in its order.

    Args:
        hits: Candidates, best first.
        wish: The weights.
        traits: Of all products.
        vectors: float32 [n_products, d], text vectors, rows L2-normalised.
        k: How many.
    """
    rows = np.array([hit.row for hit in hits], np.int32)
    scores = np.array([_relevance(hit) for hit in hits], np.float32)
    places = reorder(rows, scores, traits, vectors, wish, k)
    return tuple(replace(hits[place], rank=rank) for rank, place in enumerate(places.tolist(), start=1))


def _relevance(hit: Hit) -> float:
    """Return what ordered a hit; a re-ranker's score is shown as e^(score - best), so the logarithm undoes it."""
    return math.log(max(hit.score, 1e-300)) if hit.parts[0].retriever == "reranked" else hit.score
