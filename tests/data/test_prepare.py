"""The whole way: equal tables from every kind of file, the limit on rejects, and what is written."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from pipeline.data.prepare import Prepared, summary
from pipeline.data.tables import REJECTS
from pipeline.errors import DatasetError
from tests.data.folder import ABC, INTERACTIONS, JUDGEMENTS, PRODUCTS, THREE, Folder

RECORDS: dict[str, list[dict[str, Any]]] = {
    "products": [
        {"id": "001", "title": 'Apple, "red"', "path": "Fruit > Red", "price": 1.5, "out": "2020-01-02"},
        {"id": "002", "title": "Bread\nloaf", "path": None, "price": None, "out": None},
        {"id": "003", "title": "Cake é", "path": "Sweet", "price": 12.0, "out": "2021-05-06"},
    ],
    "interactions": [
        {"user": user, "id": product, "time": 1_600_000_000 + at, "rating": rating}
        for at, (user, product, rating) in enumerate(
            [("u", "001", 5.0), ("v", "003", 3.5), ("u", "003", None), ("u", "002", 0.0), ("v", "003", 1.0)]
        )
    ],
    "judgements": [{"query": "red fruit", "id": "001", "grade": 3}, {"query": "red fruit", "id": "002", "grade": 0}],
}


def description(suffix: str) -> str:
    return (
        f'[products]\npath = "products{suffix}"\ncategory_separator = " > "\ncolumns = {{ product_id = "id", '
        'title = "title", category = "path", price = "price", released = "out" }\n'
        f'[interactions]\npath = "interactions{suffix}"\ncolumns = {{ user_id = "user", product_id = "id", '
        'timestamp = "time", rating = "rating" }\n'
        f'[judgements]\npath = "judgements{suffix}"\ncolumns = {{ query = "query", product_id = "id", '
        'grade = "grade" }\n'
    )


def write(folder: Folder, suffix: str) -> None:
    for name, records in RECORDS.items():
        path = folder.path / f"{name}{suffix}"
        table = pa.Table.from_pylist(records)
        if suffix == ".parquet":
            pq.write_table(table, path)
            continue
        if suffix.startswith(".csv"):
            sink = pa.BufferOutputStream()
            pyarrow.csv.write_csv(table, sink)
            content = sink.getvalue().to_pybytes()
        else:
            content = "\n".join(json.dumps(record) for record in records).encode()
        folder.file(path.name, gzip.compress(content, mtime=0) if suffix.endswith(".gz") else content)


def test_every_kind_of_file_gives_the_same_tables(folder: Folder) -> None:
    found = {}
    for suffix in (".csv", ".csv.gz", ".parquet", ".jsonl", ".jsonl.gz"):
        write(folder, suffix)
        prepared = folder.prepare(description(suffix))
        tables = [pq.read_table(folder.out / f"{name}.parquet") for name in RECORDS]
        found[suffix] = (tables, prepared.counts)
    assert all(value == found[".csv"] for value in found.values())
    (products, interactions, _), counts = found[".csv"]
    assert products.column("title").to_pylist() == ['Apple, "red"', "Bread loaf", "Cake é"]
    assert interactions.column("product_id").to_pylist() == ["001", "003", "002", "003"]
    assert counts["parts"] == {"train": 2, "valid": 1, "test": 1}


def test_what_is_written(folder: Folder) -> None:
    folder.file("products.csv", ABC + "a,Again\n")
    folder.file("interactions.csv", THREE + "u,a\n")
    prepared = folder.prepare(PRODUCTS, INTERACTIONS)
    assert sorted(path.name for path in folder.out.iterdir()) == [
        "interactions.parquet", "prepared.json", "products.parquet", "rejects.parquet",
    ]  # fmt: skip
    for path in folder.out.glob("*.parquet"):
        assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"
    assert pq.read_schema(folder.out / "rejects.parquet") == REJECTS
    assert Prepared.load(folder.out) == prepared
    assert prepared.split == {"kind": "leave-one-out", "fractions": [0.8, 0.1, 0.1]}
    assert prepared.judging is None
    assert prepared.counts == {
        "products": 3, "interactions": 3, "shoppers": 1, "judgements": 0, "queries": 0,
        "parts": {"train": 1, "valid": 1, "test": 1}, "repeats": 1, "repeated_judgements": 0, "emptied": {},
        "shortened": {}, "duplicates": 1, "read": {"products": 4, "interactions": 4},
        "rejected": {"products": {"repeated product id": 1}, "interactions": {}},
    }  # fmt: skip
    assert summary(prepared.counts) == [
        "products: 3 from 4 rows, 1 rejected",
        "  rejected, repeated product id: 1",
        "interactions: 3 from 4 rows, 0 rejected",
        "repeated interactions, left out: 1",
        "  of them alike in every column: 1",
    ]


def test_nothing_prepared(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"holds no prepared dataset\. Prepare it again\."):
        Prepared.load(tmp_path)


def test_too_many_rejects_stop_the_run(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    folder.file("interactions.csv", THREE + "v,a\n" * 16 + "v,z\n")
    folder.prepare(PRODUCTS, INTERACTIONS, max_rejected=0.05)  # 1 of 20 is not more than 5 %
    shutil.rmtree(folder.out)
    folder.file("interactions.csv", THREE + "v,a\n" * 14 + "v,z\n,a\nv,y\n")
    with pytest.raises(DatasetError) as caught:
        folder.prepare(PRODUCTS, INTERACTIONS, max_rejected=0.05)
    assert str(caught.value) == (
        "interactions: 3 of 20 rows (15.0 %) cannot be used, more than the 5 % allowed; most often: unknown product "
        '(2 rows), for example row 18: {"user":"v","id":"z"}. '
        f"All of them are in {folder.out}/rejects.parquet. Correct the source or its description, or allow more with "
        "--max-rejected 0.15."
    )
    assert folder.reasons() == [
        ("interactions", 18, "unknown product"),
        ("interactions", 19, "no user id"),
        ("interactions", 20, "unknown product"),
    ]
    assert sorted(path.name for path in folder.out.iterdir()) == ["products.parquet", "rejects.parquet"]


def test_broken_lines_count_as_rejects(folder: Folder) -> None:
    folder.file("products.csv", ABC + "d\ne\n")
    with pytest.raises(DatasetError, match=r"products: 2 of 5 rows \(40\.0 %\).*too few columns \(2 rows\).*row 4"):
        folder.prepare(PRODUCTS, max_rejected=0.3)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_the_share_lies_in_0_1(folder: Folder, share: float) -> None:
    folder.file("products.csv", ABC)
    with pytest.raises(DatasetError, match=r"must lie in 0\.\.1"):
        folder.prepare(PRODUCTS, max_rejected=share)


@pytest.mark.parametrize(("table", "section"), [("interactions", INTERACTIONS), ("judgements", JUDGEMENTS)])
def test_a_table_without_a_usable_row(folder: Folder, table: str, section: str) -> None:
    folder.file("products.csv", ABC)
    folder.file(f"{table}.csv", "user,query,id,grade\nu,q,z,1\n")
    with pytest.raises(DatasetError, match=f"Not one row of {table} can be used"):
        folder.prepare(PRODUCTS, section)


def test_a_missing_column_names_the_nearest(folder: Folder) -> None:
    folder.file("products.csv", "asin,title,brand\n1,x,y\n")
    sentence = 'products.csv has no column "asim" (named for product_id). Its columns: asin, title, brand.'
    with pytest.raises(DatasetError, match=re.escape(sentence + ' Did you mean "asin"?')):
        folder.prepare(PRODUCTS.replace('"id"', '"asim"'))
