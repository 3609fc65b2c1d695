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
    rows = None if allowed is None else np.flatnonzero(allowed)
    own = scores if rows is None else scores[rows]
    # Every row that reaches the bound, so that no tie is cut by anything but row order.
    kept = np.flatnonzero(own >= reached(own, k)) if k < len(own) else np.arange(len(own))
    kept = kept[np.argsort(-own[kept], kind="stable")[:k]]
    best = (kept if rows is None else rows[kept]).astype(np.int32)
    return Candidates(best, own[kept].astype(np.float32))


def reached(scores: FloatArray, k: int) -> float:
    """Return a score that at least k of the scores reach, and few more: a fraction of the work of finding the k-th.

    It is the k-th best among the best of about 4 k groups.

    Args:
        scores: float32 [n].
        k: 1 to n.
    """
    size = max(len(scores) // (4 * k), 1)  # of a group
    groups = len(scores) // size
    best = scores[: groups * size].reshape(size, groups).max(axis=0)
    return float(np.partition(best, groups - k)[groups - k])
