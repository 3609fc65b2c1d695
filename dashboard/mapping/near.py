"""What lies near a product, in truth and on the map; and where a query belongs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dashboard.mapping.view import Shown
from pipeline.errors import ExplorerError
from pipeline.maps.neighbours import TIES, chords
from pipeline.retrieval.engine import Space
from pipeline.retrieval.results import Results

SEEN = 16  # of a query, the last of which only bounds the others


@dataclass(frozen=True)
class Neighbour:
    """A true neighbour of a product.

    Args:
        row: Of the neighbour.
        cosine: Of the two vectors, -1..1.
        distance: Of the two as unit vectors, 0..2.
        shown: Whether it is among as many nearest on the map.
    """

    row: int
    cosine: float
    distance: float
    shown: bool


def neighbours(shown: Shown, row: int) -> list[Neighbour]:
    """Return the nearest products in the original space, nearest first; none of a product without a vector.

    Of products exactly as near as the last of them, those come first that the map shows near: any is as true a
    neighbour, as faithfulness has it (`pipeline.maps.faithfulness`).
    """
    near = shown.drawn.neighbours[row]
    near = near[near >= 0]
    if not len(near):
        return []
    k = len(near)
    space: Space = "towers" if shown.drawn.space == "towers" else "text"
    hits = shown.engine.similar(shown.engine.catalogue.ids[row], k=k, space=space).hits
    there = on_map(shown.places.coordinates(), row, k)
    vectors = shown.engine.item_vectors if space == "towers" else shown.engine.text_vectors
    last = hits[-1].score
    tied = there[np.abs(vectors[there] @ vectors[row] - last) <= TIES].tolist()
    found = {hit.row: hit.score for hit in hits if hit.score > last + TIES}
    found |= dict.fromkeys(tied, last)
    found |= {hit.row: hit.score for hit in hits if hit.row not in found}
    kept = list(found.items())[:k]
    distances = chords(np.array([cosine for _, cosine in kept], np.float32)).tolist()
    return [
        Neighbour(other, cosine, distance, other in there)
        for (other, cosine), distance in zip(kept, distances, strict=True)
    ]


def on_map(places: npt.NDArray[np.float64], row: int, k: int) -> npt.NDArray[np.int64]:
    """Return the rows of the k other products nearest to one on the map, nearest first."""
    distances = ((places - places[row]) ** 2).sum(axis=1)
    distances[row] = np.inf
    near = np.argpartition(distances, min(k, len(distances) - 1))[:k]
    order: npt.NDArray[np.int64] = near[np.argsort(distances[near], kind="stable")]
    return order


def star(shown: Shown, query: str, found: Results) -> tuple[float, float, list[int]] | None:
    """Return where a query belongs on the map, by the products nearest in meaning, and the rows of its results.

    Queries have text vectors alone: on a map of another space, too, the products nearest in meaning say where it is.
    None where none of them has a place.
    """
    words = found.understood.words if found.understood else query
    try:
        nearest = shown.engine.search(words, k=min(SEEN, len(shown.engine.catalogue)), mode="semantic", as_typed=True)
    except ExplorerError:
        return None
    rows = np.array([hit.row for hit in nearest.hits], np.int32)
    cosines = np.array([hit.parts[0].score for hit in nearest.hits], np.float32)
    place = shown.place(rows, cosines)
    return None if place is None else (place.x, place.y, [hit.row for hit in found.hits])
