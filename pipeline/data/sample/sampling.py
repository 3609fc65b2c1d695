"""Weighted draws from many groups at once, among what is already on sale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SPAN = 1 << 20  # more than any day; a key is group * _SPAN + day


class GroupSampler:
    """Draws products from groups by weight, only among those released by a given day.

    Within a group the products stand by release day, so "on sale by then" is a prefix and every draw is two
    binary searches: no draw is thrown away, however early the day.

    Args:
        group: int64 [n], the group of each entry.
        product: int64 [n], the product of each entry.
        weight: float64 [n], at least 0.
        day: int64 [n], the release day of each entry.
    """

    def __init__(
        self,
        group: NDArray[np.int64],
        product: NDArray[np.int64],
        weight: NDArray[np.float64],
        day: NDArray[np.int64],
    ) -> None:
        order = np.lexsort((product, day, group))
        self._key = group[order] * _SPAN + day[order]
        self._product = product[order]
        self._sum = np.concatenate([[0.0], np.cumsum(weight[order])])

    def draw(self, group: NDArray[np.int64], day: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Return one product per pair of group and day, -1 where nothing is on sale."""
        low = np.searchsorted(self._key, group * _SPAN)
        high = np.searchsorted(self._key, group * _SPAN + day, side="right")
        mass = self._sum[high] - self._sum[low]
        at = np.searchsorted(self._sum, self._sum[low] + rng.random(len(group)) * mass, side="right") - 1
        found = np.minimum(np.maximum(at, low), np.maximum(high - 1, 0))
        return np.where(mass > 0, self._product[found], -1)


class Table:
    """Draws columns from rows of weights; a row may be all zero.

    Args:
        weights: float64 [rows, columns].
    """

    def __init__(self, weights: NDArray[np.float64]) -> None:
        self._columns = weights.shape[1]
        total = weights.sum(axis=1)
        self.empty = total == 0
        share = np.where(self.empty[:, None], 1.0 / self._columns, weights / np.maximum(total, 1e-12)[:, None])
        # Row r fills r..r+1 of one rising sequence, so that one search serves all rows.
        self._steps = (np.minimum(np.cumsum(share, axis=1), 1.0) + np.arange(len(weights))[:, None]).ravel()

    def draw(self, row: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Return one column per row."""
        at = np.searchsorted(self._steps, row + rng.random(len(row)), side="right")
        return np.asarray(np.clip(at - row * self._columns, 0, self._columns - 1), dtype=np.int64)
