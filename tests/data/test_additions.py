"""Files of new rows: canonical columns in any kind of file, or a description with columns of its own."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.data.additions import described, fingerprints, source_of
from pipeline.errors import DatasetError

COLUMNS = {"user_id": "user_id", "product_id": "product_id", "rating": "rating"}


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "jsonl", "parquet"])
def test_canonical_columns_are_found_in_any_kind_of_file(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, kind: str
) -> None:
    path, text = tmp_path / f"came.{kind}", "rating,user_id,product_id,other\n4,ann,C1,x\n"
    if kind == "csv":
        path.write_text(text)
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
    elif kind == "jsonl":
        path.write_text('{"user_id": "ann", "product_id": "C1"}\n{"user_id": "bob", "product_id": "C1", "rating": 4}\n')
    else:
        pq.write_table(pa.table({"rating": [4.0], "user_id": ["ann"], "product_id": ["C1"], "other": ["x"]}), path)
    source = source_of(connection, "interactions", path)
    assert source.columns == COLUMNS
    assert source.timestamp_unit == "ms"
    assert Path(source.path) == path
    assert not described("products", path)


def test_a_description_may_hold_either_table_or_both(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "came.toml"
    (tmp_path / "mine.csv").write_text("who,what\nann,C1\n")
    path.write_text('[interactions]\npath = "mine.csv"\ncolumns = { user_id = "who", product_id = "what" }\n')
    source = source_of(connection, "interactions", path)
    assert source.columns == {"user_id": "who", "product_id": "what"}
    assert Path(source.path) == tmp_path / "mine.csv"
    assert not described("products", path)
    with pytest.raises(DatasetError, match=r"has no section \[products\]"):
        source_of(connection, "products", path)
    path.write_text(path.read_text() + '[products]\npath = "p.csv"\ncolumns = { product_id = "p", title = "t" }\n')
    assert described("products", path)


def test_a_fingerprint_follows_the_files_and_their_description(tmp_path: Path) -> None:
    table, path = tmp_path / "mine.csv", tmp_path / "came.toml"
    table.write_text("who,what\nann,C1\n")
    path.write_text('[interactions]\npath = "mine.csv"\ncolumns = { user_id = "who", product_id = "what" }\n')
    first, plain = fingerprints(path), fingerprints(table)
    assert plain == first[1:]
    table.write_text("who,what\nann,C2\n")
    assert fingerprints(path)[0] == first[0]
    assert fingerprints(path)[1] != first[1]
    with pytest.raises(DatasetError, match=r"nowhere\.csv"):
        fingerprints(tmp_path / "nowhere.csv")


def test_a_misspelt_key_is_told(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "came.toml"
    path.write_text('[interactions]\npath = "mine.csv"\ncolumns = { user_id = "who", product = "what" }\n')
    with pytest.raises(DatasetError, match=r'unknown key "product".*Did you mean "product_id"'):
        source_of(connection, "interactions", path)
