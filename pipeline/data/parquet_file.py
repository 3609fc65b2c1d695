"""Reading Parquet: native types, brought to the text that the other readers yield."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipeline.data import duck, files
from pipeline.data.lines import insert, steps
from pipeline.data.sources import FEATURE
from pipeline.errors import DatasetError

NUMBERS = r"VARCHAR|(FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|U?(TINY|SMALL|BIG)?INT(EGER)?)\[\d*\]"  # what a block may hold


class ParquetFile:
    """One Parquet file.

    Args:
        connection: Reads the file's schema.
        path: The file.
        timestamp_unit: What a typed timestamp is brought to.

    Raises:
        DatasetError: It is no Parquet file.
    """

    def __init__(self, connection: duck.Connection, path: Path, timestamp_unit: str) -> None:
        self.path = path
        self.timestamp_unit = timestamp_unit
        self.scan = f"read_parquet({duck.path_text(path)}, binary_as_string = true, hive_partitioning = false)"
        try:
            described = duck.query(connection, f"DESCRIBE SELECT * FROM {self.scan}")
        except (duckdb.InvalidInputException, duckdb.DataError, duckdb.OperationalError) as error:
            raise files.unreadable(path, str(error).splitlines()[0]) from None
        self.types = {str(row[0]): str(row[1]) for row in described}

    def columns(self) -> list[str]:
        """Return the names of the columns."""
        return list(self.types)

    def load(
        self, connection: duck.Connection, raw: str, before: int, columns: Mapping[str, str], separator: str | None
    ) -> int:
        """Insert `broken` (null) and the columns into `raw`, in the order of the file; return the number of rows.

        Raises:
            DatasetError: A column is of a type that cannot be its canonical column.
        """
        wanted = [self._value(canonical, column, separator) for canonical, column in columns.items()]
        return insert(connection, raw, before, f"SELECT NULL, {', '.join(wanted)} FROM {self.scan}")

    def _value(self, canonical: str, column: str, separator: str | None) -> str:
        value, kind = duck.name(column), self.types[column]
        text = f"CAST({value} AS VARCHAR)"
        if canonical == "category" and kind == "VARCHAR[]":
            return value
        if canonical == "category" and kind == "VARCHAR[][]":
            return f"{value}[1]"
        if canonical == "description" and kind == "VARCHAR[]":
            return f"array_to_string({value}, ' ')"
        if canonical.startswith(FEATURE):
            if not re.fullmatch(NUMBERS, kind):
                raise DatasetError(
                    f'{self.path.name}: column "{column}" (named for {canonical}) is of type {kind}.',
                    "It must hold lists of numbers, or their text as a JSON array.",
                )
            return text
        if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "VARIANT")):
            raise DatasetError(
                f'{self.path.name}: column "{column}" (named for {canonical}) is of type {kind}.',
                "It must hold plain values; flatten it, or name another column.",
            )
        if canonical == "category":
            return steps(text, separator)
        if canonical == "timestamp" and kind.startswith(("TIMESTAMP", "DATE")):
            milliseconds = f"epoch_ms(CAST({value} AS TIMESTAMP))"
            units = {"s": f"{milliseconds} / 1000.0", "ms": milliseconds, "iso": f"CAST({value} AS TIMESTAMP)"}
            return f"CAST({units[self.timestamp_unit]} AS VARCHAR)"
        if canonical.endswith("_id") and kind in ("FLOAT", "DOUBLE"):
            # Whole numbers that some tool made floats of, for want of nulls in its integers: 123.0 is the id 123.
            return f"CASE WHEN {value} = trunc({value}) THEN CAST(CAST({value} AS HUGEINT) AS VARCHAR) ELSE {text} END"
        return text
