"""Spark prepares the same tables as DuckDB, row for row, from data with every trap."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.data.prepare import Prepared, prepare
from pipeline.errors import DatasetError
from tests.data.folder import Folder
from tests.tiny_graphs import write_encoder

pytest.importorskip("pyspark", reason="pip install -r requirements-spark.txt")
pytestmark = [
    pytest.mark.skipif(
        shutil.which("java") is None and not os.environ.get("JAVA_HOME"),
        reason="Spark needs Java 17, which is not here",
    ),
    # Sockets to the Java process, which pyspark leaves to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning"),
]

PRODUCTS = [
    {"asin": "001", "title": " Apple\t\u00a0\"red\"\n", "store": "ACME", "price": 1.5,
     "categories": ["Fruit &amp; Veg", "Red"]},
    {"asin": "002", "title": "Bread\u2028loaf\u0007", "store": "Acme", "price": "$1,250.00", "categories": "Bakery"},
    {"asin": "003", "title": "Cake é 😀", "store": "Acme", "price": "from 14.99",
     "categories": [["fruit & veg", "Red"], ["x"]]},
    {"asin": "004", "title": "D" * 1_200, "store": "Visit the acme Store", "price": None, "categories": []},
    {"asin": "005", "title": "E", "store": "Unknown", "price": "5d", "day": "2021-02-30", "categories": None},
    {"asin": "006", "title": "F", "store": "Sony by Sony", "price": "1e2", "day": "2021-02-03T04:05:06Z"},
    {"asin": "007", "title": "G", "day": "1999", "price": -1, "details": ["one", "two"]},
    {"asin": "001", "title": "again"},
    {"asin": None, "title": "nobody"},
    {"asin": "008", "title": "  "},
    {"asin": 12345678901234567890, "title": 4.50, "store": True, "details": {"b": 1}},
]  # fmt: skip
PRODUCT_SECTION = (
    '[products]\npath = "products{suffix}"\ncolumns = {{ product_id = "asin", title = "title", brand = "store", '
    'category = "categories", price = "price", released = "day", description = "details" }}\n'
)
INTERACTION_SECTION = (
    '[interactions]\npath = "interactions{suffix}"\ncolumns = {{ user_id = "user", product_id = "asin", '
    'timestamp = "time", rating = "stars" }}\ntimestamp_unit = "ms"\n'
)
T = 1_600_000_000_000
INTERACTIONS: list[dict[str, Any]] = [
    {"user": user, "asin": product, "time": T + at, "stars": 4.0}
    for user, products in {"u": "123", "v": "1234", "w": "45", "x": "5", "é": "3126"}.items()
    for at, product in ((int(each), f"00{each}") for each in products)
] + [
    {"user": "u", "asin": "001", "time": T + 1, "stars": 4.0},  # alike in every column
    {"user": "u", "asin": "001", "time": T - 9, "stars": 2.5},  # earlier
    {"user": "v", "asin": "002", "time": T + 2, "stars": 1.0},  # at the same time, another rating
    {"user": "é", "asin": "007", "time": T + 1, "stars": None},
    {"user": "u", "asin": "999", "time": T, "stars": 5.0},
    {"user": "", "asin": "001", "time": T, "stars": 5.0},
    {"user": "u", "asin": "004", "time": None, "stars": 5.0},
    {"user": "u", "asin": "004", "time": "soon", "stars": 5.0},
    {"user": "u", "asin": "004", "time": T * 1000, "stars": 5.0},
    {"user": "u", "asin": "004", "time": T, "stars": 6.0},
    {"user": "u", "asin": "004", "time": T, "stars": "0x1p1"},
]


@pytest.fixture(scope="module", autouse=True)
def session() -> Iterator[None]:
    """One Java process for all tests of this file."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # To compile queries takes longer than to interpret them over a dozen rows.
    settings = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
                "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2",
                "spark.sql.maxPlanStringLength": "1000"}  # fmt: skip
    builder = SparkSession.builder.master("local[2]")
    for key, value in settings.items():
        builder = builder.config(key, value)
    opened = builder.getOrCreate()
    yield
    opened.stop()


