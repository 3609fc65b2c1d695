"""Separation, purity and silhouettes worked out by hand; faithfulness as the map's facts say."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.bench.spaces import measure, spaces_section
from tests.bench.tables import row

# Shop > A > x and y, Shop > B > z: the first level divides nothing, the second does.
PATHS = [["Shop", "A", "x"], ["Shop", "A", "y"], ["Shop", "B", "z"], ["Shop", "B", "z"]]
TOWERS = np.array([[1, 0], [2, 0], [0, 1], [0, 3]], np.float32)  # lengths do not count
TEXT = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], np.float32)  # knows nothing of categories


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pq.write_table(pa.table({"product_id": list("abcd"), "category": PATHS}), tmp_path / "products.parquet")
    np.save(tmp_path / "item_vectors.npy", TOWERS)
    np.save(tmp_path / "text_vectors.npy", TEXT)
    (tmp_path / "towers").mkdir()
    (tmp_path / "maps" / "text").mkdir(parents=True)
    measured = {"umap": {"faithfulness": 0.25, "chance": 0.0012, "trustworthiness": 0.9, "sampled": 4}}
    (tmp_path / "maps" / "text" / "map.json").write_text(json.dumps({"measured": measured}))
    return tmp_path


def test_by_hand(folder: Path) -> None:
    found = measure(folder)
    towers, text = found["towers"], found["text"]
    # By level: pairs within have cosine 1, pairs between 0. By path: one pair within (1), of five between one has 1.
    assert (towers.by_level, towers.by_path) == pytest.approx((1.0, 1 - 1 / 5))
    # Text: within 0; of four pairs between two have 1. By path: within 0, of five between two.
    assert (text.by_level, text.by_path) == pytest.approx((-0.5, -2 / 5))
    assert towers.purity is not None
    assert towers.silhouette is not None
    # All three others are among the nearest 15: one of them shares the category, and so does a third of all pairs.
    assert (towers.purity.value, towers.purity.chance) == pytest.approx((1 / 3, 1 / 3))
    assert towers.silhouette.value == pytest.approx(1.0)
    assert not towers.drawn


def test_section(folder: Path) -> None:
    found = measure(folder)
    said = "\n".join(spaces_section({"sequence": [(1, found), (2, found)]}))
    towers, text = row(said, "#### Spaces and maps", "sequence: towers"), row(said, "#### Spaces and maps", "text")
    assert (towers["seed"], towers["whole path"], towers["purity"]) == ("1", "0.8000", "0.333 (0.333)")
    assert (text["seed"], text["UMAP kept"], text["UMAP trustworthiness"]) == ("–", "0.250 (0.0012)", "0.900")
    assert (text["t-SNE kept"], towers["UMAP kept"]) == ("–", "–")
    assert said.count("| text ") == 1


def test_without_towers_the_text_stands_once(folder: Path) -> None:
    (folder / "towers").rmdir()
    assert list(measure(folder)) == ["text"]


def test_nothing_to_measure(folder: Path) -> None:
    assert spaces_section({"seed": [(1, {})]}) == []
    pq.write_table(pa.table({"product_id": ["a"], "category": [["A"]]}), folder / "products.parquet")
    np.save(folder / "text_vectors.npy", TEXT[:1])
    np.save(folder / "item_vectors.npy", TOWERS[:1])
    own = measure(folder)["text"]
    assert (own.by_path, own.purity, own.silhouette) == (None, None, None)
