"""DuckDB as the engine that prepares data: one machine, bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from pipeline.data import duck, files, tabular
from pipeline.data.sources import Source


class DuckEngine:
    """See `engine.Engine`.

    Args:
        connection: From `duck.connect`.
    """

    def __init__(self, connection: duck.Connection) -> None:
        self.connection = connection

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[DuckEngine]:
        """Open a database below `folder`, and remove it at the end."""
        with duck.connect(folder) as connection:
            yield cls(connection)

    def read(self, folder: Path, name: str, source: Source, rejects: Any) -> Any:
        return tabular.read(self.connection, folder, name, source, rejects)

    def empty(self, name: str, schema: pa.Schema) -> Any:
        self.connection.from_arrow(schema.empty_table()).create(name)
        return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)

    def hold(self, name: str, path: Path, schema: pa.Schema) -> Any:
        try:
            self.connection.execute(f"CREATE TABLE {duck.name(name)} AS FROM read_parquet({duck.path_text(path)})")
        except duckdb.Error as error:
            raise files.unreadable(path, str(error).splitlines()[0]) from None
        return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)

    def create(self, name: str, expression: Any) -> Any:
        return duck.create(self.connection, name, expression)

    def drop(self, name: str) -> None:
        self.connection.execute(f"DROP TABLE {duck.name(name)}")

    def append(self, name: str, expression: Any) -> None:
        duck.append(self.connection, name, expression)

    def rows(self, expression: Any) -> list[tuple[Any, ...]]:
        return duck.rows(self.connection, expression)

    def count(self, expression: Any) -> int:
        return duck.count(self.connection, expression)

    def write(self, expression: Any, schema: pa.Schema, path: Path) -> int:
        return duck.write(self.connection, expression, schema, path)
