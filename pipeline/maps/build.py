"""Making the map of one space: neighbours once, then everything that reads them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np

from pipeline.maps import projection
from pipeline.maps.clusters import cluster
from pipeline.maps.description import Described, by_category, describe
from pipeline.maps.faithfulness import faithfulness, on_map, trustworthiness
from pipeline.maps.hubs import chance_gini, gini, near_duplicates, occurrences, skewness
from pipeline.maps.neighbours import FloatArray, Neighbours, exact_neighbours, identical, unit
from pipeline.maps.settings import Settings
from pipeline.maps.space_map import LEVELS, SpaceMap

STEPS = 8  # of which t-SNE may be left out
LIBRARIES = ("faiss-cpu", "igraph", "openTSNE", "scikit-learn", "scipy", "umap-learn")
BELOW = 0.3  # how far below the map, whose radius is 1, lies what has no place on it


@dataclass
class Timed:
    """The seconds of each step.

    Args:
        done: Called with a step's name when it ends.
    """

    done: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)
        self.done(name)


def build(
    space: str,
    vectors: FloatArray,
    products: Described,
    settings: Settings,
    done: Callable[[str], None] = lambda step: None,
) -> SpaceMap | str:
    """Return the map of a space, or the sentence that says why there is none.

    Args:
        space: "text" or "towers".
        vectors: float32 [n, d]; their length is not read.
        products: The same n products.
        settings: How maps are made.
        done: Called with the name of each of `STEPS` steps when it ends.
    """
    everything = unit(vectors)
    rows = np.flatnonzero(everything.any(axis=1))
    known = everything[rows]
    if _fewer_different(known, settings.smallest):
        return (
            f"There is no map of the {space} vectors: fewer than {settings.smallest} of them differ from one another."
        )
    n, steps = len(rows), Timed(done)
    own = products.take(rows)
    with steps("neighbours"):
        neighbours = exact_neighbours(known, settings.read(n))
    near = neighbours.first(settings.neighbours(n))
    placed = _drawn(known, neighbours, settings, steps)
    with steps("clusters"):
        same = identical(neighbours)
        clusters = cluster(known, neighbours, same, settings)
    with steps("labels"):
        described = describe(clusters, known, own, rows, settings)
    with steps("faithfulness"):
        shares, measured = {}, {}
        for method, coordinates in placed.items():
            shown = on_map(coordinates, near.rows.shape[1])
            shares[method] = faithfulness(known, near, shown)
            measured[method] = {
                "faithfulness": float(shares[method].mean()),
                "chance": near.rows.shape[1] / (n - 1),
                "trustworthiness": trustworthiness(known, shown, settings.ranked, settings.seed),
                "sampled": min(settings.ranked, n),
            }
    with steps("hubs"):
        counted = min(settings.occurrence, neighbours.rows.shape[1])
        counts = occurrences(neighbours, counted, same)
        pairs, likeness, n_pairs = near_duplicates(neighbours, settings.alike, settings.duplicates)
    with steps("categories"):
        categories = by_category(known, near.rows, clusters, own.codes, settings)
    facts = {
        "products": len(vectors),
        "placed": n,
        "parameters": asdict(settings)
        | settings.tsne(n)
        | {"near": near.rows.shape[1], "neighbours read": neighbours.rows.shape[1]},
        "libraries": {name: version(name) for name in LIBRARIES},
        "seconds": steps.seconds,
        "measured": measured,
        "hubs": {
            "k": counted,
            "gini": gini(counts),
            "chance_gini": chance_gini(n, float(counts.mean())),
            "skewness": skewness(counts),
            "orphans": int((counts == 0).sum()),
            "largest": int(counts.max()),
        },
        "duplicates": {"above": settings.alike, "pairs": n_pairs, "listed": len(pairs)},
        "categories": categories,
        "notes": _notes(space, len(vectors) - n, placed, n),
    }
    there = Spread(len(vectors), rows)
    return SpaceMap(
        space=space,
        coordinates={method: there.places(coordinates) for method, coordinates in placed.items()},
        faithfulness={method: there.values(share, 0) for method, share in shares.items()},
        neighbours=there.values(rows[near.rows].astype(np.int32), -1),
        occurrences=there.values(counts, 0),
        clusters={level: there.values(getattr(clusters, level), -1) for level in LEVELS},
        described=described,
        duplicates=rows[pairs].astype(np.int32),
        likeness=likeness,
        facts=facts,
    )


@dataclass(frozen=True)
class Spread:
    """From the products that have a place to all of them.

    Args:
        n: All products.
        rows: Which of them have a place.
    """

    n: int
    rows: np.ndarray

    def values(self, own: np.ndarray, missing: int) -> Any:
        """Return [n, ...]: `own` where there is a place, else `missing`."""
        found = np.full((self.n, *own.shape[1:]), missing, own.dtype)
        found[self.rows] = own
        return found

    def places(self, own: FloatArray) -> FloatArray:
        """Return float32 [n, 2]: `own`, and what has no place together in one, below the left corner."""
        found: FloatArray = self.values(own, 0)
        others = np.ones(self.n, dtype=bool)
        others[self.rows] = False
        found[others] = own.min(axis=0) - np.array([0, BELOW], np.float32)
        return found


def _fewer_different(vectors: FloatArray, least: int) -> bool:
    """Return whether fewer than `least` vectors differ from one another."""
    seen: set[bytes] = set()
    for vector in vectors:
        seen.add(vector.tobytes())
        if len(seen) >= least:
            return False
    return True


def _drawn(vectors: FloatArray, neighbours: Neighbours, settings: Settings, steps: Timed) -> dict[str, FloatArray]:
    """Return the coordinates by each method."""
    begin = projection.start(vectors, settings.seed)
    found = {}
    with steps("umap"):
        near = neighbours.first(settings.near - 1)
        found["umap"] = projection.umap(vectors, near, begin, settings.spread, settings.seed)
    if len(vectors) <= settings.tsne_products:
        with steps("tsne"):
            found["tsne"] = projection.tsne(
                neighbours, begin, settings.perplexity, settings.tsne(len(vectors)), settings.seed
            )
    return found


def _notes(space: str, without: int, placed: dict[str, FloatArray], n: int) -> list[str]:
    """Return what the map lacks and why, in sentences."""
    said = []
    if without:
        said.append(f"On the map of the {space} vectors, products without a vector lie apart, below: {without:,}.")
    if "tsne" not in placed:
        said.append(f"The map of the {space} vectors is drawn by UMAP alone: {n:,} products take t-SNE too long.")
    return said
