"""A dataset in a temporary folder: its files, its description, and its canonical tables as Python values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.data.dataset import Dataset
from pipeline.data.prepare import Prepared, prepare

PRODUCTS = '[products]\npath = "products.csv"\ncolumns = { product_id = "id", title = "title" }\n'
INTERACTIONS = '[interactions]\npath = "interactions.csv"\ncolumns = { user_id = "user", product_id = "id" }\n'
JUDGEMENTS = (
    '[judgements]\npath = "judgements.csv"\ncolumns = { query = "query", product_id = "id", grade = "grade" }\n'
)
ABC = "id,title\na,Apple\nb,Bread\nc,Cake\n"  # three products
THREE = "user,id\nu,a\nu,b\nu,c\n"  # a user whom leave-one-out can divide


class Folder:
    """Writes files and a description below `path`; `prepare` returns rows of the canonical tables."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.out = path / "out"

    def file(self, name: str, content: str | bytes) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def describe(self, *sections: str, name: str = 'name = "tiny"\n') -> Dataset:
        return Dataset.load(self.file("dataset.toml", name + "".join(sections)))

    def prepare(self, *sections: str, max_rejected: float = 1.0) -> Prepared:
        self.out.mkdir(exist_ok=True)
        return prepare(self.describe(*sections), self.out, max_rejected=max_rejected)

    def rows(self, table: str, *columns: str) -> list[Any]:
        """The rows of a table: tuples, or bare values for one column."""
        found = pq.read_table(self.out / f"{table}.parquet").select(list(columns)).to_pylist()
        return [tuple(row.values()) if len(columns) > 1 else row[columns[0]] for row in found]

    def reasons(self) -> list[tuple[str, int, str]]:
        return self.rows("rejects", "table", "row", "reason")
