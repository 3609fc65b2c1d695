"""Where a product that is not in the catalogue belongs: its nearest products, its likely cluster, its place on maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.maps.loaded import Maps
from pipeline.maps.placing import Placement, place, weights
from pipeline.maps.space_map import Cluster, SpaceMap
from pipeline.retrieval.candidates import Candidates, Mask
from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.drafts.vectors import DraftVectors
from pipeline.retrieval.hits import single_hits
from pipeline.retrieval.results import Hit
from pipeline.retrieval.steps import Steps
from pipeline.retrieval.vectors import VectorIndex

NEIGHBOURS = 16  # they make a place of 15: the farthest only bounds the others
FALLBACK = "This version has no item tower; only product text places it."
UNMAPPED = "This version has no maps."


@dataclass(frozen=True)
class Likely:
    """The cluster that a product most likely belongs to.

    Args:
        cluster: A fine one.
        share: 0..1, its share of the weight of the nearest products.
    """

    cluster: Cluster
    share: float


@dataclass(frozen=True)
class InSpace:
    """Where a draft belongs in one space.

    Args:
        space: "towers" (what shoppers do) or "text" (what the words say).
        hits: Its nearest products there, nearest first; a score is a cosine.
        likely: Its cluster; None where the version has no map of the space, or no neighbour has a place.
        places: By method ("umap", "tsne"), where it comes to lie.
    """

    space: str
    hits: tuple[Hit, ...]
    likely: Likely | None
    places: Mapping[str, Placement]


@dataclass(frozen=True)
class Placed:
    """Where a draft belongs.

    Args:
        spaces: "towers" first, where the version has an item tower, then "text".
        among: How many products the nearest were chosen from.
        notes: Sentences the reader should know (what is unknown here, what the version lacks).
        timings: Milliseconds of each step, in order; "total" is the last.
    """

    spaces: tuple[InSpace, ...]
    among: int
    notes: tuple[str, ...]
    timings: Mapping[str, float]


def on_map(drawn: SpaceMap, found: Candidates) -> tuple[Likely | None, dict[str, Placement]]:
    """Return likely cluster and places by the nearest products in the original space.

    Both weigh a neighbour as `maps.placing` does: one that is the same product decides alone.

    Args:
        drawn: The map.
        found: The nearest products of the map's own, nearest first.
    """
    there = drawn.neighbours[found.rows, 0] >= 0  # what has no place cannot give one
    rows, cosines = found.rows[there], found.scores[there]
    if not len(rows):
        return None, {}
    placed = {method: place(points, rows, cosines) for method, points in drawn.coordinates.items()}
    described, own = drawn.described["fine"], drawn.clusters["fine"][rows]
    totals = np.bincount(own, weights=weights(cosines), minlength=len(described))
    code = int(totals.argmax())
    places = {method: each for method, each in placed.items() if each is not None}
    return Likely(described[code], float(totals[code])), places


class Placer:
    """Places drafts among the products of a version.

    Args:
        vectors: Makes the drafts' vectors.
        ids: Of the products, by row.
        published: How many of them the version was published with; only these are on its maps.
        texts: The text vectors.
        items: What products are compared by, rows L2-normalised.
        maps: None where the version has none.
    """

    def __init__(
        self,
        vectors: DraftVectors,
        ids: list[str],
        published: int,
        texts: VectorIndex,
        items: VectorIndex,
        maps: Maps | None,
    ) -> None:
        self._vectors, self._ids, self._maps = vectors, ids, maps
        self._indexes = {"towers": items, "text": texts}
        self._mapped = np.arange(len(ids)) < published

    def place(self, draft: Draft, k: int, allowed: Mask) -> Placed:
        """Return where a draft belongs.

        Args:
            draft: The product.
            k: How many of the nearest products to list.
            allowed: bool [n_products], the products that may be listed; clusters and maps heed all.
        """
        steps = Steps()
        with steps("encode"):
            text = self._vectors.text([draft])
            own = {"text": text[0]}
            if self._vectors.has_tower:
                item = self._vectors.items([draft], text)[0]
                own = {"towers": item / max(float(np.linalg.norm(item)), 1e-12), **own}
        notes = [] if self._vectors.has_tower else [FALLBACK]
        notes += self._vectors.unknown(draft)
        if self._maps is None:
            notes.append(UNMAPPED)
        spaces = []
        for space, vector in own.items():
            index = self._indexes[space]
            with steps(space):
                hits = single_hits(self._ids, index.search(vector, k, allowed), space)
                drawn = self._maps.spaces.get(space) if self._maps else None
                near = index.search(vector, NEIGHBOURS, self._mapped) if drawn else None
                likely, places = on_map(drawn, near) if drawn and near else (None, {})
            spaces.append(InSpace(space, hits, likely, places))
        return Placed(tuple(spaces), int(allowed.sum()), tuple(notes), steps.done())
