"""What stands on the map: the names of clusters, each on one of its products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dashboard.components.words import clean
from pipeline.maps.space_map import LEVELS, Cluster, Level, SpaceMap

WORDS = {"coarse": 2, "fine": 2}  # of a label on the map


@dataclass(frozen=True)
class Label:
    """A name on the map.

    Args:
        x: Where it stands.
        y: Where it stands.
        text: The name.
        size: Products of the cluster: of two labels that overlap, the larger cluster's stays.
        level: "coarse" or "fine".
    """

    x: float
    y: float
    text: str
    size: int
    level: Level


def cluster_name(cluster: Cluster, words: int = 4) -> str:
    """Return the first words of a cluster, else its category, else its number, which is counted from 1."""
    return clean(", ".join(cluster.words[:words]) or cluster.category or f"Cluster {cluster.code + 1}", 60)


def labels(drawn: SpaceMap, places: npt.NDArray[np.float64]) -> list[Label]:
    """Return the labels of every cluster, coarse ones first, larger ones first.

    A label stands on the product nearest to the middle (median) of its cluster: a cluster may lie on the map in several
    pieces, and the middle of these in none of them.

    Args:
        drawn: The map.
        places: float64 [n, 2].
    """
    found = []
    for level in reversed(LEVELS):
        order = np.argsort(drawn.clusters[level], kind="stable")
        bounds = np.searchsorted(drawn.clusters[level][order], np.arange(len(drawn.described[level]) + 1))
        for cluster in drawn.described[level]:
            own = places[order[bounds[cluster.code] : bounds[cluster.code + 1]]]
            middle = np.median(own, axis=0)
            x, y = own[((own - middle) ** 2).sum(axis=1).argmin()].tolist()
            found.append(Label(x, y, cluster_name(cluster, WORDS[level]), cluster.size, level))
    return found
