"""The canonical products: which rows are kept, and what becomes of their values."""

from __future__ import annotations

import json
from datetime import date

import pyarrow.parquet as pq
import pytest

from pipeline.data.tables import PRODUCTS as SCHEMA
from pipeline.errors import DatasetError
from tests.data.folder import ABC, INTERACTIONS, PRODUCTS, Folder

ALL = (
    '[products]\npath = "products.csv"\ncategory_separator = ">"\nprice_scale = 0.01\ncolumns = { product_id = "id", '
    'title = "title", brand = "brand", category = "path", price = "cents", released = "out", image_url = "image", '
    'description = "text" }\n'
)


def test_every_column(folder: Folder) -> None:
    folder.file(
        "products.csv",
        "id,title,brand,path,cents,out,image,text\n"
        '00123 ," Apple\n",Acme,Fruit > > Red,"1,250",2009-12-10T00:00:00Z,http://x/y.jpg,Sweet\n'
        "b,Bread,,,,,,\n"
        "c,Cake,-,Sweet,free,soon,,\n",
    )
    prepared = folder.prepare(ALL)
    table = pq.read_table(folder.out / "products.parquet")
    assert table.schema == SCHEMA
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        ("00123", "Apple", "Acme", ["Fruit", "Red"], 12.5, date(2009, 12, 10), "http://x/y.jpg", "Sweet"),
        ("b", "Bread", None, [], None, None, None, None),
        ("c", "Cake", "-", ["Sweet"], None, None, None, None),
    ]
    assert prepared.counts["emptied"] == {"products.price": 1, "products.released": 1}
    assert prepared.counts["products"] == 3


def test_columns_that_a_source_lacks_are_null(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    folder.prepare(PRODUCTS)
    table = pq.read_table(folder.out / "products.parquet")
    assert table.schema == SCHEMA
    assert table.column("category").to_pylist() == [[], [], []]
    assert all(table.column(name).null_count == 3 for name in SCHEMA.names[2:] if name != "category")


def test_rows_that_cannot_be_a_product(folder: Folder) -> None:
    folder.file("products.csv", "id,title\n ,Nameless\na,\na,Apple\n a ,Again\nb,Bread\n\x01,x\n")
    prepared = folder.prepare(PRODUCTS)
    assert folder.rows("products", "product_id", "title") == [("a", "Apple"), ("b", "Bread")]
    assert folder.reasons() == [
        ("products", 1, "no product id"),
        ("products", 2, "no title"),
        ("products", 4, "repeated product id"),
        ("products", 6, "no product id"),
    ]
    assert json.loads(folder.rows("rejects", "record")[2]) == {"id": " a ", "title": "Again"}
    assert prepared.counts["read"] == {"products": 6}
    assert prepared.counts["rejected"] == {"products": {"no product id": 2, "no title": 1, "repeated product id": 1}}


def test_long_titles_are_cut(folder: Folder) -> None:
    folder.file("products.csv", f"id,title\na,{'x' * 1000}\nb,{'é' * 120_000}\n")
    prepared = folder.prepare(PRODUCTS)
    assert [len(title) for title in folder.rows("products", "title")] == [1000, 1000]
    assert prepared.counts["shortened"] == {"products.title": 1}


def test_products_from_the_interactions(folder: Folder) -> None:
    folder.file(
        "interactions.csv",
        "user,id,title,brand,path,cents\n"
        "u,b,,,,n/a\n"
        "u,a,Apple,Acme,,100\n"
        "v,b,Bread,,,\n"
        "v,a,Other,Other,Fruit>Red,200\n"
        "w,b,Loaf,Bakers,Food,300\n"
        "u,c,,,,\n"
        "w,,Nobody,,,\n"
        "u,b,Bread,,,\n"
        "v,d,Date,,,400\n"
        "u,d,Date,,,400\n",
    )
    prepared = folder.prepare(
        '[interactions]\npath = "interactions.csv"\ncategory_separator = ">"\nprice_scale = 0.01\ncolumns = { '
        'user_id = "user", product_id = "id", title = "title", brand = "brand", category = "path", price = "cents" }\n'
    )
    assert folder.rows("products", "product_id", "title", "brand", "category", "price") == [
        ("b", "Bread", "Bakers", ["Food"], 3.0),
        ("a", "Apple", "Acme", ["Fruit", "Red"], 1.0),
        ("d", "Date", None, [], 4.0),
    ]
    assert folder.reasons() == [
        ("products", 6, "no title"),
        ("interactions", 6, "unknown product"),
        ("interactions", 7, "no product id"),
    ]
    assert prepared.counts["read"] == {"products": 4, "interactions": 10}
    assert (prepared.counts["interactions"], prepared.counts["repeats"]) == (7, 1)
    assert prepared.counts["emptied"] == {"products.price": 1}
    assert folder.rows("interactions", "user_id", "product_id")[:3] == [("u", "b"), ("u", "a"), ("u", "d")]


def test_no_usable_product(folder: Folder) -> None:
    folder.file("products.csv", "id,title\na,\n")
    with pytest.raises(DatasetError, match="Not one row of products can be used"):
        folder.prepare(PRODUCTS)
    assert folder.reasons() == [("products", 1, "no title")]


def test_interactions_of_rejected_products_are_rejected(folder: Folder) -> None:
    folder.file("products.csv", ABC + "d,\n")
    folder.file("interactions.csv", "user,id\nu,a\nu,b\nu,c\nu,d\n")
    folder.prepare(PRODUCTS, INTERACTIONS)
    assert folder.reasons() == [("products", 4, "no title"), ("interactions", 4, "unknown product")]
