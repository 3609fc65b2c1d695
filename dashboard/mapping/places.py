"""The places of the products as they are sent: whole numbers of 16 bits, and which of them lie inside an outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.maps.alignment import Shared, align
from pipeline.maps.neighbours import FloatArray
from pipeline.maps.space_map import SpaceMap
from pipeline.retrieval.engine import Engine

STEPS = 2**16 - 1
Outline = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Places:
    """The places of n products, each coordinate one of 65,536 steps between the least and the greatest.

    Args:
        steps: uint16 [2, n], x then y.
        low: The least x and y.
        step: How far apart two steps are in x and in y.
    """

    steps: npt.NDArray[np.uint16]
    low: tuple[float, float]
    step: tuple[float, float]

    @classmethod
    def of(cls, coordinates: FloatArray) -> Places:
        """Round float32 [n, 2] to the steps; the error is half a step at most."""
        low, high = coordinates.min(axis=0).astype(float), coordinates.max(axis=0).astype(float)
        step = np.where(high > low, (high - low) / STEPS, 1.0)
        steps = np.rint((coordinates - low) / step).astype("<u2").T
        return cls(np.ascontiguousarray(steps), (low[0].item(), low[1].item()), (step[0].item(), step[1].item()))

    def coordinates(self) -> npt.NDArray[np.float64]:
        """Return float64 [n, 2], the places as the browser draws them."""
        found: npt.NDArray[np.float64] = self.steps.T * np.array(self.step) + np.array(self.low)
        return found

    def packed(self) -> bytes:
        """Return every x, then every y, little-endian."""
        return self.steps.tobytes()


def placed(engine: Engine, drawn: SpaceMap, method: str, onto: Engine | None = None) -> Places:
    """Return the places of a version's products; `onto` another version's map, so that movement means something.

    Args:
        engine: The version.
        drawn: Its map of a space.
        method: One of the map's methods.
        onto: The version whose map of the same space stays; it must have one, by the same method.
    """
    coordinates = drawn.coordinates[method]
    if onto is not None and onto.maps is not None:
        shared = Shared.of(engine.catalogue.ids, onto.catalogue.ids)
        fixed = onto.maps.spaces[drawn.space].coordinates[method]
        coordinates = align(coordinates[shared.first], fixed[shared.second]).apply(coordinates)
    return Places.of(coordinates)


def inside(places: npt.NDArray[np.float64], outline: Outline) -> npt.NDArray[np.bool_]:
    """Return bool [n]: which places lie inside a closed outline, by the even-odd rule.

    A place is inside when a ray from it to the right crosses the outline an odd number of times.
    Source: Shimrat 1962, "Algorithm 112: position of point relative to polygon".

    Args:
        places: float64 [n, 2].
        outline: Its corners in order; the last is joined to the first.
    """
    x, y = places.T
    found = np.zeros(len(places), dtype=bool)
    for (x0, y0), (x1, y1) in zip(outline, (*outline[1:], *outline[:1]), strict=True):
        if y0 == y1:
            continue
        crosses = (y0 > y) != (y1 > y)
        found ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return found
