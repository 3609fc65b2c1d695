"""The rows of `evaluation/metrics.json`, chosen, compared and put into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.components.export import Cell
from dashboard.components.glossary import METRICS, SERVED, SPLITS, metric_name, system_name
from dashboard.components.words import clean, counted, escape, figure

COLUMNS = ("task", "split", "slice", "system", "metric", "k", "value", "low", "high", "n")
BASELINES = ("popularity", "item-knn", "item-knn+transitions", "ease", "text", "bm25", "minilm")

Row = Mapping[str, Any]
Column = tuple[str, int | None]


@dataclass(frozen=True)
class Measured:
    """One metric of one system: its mean, the 95 % interval, over how many shoppers or queries."""

    system: str
    value: float
    low: float | None
    high: float | None
    n: int


def options(rows: Iterable[Row], column: str, order: Sequence[Any] = ()) -> list[Any]:
    """Return the distinct values of a column, those in `order` first."""
    found = list(dict.fromkeys(row[column] for row in rows if row.get(column) is not None))
    return [each for each in order if each in found] + [each for each in found if each not in order]


def where(rows: Iterable[Row], **wanted: Any) -> list[Row]:
    """Return the rows whose columns have these values."""
    return [row for row in rows if all(row.get(column) == value for column, value in wanted.items())]


def of(rows: Iterable[Row], metric: str, k: int | None) -> list[Measured]:
    """Return a metric at k of every system, best first."""
    found = [
        Measured(str(row["system"]), float(row["value"]), row.get("low"), row.get("high"), int(row.get("n") or 0))
        for row in where(rows, metric=metric, k=k)
        if row.get("value") is not None
    ]
    return sorted(found, key=lambda each: -each.value)


def served(task: str, systems: Iterable[str]) -> str | None:
    """Return the system that the dashboard serves for a task, of those measured."""
    present = set(systems)
    return next((system for system in SERVED.get(task, ()) if system in present), None)


def interval(measured: Measured) -> str:
    """Return the 95 % interval as text; '' where there is none."""
    if measured.low is None or measured.high is None or measured.low == measured.high:
        return ""  # chance is computed, not sampled: it has no interval
    between = " to " if measured.low < 0 else "–"  # a dash beside a minus sign cannot be read
    return f"{figure(measured.low)}{between}{figure(measured.high)}"


def beside(task: str, measured: Sequence[Measured]) -> tuple[Measured | None, Measured | None, Measured | None]:
    """Return the served system, the best baseline and chance; None for what was not measured.

    Args:
        task: recommend or search.
        measured: One metric of every system, best first.
    """
    by_system = {each.system: each for each in measured}
    own = by_system.get(served(task, by_system) or "")
    baselines = [each for each in measured if each.system in BASELINES and each is not own]
    return own, baselines[0] if baselines else None, by_system.get("chance")


def headline(task: str, metric: str, k: int, measured: Sequence[Measured]) -> str:
    """Return the answer in one sentence: the served system's value beside the best baseline and chance."""
    own, best, chance = beside(task, measured)
    if own is None:
        return ""
    words = f"{system_name(own.system)}: {metric_name(metric)}@{k} is {figure(own.value)}"
    if interval(own):
        words += f" ({interval(own)})"
    compared = []
    if best and best.value > 0:
        compared.append(f"{figure(own.value / best.value)} times the best baseline, {system_name(best.system)},")
    if chance and chance.value > 0:
        compared.append(f"{figure(own.value / chance.value)} times chance")
    return words + (", " + " and ".join(compared).rstrip(",") if compared else "") + "."


def table(task: str, rows: Sequence[Row], columns: Sequence[Column], ordered: Sequence[str], *, who: str = "") -> str:
    """Return systems x metrics as an HTML table, each value with its interval.

    Args:
        task: recommend or search.
        rows: Of one split and slice.
        columns: Metric and cut-off of each column; the cut-off is None where the metric has none.
        ordered: The systems, top to bottom; those without a value are left out.
        who: What is counted, "query"; then each system says of how many its figures are, where that is not the same for
            all, and so does a figure that is of fewer. "" counts nothing.
    """
    values = {column: {each.system: each for each in of(rows, *column)} for column in columns}
    systems = [each for each in ordered if any(each in known for known in values.values())]
    own = served(task, ordered)
    numbers = {each: max(known[each].n for known in values.values() if each in known) for each in systems}
    differ = bool(who) and len(set(numbers.values())) > 1
    body = []
    for system in systems:
        cells = "".join(cell(values[column].get(system), numbers[system] if who else 0) for column in columns)
        label = escape(system_name(system)) + ("<small>served here</small>" if system == own else "")
        label += f"<small>{counted(numbers[system], who, 'queries')}</small>" if differ else ""
        kind = ' class="pse-served"' if system == own else ""
        body.append(f"<tr{kind}><td>{label}</td>{cells}</tr>")
    return grid("System", [head(*column) for column in columns], body)


def head(metric: str, k: int | None) -> str:
    """Return a column's head: the metric's name, with what it says on hover."""
    said = METRICS.get(metric, ("", "", ""))[1]
    cut = "" if k is None else f"@{k}"
    return f'<th scope="col" title="{escape(said)}">{escape(metric_name(metric))}{cut}</th>'


def cell(one: Measured | None, of: int = 0) -> str:
    """Return a value with its interval below it; a dash where there is none.

    Args:
        one: The value.
        of: How many the other values of its row are of; a value of fewer says so. 0 says nothing.
    """
    if not one:
        return "<td>–</td>"
    fewer = f" of {one.n:,}" if 0 < one.n < of else ""
    return f"<td>{figure(one.value)}<small>{escape(interval(one))}{fewer}</small></td>"


def grid(corner: str, heads: Sequence[str], body: Sequence[str]) -> str:
    """Return a table of HTML rows that scrolls sideways where it is too wide."""
    return (
        f'<div class="pse-wide"><table class="pse-table"><thead><tr><th scope="col">{escape(corner)}</th>'
        f"{''.join(heads)}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def provenance(task: str, split: str, slice_: str, n: int) -> str:
    """Return what was measured on, in sentences."""
    who = counted(n, "judged query", "judged queries") if task == "search" else counted(n, "shopper")
    part = "" if slice_ == "all" else f" in the slice {clean(slice_)}"
    how = "" if task == "search" else f"; {SPLITS.get(split, clean(split))}"
    if n == 1:
        return f"Measured on {who}{part}{how}: one alone gives no interval."
    return f"Mean over {who}{part}{how}. Intervals are 95 %."


def table_of(rows: Sequence[Row]) -> list[dict[str, Cell]]:
    """Return rows as they are saved."""
    return [{column: row.get(column) for column in COLUMNS} for row in rows]
