"""Slices of a version's metrics: families, their parts, and a table of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.components.glossary import SLICES, system_name
from dashboard.components.measured import BASELINES, Measured, Row, cell, grid, of, options, where
from dashboard.components.words import clean, escape

SEPARATOR = ": "


@dataclass(frozen=True)
class Part:
    """One slice: its name within the family, and the metric of every system, over how many shoppers."""

    name: str
    systems: Mapping[str, Measured]
    n: int


def families(rows: Sequence[Row]) -> list[str]:
    """Return the families that were measured, in the glossary's order."""
    found = {str(name).split(SEPARATOR)[0] for name in options(rows, "slice")}
    return [family for family in SLICES if family in found]


def measured_at(rows: Sequence[Row], chosen: tuple[str, int]) -> tuple[str, int]:
    """Return the metric and cut-off that slices have: the chosen ones, or what comes nearest."""
    sliced = [row for row in rows if str(row["slice"]).split(SEPARATOR)[0] in SLICES]
    known = {(str(row["metric"]), int(row.get("k") or 0)) for row in sliced}
    metric, k = chosen
    return next(each for each in ((metric, k), (metric, 10), ("ndcg", 10), *sorted(known)) if each in known)


def parts(rows: Sequence[Row], family: str, metric: str, k: int) -> list[Part]:
    """Return the slices of a family, in the order of the file."""
    found = []
    for name in options(rows, "slice"):
        if str(name).startswith(family + SEPARATOR):
            systems = {each.system: each for each in of(where(rows, slice=name), metric, k)}
            if systems:
                short = clean(str(name).removeprefix(family + SEPARATOR))
                found.append(Part(short[:1].upper() + short[1:], systems, max(each.n for each in systems.values())))
    return found


def all_parts(rows: Sequence[Row], metric: str, k: int) -> list[tuple[str, str, int, Mapping[str, Measured]]]:
    """Return everyone and then every slice of every family: family, name, how many, and the metric of every system."""
    everyone = {each.system: each for each in of(where(rows, slice="all"), metric, k)}
    found: list[tuple[str, str, int, Mapping[str, Measured]]] = []
    if everyone:
        found.append(("", "Everyone", max(each.n for each in everyone.values()), everyone))
    for family in families(rows):
        named = "History " if family == "history" else ""  # its parts are numbers alone
        found += [(family, named + each.name, each.n, each.systems) for each in parts(rows, family, metric, k)]
    return found


def compared(systems: Sequence[str], own: str | None) -> list[str]:
    """Return the systems to draw, best first: the version's own, the best baseline beside it, and chance."""
    baseline = next((each for each in systems if each in BASELINES and each != own), None)
    return [each for each in (own, baseline, "chance" if "chance" in systems else None) if each is not None]


def table(found: Sequence[Part], systems: Sequence[str], own: str | None) -> str:
    """Return slices x systems as an HTML table, each value with its interval, each slice with its shoppers."""
    systems = [each for each in systems if any(each in part.systems for part in found)]
    heads = [
        f'<th scope="col">{escape(system_name(each))}{"<small>served here</small>" if each == own else ""}</th>'
        for each in systems
    ]
    body = []
    for part in found:
        who = "shopper" if part.n == 1 else "shoppers"
        cells = "".join(cell(part.systems.get(each)) for each in systems)
        body.append(f"<tr><td>{escape(part.name)}<small>{part.n:,} {who}</small></td>{cells}</tr>")
    return grid("Slice", heads, body)
