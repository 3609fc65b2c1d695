"""What prepares data: something that reads described tables and runs Ibis expressions over tables that it holds.

DuckDB is one (`duck_engine.py`), Spark another (`spark_engine.py`). The expressions are the same, and so is what comes
out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from pipeline.data.sources import Source


class Engine(Protocol):
    """Tables by name, made of Ibis expressions; an expression names the tables that it reads."""

    def read(self, folder: Path, name: str, source: Source, rejects: Any) -> Any:
        """Read a described table into `raw_<name>`: see `tabular.read`."""

    def empty(self, name: str, schema: pa.Schema) -> Any:
        """Create a table without rows; return it as an Ibis table."""

    def hold(self, name: str, path: Path, schema: pa.Schema) -> Any:
        """Hold a Parquet file of that schema as a table; return it as an Ibis table.

        Raises:
            DatasetError: It cannot be read.
        """

    def create(self, name: str, expression: Any) -> Any:
        """Create a table from an Ibis expression; return it as an Ibis table."""

    def drop(self, name: str) -> None:
        """Forget a table, and give back the room that it takes."""

    def append(self, name: str, expression: Any) -> None:
        """Append the rows of an Ibis expression to a table of the same columns."""

    def rows(self, expression: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a small Ibis table expression."""

    def count(self, expression: Any) -> int:
        """Return the number of rows of an Ibis table expression."""

    def write(self, expression: Any, schema: pa.Schema, path: Path) -> int:
        """Write an Ibis table expression into one Parquet file of exactly that schema; return the number of rows."""
