"""Figures of data in tables: every one with a line that says what it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.measured import grid
from dashboard.components.words import DASH, escape, figure

SMALL = 0.001  # shares below it are said to be
LONG, LONGEST = ' class="pse-long"', 24  # a longer head of a column may break


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


@dataclass(frozen=True)
class Table:
    """Facts in their order, to be shown and to be saved.

    Args:
        corner: What the rows are.
        columns: Name and help of each column of values.
        facts: The rows.
    """

    corner: str
    columns: Sequence[tuple[str, str]]
    facts: Sequence[Fact]

    def html(self) -> str:
        return table(self.corner, self.columns, self.facts)

    def rows(self) -> list[dict[str, str]]:
        """Return the cells by the name of their column; what stands below a value in small stands behind it."""
        heads = (self.corner, *(name for name, _ in self.columns))
        values = ((fact.name, *(value.replace("\n", "; ") for value in fact.values)) for fact in self.facts)
        return [dict(zip(heads, row, strict=True)) for row in values]


def table(corner: str, columns: Sequence[tuple[str, str]], facts: Sequence[Fact]) -> str:
    """Return facts as an HTML table.

    Args:
        corner: What the rows are.
        columns: Name and help of each column of values.
        facts: The rows.
    """
    heads = [
        f'<th scope="col"{LONG if len(name) > LONGEST else ""} title="{escape(said)}">{escape(name)}</th>'
        for name, said in columns
    ]
    body = [
        f"<tr><td>{escape(fact.name)}{f'<small>{escape(fact.said)}</small>' if fact.said else ''}</td>"
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


def number(value: float) -> str:
    """Return a whole number as it is, any other with three digits.

    >>> number(60.0), number(4832.0), number(11.666)
    ('60', '4,832', '11.7')
    """
    return f"{value:,.0f}" if value == round(value) else figure(value)


def small(value: float) -> str:
    """Return a measure that may be next to nothing.

    >>> small(0.0000002), small(0.0), small(0.0472)
    ('below 0.001', '0', '0.0472')
    """
    return "below 0.001" if 0 < value < SMALL else figure(value)


def counted_share(part: int, whole: int) -> str:
    """Return a count and, below it, its share.

    >>> counted_share(1200, 4800)
    '1,200\\n25.0 %'
    """
    return f"{part:,}\n{share(part, whole)}"
