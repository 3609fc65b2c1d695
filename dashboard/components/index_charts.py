"""What approximate search would save and cost: two charts and the table behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.components.charts import template
from dashboard.components.colours import BLUE, GREY, ORANGE
from dashboard.components.export import Cell
from dashboard.components.measured import grid
from dashboard.components.words import escape, figure, milliseconds, signed
from pipeline.evaluation.index_curve import IndexCurve, Setting

KINDS = {"flat": "Exact", "ivf-flat": "Lists", "ivf-pq": "Lists of codes"}
INK = {"flat": GREY, "ivf-flat": BLUE, "ivf-pq": ORANGE}
SYMBOLS = {"flat": "diamond", "ivf-flat": "circle", "ivf-pq": "square"}
HEIGHT = 320

# column, its help in one line
COLUMNS = (
    ("Lists read", "How many of the lists of near products a search reads; the other products are not looked at."),
    ("Compared", "For lists of codes: how many times as many candidates are then compared exactly."),
    ("Found", "Recall@10: how many of the ten nearest products are listed, on average. Exact search lists all."),
    ("Time, ms", "The median time of one search on one processor core, past the reading of the query."),
    ("95 %, ms", "95 of 100 searches take at most this long."),
    ("MB", "Memory: what is read to search: vectors or codes, product numbers and the centres of the lists."),
    ("NDCG@10", "How high the held-out products of test shoppers stand, by vectors alone."),
    ("Against exact", "NDCG@10 of this setting less that of exact search, with its 95 % interval; below 0 is worse."),
)
DEFINITIONS = [
    ("Exact", "Every product is compared with the query."),
    ("Lists", "Products are put into lists of near ones; a search reads the lists nearest to the query only."),
    (
        "Lists of codes",
        "The same, but a list holds codes of a byte for four numbers; the best candidates are compared exactly.",
    ),
    *COLUMNS[2:4],
    *COLUMNS[5:],
]
CSV = (
    *("index", "lists", "probes", "refine", "recall@10", "p50_ms", "p95_ms", "cpu_ms", "bytes"),
    *("ndcg@10", "ndcg_against_exact", "low", "high"),
)


def named(each: Setting) -> str:
    """Return a setting in words: "Lists, 8 of 64 read"."""
    words = KINDS[each.kind]
    if each.lists:
        words += f", {each.probes:,} of {each.lists:,} read"
    return words + (f", {each.refine} times compared" if each.refine else "")


def served(index: Mapping[str, Any]) -> str:
    """Return what a manifest says searches the item vectors, in a few words; a dash where it says nothing.

    Args:
        index: The manifest's `index`.
    """
    found = index.get("items")
    if not isinstance(found, Mapping) or found.get("kind") not in KINDS:
        return "–"
    if found["kind"] == "flat":
        return "exact"
    recall = found.get("recall")
    words = KINDS[found["kind"]].lower()
    return f"{words}, {figure(recall)} found" if isinstance(recall, float) else words


def headline(curve: IndexCurve, kind: str) -> str:
    """Return the answer in words: what serves, and what the quickest good setting would save and cost.

    Args:
        curve: The measurements.
        kind: What serves, as the manifest says it; "" where it does not.
    """
    words = {"ivf-flat": "Lists serve. ", "ivf-pq": "Lists of codes serve. "}.get(kind, "")
    words += f"Exact search{' serves and' if kind == 'flat' else ''} takes {milliseconds(curve.exact.p50)}"
    best = curve.quickest
    if best is None:
        return f"{words}; no setting of lists finds {100 * curve.target:.0f} % of the nearest ten."
    kind = "lists of codes" if best.refine else "lists"
    words += (
        f"; reading {best.probes:,} of {best.lists:,} {kind} takes {milliseconds(best.p50)} and finds "
        f"{100 * best.recall:.1f} % of the nearest ten"
    )
    if against := difference(best):
        change, low, high = against
        if low <= 0 <= high:
            moved = "does not change certainly" if change else "does not change"
        else:
            moved = "rises" if change > 0 else "falls"
        words += f"; NDCG@10 {moved} ({signed(change)}, {signed(low)} to {signed(high)})"
    return f"{words}."


def difference(each: Setting) -> tuple[float, float, float] | None:
    """Return NDCG@10 less that of exact search, and its interval; None without shoppers, and of exact search itself."""
    if each.cost is None or not each.lists:
        return None
    value, low, high = (0.0 - part for part in each.cost)  # and no minus before a nought
    return value, high, low


def recall_by_time(curve: IndexCurve, *, dark: bool) -> go.Figure:
    """Return recall over the time of a search, a line for each kind; a dashed line marks the recall asked for."""
    figure_ = go.Figure()
    for kind, own in _by_kind(curve):
        figure_.add_scatter(
            x=[each.p50 for each in own],
            y=[each.recall for each in own],
            text=_labelled(kind, own),
            textposition="bottom center" if kind == "flat" else "bottom right",
            customdata=[_sentence(each) for each in own],
            hovertemplate="%{customdata}<extra></extra>",
            **_marks(kind),
        )
    figure_.add_hline(y=curve.target, line={"dash": "dash", "width": 1, "color": GREY})
    figure_.update_layout(template=template(dark=dark), height=HEIGHT, margin={"r": 40})
    low = min(each.recall for each in curve.settings)
    figure_.update_yaxes(
        title={"text": "Found of the nearest ten", "standoff": 8},
        range=[low - 0.12 * (1 - low) - 0.01, 1 + 0.06 * (1 - low) + 0.002],
        tickformat=".0%" if low < 0.9 else ".1%",
        showgrid=True,
    )
    _time(figure_, curve)
    return figure_


def change_by_time(curve: IndexCurve, *, dark: bool) -> go.Figure:
    """Return NDCG@10 against exact search over the time of a search, with intervals; below the zero line is worse."""
    figure_ = go.Figure()
    for kind, own in _by_kind(curve):
        known = [difference(each) or (0.0, 0.0, 0.0) for each in own]
        figure_.add_scatter(
            x=[each.p50 for each in own],
            y=[value for value, _, _ in known],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [high - value for value, _, high in known],
                "arrayminus": [value - low for value, low, _ in known],
                "thickness": 1.5,
                "width": 4,
            },
            text=_labelled(kind, own),
            textposition="top center" if kind == "flat" else "bottom right",
            customdata=[_sentence(each) for each in own],
            hovertemplate="%{customdata}<extra></extra>",
            **_marks(kind),
        )
    figure_.add_hline(y=0, line={"width": 1, "color": GREY})
    figure_.update_layout(template=template(dark=dark), height=HEIGHT, margin={"r": 40})
    figure_.update_yaxes(title={"text": "NDCG@10 against exact", "standoff": 8}, showgrid=True)
    _time(figure_, curve)
    return figure_


def table(curve: IndexCurve) -> str:
    """Return every setting as an HTML table; the quickest one that finds enough is marked."""
    heads = [f'<th scope="col" title="{escape(said)}">{escape(name)}</th>' for name, said in COLUMNS]
    body = []
    for each in curve.settings:
        best = f"<small>quickest with {100 * curve.target:.0f} %</small>" if each == curve.quickest else ""
        against = difference(each)
        change = "–"
        if against:
            change = f"{signed(against[0])}<small>{signed(against[1])} to {signed(against[2])}</small>"
        cells = (
            f"{each.probes:,} of {each.lists:,}" if each.lists else "–",
            f"{each.refine} ×" if each.refine else "–",
            f"{100 * each.recall:.1f} %",
            figure(each.p50),
            figure(each.p95),
            figure(each.bytes / 1e6),
            figure(each.ndcg),
            change,
        )
        kind = ' class="pse-served"' if each == curve.quickest else ""
        body.append(f"<tr{kind}><td>{KINDS[each.kind]}{best}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return grid("Index", heads, body)


def rows_of(curve: IndexCurve) -> list[dict[str, Cell]]:
    """Return every setting as it is saved."""
    found = []
    for each in curve.settings:
        against = difference(each) or (None, None, None)
        measured = (each.recall, each.p50, each.p95, each.cpu, each.bytes, each.ndcg, *against)
        cells: tuple[Cell, ...] = (each.kind, each.lists, each.probes, each.refine, *measured)
        found.append(dict(zip(CSV, cells, strict=True)))
    return found


def _by_kind(curve: IndexCurve) -> list[tuple[str, list[Setting]]]:
    found = [(kind, [each for each in curve.settings if each.kind == kind]) for kind in KINDS]
    return [(kind, own) for kind, own in found if own]


def _labelled(kind: str, own: Sequence[Setting]) -> list[str]:
    """Return the name of a line beside its first point."""
    return [KINDS[kind], *[""] * (len(own) - 1)]


def _marks(kind: str) -> dict[str, Any]:
    return {
        "mode": "markers+text" if kind == "flat" else "lines+markers+text",
        "marker": {"size": 12 if kind == "flat" else 9, "color": INK[kind], "symbol": SYMBOLS[kind]},
        "line": {"width": 2, "color": INK[kind]},
        "cliponaxis": False,
    }


def _sentence(each: Setting) -> str:
    words = f"{named(each)}: finds {100 * each.recall:.1f} % in {milliseconds(each.p50)}, {figure(each.bytes / 1e6)} MB"
    if each.ndcg is not None:
        words += f"<br>NDCG@10 {figure(each.ndcg)}"
    if against := difference(each):
        value, low, high = map(signed, against)
        words += f", {value} against exact ({low} to {high})"
    return words


def _time(figure_: go.Figure, curve: IndexCurve) -> None:
    """Draw the time of a search on a scale of powers, in steps of 1, 2 and 5: settings lie a hundredfold apart."""
    times = [each.p50 for each in curve.settings]
    low, high = 0.85 * min(times), 1.15 * max(times)
    steps = [digit * 10.0**power for power in range(-4, 5) for digit in (1, 2, 5)]
    shown = [each for each in steps if low <= each <= high]
    figure_.update_xaxes(
        title={"text": "Time of a search, ms", "standoff": 8},
        type="log",
        range=[math.log10(low), math.log10(high)],
        tickvals=shown,
        ticktext=[f"{each:g}" for each in shown],
        showgrid=True,
    )
