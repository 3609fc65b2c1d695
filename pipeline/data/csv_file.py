"""Reading CSV: every column as text, and every line that is no row kept aside with its reason."""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from pipeline.data import duck, files
from pipeline.data.lines import KEEP_BAD_LINES, forget_bad_lines, insert, steps
from pipeline.errors import DatasetError

# Strict: a line with too many columns is refused, not cut.
QUOTED = """auto_detect = false, quote = '"', escape = '"', strict_mode = true"""
OTHER_DELIMITERS = ";\t|"


class CsvFile:
    """One CSV file, its header read.

    The delimiter is a comma, in .tsv a tab; a header without one, but with semicolons, tabs or bars, decides for those.

    Raises:
        DatasetError: It cannot be read to its end, or a quote is never closed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.delimiter = "\t" if ".tsv" in path.suffixes else ","
        quotes = files.count_quotes(path)
        self.header = self._header()
        if len(self.header) == 1:
            self.delimiter = next((mark for mark in OTHER_DELIMITERS if mark in self.header[0]), self.delimiter)
            self.header = self._header()
        if quotes % 2:  # even quotes cannot leave one open; odd ones may: 5" is two characters
            self._check_end()

    def columns(self) -> list[str]:
        """Return the names in the header, trimmed."""
        return [column.strip() for column in self.header]

    def load(
        self, connection: duck.Connection, raw: str, before: int, columns: Mapping[str, str], separator: str | None
    ) -> int:
        """Insert `broken` (null) and the columns into `raw`, in the order of the file; return the number of rows."""
        wanted = {canonical: f"c{self.columns().index(column)}" for canonical, column in columns.items()}
        if "category" in wanted:
            wanted["category"] = steps(wanted["category"], separator)
        select = f"SELECT NULL, {', '.join(wanted.values())} FROM "
        try:
            return insert(connection, raw, before, select + self._scan(self.path))
        except duckdb.InvalidInputException as error:
            if "invalid state" not in str(error):
                raise
        # Strict mode stops at line endings that differ within one file: make them alike, and read again.
        forget_bad_lines(connection)
        with TemporaryDirectory() as folder:
            alike = Path(folder) / "alike.csv"
            with (
                files.open_text(self.path) as source,
                alike.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as target,
            ):
                shutil.copyfileobj(source, target)
            return insert(connection, raw, before, select + self._scan(alike))

    def _scan(self, path: Path) -> str:
        types = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(self.header)))
        return (
            f"read_csv({duck.path_text(path)}, columns = {{{types}}}, header = true, "
            f"delim = {duck.text(self.delimiter)}, {QUOTED}, {KEEP_BAD_LINES})"
        )

    def _header(self) -> list[str]:
        try:
            with files.open_text(self.path, errors="replace") as file:
                header = next(csv.reader(file, delimiter=self.delimiter), [])
        except csv.Error as error:
            raise files.unreadable(self.path, f"its first line is no CSV header ({error})") from None
        if any("\x00" in column for column in header):
            raise files.unreadable(self.path, "it is not UTF-8 text")
        return header

    def _check_end(self) -> None:
        """Refuse a file that ends inside quotes: a line put behind its end is then swallowed by the open quote."""
        end = "\x01end of file"
        start, last, row = 0, 0, [""]  # the lines before the last row and after it, and that row
        limit = csv.field_size_limit(2**31 - 1)
        try:
            with files.open_text(self.path) as file:
                lines = csv.reader(itertools.chain(file, ["\n", end]), delimiter=self.delimiter, skipinitialspace=True)
                for row in lines:  # noqa: B007 - the last one is wanted
                    start, last = last, lines.line_num
        finally:
            csv.field_size_limit(limit)
        if row != [end]:
            raise DatasetError(
                f"{self.path}: the quote opened in the row at line {start + 1:,} is never closed, so the rest is lost.",
                "Close or remove it; if the file was cut off, fetch or write it again.",
            )
