"""Markdown that reads as text too: padded tables."""

from __future__ import annotations

from collections.abc import Sequence

NONE = "–"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Return a table with padded cells.

    Args:
        columns: Headings.
        rows: Cells, as many as columns in each.
        left: How many columns are set to the left; the others, numbers, are set to the right.
    """
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (columns, *rows)]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "| " + " | ".join(f"{cell:{'<' if i < left else '>'}{widths[i]}}" for i, cell in enumerate(row)) + " |"
        for row in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) if i < left else "-" * (width + 1) + ":" for i, width in enumerate(widths))
    return "\n".join([lines[0], rule + "|", *lines[1:]])


def number(value: float | None, digits: int = 4) -> str:
    """Return a figure with so many decimals, a dash where there is none."""
    return NONE if value is None else f"{value:.{digits}f}"


def interval(low: float, high: float) -> str:
    return f"{low:.4f} to {high:.4f}"