def both(folder: Folder, *sections: str) -> tuple[Prepared, Prepared]:
    """Prepare with both engines; the tables and the counts must be equal."""
    dataset = folder.describe(*sections)
    made = {}
    for engine in ("duckdb", "spark"):
        out = folder.path / engine
        out.mkdir()
        made[engine] = prepare(dataset, out, max_rejected=1.0, engine=engine)
    duck, spark = made["duckdb"], made["spark"]
    for path in sorted(duck.folder.glob("*.parquet")):
        mine, theirs = pq.read_table(path), pq.read_table(spark.folder / path.name)
        assert mine.schema == theirs.schema, path.name
        assert theirs.to_pylist() == mine.to_pylist(), path.name
    assert sorted(path.name for path in spark.folder.iterdir()) == sorted(path.name for path in duck.folder.iterdir())
    assert spark.counts == duck.counts
    return duck, spark


def test_jsonl_with_every_trap(folder: Folder) -> None:
    lines = [json.dumps(each).encode() for each in INTERACTIONS]
    odd = [
        b"",
        b'{"user": "cut',
        b"[1]",
        b"null",
        b'{"user": "\xff"}',
        b'  {"user": "y", "asin": "001", "time": NaN}',
        b'{"a":1} x',
    ]
    lines[3:3] = odd
    folder.file("interactions.jsonl.gz", gzip.compress(b"\n".join(lines), mtime=0))
    folder.file("products.jsonl", b"\xef\xbb\xbf" + b"\r\n".join(json.dumps(each).encode() for each in PRODUCTS))
    duck, _ = both(
        folder, PRODUCT_SECTION.format(suffix=".jsonl"), INTERACTION_SECTION.format(suffix=".jsonl.gz") + "k_core = 2\n"
    )
    # What both found, so that two empty tables would not pass.
    assert duck.counts["k_core"] == {"k": 2, "rounds": 4, "interactions": 6, "shoppers": 2, "products": 4}
    assert (duck.counts["repeats"], duck.counts["duplicates"]) == (3, 1)
    assert duck.counts["respelled"] == {"products.brand": 3, "products.category": 2}
    assert duck.counts["placeholders"] == {"products.brand": 1}
    assert duck.counts["emptied"] == {"products.price": 3, "products.released": 1}
    assert duck.counts["shortened"] == {"products.title": 1}
    assert sum(duck.counts["rejected"]["interactions"].values()) == 13
    assert pq.read_table(duck.folder / "products.parquet").column("category")[2].as_py() == ["Fruit & Veg", "Red"]


def test_merged_parquet_of_several_files_split_by_time(folder: Folder) -> None:
    schema = pa.schema([
        ("user", pa.string()), ("asin", pa.float64()), ("time", pa.timestamp("us")), ("stars", pa.float64()),
        ("name", pa.string()), ("made", pa.string()), ("path", pa.list_(pa.string())),
    ])  # fmt: skip
    rows = [
        {"user": f"u{at % 4}", "asin": float(at % 5), "time": 1_600_000_000_000_000 + at * 7_001, "stars": at % 6,
         "name": None if at == 0 else f"Product {at % 5}", "made": ["Sony", "SONY", None][at % 3],
         "path": ["A", f"b{at % 2}"]}
        for at in range(30)
    ]  # fmt: skip
    (folder.path / "reviews").mkdir()
    for part in range(2):
        pq.write_table(pa.Table.from_pylist(rows[part * 15 :][:15], schema), folder.path / f"reviews/{part}.parquet")
    duck, _ = both(
        folder,
        '[interactions]\npath = "reviews"\ncolumns = { user_id = "user", product_id = "asin", timestamp = "time", '
        'rating = "stars", title = "name", brand = "made", category = "path" }\n',
        '[split]\nkind = "time"\nfractions = [0.6, 0.2, 0.2]\n',
    )
    assert (duck.counts["products"], duck.counts["interactions"], duck.counts["repeats"]) == (5, 20, 10)
    assert duck.counts["parts"] == {"train": 12, "valid": 4, "test": 4}


