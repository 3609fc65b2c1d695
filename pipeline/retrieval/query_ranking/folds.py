"""Which queries learn and which are asked: folds that no query is on both sides of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.text.lexical import terms

FOLDS = 5


def folds_of(queries: Sequence[str], folds: int = FOLDS) -> npt.NDArray[np.int64]:
    """Return int64 [n], 0..folds - 1: the fold of each query, by a hash of its distinct words in whatever order.

    `AA battery`, `battery aa` and `aa batteries` share a fold: each would tell the ranker what the others want.
    """
    return np.array([_hash(" ".join(sorted(set(terms(query)))) or query) % folds for query in queries], dtype=np.int64)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
