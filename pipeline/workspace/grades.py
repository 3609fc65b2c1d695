"""Grades that people give to products for a query or a shopper, in the workspace database."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as csv

from pipeline.data.tables import JUDGEMENTS
from pipeline.errors import InvalidRequest
from pipeline.workspace.database import Database

GUIDELINE = {
    3: "Exactly what was asked for: nothing better could stand here.",
    2: "Fits: someone who asked this could well choose it.",
    1: "Related: the right kind of thing, but not what was asked for.",
    0: "Wrong: it has no place in this list.",
}
TABLES = """
CREATE TABLE IF NOT EXISTS grades (
    dataset TEXT NOT NULL, kind TEXT NOT NULL, asked TEXT NOT NULL, product_id TEXT NOT NULL, judge TEXT NOT NULL,
    grade INTEGER NOT NULL CHECK (grade BETWEEN 0 AND 3), at TEXT NOT NULL,
    PRIMARY KEY (dataset, kind, asked, product_id, judge)
) STRICT;
"""
FOLDER = "judgements"  # below the artifacts folder: tables for a dataset description


@dataclass(frozen=True)
class Grade:
    """One judge's grade of a product.

    Args:
        asked: The query, or the shopper's id.
        product_id: The product.
        judge: A free nickname; "" for none.
        grade: 0 to 3, as in `GUIDELINE`.
        at: UTC, ISO 8601.
    """

    asked: str
    product_id: str
    judge: str
    grade: int
    at: str


class Grades:
    """The grades below an artifacts folder.

    Args:
        artifacts: The folder that holds the workspace database.
    """

    def __init__(self, artifacts: Path) -> None:
        self._artifacts = artifacts
        self._database = Database(artifacts, TABLES)

    def give(self, dataset: str, kind: str, asked: str, product_id: str, judge: str, grade: int | None) -> None:
        """Keep a judge's grade in the place of an earlier one; None takes it back. On disk when this returns.

        Raises:
            InvalidRequest: The grade is not 0, 1, 2 or 3.
            WorkspaceError: The disk refuses.
        """
        if grade is not None and grade not in GUIDELINE:
            raise InvalidRequest(f"{grade} is no grade.", "Use 0, 1, 2 or 3.")
        key = (dataset, kind, asked, product_id, judge)
        with self._database.writing() as file:
            if grade is None:
                where = "dataset = ? AND kind = ? AND asked = ? AND product_id = ? AND judge = ?"
                file.execute(f"DELETE FROM grades WHERE {where}", key)
            else:
                now = datetime.now(UTC).isoformat(timespec="seconds")
                file.execute("INSERT OR REPLACE INTO grades VALUES (?, ?, ?, ?, ?, ?, ?)", (*key, grade, now))

    def of(self, dataset: str, kind: str) -> list[Grade]:
        """Return the grades of a dataset's queries or shoppers, oldest first."""
        query = """
            SELECT asked, product_id, judge, grade, at FROM grades WHERE dataset = ? AND kind = ?
            ORDER BY at, asked, product_id, judge
        """
        with self._database.reading() as file:
            return [] if file is None else [Grade(*row) for row in file.execute(query, (dataset, kind))]

    def table(self, dataset: str) -> pa.Table:
        """Return the canonical judgements table of a dataset's queries: the mean grade of all judges."""
        means = consensus(self.of(dataset, "query"))
        rows = [
            {"query": asked, "product_id": product_id, "grade": grade}
            for asked, own in means.items()
            for product_id, grade in own.items()
        ]
        return pa.Table.from_pylist(rows, schema=JUDGEMENTS)

    def write(self, dataset: str) -> Path:
        """Write that table as CSV below the artifacts folder, for a dataset description, and return where.

        A description reads it with
        `[judgements]`, `path = "<this file>"`,
        `columns = { query = "query", product_id = "product_id", grade = "grade" }`, `protocol = "judged"`.

        Raises:
            InvalidRequest: No query of the dataset is graded.
        """
        table = self.table(dataset)
        if not table.num_rows:
            raise InvalidRequest("No query is graded yet.", "Grade some first.")
        folder = self._artifacts / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        name = "".join(each if each.isalnum() or each in "._-" else "-" for each in dataset).strip(".-") or "dataset"
        path, aside = folder / f"{name}.csv", folder / f".{name}.csv.partial"
        csv.write_csv(table, aside)
        aside.replace(path)
        return path


def consensus(grades: list[Grade]) -> dict[str, dict[str, float]]:
    """Return the mean grade of all judges, by what was asked and product."""
    found: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for each in grades:
        found[each.asked][each.product_id].append(each.grade)
    return {
        asked: {product: sum(own) / len(own) for product, own in products.items()} for asked, products in found.items()
    }


def units(grades: list[Grade]) -> dict[tuple[str, str], list[int]]:
    """Return every grade by what was asked and product, for agreement between judges."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for each in grades:
        found[each.asked, each.product_id].append(each.grade)
    return dict(found)
