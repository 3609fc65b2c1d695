"""Blocks of features of the products: read from every kind of file, kept as lists of equally many numbers."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.data.prepare import summary
from pipeline.data.tables import PRODUCTS as SCHEMA
from pipeline.errors import DatasetError
from tests.data.folder import Folder

BLOCKS = 'features = { image = "pixels", sound = "waves" }\n'
COLUMNS = 'columns = { product_id = "id", title = "title" }\n'
ROWS = [
    {"id": "a", "title": "Apple", "pixels": [0.5, -1.25, 3], "waves": [1.0, 2.0]},
    {"id": "b", "title": "Bread", "pixels": None, "waves": [3.5, 4.0]},
    {"id": "c", "title": "Cake", "pixels": [1e-3, 2e8, 0.1], "waves": None},
]


def products(file: str, blocks: str = BLOCKS) -> str:
    return f'[products]\npath = "{file}"\n{COLUMNS}{blocks}'


def write(folder: Folder, kind: str) -> str:
    """Write ROWS as a file of that kind; return its name."""
    if kind == "jsonl":
        folder.file("p.jsonl", "\n".join(json.dumps(row) for row in ROWS))
        return "p.jsonl"
    if kind == "csv":
        lines = [[row["id"], row["title"], *(json.dumps(row[key]) for key in ("pixels", "waves"))] for row in ROWS]
        body = "\n".join(",".join(f'"{cell}"' if cell != "null" else "" for cell in line) for line in lines)
        folder.file("p.csv", f"id,title,pixels,waves\n{body}\n")
        return "p.csv"
    pixels = pa.list_(pa.float64(), 3) if kind == "fixed" else pa.list_(pa.float32())
    types = pa.schema(
        [("id", pa.string()), ("title", pa.string()), ("pixels", pixels), ("waves", pa.list_(pa.int64()))]
    )
    rows = [row | {"waves": row["waves"] and [int(2 * wave) for wave in row["waves"]]} for row in ROWS]
    pq.write_table(pa.Table.from_pylist(rows, schema=types), folder.path / "p.parquet")
    return "p.parquet"


@pytest.mark.parametrize("kind", ["parquet", "fixed", "jsonl", "csv"])
def test_every_kind_of_file(folder: Folder, kind: str) -> None:
    prepared = folder.prepare(products(write(folder, kind)))
    table = pq.read_table(folder.out / "products.parquet")
    assert table.column_names == [*SCHEMA.names, "feature:image", "feature:sound"]
    assert table.schema.field("feature:image").type == pa.list_(pa.float32())
    pixels = table["feature:image"].to_pylist()
    np.testing.assert_array_equal(pixels[0], np.array(ROWS[0]["pixels"], np.float32))
    assert pixels[1] is None
    np.testing.assert_array_equal(pixels[2], np.array(ROWS[2]["pixels"], np.float32))
    factor = 2 if kind in ("parquet", "fixed") else 1  # whole numbers there
    assert table["feature:sound"].to_pylist() == [[factor * 1.0, factor * 2.0], [factor * 3.5, factor * 4.0], None]
    assert prepared.counts["missing"] == {"products.feature:image": 1, "products.feature:sound": 1}
    assert "products.feature:image, missing and read as zeros: 1" in summary(prepared.counts)


def test_rows_with_lists_that_cannot_be_used(folder: Folder) -> None:
    folder.file(
        "p.csv",
        'id,title,pixels\na,A,"[1, 2]"\nb,B,"[1, 2, 3]"\nc,C,"[3, null]"\nd,D,"[nan, 1]"\ne,E,red\nf,F,"[0, 1e999]"\n'
        'g,G,[]\nh,H,"[5, 6]"\n',
    )
    prepared = folder.prepare(products("p.csv", 'features = { image = "pixels" }\n'))
    assert folder.rows("products", "product_id", "feature:image") == [("a", [1, 2]), ("g", None), ("h", [5, 6])]
    assert folder.reasons() == [
        ("products", 2, "image does not have 2 numbers, as most have"),
        *[("products", row, "image is no list of numbers") for row in (3, 4, 5, 6)],
    ]
    assert json.loads(folder.rows("rejects", "record")[1]) == {"id": "c", "title": "C", "pixels": "[3, null]"}
    assert prepared.counts["missing"] == {"products.feature:image": 1}


def test_a_column_without_any_list(folder: Folder) -> None:
    folder.file("p.csv", "id,title,pixels\na,A,\nb,B,red\n")
    with pytest.raises(DatasetError, match=r'No product has a list of numbers in "pixels" \(named for feature:image\)'):
        folder.prepare(products("p.csv", 'features = { image = "pixels" }\n'))


def test_a_parquet_column_of_another_type(folder: Folder) -> None:
    pq.write_table(pa.table({"id": ["a"], "title": ["A"], "pixels": [["red"]]}), folder.path / "p.parquet")
    with pytest.raises(DatasetError, match=r"is of type VARCHAR\[\]. It must hold lists of numbers"):
        folder.prepare(products("p.parquet", 'features = { image = "pixels" }\n'))


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ('features = { Image = "pixels" }', '"Image" cannot name a block'),
        ('features = { "a:b" = "pixels" }', '"a:b" cannot name a block'),
        ('features = { image = "" }', "image is empty"),
        ("features = { image = 3 }", "image must be a text"),
        ('features = "pixels"', "features must be a table"),
        ('feature = { image = "pixels" }', 'Did you mean "features"'),
        ('features = { image = "pixel" }', 'no column "pixel".*named for feature:image'),
    ],
)
def test_mistakes_in_the_description(folder: Folder, blocks: str, told: str) -> None:
    folder.file("p.csv", "id,title,pixels\na,A,[1]\n")
    with pytest.raises(DatasetError, match=told):
        folder.prepare(products("p.csv", blocks + "\n"))


def test_the_fingerprint_knows_of_blocks_and_not_of_their_order(folder: Folder) -> None:
    write(folder, "csv")
    plain = folder.describe(products("p.csv", "")).fingerprint()
    both = folder.describe(products("p.csv", BLOCKS)).fingerprint()
    turned = folder.describe(products("p.csv", 'features = { sound = "waves", image = "pixels" }\n')).fingerprint()
    assert plain != both == turned
