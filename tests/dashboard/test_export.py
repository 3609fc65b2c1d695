"""Files for spreadsheets, cell by cell."""

from __future__ import annotations

import csv
import doctest
import io
from datetime import date

import pyarrow as pa
import pytest

from dashboard.components import export
from pipeline.data.tables import PRODUCTS
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.results import Hit, ScorePart


def read(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(export).failed == 0


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])  # noqa: RUF001
def test_no_cell_is_a_formula(start: str) -> None:
    assert read(export.as_csv([{f"{start}a": f"{start}1+1", "b": -1.5}])) == [
        [f"'{start}a", "b"],
        [f"'{start}1+1", "-1.5"],
    ]


def test_columns_are_those_of_all_rows() -> None:
    rows = [{"a": "x,y", "b": None}, {"a": 'say "hi"\nthere', "c": 2}]
    assert read(export.as_csv(rows)) == [["a", "b", "c"], ["x,y", "", ""], ['say "hi"\nthere', "", "2"]]


def test_a_result_says_where_it_comes_from_and_what_its_score_is_made_of() -> None:
    row = {"product_id": "=A1", "title": "Camera, small", "brand": None, "category": ["Photo", "Cameras"], "price": 9.5}
    catalogue = Catalogue(pa.Table.from_pylist([row], schema=PRODUCTS))
    parts = (ScorePart("bm25", 2.5, 1, 0.5), ScorePart("minilm", 0.25, None, 0.125))
    found = export.hits(catalogue, [Hit(1, 0, "=A1", 0.625, parts)], {"version": "v", "query": "-camera"})
    head, cells = read(export.as_csv(found))
    assert dict(zip(head, cells, strict=True)) == {
        "version": "v",
        "query": "'-camera",
        "rank": "1",
        "score": "0.625",
        "product_id": "'=A1",
        "title": "Camera, small",
        "brand": "",
        "category": "Photo > Cameras",
        "price": "9.5",
        "bm25_score": "2.5",
        "bm25_rank": "1",
        "bm25_share": "0.5",
        "minilm_score": "0.25",
        "minilm_rank": "",
        "minilm_share": "0.125",
    }


def test_every_filter_is_said() -> None:
    filters = Filters((), (), None, 50, 4, date(2020, 1, 1))
    assert export.filter_words(filters) == "price: 50 or less; rating: 4 or more; since: 2020-01-01"
    assert export.filter_words(Filters(price_min=1, price_max=2.5)) == "price: 1 to 2.5"
    assert export.filter_words(Filters()) == export.filter_words(None) == ""
