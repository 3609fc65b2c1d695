"""Slices of judged queries, worked out by hand over the tiny shop."""

import numpy as np
import pyarrow as pa
import pytest

from pipeline.comparing.query_slices import by_products, by_words
from pipeline.comparing.sliced import of_queries
from pipeline.evaluation.queries import Judged
from pipeline.retrieval.catalogue import Catalogue

NDCG = ("ndcg", 10)


def judged(query: str, **grades: float) -> Judged:
    rows = np.array([int(name[1:]) for name in grades], np.int32)
    return Judged(query, rows, np.array(list(grades.values()), np.float64))


@pytest.fixture
def catalogue() -> Catalogue:
    table = pa.table(
        {
            "product_id": list("abcd"),
            "title": ["t"] * 4,
            "brand": ["X", "X", "Y", None],
            "category": [["Photo"], ["Photo"], ["Audio"], []],
            "price": [1.0, 2.0, 30.0, None],
            "released": pa.nulls(4, pa.date32()),
        }
    )
    return Catalogue(table)


def test_by_the_products_judged_best(catalogue: Catalogue) -> None:
    found = by_products(
        [
            judged("camera", p0=3, p1=3, p2=1),  # its best are both Photo of X, whatever is merely good
            judged("both", p1=2, p2=2),  # half and half: in either
            judged("nothing", p0=0),
            judged("unknown", p3=1),
        ],
        catalogue,
        {"mine": np.array([False, False, True, False])},
    )
    assert found["category: Photo"] == found["brand: X"] == {"camera", "both"}
    assert found["category: Audio"] == found["brand: Y"] == found["segment: mine"] == {"both"}
    assert found["price: unknown"] == {"unknown"}
    assert not any("nothing" in queries for queries in found.values())
    assert by_products([], catalogue) == {}


def test_queries_by_their_words() -> None:
    named = by_words(["usb", "zoom lens", "usb cable black", "a b c d e f", ""])
    assert {name: own.tolist() for name, own in named.items()} == {
        "words: 1": [True, False, False, False, False],
        "words: 2": [False, True, False, False, False],
        "words: 3-4": [False, False, True, False, False],
        "words: 5+": [False, False, False, True, False],
    }
    (one,) = of_queries(
        {"two": np.array([True, True, False]), "none": np.zeros(3, bool)},
        np.array([0.0, 1, 0]),
        np.array([1.0, 1, 0]),
        NDCG,
        smallest=2,
    )
    assert (one.slice, one.n, one.paired.difference) == ("two", 2, 0.5)
