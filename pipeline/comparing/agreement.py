"""Agreement between judges: Krippendorff's alpha."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Level = Literal["nominal", "ordinal", "interval"]


def alpha(ratings: Mapping[Any, Sequence[float]], level: Level = "ordinal") -> float | None:
    """Return how much judges agree beyond chance: 1 fully, 0 as chance would, below 0 against each other.

    alpha = 1 - D_o / D_e: the mean squared difference of two ratings of one unit over that of any two ratings. With
    o_ck how often ratings c and k meet in one unit, each unit's pairs weighing 1 / (its ratings - 1), n_c the margins
    and n their sum: D_o = sum of o_ck d_ck / n, D_e = sum of n_c n_k d_ck / (n (n - 1)). d is 0 or 1 (nominal),
    (sum of n_g from c to k - (n_c + n_k) / 2)^2 (ordinal) or (c - k)^2 (interval).
    Source: Krippendorff 2011, "Computing Krippendorff's alpha-reliability".

    Args:
        ratings: By unit, the ratings of all judges who rated it; a unit with fewer than two says nothing.
        level: What a difference of ratings means.

    Returns:
        None where no unit has two ratings, or all ratings are the same, so that there is nothing to agree on.
    """
    paired = [np.array(own, float) for own in ratings.values() if len(own) > 1]
    if not paired:
        return None
    values = np.unique(np.concatenate(paired))
    coincidences = np.zeros((len(values), len(values)))
    for own in paired:
        counts = (own[:, None] == values).sum(axis=0).astype(float)
        coincidences += (np.outer(counts, counts) - np.diag(counts)) / (len(own) - 1)
    margins = coincidences.sum(axis=0)
    n = margins.sum()
    distance = _distances(values, margins, level)
    expected = (np.outer(margins, margins) * distance).sum() / (n - 1)
    return None if expected == 0 else float(1 - (coincidences * distance).sum() / expected)


def _distances(
    values: npt.NDArray[np.float64], margins: npt.NDArray[np.float64], level: Level
) -> npt.NDArray[np.float64]:
    """Return float64 [v, v], the squared difference of every two values."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    # Ordinal: a value stands in the middle of its place in the order of all ratings.
    middle = np.cumsum(margins) - margins / 2 if level == "ordinal" else values
    squared: npt.NDArray[np.float64] = (middle[:, None] - middle) ** 2
    return squared
