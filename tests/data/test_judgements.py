"""The canonical judgements."""

from __future__ import annotations

import pyarrow.parquet as pq

from pipeline.data.tables import JUDGEMENTS as SCHEMA
from tests.data.folder import ABC, JUDGEMENTS, PRODUCTS, Folder


def test_rows_that_cannot_be_used(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    folder.file(
        "judgements.csv",
        "query,id,grade\nred fruit,a,3\n,a,3\nred fruit,,3\nred fruit,z,3\nred fruit,b,\nred fruit,b,high\n"
        "red fruit,b,0.5\n red fruit ,a,1\nred fruit,b,1\ncake,c,2.33\n",
    )
    prepared = folder.prepare(PRODUCTS, JUDGEMENTS + 'min_grade = 1\nprotocol = "judged"\n')
    assert [(row, reason) for _, row, reason in folder.reasons()] == [
        (2, "no query"),
        (3, "no product id"),
        (4, "unknown product"),
        (5, "no grade"),
        (6, "grade is not a number"),
        (7, "grade below min_grade = 1"),
    ]
    table = pq.read_table(folder.out / "judgements.parquet")
    assert table.schema == SCHEMA
    assert folder.rows("judgements", "query", "product_id") == [("red fruit", "a"), ("red fruit", "b"), ("cake", "c")]
    assert [round(grade, 2) for grade in folder.rows("judgements", "grade")] == [3, 1, 2.33]
    counts = prepared.counts
    assert (counts["judgements"], counts["queries"], counts["repeated_judgements"]) == (3, 2, 1)
    assert counts["grades"] == [1, 3]
    assert prepared.judging == {"protocol": "judged", "gain": "exponential", "min_grade": 1.0}
    assert not (folder.out / "interactions.parquet").exists()


def test_grades_whose_gains_no_number_can_hold_are_refused(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    folder.file("judgements.csv", "query,id,grade\nred fruit,a,1000\nred fruit,b,1001\n")
    folder.prepare(PRODUCTS, JUDGEMENTS, max_rejected=0.5)
    assert [row[1:] for row in folder.reasons()] == [(2, 'grade above 1000, too high for gain = "exponential"')]
    assert folder.rows("judgements", "grade") == [1000]
