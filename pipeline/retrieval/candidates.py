"""The contract that every retriever obeys, and the request and answer it speaks in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
RowArray = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


def no_rows() -> RowArray:
    return np.empty(0, dtype=np.int32)


@dataclass(frozen=True)
class Request:
    """What is asked of a retriever.

    Args:
        text: A shopper's query; "" when there is none.
        history: Product rows the shopper interacted with, oldest first.
        allowed: bool [n_products], the products that may be returned; None allows all.
        shopper: The number of a known shopper; None for a basket.
        times: int64 [n_history], ms, when each product of the history was interacted with; None where unknown.
    """

    text: str = ""
    history: RowArray = field(default_factory=no_rows)
    allowed: Mask | None = None
    shopper: int | None = None
    times: npt.NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Candidates:
    """A ranked list: product rows, best first, and their scores (higher is better)."""

    rows: RowArray
    scores: FloatArray


class Retriever(Protocol):
    """Proposes products for a request."""

    @property
    def name(self) -> str:
        """The system's name in `evaluation/metrics.json` (bm25, minilm, towers, ...)."""

    def retrieve(self, request: Request, k: int) -> Candidates:
        """Return at most k allowed products, best first; equal scores in row order."""

    def scores(self, request: Request) -> FloatArray:
        """Return float32 [n_products]: the score of every product, allowed or not."""


@runtime_checkable
class Batched(Protocol):
    """A retriever that scores many requests in less time than one after the other."""

    def scores_many(self, requests: Sequence[Request]) -> FloatArray:
        """Return float32 [n_requests, n_products]: what `scores` returns for each, but for rounding."""


def scores_of_many(retriever: Retriever, requests: Sequence[Request]) -> Iterable[FloatArray]:
    """Return float32 [n_products] for each request, in order."""
    return retriever.scores_many(requests) if isinstance(retriever, Batched) else map(retriever.scores, requests)


def top_k(scores: FloatArray, k: int, allowed: Mask | None = None) -> Candidates:
    """Return the k best rows of `scores`, best first; equal scores in row order.

    Args:
        scores: float32 [n_products].
        k: How many; fewer come back when fewer are allowed.
        allowed: bool [n_products]; None allows all.
    """
    rows = np.arange(len(scores)) if allowed is None else np.flatnonzero(allowed)
    if k < len(rows):
        # Keep every row that ties with the k-th best, so that the cut does not depend on partition order.
        kth = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= kth]
    order = np.argsort(-scores[rows], kind="stable")[:k]
    best = rows[order].astype(np.int32)
    return Candidates(best, scores[best].astype(np.float32))
