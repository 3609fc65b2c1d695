"""What the re-ranker knows of a candidate: where it came from, what it shares with the history, what speaks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.retrieval.candidates import FloatArray, RowArray

RECENT = 50  # products of a history that are read
NEWEST = 10  # of those, the ones compared with each candidate one by one
FADING = 0.8  # weight of each older product relative to the next newer one
# How a table's rows are added up over the history, by table.
READ = {
    "together": ("last", "three", "fading", "all"),
    "next": ("last", "three", "fading"),
    "near": ("last", "three", "fading"),
    "alike": ("last", "fading"),
    "cold": ("fading",),
}
# How many candidates each source proposes.
PROPOSED = {"towers": 150, "together": 150, "near": 60, "next": 40, "alike": 40, "cold": 20, "popular": 20}
GROUPS = ("brand", "leaf", "parent", "top")

Columns = dict[str, FloatArray]
Profile = Callable[[RowArray], FloatArray]


@dataclass(frozen=True)
class Proposal:
    """Candidates and what is known of each.

    Args:
        rows: int32 [n], ascending.
        values: float32 [n, n_features], NaN where something is not known.
    """

    rows: RowArray
    values: FloatArray
