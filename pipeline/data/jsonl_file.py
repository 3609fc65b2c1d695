"""Reading JSONL: one JSON object a line, whatever its keys; a line that is none is kept aside with its reason.

A file of nothing but such objects, as most are, is read by DuckDB's own JSON reader while its lines are counted;
a file with any other line is read again line by line, which takes twice as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipeline.data import duck, files
from pipeline.data.counted import Counted
from pipeline.data.lines import KEEP_BAD_LINES, LONGEST, forget_bad_lines, insert, steps
from pipeline.errors import DatasetError

LISTS = ("category", "description")  # these may be lists in the source
SOUND = 1_900_000  # bytes of a line; longer ones are left to the reader that tells those over 2,000,000
OBJECT = "coalesce(json_valid(line) AND ltrim(line) LIKE '{%', false)"


class JsonlFile:
    """One JSONL file.

    Raises:
        DatasetError: It cannot be read to its end, or is one JSON array.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sound = False  # whether the last loading found one object in every line
        start = next(files.chunks(path, 4096), b"").removeprefix(b"\xef\xbb\xbf").lstrip()
        if start.startswith(b"["):
            raise DatasetError(f"{path} is one JSON array.", "Write one JSON object a line instead.")

    def columns(self) -> list[str] | None:
        """Return None: what keys there are is known only when every line is read; see `keys`."""
        return None

    def keys(self, connection: duck.Connection) -> list[str]:
        """Return every key that some line has."""
        sql = f"SELECT DISTINCT unnest(json_keys(line)) AS key FROM ({self._scan()}) WHERE {OBJECT} ORDER BY key"
        found = [str(key) for (key,) in duck.query(connection, sql)]
        forget_bad_lines(connection)
        return found

    def load(
        self, connection: duck.Connection, raw: str, before: int, columns: Mapping[str, str], separator: str | None
    ) -> int:
        """Insert `broken` and the columns into `raw`, in the order of the file; return the number of lines.

        `broken` is null in a row, the line's text where it is no JSON object, and '' where it is blank.

        Raises:
            DatasetError: The file cannot be read to its end, or is not what its checksum says.
        """
        rows = self._load_sound(connection, raw, before, columns, separator)
        self.sound = rows is not None
        if rows is None:
            if self.path.suffix.lower() == ".gz":
                files.count_quotes(self.path)  # for its checksum
            rows = self._load_lines(connection, raw, before, columns, separator)
        return rows

    def _load_sound(
        self, connection: duck.Connection, raw: str, before: int, columns: Mapping[str, str], separator: str | None
    ) -> int | None:
        """Insert the rows of a file that has one object in each line; return None, nothing inserted, for another."""
        keys = {f"k{at}": key for at, key in enumerate(dict.fromkeys(columns.values()))}
        names = {key: name for name, key in keys.items()}
        wanted = []
        for canonical, key in columns.items():
            plain = f"json_extract_string({names[key]}, '')"
            wanted.append(_list(names[key], plain, separator, canonical) if canonical in LISTS else plain)
        # A line `null` is read as an object without keys: let the other reader look at a file with a row of nulls.
        empty = " AND ".join(f"{duck.name(canonical)} IS NULL" for canonical in columns)
        if "category" in columns:
            empty = empty.replace('"category" IS NULL', "len(category) = 0")
        types = ", ".join(f"{duck.name(key)}: 'JSON'" for key in names)
        with Counted(self.path) as counted:
            scan = (
                f"read_json({duck.path_text(self.path)}, format = 'newline_delimited', columns = {{{types}}}, "
                f"maximum_object_size = {SOUND})"
            )
            fields = ", ".join(f"{duck.name(key)} AS {name}" for name, key in keys.items())
            try:
                connection.begin()
                rows = insert(
                    connection, raw, before, f"SELECT NULL, {', '.join(wanted)} FROM (SELECT {fields} FROM {scan})"
                )
                lines = counted.lines()
                odd = duck.query(connection, f"SELECT 1 FROM {raw} WHERE row > {before} AND {empty} LIMIT 1")
            except (duckdb.Error, DatasetError) as error:
                connection.rollback()
                if isinstance(error, DatasetError):
                    raise
                return None
            if rows != lines or odd:
                connection.rollback()
                return None
            connection.commit()
            return rows

    def _load_lines(
        self, connection: duck.Connection, raw: str, before: int, columns: Mapping[str, str], separator: str | None
    ) -> int:
        paths = ", ".join(duck.text(_pointer(column)) for column in columns.values())
        nested = f"json_extract(line, [{paths}])" if any(key in LISTS for key in columns) else "NULL"
        wanted = []
        for at, canonical in enumerate(columns, start=1):
            plain = f"found[{at}]"
            wanted.append(_list(f"nested[{at}]", plain, separator, canonical) if canonical in LISTS else plain)
        # CASE keeps the extraction from malformed lines, which would stop the query.
        select = (
            f"SELECT broken, {', '.join(wanted)} FROM (SELECT "
            f"CASE WHEN {OBJECT} THEN NULL ELSE coalesce(trim(left(line, {LONGEST})), '') END AS broken, "
            f"CASE WHEN {OBJECT} THEN json_extract_string(line, [{paths}]) END AS found, "
            f"CASE WHEN {OBJECT} THEN {nested} END AS nested FROM ({self._scan()}))"
        )
        return insert(connection, raw, before, select)

    def _scan(self) -> str:
        # Lines, as a CSV file of one column without quotes; the delimiter, a control character, cannot stand in JSON.
        return (
            f"SELECT line FROM read_csv({duck.path_text(self.path)}, columns = {{'line': 'VARCHAR'}}, header = false, "
            f"auto_detect = false, delim = '\x02', quote = '', escape = '', strict_mode = false, {KEEP_BAD_LINES})"
        )


def _list(nested: str, text: str, separator: str | None, canonical: str) -> str:
    """Return the SQL of a value that may be a list: a category's steps, or a description in paragraphs.

    Of a list of lists, as in Amazon's categories, the first is taken.
    """
    parts = (
        f"CASE WHEN json_type({nested}, '/0') = 'ARRAY' THEN CAST({nested} -> '/0' AS VARCHAR[]) "
        f"ELSE CAST({nested} AS VARCHAR[]) END"
    )
    plain = steps(text, separator) if canonical == "category" else text
    lists = parts if canonical == "category" else f"array_to_string({parts}, ' ')"
    return f"CASE WHEN json_type({nested}) = 'ARRAY' THEN {lists} ELSE {plain} END"


def _pointer(key: str) -> str:
    """Return the JSON pointer (RFC 6901) of a top-level key."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
