"""How far the vectors of a version hold categories apart, and how true its maps are: measured, and as a section."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from pipeline.bench.markdown import NONE, number, table
from pipeline.evaluation.beyond import category_separation
from pipeline.evaluation.categories import Categories
from pipeline.maps.loaded import MAPS
from pipeline.maps.neighbours import exact_neighbours, unit
from pipeline.maps.separation import Measured, neighbour_purity, silhouette
from pipeline.maps.settings import Settings
from pipeline.maps.space_map import FACTS

SPACES = {"towers": "item_vectors.npy", "text": "text_vectors.npy"}
METHODS = {"umap": "UMAP", "tsne": "t-SNE"}
SAID = (
    "Whole path: the mean cosine of two products of one category path minus that of two of different ones, one "
    "category a product as the replaced system had it (it reported .0714 on its own data); one level: the same at "
    "the first level that divides the catalogue. Purity: the share of a product's {near} nearest that have its "
    "category there. Silhouette: of those categories, over a sample. Kept: the share of a product's {near} nearest "
    "that are near it on the map. Chance in brackets. A dash: no map of that space, or nothing to measure."
)


@dataclass(frozen=True)
class Space:
    """What was measured of one space; a figure is None where there is nothing to measure.

    Args:
        by_path: Category separation, one category a path.
        by_level: The same at the level that divides the catalogue.
        purity: Among the nearest neighbours.
        silhouette: Of the categories at that level.
        drawn: By method: `measured` of the map's facts; empty where the version has no map of the space.
    """

    by_path: float | None
    by_level: float | None
    purity: Measured | None
    silhouette: Measured | None
    drawn: Mapping[str, Mapping[str, Any]]


def measure(folder: Path) -> dict[str, Space]:
    """Measure the spaces of a version, its towers' first, then text; none where products have no categories.

    Args:
        folder: The version's files.
    """
    settings, found = Settings(), {}
    held = {space: folder / name for space, name in SPACES.items() if (folder / name).exists()}
    if not held or "category" not in pq.read_schema(folder / "products.parquet").names:
        return {}
    paths = [tuple(path) for path in pq.read_table(folder / "products.parquet")["category"].to_pylist()]
    every = np.arange(len(paths), dtype=np.int32)
    wholes = [(" > ".join(path),) if path else () for path in paths]
    whole, level = Categories.of(wholes, every), Categories.of(paths, every)
    if whole is None or level is None:
        return {}
    for space, path in held.items():
        if space == "towers" and not (folder / "towers").is_dir():
            continue  # the text vectors once more
        vectors = unit(np.load(path, allow_pickle=False))
        near = exact_neighbours(vectors, min(settings.near, len(vectors) - 1)).rows
        facts = folder / MAPS / space / FACTS
        found[space] = Space(
            category_separation(vectors, whole.codes),
            category_separation(vectors, level.codes),
            neighbour_purity(near, level.codes),
            silhouette(vectors, level.codes, settings.compared, settings.seed),
            _measured(facts) if facts.exists() else {},
        )
    return found


def spaces_section(by_recipe: Mapping[str, Sequence[tuple[int, Mapping[str, Space]]]]) -> list[str]:
    """Return the section, nothing where no version has vectors.

    Args:
        by_recipe: Seeds and measured spaces of each recipe's versions, in the order of the plan.
    """
    rows = []
    for recipe, versions in by_recipe.items():
        for seed, spaces in versions:
            # Text vectors know no training: one row for all seeds and recipes.
            rows += [_row(f"{recipe}: {space}", str(seed), own) for space, own in spaces.items() if space != "text"]
    texts = [spaces["text"] for versions in by_recipe.values() for _, spaces in versions if "text" in spaces]
    if texts:
        rows.append(_row("text", NONE, max(texts, key=lambda each: len(each.drawn))))
    if not rows:
        return []
    columns = ["vectors", "seed", "whole path", "one level", "purity", "silhouette"]
    columns += [f"{name} {what}" for name in METHODS.values() for what in ("kept", "trustworthiness")]
    return ["#### Spaces and maps", SAID.format(near=Settings().near), table(columns, rows, left=2)]


def _row(name: str, seed: str, own: Space) -> list[str]:
    row = [name, seed, number(own.by_path), number(own.by_level), _beside(own.purity), _beside(own.silhouette)]
    for method in METHODS:
        if drawn := own.drawn.get(method):
            row += [f"{drawn['faithfulness']:.3f} ({drawn['chance']:.4f})", f"{drawn['trustworthiness']:.3f}"]
        else:
            row += [NONE, NONE]
    return row


def _beside(measured: Measured | None) -> str:
    return f"{measured.value:.3f} ({measured.chance:.3f})" if measured else NONE


def _measured(facts: Path) -> dict[str, dict[str, Any]]:
    """Read what was measured of a map alone: its arrays need not be opened for that."""
    found: dict[str, dict[str, Any]] = json.loads(facts.read_text("utf-8"))["measured"]
    return found
