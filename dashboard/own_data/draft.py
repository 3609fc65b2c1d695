"""A table of one's own data as the URL has it: its file, and which column is which."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard import state
from dashboard.own_data import reading
from pipeline.data.sources import Source
from pipeline.errors import InvalidRequest
from pipeline.own_data.suggestions import NEEDED, Suggestion, columns_of, source_of, suggest
from pipeline.own_data.uploads import FOLDER
from pipeline.readable import Readable

if TYPE_CHECKING:
    from pipeline.own_data.head import Head

NOT_USED = "-"  # a column that is left out though one is suggested
NONE = "none"  # a category that is one step
TABLES = {"products": "Products", "interactions": "Interactions", "judgements": "Judgements"}
UNITS = {"s": "Seconds since 1970", "ms": "Milliseconds since 1970", "iso": "Dates (2026-03-01)"}


@dataclass(frozen=True)
class Draft:
    """One table.

    Args:
        table: products, interactions or judgements.
        file: Where it lies.
        head: Its first rows.
        suggestion: The guess, which the URL may correct.
        columns: {canonical column: column of the file}, as chosen.
        unit: Of its times.
        separator: Of its categories; None where a category is one step or a list.
        scale: What prices are multiplied by.
    """

    table: str
    file: Path
    head: Head
    suggestion: Suggestion
    columns: dict[str, str]
    unit: str
    separator: str | None
    scale: float

    @property
    def missing(self) -> list[str]:
        """The columns that it cannot do without, and that nobody has named."""
        return [name for name in NEEDED[self.table] if name not in self.columns]

    def source(self, path: str = "") -> Source:
        """Return the table as a description has it."""
        return source_of(self.table, path, self.columns, self.unit, self.separator, self.scale)


def read(table: str, readable: Readable, *, merged: bool) -> Draft | None:
    """Return a table as the URL has it; None where it names no file.

    Args:
        table: products, interactions or judgements.
        readable: What may be read.
        merged: Whether interactions carry their products' columns, as there is no table of products.

    Raises:
        DatasetError: The file cannot be read.
        InvalidRequest: It lies elsewhere, or the URL names a column, a unit or a scale that there is not.
    """
    if not (said := state.text(state.of_table(table, "file"))):
        return None
    file = readable.path(said)
    own = readable.artifacts / FOLDER
    if file.is_relative_to(readable.artifacts) and not file.is_relative_to(own):
        raise InvalidRequest(f'"{said[:200]}" is no file that was uploaded.', "Choose one of the list.")
    head = reading.look(file)
    suggestion = suggest(table, head.columns, head.rows, merged=merged)
    columns = {}
    for name in columns_of(table, merged=merged):
        column = state.text(state.of_table(table, name), suggestion.columns.get(name, NOT_USED))
        if column != NOT_USED:
            if column not in head.columns:
                raise InvalidRequest(f'{file.name} has no column "{column[:80]}".', "Choose one of its own.")
            columns[name] = column
    unit = state.text(state.of_table(table, "unit"), suggestion.timestamp_unit)
    if unit not in UNITS:
        raise InvalidRequest(f'There is no unit of time "{unit[:40]}".', f"Choose {', '.join(UNITS)}.")
    separator = state.text(state.of_table(table, "separator"), suggestion.category_separator or NONE)
    return Draft(
        table, file, head, suggestion, columns, unit, None if separator == NONE else separator[:20], _scale(table)
    )


def _scale(table: str) -> float:
    said = state.text(state.of_table(table, "scale"), "1")
    try:
        scale = float(said[:40])
    except ValueError:
        scale = math.nan
    if not 0 < scale < math.inf:
        raise InvalidRequest(f'Prices cannot be multiplied by "{said[:40]}".', "Give a number above 0: 0.01 for cents.")
    return scale
