"""Grades, and the judgements table that they become."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.data.dataset import Dataset
from pipeline.data.prepare import prepare
from pipeline.data.tables import JUDGEMENTS
from pipeline.errors import InvalidRequest
from pipeline.workspace.grades import Grades, consensus, units


@pytest.fixture
def grades(tmp_path: Path) -> Grades:
    made = Grades(tmp_path)
    for judge, product, grade in (("kim", "U1", 3), ("kim", "H1", 0), ("lee", "U1", 2)):
        made.give("shop", "query", "usb, black", product, judge, grade)
    return made


def test_grades_are_kept_replaced_and_taken_back(grades: Grades) -> None:
    grades.give("shop", "query", "usb, black", "H1", "kim", 1)
    grades.give("shop", "query", "usb, black", "U1", "lee", None)
    found = grades.of("shop", "query")
    assert {(each.judge, each.product_id, each.grade) for each in found} == {("kim", "U1", 3), ("kim", "H1", 1)}
    assert grades.of("shop", "shopper") == []
    assert grades.of("other", "query") == []
    with pytest.raises(InvalidRequest, match="4 is no grade"):
        grades.give("shop", "query", "usb", "U1", "kim", 4)


def test_judges_are_averaged(grades: Grades) -> None:
    found = grades.of("shop", "query")
    assert consensus(found) == {"usb, black": {"U1": 2.5, "H1": 0}}
    assert {key: sorted(own) for key, own in units(found).items()} == {
        ("usb, black", "U1"): [2, 3],
        ("usb, black", "H1"): [0],
    }


def test_a_dataset_description_reads_them(grades: Grades, tmp_path: Path) -> None:
    """As `bench search` and the search ranker get their judgements."""
    assert grades.table("shop").schema == JUDGEMENTS
    written = grades.write("shop")
    (tmp_path / "products.csv").write_text("id,title\nU1,USB cable\nH1,Headphones\n")
    (tmp_path / "dataset.toml").write_text(
        f"""
        name = "shop"
        [products]
        path = "products.csv"
        columns = {{ product_id = "id", title = "title" }}
        [judgements]
        path = "{written}"
        columns = {{ query = "query", product_id = "product_id", grade = "grade" }}
        protocol = "judged"
        """
    )
    (tmp_path / "prepared").mkdir()
    prepare(Dataset.load(tmp_path / "dataset.toml"), tmp_path / "prepared")
    rows = pq.read_table(tmp_path / "prepared" / "judgements.parquet").to_pylist()
    assert sorted((row["query"], row["product_id"], row["grade"]) for row in rows) == [
        ("usb, black", "H1", 0.0),
        ("usb, black", "U1", 2.5),
    ]


def test_nothing_to_write(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="No query is graded yet"):
        Grades(tmp_path).write("shop")
