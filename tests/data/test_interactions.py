"""The canonical interactions: which rows are kept, in which order."""

from __future__ import annotations

import json

import pyarrow.parquet as pq

from pipeline.data.tables import INTERACTIONS as SCHEMA
from tests.data.folder import ABC, INTERACTIONS, PRODUCTS, THREE, Folder


def described(*columns: str, more: str = "") -> str:
    """An [interactions] section with further columns of their own names."""
    extra = "".join(f', {column} = "{column}"' for column in columns)
    return INTERACTIONS.replace(" }", extra + " }") + more


def test_rows_that_cannot_be_used(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    folder.file(
        "interactions.csv",
        "user,id,timestamp,rating,position\n"
        "u,a,1000000000,5,0\n"
        ",a,1000000000,5,0\n"
        "u,,1000000000,5,0\n"
        "u,z,1000000000,5,0\n"
        "u,b,,5,0\n"
        "u,b,yesterday,5,0\n"
        "u,b,1000000000000,5,0\n"
        "u,b,-1,5,0\n"
        "u,b,1000000000,good,0\n"
        "u,b,1000000000,5.5,0\n"
        "u,b,1000000000,-1,0\n"
        "u,b,1000000000,nan,0\n"
        "u,b,1000000000,5,\n"
        "u,b,1000000000,5,last\n"
        "u,b,1000000000.5,,1\n"
        "u,c,1000000001,0,2\n",
    )
    prepared = folder.prepare(PRODUCTS, described("timestamp", "rating", "position"))
    assert [(row, reason) for _, row, reason in folder.reasons()] == [
        (2, "no user id"),
        (3, "no product id"),
        (4, "unknown product"),
        (5, "no time"),
        (6, 'unreadable time (timestamp_unit = "s")'),
        (7, 'time outside 1970..2100 (timestamp_unit = "s")'),
        (8, 'time outside 1970..2100 (timestamp_unit = "s")'),
        (9, "rating is not a number"),
        (10, "rating outside 0..5"),
        (11, "rating outside 0..5"),
        (12, "rating is not a number"),
        (13, "no position"),
        (14, "unreadable position"),
    ]
    assert json.loads(folder.rows("rejects", "record")[0]) == {
        "user": None, "id": "a", "timestamp": "1000000000", "rating": "5", "position": "0",
    }  # fmt: skip
    table = pq.read_table(folder.out / "interactions.parquet")
    assert table.schema == SCHEMA
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        ("u", "a", 1000000000000, 5.0, 0, "train"),
        ("u", "b", 1000000000500, None, 1, "valid"),
        ("u", "c", 1000000001000, 0.0, 2, "test"),
    ]
    assert prepared.counts["read"]["interactions"] == 16


def test_columns_that_a_source_lacks_are_null(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    folder.file("interactions.csv", THREE)
    folder.prepare(PRODUCTS, INTERACTIONS)
    table = pq.read_table(folder.out / "interactions.parquet")
    assert table.schema == SCHEMA
    assert table.column("timestamp").null_count == table.column("rating").null_count == 3


# v's rows stand between u's; by file u reads c b a, by time b a c (a and c at the same time), by position a b c.
MIXED = "user,id,timestamp,position\nu,c,20,9\nv,a,5,0\nu,b,10,7.5\nv,b,5,1\nu,a,20,-2\nv,c,5,2\n"


def orders(folder: Folder, *columns: str) -> list[str]:
    folder.file("products.csv", ABC)
    folder.file("interactions.csv", MIXED)
    folder.prepare(PRODUCTS, described(*columns))
    rows = folder.rows("interactions", "user_id", "product_id", "position")
    assert [row[2] for row in rows] == [0, 1, 2, 0, 1, 2]
    return ["".join(product for user, product, _ in rows if user == name) for name in "uv"]


def test_the_order_is_the_position_else_time_else_the_file(folder: Folder) -> None:
    assert orders(folder) == ["cba", "abc"]
    assert orders(folder, "timestamp") == ["bca", "abc"]
    assert orders(folder, "position") == ["abc", "abc"]
    assert orders(folder, "timestamp", "position") == ["abc", "abc"]


def test_of_a_repeat_the_earliest_is_kept(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    folder.file("interactions.csv", "user,id,timestamp\nu,a,30\nu,b,20\nu,a,10\nu,c,25\nu,c,25\nu,a,20\n")
    prepared = folder.prepare(PRODUCTS, described("timestamp"))
    assert folder.rows("interactions", "product_id", "timestamp", "position") == [
        ("a", 10_000, 0), ("b", 20_000, 1), ("c", 25_000, 2),
    ]  # fmt: skip
    assert (prepared.counts["repeats"], prepared.counts["rejected"]["interactions"]) == (3, {})
    assert prepared.counts["duplicates"] == 1  # the second (c, 25); those of a differ in time


def test_of_a_repeat_at_one_time_the_first_in_the_file_is_kept(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    folder.file("interactions.csv", "user,id,timestamp,rating\nu,a,10,2\nu,a,10,5\nu,a,10,2\nu,b,10,1\nu,c,10,1\n")
    prepared = folder.prepare(PRODUCTS, described("timestamp", "rating"))
    assert folder.rows("interactions", "product_id", "rating", "position") == [("a", 2, 0), ("b", 1, 1), ("c", 1, 2)]
    assert (prepared.counts["repeats"], prepared.counts["duplicates"]) == (2, 1)  # 2 and 2 are alike, 5 is not


def test_users_come_in_the_order_of_their_ids(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    folder.file("interactions.csv", THREE + "10,a\n9,a\n")
    prepared = folder.prepare(PRODUCTS, INTERACTIONS)
    assert folder.rows("interactions", "user_id") == ["10", "9", "u", "u", "u"]
    assert prepared.counts["shoppers"] == 3
