"""The stage `map` where there is nothing to draw, and what it reads of the products."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.work.map import described, map_libraries, map_notes, map_space
from tests.test_stages import no_bar


def products(n: int) -> pa.Table:
    category = pa.array([["Photo", "Bags" if row % 2 else "Cameras"] for row in range(n)])
    brand = pa.array([None if row == 3 else "Canto" for row in range(n)], pa.string())
    return pa.table({"title": [f"Product {row}" for row in range(n)], "brand": brand, "category": category})


def test_a_space_with_few_products_says_why_it_is_not_drawn(tmp_path: Path) -> None:
    pq.write_table(products(3), tmp_path / "products.parquet")
    np.save(tmp_path / "text_vectors.npy", np.eye(3, dtype=np.float32))
    out = tmp_path / "out"
    out.mkdir()
    with no_bar("map-text") as progress:
        map_space(tmp_path, "text", out, progress)
    assert [path.name for path in out.iterdir()] == ["map.json"]
    note = "There is no map of the text vectors: fewer than 20 of them differ from one another."
    assert json.loads((out / "map.json").read_text()) == {"space": "text", "notes": [note]}
    assert map_notes(out) == [note]


def test_texts_and_categories_of_products() -> None:
    found = described(products(4))
    assert found.texts[1] == "Product 1 Photo Bags"
    assert found.names == ["Bags", "Cameras"]  # all are Photo, which tells none apart
    assert found.codes.tolist() == [1, 0, 1, 0]
    assert found.brands == ["Canto", "Canto", "Canto", ""]
    empty = pa.table({"title": ["a"], "brand": ["b"], "category": pa.array([[]], pa.list_(pa.string()))})
    assert described(empty).codes.tolist() == [-1]


def test_the_libraries_that_draw_are_named() -> None:
    assert {"umap-learn", "openTSNE"} <= set(map_libraries())
