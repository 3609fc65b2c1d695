"""The canonical judgements: which products people judged to answer a query, and how well."""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _

from pipeline.data import cleaning
from pipeline.data.engine import Engine
from pipeline.data.sources import JudgementsSource

HIGHEST = {"exponential": 1000.0, "linear": 1e30}  # grades above min_grade whose gains can be added up


def check(engine: Engine, raw: Any, source: JudgementsSource, products: Any) -> Any:
    """Return the table `checked_judgements`: canonical columns, `row`, `reason` (null in a good row)."""
    raw = raw.select("row", **{column: cleaning.text(raw[column]) for column in source.columns})
    read = raw.select(
        "row",
        "query",
        "product_id",
        grade=cleaning.number(raw.grade),
        graded=raw.grade.notnull(),
    )
    known = products.select(known="product_id")
    joined = read.left_join(known, read.product_id == known.known)
    highest = source.min_grade + HIGHEST[source.gain]
    reason = ibis.cases(
        (joined.query.isnull(), "no query"),
        (joined.product_id.isnull(), "no product id"),
        (joined.known.isnull(), "unknown product"),
        (~joined.graded, "no grade"),
        (joined.grade.isnull(), "grade is not a number"),
        (joined.grade < source.min_grade, f"grade below min_grade = {source.min_grade:g}"),
        (joined.grade > highest, f'grade above {highest:g}, too high for gain = "{source.gain}"'),
        else_=None,
    )
    return engine.create("checked_judgements", joined.mutate(reason=reason).drop("known", "graded"))


def without_repeats(engine: Engine, checked: Any) -> Any:
    """Return the table `kept_judgements`: of a repeated (query, product) the first, in the order of the file."""
    repetition = ibis.row_number().over(group_by=["query", "product_id"], order_by="row")
    kept = checked.filter(_.reason.isnull()).mutate(repetition=repetition).filter(_.repetition == 0)
    return engine.create("kept_judgements", kept.drop("repetition", "reason"))
