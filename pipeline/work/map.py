"""Stage `map`: where each product lies by its vector, in each space; a stage a space, as text vectors serve many."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.evaluation.categories import Categories
from pipeline.maps.build import LIBRARIES, STEPS, build
from pipeline.maps.description import Described
from pipeline.maps.settings import Settings
from pipeline.maps.space_map import FACTS
from pipeline.stages import Progress

VECTORS = {"towers": "item_vectors.npy", "text": "text_vectors.npy"}  # of a space


def map_space(indexed: Path, space: str, out: Path, progress: Progress, settings: Settings | None = None) -> None:
    """Write the map of a space (`SpaceMap.save`), or map.json alone with the note that says why there is none."""
    progress.total(STEPS)
    products = described(pq.read_table(indexed / "products.parquet", columns=["title", "brand", "category"]))
    vectors = np.load(indexed / VECTORS[space], allow_pickle=False)
    made = build(space, vectors, products, settings or Settings(), lambda step: progress.advance(1, step))
    if isinstance(made, str):
        (out / FACTS).write_text(json.dumps({"space": space, "notes": [made]}, indent=1), "utf-8")
    else:
        made.save(out)


def map_libraries() -> dict[str, str]:
    """Return the versions of the libraries that draw a map; another one may draw another map."""
    return {name: version(name) for name in LIBRARIES}


def map_notes(mapped: Path) -> list[str]:
    """Return what a map that `map_space` wrote lacks and why, in sentences."""
    notes: list[str] = json.loads((mapped / FACTS).read_text("utf-8"))["notes"]
    return notes


def described(products: pa.Table) -> Described:
    """Return the texts that label clusters, the category and the brand of each product."""
    titles = products["title"].to_pylist()
    paths = [tuple(path) for path in products["category"].to_pylist()]
    texts = [" ".join((title, *path)) for title, path in zip(titles, paths, strict=True)]
    every = np.arange(len(titles), dtype=np.int32)
    categories = Categories.of(paths, every) or Categories([], np.full(len(titles), -1, np.int32))
    brands = [brand or "" for brand in products["brand"].to_pylist()]
    return Described(texts, categories.names, categories.codes, brands)
