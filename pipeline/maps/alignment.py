"""Laying the map of one version on that of another, so that movement means something; and what moved in truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import orthogonal_procrustes

from pipeline.maps.neighbours import FloatArray, RowArray


@dataclass(frozen=True)
class Shared:
    """The products that two versions have in common.

    Args:
        first: int32 [m], their rows in the first version.
        second: int32 [m], their rows in the second.
    """

    first: RowArray
    second: RowArray

    @classmethod
    def of(cls, first_ids: Sequence[str], second_ids: Sequence[str]) -> Shared:
        """Match products by id, in the order of the first version."""
        row_of = {product_id: row for row, product_id in enumerate(second_ids)}
        pairs = [(row, row_of[each]) for row, each in enumerate(first_ids) if each in row_of]
        rows = np.array(pairs, np.int32).reshape(-1, 2)
        return cls(rows[:, 0], rows[:, 1])


@dataclass(frozen=True)
class Alignment:
    """How one map is laid on another: moved, turned or mirrored, and scaled as a whole; nothing within it changes.

    Args:
        centre: float64 [2], the mean of the shared products on the map that is moved.
        turn: float64 [2, 2], orthogonal.
        scale: By which distances are multiplied: then the shared products are spread as wide as on the map that stays.
            (Least squares would shrink a map the more, the less it agrees.)
        target: float64 [2], the mean of the shared products on the map that stays.
        agreement: Share of the variance of the map that stays that the moved one, as it is laid on it, explains: 1 less
            the sum of squared distances over that of squares about the centre. 1 where they coincide, 0 where it
            explains nothing.
    """

    centre: npt.NDArray[np.float64]
    turn: npt.NDArray[np.float64]
    scale: float
    target: npt.NDArray[np.float64]
    agreement: float

    def apply(self, coordinates: FloatArray) -> FloatArray:
        """Return float32 [n, 2], coordinates of the moved map on the one that stays."""
        found: FloatArray = ((coordinates - self.centre) @ self.turn * self.scale + self.target).astype(np.float32)
        return found


def align(moved: FloatArray, fixed: FloatArray) -> Alignment:
    """Return how `moved`, brought to the spread of `fixed`, comes to lie nearest to it, in the sense of least squares.

    Source: Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem"; Gower 1975, "Generalized
    Procrustes analysis".

    Args:
        moved: float32 [m, 2], the shared products on the map that is moved.
        fixed: float32 [m, 2], the same products on the map that stays.
    """
    none = np.zeros(2)
    if not len(moved):
        return Alignment(none, np.eye(2), 1.0, none, 0.0)
    centre, target = moved.mean(axis=0, dtype=np.float64), fixed.mean(axis=0, dtype=np.float64)
    own, other = moved - centre, fixed - target
    own_size, other_size = float((own**2).sum()), float((other**2).sum())
    if not own_size or not other_size:  # all in one place: there is no direction to turn to
        return Alignment(centre, np.eye(2), 1.0, target, 0.0)
    turn, strength = orthogonal_procrustes(own, other)
    # |s O R - F|^2 = s^2 |O|^2 + |F|^2 - 2 s tr(R'O'F), the trace being `strength`; at one spread s^2 |O|^2 = |F|^2.
    agreement = min(max(2 * float(strength) / (own_size * other_size) ** 0.5 - 1, 0.0), 1.0)
    return Alignment(centre, turn, (other_size / own_size) ** 0.5, target, agreement)


def overlap(first: RowArray, second: RowArray, shared: Shared) -> FloatArray:
    """Return float32 [m]: the share of a product's nearest in the first version that are so in the second too.

    This is movement in the original spaces: unlike distance between two maps, no drawing is in it. Neighbours that the
    second version does not have are left out; where none is left, the share is 0. Chance is k / (n - 1).

    Args:
        first: int32 [n_first, k], the nearest other products of each in the first version; -1 where it has none.
        second: int32 [n_second, k], and in the second.
        shared: The products in common.
    """
    there = np.full(len(first) + 1, -1, np.int32)  # the last place is that of -1
    there[shared.first] = shared.second
    expected = there[first[shared.first]]
    known = expected >= 0
    found = second[shared.second]
    kept = np.stack([(column[:, None] == found).any(axis=1) for column in expected.T], axis=1) & known
    share: FloatArray = (kept.sum(axis=1) / np.maximum(known.sum(axis=1), 1)).astype(np.float32)
    return share
