"""The map of one space as a version keeps it: a table, a few arrays, and what was measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import stored
from pipeline.maps.neighbours import FloatArray, RowArray

Level = Literal["fine", "coarse"]
LEVELS: tuple[Level, ...] = ("fine", "coarse")
FACTS, TABLE, NEAR, ALIKE = "map.json", "map.parquet", "neighbours.npy", "duplicates.parquet"
PAIRS = pa.schema([("first", pa.int32()), ("second", pa.int32()), ("cosine", pa.float32())])
SPACES, METHODS = ("towers", "text"), ("umap", "tsne")


@dataclass(frozen=True)
class Cluster:
    """One cluster of a level.

    Args:
        code: Its number; 0 is the largest of the level.
        size: Products in it.
        words: What tells it from the others, best first; may be empty.
        central: Rows of its most central products, most central first.
        odd: Rows of its products that are least like the others, oddest first.
        category: The most common category of its products; None where none has one.
        purity: Share of its products with a category that have that one, 0..1; None where none has one.
        parent: Of a fine cluster, the coarse one that it lies in; None of a coarse one.
    """

    code: int
    size: int
    words: tuple[str, ...]
    central: tuple[int, ...]
    odd: tuple[int, ...]
    category: str | None
    purity: float | None
    parent: int | None


@dataclass(frozen=True)
class SpaceMap:
    """The map of one space, by row of the catalogue.

    A product whose vector is all zeros has no place of its own: it lies below the map, with faithfulness 0, cluster -1
    and neighbours -1.

    Args:
        space: "text" or "towers".
        coordinates: By method ("umap", "tsne"): float32 [n, 2], centred, with a radius (root mean square) of 1.
        faithfulness: By method: float32 [n], 0..1, the share of a product's true neighbours that lie near it there.
        neighbours: int32 [n, k], the nearest other products of each in the original space, nearest first.
        occurrences: int32 [n], among how many products' ten nearest each product is; one as near as the tenth
            is among them.
        clusters: By level: int32 [n], the cluster of each product.
        described: By level: its clusters; a cluster's place is its code.
        duplicates: int32 [m, 2], the most alike pairs of products, most alike first.
        likeness: float32 [m], the cosine of each.
        facts: What was measured, with which parameters, in which seconds: `map.json`.
    """

    space: str
    coordinates: Mapping[str, FloatArray]
    faithfulness: Mapping[str, FloatArray]
    neighbours: RowArray
    occurrences: RowArray
    clusters: Mapping[Level, RowArray]
    described: Mapping[Level, tuple[Cluster, ...]]
    duplicates: RowArray
    likeness: FloatArray
    facts: Mapping[str, Any]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods by which it is drawn, the faster first."""
        return tuple(self.coordinates)

    def cluster_of(self, row: int, level: Level = "fine") -> Cluster | None:
        """Return the cluster that a product lies in; None of one without a place."""
        code = int(self.clusters[level][row])
        return self.described[level][code] if code >= 0 else None

    def fits(self, n_products: int) -> bool:
        """Return whether every array is that of so many products and holds numbers that can be drawn."""
        n_drawn = len(self.occurrences)
        columns = (*self.coordinates.values(), *self.faithfulness.values(), *self.clusters.values(), self.neighbours)
        return (
            bool(self.coordinates)
            and n_drawn == n_products
            and all(len(each) == n_products for each in columns)
            and all(np.isfinite(each).all() for each in (*self.coordinates.values(), *self.faithfulness.values()))
            and self.neighbours.ndim == 2
            and self.neighbours.dtype == np.int32
            and _within(self.neighbours, n_products)
            and _within(self.duplicates, n_products)
            and all(_within(self.clusters[level], len(self.described[level])) for level in LEVELS)
            and all(
                0 <= row < n_products
                for level in LEVELS
                for cluster in self.described[level]
                for row in (*cluster.central, *cluster.odd)
            )
        )

    def save(self, folder: Path) -> None:
        """Write map.json, map.parquet, neighbours.npy and duplicates.parquet."""
        columns: dict[str, Any] = {}
        for method, placed in self.coordinates.items():
            columns |= {f"{method}_x": placed[:, 0], f"{method}_y": placed[:, 1]}
            columns[f"{method}_faithfulness"] = self.faithfulness[method]
        columns |= {level: self.clusters[level] for level in LEVELS} | {"occurrences": self.occurrences}
        pq.write_table(pa.table(columns), folder / TABLE, compression="zstd")
        np.save(folder / NEAR, self.neighbours, allow_pickle=False)
        pairs = {"first": self.duplicates[:, 0], "second": self.duplicates[:, 1], "cosine": self.likeness}
        pq.write_table(pa.table(pairs), folder / ALIKE, compression="zstd")
        described = {level: [vars(cluster) for cluster in self.described[level]] for level in LEVELS}
        facts = {"space": self.space, "methods": list(self.methods), **self.facts, "clusters": described}
        (folder / FACTS).write_text(json.dumps(facts, indent=1), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> SpaceMap | None:
        """Read what `save` wrote; None where the space was not drawn.

        Raises:
            OSError, ValueError, KeyError, TypeError, AttributeError: A file is missing or damaged.
        """
        facts = stored.said(folder / FACTS)
        if not (folder / TABLE).exists():
            return None
        table, pairs = stored.table(folder / TABLE), stored.table(folder / ALIKE, PAIRS)
        methods: list[str] = facts["methods"]
        if facts["space"] != folder.name or folder.name not in SPACES or not methods or set(methods) - set(METHODS):
            raise ValueError("a map is of another space than its folder, or drawn by an unknown method")
        if not all(isinstance(facts["measured"][method], dict) for method in methods):
            raise ValueError("a map does not say how well its methods place")

        def floats(*names: str) -> list[FloatArray]:
            return [table[name].to_numpy().astype(np.float32) for name in names]

        return cls(
            space=facts["space"],
            coordinates={name: np.stack(floats(f"{name}_x", f"{name}_y"), axis=1) for name in methods},
            faithfulness={name: floats(f"{name}_faithfulness")[0] for name in methods},
            neighbours=stored.array(folder / NEAR, np.int32, (table.num_rows, None)),
            occurrences=table["occurrences"].to_numpy().astype(np.int32),
            clusters={level: table[level].to_numpy().astype(np.int32) for level in LEVELS},
            described={
                level: tuple(_cluster(code, each) for code, each in enumerate(facts["clusters"][level]))
                for level in LEVELS
            },
            duplicates=np.stack([pairs[name].to_numpy().astype(np.int32) for name in ("first", "second")], axis=1),
            likeness=pairs["cosine"].to_numpy().astype(np.float32),
            facts=facts,
        )


def _cluster(code: int, said: Mapping[str, Any]) -> Cluster:
    """Return a cluster as `map.json` has it.

    Raises:
        KeyError, TypeError, ValueError: It is none, or in another's place.
    """
    numbers = {name: tuple(map(int, said[name])) for name in ("central", "odd")}
    found = Cluster(**{**said, **numbers, "words": tuple(map(str, said["words"]))})
    kinds = (
        (found.size, int),
        (found.category, str | None),
        (found.purity, int | float | None),
        (found.parent, int | None),
    )
    if found.code != code or not all(isinstance(value, kind) for value, kind in kinds):
        raise ValueError("a cluster is not described as it should be")
    return found


def _within(codes: RowArray, n: int) -> bool:
    """Return whether every code lies in -1 to n - 1."""
    return bool(((codes >= -1) & (codes < n)).all())
