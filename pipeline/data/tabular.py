"""Reading a described table, of whatever kind of file, into one DuckDB table of texts.

The table `raw_<name>` has the column `row` (1 = the first data row of the source, counted over its files) and the
canonical columns that the description names: texts, but `category`, which is a list of texts; a block of features is
the text of a list. Lines that are no rows go to the rejects.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipeline.data import duck, files
from pipeline.data.csv_file import CsvFile
from pipeline.data.jsonl_file import JsonlFile
from pipeline.data.lines import set_aside_bad_lines
from pipeline.data.parquet_file import ParquetFile
from pipeline.data.rejects import Rejects
from pipeline.data.sources import Source
from pipeline.errors import DatasetError, nearest

SHOWN = 30  # columns that a message lists


def read(connection: duck.Connection, folder: Path, name: str, source: Source, rejects: Rejects) -> Any:
    """Read the files of a table; return the Ibis table `raw_<name>`.

    Args:
        connection: From `duck.connect`.
        folder: What the source's path is relative to.
        name: products, interactions or judgements.
        source: Where the table lies and which column is which.
        rejects: Takes the lines that are no rows, and the number of rows read.

    Raises:
        DatasetError: A file cannot be read, a named column is missing, or there is no row.
    """
    raw = f"raw_{name}"
    types = {key: "array<string>" if key == "category" else "string" for key in source.columns}
    columns = ", ".join(f"{duck.name(key)} VARCHAR{'[]' if key == 'category' else ''}" for key in types)
    connection.execute(f"CREATE TABLE {raw} (row BIGINT, broken VARCHAR, {columns})")
    found = files.find(folder, source.path)
    rows = 0
    for path in found:
        try:
            rows += _load(connection, path, raw, rows, name, source)
        except OSError as error:
            raise files.unreadable(path, str(error.strerror or error)) from None
        except duckdb.Error as error:  # each reader fails in its own way, and on some damage with the plain class
            raise files.unreadable(path, str(error).splitlines()[0]) from None
    if files.kind(found[0]) == "jsonl":
        rows -= _set_aside_broken(connection, raw, name)
        _require_keys(connection, raw, source, found)
    if not rows:
        raise DatasetError(f'"{source.path}" ({name}) has no rows.', "Put the table there, or correct the path.")
    rejects.read[name] = rows
    connection.execute(f"ALTER TABLE {raw} DROP COLUMN broken")
    return duck.table(raw, {"row": "int64", **types})


def _load(connection: duck.Connection, path: Path, raw: str, before: int, name: str, source: Source) -> int:
    """Read one file into `raw`; return how many rows it has, bad lines included."""
    reader: CsvFile | JsonlFile | ParquetFile
    kind = files.kind(path)
    if kind == "parquet":
        reader = ParquetFile(connection, path, source.timestamp_unit)
        require(path.name, source, reader.columns())
    elif kind == "csv":
        reader = CsvFile(path)
        require(path.name, source, reader.columns())
    else:
        reader = JsonlFile(path)
    rows = reader.load(connection, raw, before, source.columns, source.category_separator)
    if kind == "parquet" or (isinstance(reader, JsonlFile) and reader.sound):
        return rows
    return rows + set_aside_bad_lines(connection, raw, before, 1 if kind == "csv" else 0, name, path.name)


def _set_aside_broken(connection: duck.Connection, raw: str, name: str) -> int:
    """Move lines that are no JSON objects from `raw` to `rejects`; return how many were merely blank."""
    connection.execute(
        f"INSERT INTO rejects SELECT {duck.text(name)}, row, 'not a JSON object', "
        f"to_json({{'line': broken}})::VARCHAR FROM {raw} WHERE broken <> ''"
    )
    blank = duck.query(connection, f"SELECT count(*) FROM {raw} WHERE broken = ''")[0][0]
    connection.execute(f"DELETE FROM {raw} WHERE broken IS NOT NULL")
    return int(blank)


def _require_keys(connection: duck.Connection, raw: str, source: Source, found: Sequence[Path]) -> None:
    """Refuse a column that no line of the JSONL files has; only one that is null throughout can be."""
    if not duck.query(connection, f"SELECT 1 FROM {raw} LIMIT 1"):
        return  # not one line is JSON: the rejects say so
    counts = ", ".join(
        f"count({f'nullif({key}, [])' if key == 'category' else duck.name(key)})" for key in source.columns
    )
    filled = duck.query(connection, f"SELECT {counts} FROM {raw}")[0]
    if not all(filled):
        keys = sorted({key for path in found for key in JsonlFile(path).keys(connection)})
        require(found[0].name if len(found) == 1 else source.path, source, keys)


def require(file: str, source: Source, columns: Sequence[str]) -> None:
    """Refuse a file that lacks a named column.

    Raises:
        DatasetError: Says which columns there are, and the nearest match.
    """
    for canonical, column in source.columns.items():
        if column not in columns:
            more = f", ... ({len(columns)} in all)" if len(columns) > SHOWN else ""
            raise DatasetError(
                f'{file} has no column "{column}" (named for {canonical}).',
                f"Its columns: {', '.join(columns[:SHOWN])}{more}.{nearest(column, columns)}",
            )
        if list(columns).count(column) > 1:
            raise DatasetError(
                f'{file} has more than one column "{column}" (named for {canonical}).', "Rename all but one."
            )
