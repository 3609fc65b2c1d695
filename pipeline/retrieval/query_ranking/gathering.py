"""From judged queries to what a ranker learns from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.query_ranking.features import QueryFeatures
from pipeline.retrieval.query_ranking.training import Example

Asked = tuple[str, RowArray, npt.NDArray[np.float64]]


def gather(
    features: QueryFeatures,
    asked: Iterable[Asked],
    scores: Callable[[str], tuple[FloatArray, FloatArray]],
    protocol: str,
    advance: Callable[[int], None] = lambda done: None,
) -> list[Example]:
    """Describe the candidates of each query that has a gain, as it will be asked.

    Args:
        features: Proposes and describes.
        asked: Query, the rows that were judged (distinct), their gains.
        scores: Returns the BM25 scores and the cosines, float32 [n_products] each, of a query.
        protocol: "open" (the candidates are what would be proposed; what was not judged gains nothing) or "judged" (the
            candidates are the judged products).
        advance: Called with the number of queries done since the last call.
    """
    found = []
    for query, rows, gains in asked:
        if not gains.any():
            continue
        allowed = None
        if protocol == "judged":
            allowed = np.zeros(features.n_products, dtype=bool)
            allowed[rows] = True
        proposal = features.propose(query, *scores(query), allowed)
        known = np.zeros(features.n_products)
        known[rows] = gains
        found.append(Example(query, proposal.values, proposal.parts[:, proposal.rows], known[proposal.rows], gains))
        advance(1)
    return found
