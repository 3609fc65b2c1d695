"""Single shoppers or queries under two versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.comparing.kept import Figure, Kept, aligned

SLACK = 5e-4  # of a box that was drawn on rounded values


@dataclass(frozen=True)
class Unit:
    """A shopper or query: its value under the baseline, and under the version."""

    name: str
    first: float
    second: float

    @property
    def difference(self) -> float:
        return self.second - self.first


def pairs(baseline: Kept, version: Kept, figure: Figure) -> list[Unit]:
    """Return everyone with a value of both.

    Args:
        baseline: What the version is compared with.
        version: On the same task.
        figure: A figure that both have.

    Raises:
        InvalidRequest: They share no one.
    """
    first, second = aligned([baseline, version])
    one, other = first.values[figure], second.values[figure]
    known = np.flatnonzero(~(np.isnan(one) | np.isnan(other)))
    return [Unit(first.ids[row], float(one[row]), float(other[row])) for row in known]


def changed(units: Sequence[Unit], change: str, box: tuple[float, float, float, float] | None = None) -> list[Unit]:
    """Return those that changed in a way and lie in a box, those that moved most first, equals by name.

    Args:
        units: As `pairs` returns them.
        change: worse, better or all.
        box: Lowest and highest value under the baseline, then under the version; None for no bounds.
    """
    low, high, below, above = box or (-np.inf, np.inf, -np.inf, np.inf)
    kept = [
        each
        for each in units
        if low - SLACK <= each.first <= high + SLACK
        and below - SLACK <= each.second <= above + SLACK
        and (change == "all" or (each.difference < 0 if change == "worse" else each.difference > 0))
    ]
    return sorted(kept, key=lambda each: (-abs(each.difference), each.name))
