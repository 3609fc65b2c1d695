"""DuckDB, as the data stages use it: on its own, offline, with bounded memory, running Ibis expressions.

Ibis makes the SQL and DuckDB runs it on a connection of its own: Ibis 12's backend calls functions that DuckDB 2 has
deprecated or removed. The expressions know nothing of it; compiled for another dialect they run on Spark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

BATCH = 100_000  # rows

Connection = duckdb.DuckDBPyConnection


@contextmanager
def connect(folder: Path) -> Iterator[Connection]:
    """Open a database on disk below `folder`, and remove it at the end.

    On disk, tables are compressed and leave memory when it runs short. Extensions are never fetched: what the readers
    need (JSON, Parquet, ICU) is built in. The time zone is UTC, so that no result depends on the machine's.
    """
    with TemporaryDirectory(prefix=".duckdb-", dir=folder) as scratch:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": "1GB",
            "temp_directory": scratch,
        }
        connection = duckdb.connect(Path(scratch) / "tables.duckdb", config=settings)
        try:
            connection.execute("SET TimeZone = 'UTC'")
            # A notebook may not even be told to do without: its bar needs ipywidgets, and is off where there are none.
            if connection.execute("SELECT current_setting('enable_progress_bar')").fetchall() == [(True,)]:
                connection.execute("SET enable_progress_bar = false")
            yield connection
        finally:
            connection.close()


def table(name: str, columns: Mapping[str, str]) -> Any:
    """Return the Ibis table of that name, of columns {name: Ibis type}."""
    return ibis.table(columns, name=name)


def create(connection: Connection, name: str, expression: Any) -> Any:
    """Create a table from an Ibis expression; return it as an Ibis table."""
    connection.execute(f"CREATE TABLE {name} AS {_sql(expression)}")
    return ibis.table(expression.schema(), name=name)


def append(connection: Connection, name: str, expression: Any) -> None:
    """Append the rows of an Ibis expression to a table of the same columns."""
    connection.execute(f"INSERT INTO {name} BY NAME {_sql(expression)}")


def rows(connection: Connection, expression: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a small Ibis table expression."""
    return query(connection, _sql(expression))


def count(connection: Connection, expression: Any) -> int:
    """Return the number of rows of an Ibis table expression."""
    return int(rows(connection, expression.agg(rows=expression.count()))[0][0])


def query(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    """Run raw SQL and return its rows."""
    found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return found


def write(connection: Connection, expression: Any, schema: pa.Schema, path: Path) -> int:
    """Stream an Ibis table expression into a Parquet file of exactly that schema; return the number of rows.

    DuckDB's own COPY would make every column nullable.
    """
    written = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in connection.sql(_sql(expression.select(*schema.names))).to_arrow_reader(BATCH):
            rows = pa.Table.from_batches([batch]).cast(schema)
            writer.write_table(rows)
            written += rows.num_rows
    return written


def _sql(expression: Any) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb", pretty=False))


def text(value: object) -> str:
    """Return a value as an SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def path_text(path: Path) -> str:
    """Return a path as an SQL text literal that DuckDB does not take for a glob."""
    return text("".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path)))


def name(identifier: str) -> str:
    """Return an identifier as SQL."""
    return '"' + identifier.replace('"', '""') + '"'
