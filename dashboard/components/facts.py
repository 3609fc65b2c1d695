"""Figures of data in tables: every one with a line that says what it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.measured import grid
from dashboard.components.words import DASH, escape, figure

SMALL = 0.001  # shares below it are said to be


@dataclass(frozen=True)
class Fact:
    """A figure, or one for each column of a table.

    Args:
        name: What it is.
        said: What it counts, in one line.
        values: As text; a second line of a cell follows a line feed.
    """

    name: str
    said: str
    values: tuple[str, ...]


def table(corner: str, columns: Sequence[tuple[str, str]], facts: Sequence[Fact]) -> str:
    """Return facts as an HTML table.

    Args:
        corner: What the rows are.
        columns: Name and help of each column of values.
        facts: The rows.
    """
    heads = [f'<th scope="col" title="{escape(said)}">{escape(name)}</th>' for name, said in columns]
    body = [
        f"<tr><td>{escape(fact.name)}<small>{escape(fact.said)}</small></td>"
        f"{''.join(_cell(value) for value in fact.values)}</tr>"
        for fact in facts
    ]
    return f'<div class="pse-facts">{grid(corner, heads, body)}</div>'


def _cell(value: str) -> str:
    first, *more = value.split("\n")
    return f"<td>{escape(first)}{''.join(f'<small>{escape(each)}</small>' for each in more)}</td>"


def share(part: float, whole: float) -> str:
    """Return a share in percent; a dash where there is no whole.

    >>> share(1, 8), share(0, 8), share(1, 10_000), share(8, 8), share(9999, 10_000), share(0, 0)
    ('12.5 %', '0 %', 'below 0.1 %', '100 %', 'above 99.9 %', '–')
    """
    if not whole:
        return DASH
    found = part / whole
    if 0 < found < SMALL:
        return "below 0.1 %"
    if 1 - SMALL < found < 1:
        return "above 99.9 %"
    return f"{figure(100 * found)} %" if found < 1 else "100 %"


def counted_share(part: int, whole: int) -> str:
    """Return a count and, below it, its share.

    >>> counted_share(1200, 4800)
    '1,200\\n25.0 %'
    """
    return f"{part:,}\n{share(part, whole)}"
