"""Raw files of reviews and metadata: found, told apart by their first lines, and named."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from pipeline.data import duck, files
from pipeline.data.amazon.formats import (
    FORMATS,
    GENERATIONS,
    KINDS,
    MERGED,
    MERGED_COLUMNS,
    PRODUCTS,
    REVIEWS,
    told_by,
)
from pipeline.data.amazon.lines import BOM, Lines
from pipeline.data.amazon.literals import parsed
from pipeline.data.amazon.salvage import unpacked
from pipeline.errors import DatasetError, nearest
from pipeline.names import check_name

LOOKED_AT = 2**26  # bytes among which there must be a record
LINES = 100  # that are looked at
ADDRESS = "https://amazon-reviews-2023.github.io"


@dataclass(frozen=True)
class RawFiles:
    """Raw files whose format is known.

    Args:
        reviews: Of reviews, in the order given; or merged tables.
        meta: Of metadata; none beside merged tables.
        format: 2014, 2018, 2023 or merged.
        detected: Whether the files told it.
        name: The dataset's.
        seems: What the first lines look like, where that is another format than the one given; else "".
    """

    reviews: tuple[Path, ...]
    meta: tuple[Path, ...]
    format: str
    detected: bool
    name: str
    seems: str = ""

    @classmethod
    def find(
        cls, reviews: Sequence[str], meta: Sequence[str], format: str = "auto", name: str | None = None
    ) -> RawFiles:
        """Find the files, each a path, a folder or a glob, and tell their format.

        Raises:
            DatasetError: A file is missing or of no known format, or the two kinds do not fit each other.
            InvalidName: The name cannot be a dataset's.
        """
        if format not in ("auto", *FORMATS):
            raise DatasetError(
                f'There is no format "{format}".', f"Choose auto, {', '.join(FORMATS)}.{nearest(format, FORMATS)}"
            )
        if not reviews:
            raise DatasetError("There are no files of reviews.", "Name them with --reviews.")
        found = {REVIEWS: _found(reviews), PRODUCTS: _found(meta)}
        for path in (*found[REVIEWS], *found[PRODUCTS]):
            _readable(path)
        merged = [path for path in found[REVIEWS] if files.kind(path) == "parquet"]
        told = MERGED if merged else format
        if format == MERGED or merged:
            if len(merged) < len(found[REVIEWS]) or meta or format not in ("auto", MERGED):
                raise DatasetError(
                    "A merged table is Parquet, and holds reviews and products together.",
                    "Name only such files with --reviews, and none with --meta.",
                )
            for path in merged:
                _check_merged(path)
        elif not meta:
            raise DatasetError(
                "Without metadata the products have no titles, and cannot be searched.",
                "Name its files with --meta; they are published beside the reviews.",
            )
        elif format == "auto":
            told = _told(found)
        else:
            for path in (*found[REVIEWS], *found[PRODUCTS]):
                _lines(path)
        chosen = check_name(name, "dataset") if name else _named(found[REVIEWS])
        seems = ""
        if told != MERGED and format != "auto":
            with suppress(DatasetError):  # whoever names the format may know better than the first lines tell
                seems = _told(found)
        return cls(found[REVIEWS], found[PRODUCTS], told, format == "auto", chosen, seems if seems != told else "")

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file."""
        return (*self.reviews, *self.meta)

    def inputs(self) -> dict[str, Any]:
        """Return what reading depends on, as plain values: the sums of the files and their format.

        Raises:
            DatasetError: A file cannot be read.
        """
        return {
            "format": self.format,
            "name": self.name,
            "files": [[path.name, files.sha256(path)] for path in self.reviews],
            "metadata": [[path.name, files.sha256(path)] for path in self.meta],
        }

    def said(self) -> str:
        """Return in a sentence what the files are."""
        title = GENERATIONS[self.format].title if self.format in GENERATIONS else "a merged table of Amazon reviews"
        how = "detected" if self.detected else "as given"
        if self.seems:
            how += f"; the first lines look like {self.seems}, and may be read wrong"
        listed = f"reviews {_listed(self.reviews)}" + (f"; metadata {_listed(self.meta)}" if self.meta else "")
        return f"Read as {title} ({how}): {listed}."


def is_merged(dataset: str) -> bool:
    """Return whether what was named as a dataset is a Parquet file rather than a description."""
    return Path(dataset).suffix.lower() in (".parquet", ".pq")


