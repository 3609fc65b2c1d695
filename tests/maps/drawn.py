"""Maps for tests, drawn by hand: no UMAP, whose first call takes half a minute."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.maps.loaded import MAPS
from pipeline.maps.space_map import Cluster, SpaceMap


def circle(n: int, space: str = "text") -> SpaceMap:
    """Return a map of n products on a circle, neighbours those beside each, in two fine clusters of one coarse one.

    t-SNE turns it by a quarter. The first half is cluster 0. Products 0 and 1 are near-duplicates.
    """
    angles = np.arange(n) * 2 * np.pi / n
    places = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    rows = np.arange(n, dtype=np.int32)
    half = (n + 1) // 2
    fine = (
        Cluster(0, half, ("camera", "zoom"), (1, 0), (2,), "Photo", 0.75, 0),
        Cluster(1, n - half, ("speaker",), (half,), (), None, None, 0),
    )
    return SpaceMap(
        space=space,
        coordinates={"umap": places, "tsne": places[:, ::-1] * np.array([-1, 1], np.float32)},
        faithfulness={"umap": np.linspace(0, 1, n, dtype=np.float32), "tsne": np.full(n, 0.5, np.float32)},
        neighbours=np.stack([(rows + 1) % n, (rows - 1) % n], axis=1),
        occurrences=np.full(n, 2, np.int32),
        clusters={"fine": (rows >= half).astype(np.int32), "coarse": np.zeros(n, np.int32)},
        described={"fine": fine, "coarse": (Cluster(0, n, ("shop",), (1,), (0,), "Photo", 0.5, None),)},
        duplicates=np.array([[0, 1]], np.int32),
        likeness=np.array([0.99], np.float32),
        facts={
            "products": n,
            "placed": n,
            "seconds": {"umap": 1.0},
            "measured": {
                method: {"faithfulness": 0.5, "chance": 2 / (n - 1), "trustworthiness": 0.9, "sampled": n}
                for method in ("umap", "tsne")
            },
            "hubs": {"k": 2, "gini": 0.0, "chance_gini": 0.4, "skewness": 0.0, "orphans": 0, "largest": 2},
            "duplicates": {"above": 0.98, "pairs": 1, "listed": 1},
            "notes": [],
        },
    )


def save(folder: Path, *maps: SpaceMap) -> None:
    """Write maps where a version has them."""
    for each in maps:
        (folder / MAPS / each.space).mkdir(parents=True)
        each.save(folder / MAPS / each.space)
