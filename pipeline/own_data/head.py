"""The first rows of a file, as a small file of its own that the project's readers take like any other.

However large a file is, or whatever a .gz unpacks to, no more of it is read than this.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

import duckdb

from pipeline.data import duck, files
from pipeline.data.csv_file import CsvFile
from pipeline.data.jsonl_file import JsonlFile
from pipeline.errors import DatasetError

ROWS = 2_000
BYTES = 8 * 2**20  # characters of text that these may have
LONGEST_LINE = 2_000_000  # characters, as the readers have it
KEPT = 500  # rows that are returned as texts
COPY = "head"  # what a small file is called, before its ending


@dataclass(frozen=True)
class Head:
    """The first rows of a file.

    Args:
        path: The small file.
        columns: Its columns.
        rows: The first of its rows, as texts by column; None where there is no value.
        count: How many rows the small file has, about: a broken line may count.
        whole: Whether the small file holds all rows.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[dict[str, str | None], ...]
    count: int
    whole: bool


def head(path: Path, folder: Path, most: int = ROWS) -> Head:
    """Copy the first rows of a file into a folder.

    Args:
        path: CSV, JSONL or Parquet, packed or not.
        folder: Where to; the file in it is named after the kind.
        most: How many rows.

    Raises:
        DatasetError: It cannot be read, or is no table.
    """
    kind = files.kind(path)
    if not kind:
        raise DatasetError(f"{path.name} is of no kind that can be read.", f"Readable are {files.SUPPORTED}.")
    try:
        with files.damage_told(path):
            if kind == "parquet":
                return _parquet(path, folder / f"{COPY}.parquet", most)
            if kind == "jsonl":
                return _jsonl(path, folder / f"{COPY}.jsonl", most)
            return _csv(path, folder / f"{COPY}{'.tsv' if '.tsv' in path.suffixes else '.csv'}", most)
    except UnicodeDecodeError:
        raise files.unreadable(path, "it is not UTF-8 text") from None


def look(path: Path, most: int = ROWS) -> Head:
    """Return the first rows of a file; the small file itself is gone by then.

    Raises:
        DatasetError: As `head`; it names the file, no folder.
    """
    with TemporaryDirectory(prefix="head-") as folder, named(path, Path(folder)):
        return head(path, Path(folder), most)


@contextmanager
def named(path: Path, folder: Path) -> Iterator[None]:
    """Let errors name the file that was given, not its small copy, and neither with its folder.

    Args:
        path: The file.
        folder: Where its copy lies.
    """
    try:
        yield
    except DatasetError as error:
        raise DatasetError(_told(error.problem, path, folder), _told(error.remedy, path, folder)) from None


def _told(text: str, path: Path, folder: Path) -> str:
    text = text.replace(f"{folder}/", "").replace(f"{path.parent}/", "")
    return re.sub(rf"\b{COPY}\.(csv|tsv|jsonl|parquet)\b", lambda _: path.name, text)


def _csv(path: Path, out: Path, most: int) -> Head:
    with files.open_text(path) as file:
        lines = _Lines(file, path)
        first = next(lines, "")
        out.write_text(first, "utf-8", errors="surrogateescape")
        table = CsvFile(out)  # it finds the delimiter, and refuses what is no header
        columns = table.columns()
        if not any(columns):
            raise DatasetError(f"{path.name} has no header.", "Name the columns in its first line.")
        records: list[list[str]] = []
        with suppress(csv.Error):  # a field too long: what comes before it is looked at
            for record in csv.reader(lines, delimiter=table.delimiter):
                records.append(record)
                if len(records) >= most or lines.size > BYTES:
                    break
        taken = len(lines.taken)
        whole = next(lines, None) is None
        lines.write(out, taken)
    rows = [dict(zip(columns, record, strict=False)) for record in records[:KEPT]]
    texts = tuple({column: row.get(column) or None for column in columns} for row in rows)
    return Head(out, tuple(columns), texts, len(records), whole)


def _jsonl(path: Path, out: Path, most: int) -> Head:
    JsonlFile(path)  # it refuses one JSON array
    with files.open_text(path) as file:
        lines = _Lines(file, path)
        for _ in islice(lines, most):
            if lines.size > BYTES:
                break
        taken = len(lines.taken)
        whole = next(lines, None) is None
        lines.write(out, taken)
    objects = []
    for line in lines.taken[:taken]:
        with suppress(ValueError, RecursionError):
            found = json.loads(line)
            if isinstance(found, dict):
                objects.append(found)
    if not objects:
        raise DatasetError(f"No line at the beginning of {path.name} is a JSON object.", "Write one object a line.")
    columns = tuple(dict.fromkeys(str(key) for each in objects for key in each))
    rows = tuple({column: _text(each.get(column)) for column in columns} for each in objects[:KEPT])
    return Head(out, columns, rows, taken, whole)


def _parquet(path: Path, out: Path, most: int) -> Head:
    source = f"read_parquet({duck.path_text(path)}, hive_partitioning = false)"
    try:
        with duck.connect(out.parent) as connection:
            connection.execute(f"COPY (SELECT * FROM {source} LIMIT {most + 1}) TO {duck.text(out)} (FORMAT parquet)")
            copy = f"read_parquet({duck.path_text(out)}, binary_as_string = true)"
            columns = tuple(str(row[0]) for row in duck.query(connection, f"DESCRIBE SELECT * FROM {copy}"))
            count = int(duck.query(connection, f"SELECT count(*) FROM {copy}")[0][0])
            texts = ", ".join(f"CAST({duck.name(column)} AS VARCHAR)" for column in columns)
            rows = duck.query(connection, f"SELECT {texts} FROM {copy} LIMIT {KEPT}")
    except duckdb.Error as error:
        raise files.unreadable(path, str(error).splitlines()[0]) from None
    return Head(out, columns, tuple(dict(zip(columns, row, strict=True)) for row in rows), count, count <= most)


class _Lines(Iterator[str]):
    """The lines of a file, those that were taken kept.

    Raises:
        DatasetError: A line is longer than any reader takes: it is no table.
    """

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file, self._path = file, path
        self.taken: list[str] = []
        self.size = 0

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) >= LONGEST_LINE:
            raise DatasetError(
                f"{self._path.name} has a line of over {LONGEST_LINE:,} characters.", "Check that it is a table."
            )
        self.taken.append(line)
        self.size += len(line)
        return line

    def write(self, out: Path, count: int) -> None:
        """Write the first lines of those that were taken."""
        with out.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            file.writelines(self.taken[:count])


def _text(value: object) -> str | None:
    """Return a JSON value as a text."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