def _found(named: Sequence[str]) -> tuple[Path, ...]:
    found = [path for each in named for path in files.find(Path(), each)]
    for path in found:
        if found.count(path) > 1:
            raise DatasetError(f"{path} is named twice.", "Name each file once.")
    return tuple(found)


def _readable(path: Path) -> None:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise files.unreadable(path, str(error.strerror or error)) from None


def _told(found: dict[str, tuple[Path, ...]]) -> str:
    """Return the generation that all files are of.

    Raises:
        DatasetError: They do not agree, or a file is of the other kind, or of none.
    """
    told: dict[str, Path] = {}
    for table, paths in found.items():
        for path in paths:
            kinds = [told_by(keys) for keys in _lines(path)]
            known = [kind for kind in kinds if kind]
            if not known:
                raise DatasetError(
                    f"{path} does not look like {KINDS[table]} of Amazon: its first lines hold none of the keys.",
                    f"Fetch it from {ADDRESS}, name its generation with --format, or describe your own table (TOML).",
                )
            kind = max(dict.fromkeys(known), key=known.count)
            if kind[0] != table:
                raise DatasetError(
                    f"{path} holds {KINDS[kind[0]]}, not {KINDS[table]}.",
                    "Name reviews with --reviews, and metadata with --meta.",
                )
            told.setdefault(kind[1], path)
    if len(told) > 1:
        (one, path), (other, another) = list(told.items())[:2]
        raise DatasetError(
            f"{path} is of {one}, but {another} of {other}.",
            "Name files of one generation; --format reads all of them as one.",
        )
    return next(iter(told))


def _lines(path: Path) -> list[set[str]]:
    """Return the keys of each of the first lines that are records; a file that can be none is refused.

    Raises:
        DatasetError: It is one JSON array, is no text, or none of its first lines is a record.
    """
    try:
        start = next(unpacked(path, damage := []), b"").removeprefix(BOM)
        if start.lstrip().startswith(b"["):
            raise DatasetError(f"{path} is one JSON array.", "Write one JSON object a line instead.")
        if b"\0" in start[:10_000]:
            raise DatasetError(f"{path} is not UTF-8 text.", "Raw files are .json or .jsonl, plain or .gz.")
        keys, looked_at = list[set[str]](), 0
        for batch in Lines(path).batches():
            if batch["damage"].null_count:  # the others hold what is set aside
                records = (_record(line.as_py()) for line in batch["line"])
                keys += [set(record) for record in islice(filter(None, records), LINES)]
            else:
                damage += batch["damage"].to_pylist()
            looked_at += batch.nbytes
            if keys or looked_at > LOOKED_AT:
                break
    except OSError as error:
        raise files.unreadable(path, str(error.strerror or error)) from None
    if not keys:
        why = damage[0] if damage else "none of its first lines is a JSON object or a dict literal"
        raise DatasetError(f"{path} cannot be read: {why}.", f"Fetch it again from {ADDRESS}.")
    return keys


def _record(line: str) -> dict[str, Any] | None:
    for parse in (json.loads, parsed):
        try:
            record = parse(line)
        except (ValueError, RecursionError):
            continue
        return record if isinstance(record, dict) else None
    return None


def _check_merged(path: Path) -> None:
    """Refuse a Parquet file that is no merged table."""
    try:
        with duckdb.connect() as connection:
            described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({duck.path_text(path)})").fetchall()
    except duckdb.Error as error:
        raise files.unreadable(path, str(error).splitlines()[0]) from None
    columns = [str(row[0]) for row in described]
    for needed in MERGED_COLUMNS:
        if needed not in columns:
            raise DatasetError(
                f'{path} is no merged table of Amazon reviews: it has no column "{needed}".',
                f"It needs {', '.join(MERGED_COLUMNS)}.{nearest(needed, columns)} Describe other tables in TOML.",
            )


def _named(reviews: Sequence[Path]) -> str:
    """Return the dataset's name: that of the first file, tidied."""
    stem = reviews[0].name
    while Path(stem).suffix.lower() in (".gz", *files.KINDS):
        stem = Path(stem).stem
    tidied = re.sub(r"[^a-z0-9._-]+", "-", stem.lower().removeprefix("reviews_")).lstrip("._-")[:40] or "reviews"
    return tidied if len(reviews) == 1 else f"{tidied}-and-{len(reviews) - 1}-more"


def _listed(paths: Sequence[Path]) -> str:
    return ", ".join(path.name for path in paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
