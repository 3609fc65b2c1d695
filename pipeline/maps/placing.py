"""Where something that was not there when the map was drawn belongs on it: a query, a shopper, a new product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.maps.neighbours import FloatArray, RowArray, chords

CLOSEST = 1e-3  # distance below which a product counts as found; rounding makes it 3e-4 for one and the same


@dataclass(frozen=True)
class Placement:
    """A place on a map.

    Args:
        x: First coordinate.
        y: Second coordinate.
        spread: How far the neighbours lie from the place on the map (root of the weighted mean of squares). A map has
            a radius of 1; the nearer the spread comes to it, the less the place means.
    """

    x: float
    y: float
    spread: float


def place(coordinates: FloatArray, rows: RowArray, cosines: FloatArray) -> Placement | None:
    """Return the weighted mean of the places of its nearest products; None where there are none.

    Of `weights`, the farthest has none: a product of the map comes to lie on its own place, and a neighbour that drops
    out of the list had no weight left, so a small change never makes the place jump.

    Args:
        coordinates: float32 [n, 2], the map.
        rows: int32 [k], the nearest products in the original space, nearest first; 16 make a place of 15.
        cosines: float32 [k], their cosines.
    """
    if not len(rows):
        return None
    shares = weights(cosines)
    near = coordinates[rows].astype(np.float64)
    centre = shares @ near
    spread = float(np.sqrt(shares @ ((near - centre) ** 2).sum(axis=1)))
    return Placement(float(centre[0]), float(centre[1]), spread)


def weights(cosines: FloatArray) -> npt.NDArray[np.float64]:
    """Return float64 [k], how much each of the nearest products counts; together 1.

    weight ~ ((R - d) / (R d))^2, d the distance of a neighbour in the original space, R that of the farthest one, which
    only bounds the others. Where all are equally far, all count alike.
    Source: Franke and Nielson 1980, "Smooth interpolation of large sets of scattered data" (modified Shepard).

    Args:
        cosines: float32 [k], at least one, nearest first.
    """
    distances = np.maximum(chords(cosines).astype(np.float64), CLOSEST)
    farthest = distances.max()
    found: npt.NDArray[np.float64] = ((farthest - distances) / (farthest * distances)) ** 2
    return found / found.sum() if found.sum() > 0 else np.full(len(cosines), 1 / len(cosines))