def test_csv_and_judgements(folder: Folder) -> None:
    folder.file("products.csv", 'id,title\na,"Ap\nple"\nb,Bread\nc,Cake\nd\n')
    folder.file("interactions.csv", "user,id,when\nu,b,2020-01-02\nu,a,2020-01-02 03:04:05.678+02:00\nu,c,2020-01-02\n")
    folder.file("judgements.jsonl", "\n".join(
        json.dumps({"query": query, "id": product, "grade": grade})
        for query, product, grade in [("q", "a", 3), ("q", "a", 1), ("q", "z", 1), ("r", "b", -1), ("r", "c", 0)]
    ))  # fmt: skip
    duck, _ = both(
        folder,
        '[products]\npath = "products.csv"\ncolumns = { product_id = "id", title = "title" }\n',
        '[interactions]\npath = "interactions.csv"\ncolumns = { user_id = "user", product_id = "id", '
        'timestamp = "when" }\ntimestamp_unit = "iso"\n',
        '[judgements]\npath = "judgements.jsonl"\ncolumns = { query = "query", product_id = "id", grade = "grade" }\n',
        '[split]\nkind = "leave-one-out-shuffled"\n',
    )
    assert duck.counts["rejected"]["products"] == {"too few columns": 1}
    assert (duck.counts["judgements"], duck.counts["repeated_judgements"]) == (2, 1)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("products.jsonl", b'{"asin": 1}\n', 'no column "titel"'),
        ("products.jsonl", b"\n\n", "has no rows"),
        ("products.jsonl.gz", gzip.compress(b'{"asin": 1, "titel": "x"}\n' * 99, mtime=0)[:-9], "cannot be read"),
        ("products.parquet", b"PAR1 is not enough", "cannot be read"),
    ],
    ids=["column", "blank", "cut", "parquet"],
)
def test_mistakes_are_told_in_a_sentence(
    folder: Folder, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    folder.file(name, content)
    described = folder.describe(f'[products]\npath = "{name}"\ncolumns = {{ product_id = "asin", title = "titel" }}\n')
    (tmp_path / "out").mkdir()
    with pytest.raises(DatasetError, match=sentence):
        prepare(described, tmp_path / "out", engine="spark")


def test_texts_get_the_vectors_of_query_time(tmp_path: Path) -> None:
    from pipeline.data.spark_engine import session as opened
    from pipeline.text import on_spark
    from pipeline.text.encoder import Encoder

    folder = write_encoder(tmp_path / "encoder")
    texts = ["red camera", "garden hose", "camera", "", "red", "camera " * 40]
    frame = opened().createDataFrame([(text,) for text in [*texts, "camera", None]], "text string")
    found = {row.text: row.vector for row in on_spark.encode(frame.repartition(3), folder).collect()}
    assert sorted(found) == sorted(texts)  # the repeat once, the null not at all
    for text, vector in zip(texts, Encoder(folder).encode(texts), strict=True):
        np.testing.assert_allclose(found[text], vector, atol=1e-5)
    assert np.abs(np.array(found["red"]) - found["camera"]).max() > 0.1


def test_features_are_refused(folder: Folder) -> None:
    folder.file("products.jsonl", json.dumps({"asin": 1, "title": "x", "pixels": [0.5]}))
    section = '[products]\npath = "products.jsonl"\ncolumns = { product_id = "asin", title = "title" }\n'
    (folder.path / "out").mkdir()
    with pytest.raises(DatasetError, match="features are not prepared on Spark"):
        prepare(folder.describe(section + 'features = { image = "pixels" }\n'), folder.path / "out", engine="spark")


def test_no_such_engine(folder: Folder) -> None:
    folder.file("products.jsonl", json.dumps({"asin": 1, "title": "x"}))
    section = '[products]\npath = "products.jsonl"\ncolumns = { product_id = "asin", title = "title" }\n'
    with pytest.raises(
        DatasetError, match=r'There is no engine "sparc"\. Choose duckdb or spark\. Did you mean "spark"'
    ):
        prepare(folder.describe(section), folder.path, engine="sparc")
