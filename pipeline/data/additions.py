"""Files of rows that come to a version: tables with the canonical columns, or described as those of a dataset are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.data import duck, files
from pipeline.data.csv_file import CsvFile
from pipeline.data.description import Description
from pipeline.data.jsonl_file import JsonlFile
from pipeline.data.parquet_file import ParquetFile
from pipeline.data.sources import INTERACTION_COLUMNS, PRODUCT_COLUMNS, Source
from pipeline.errors import DatasetError

COLUMNS = {"products": PRODUCT_COLUMNS, "interactions": INTERACTION_COLUMNS}
NEEDED = {"products": ("product_id", "title"), "interactions": ("user_id", "product_id")}
SEPARATOR = " > "  # of the category paths in a CSV file with canonical columns


def source_of(connection: duck.Connection, name: str, path: Path) -> Source:
    """Return where a table of new rows lies and which column is which; its path is absolute.

    Args:
        connection: Reads what columns there are.
        name: products or interactions.
        path: A table whose columns have the canonical names (times in milliseconds, as everywhere in a version), or a
            description (TOML) with a section of that name.

    Raises:
        DatasetError: It cannot be read, or describes no such table.
    """
    path = path.resolve()
    if path.suffix.lower() == ".toml":
        source = Description(path).table(name)
        if source is None:
            raise DatasetError(f"{path.name} has no section [{name}].", "Add one, or name a table itself.")
        return replace(source, path=str(path.parent / source.path))
    present = _columns(connection, path)
    columns = {each: each for each in COLUMNS[name] if each in present or each in NEEDED[name]}
    return Source(str(path), columns, category_separator=SEPARATOR, timestamp_unit="ms")


def described(name: str, path: Path) -> bool:
    """Return whether a file is a description with a section of that name."""
    return path.suffix.lower() == ".toml" and Description(path).table(name) is not None


def fingerprints(path: Path) -> list[str]:
    """Return the SHA-256 (hex) of every file that decides what `source_of` reads.

    Raises:
        DatasetError: One is missing or cannot be read.
    """
    path = path.resolve()
    if path.suffix.lower() != ".toml":
        return [files.sha256(file) for file in files.find(path.parent, str(path))]
    description = Description(path)
    sources = [source for name in COLUMNS if (source := description.table(name))]
    found = [file for source in sources for file in files.find(path.parent, source.path)]
    return [files.sha256(file) for file in (path, *found)]


def _columns(connection: duck.Connection, path: Path) -> set[str]:
    found: set[str] = set()
    for file in files.find(path.parent, str(path)):
        kind = files.kind(file)
        if kind == "parquet":
            found.update(ParquetFile(connection, file, "ms").columns())
        elif kind == "csv":
            found.update(CsvFile(file).columns())
        else:
            found.update(JsonlFile(file).keys(connection))
    return found
