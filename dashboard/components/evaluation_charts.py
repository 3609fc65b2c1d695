"""Charts of an evaluation: training, recall by rank, ROC, calibration, and every slice under every system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.components.charts import template
from dashboard.components.colours import CATEGORIES, GREY
from dashboard.components.data_charts import label
from dashboard.components.glossary import system_name
from dashboard.components.measured import Measured, interval
from dashboard.components.words import counted, figure
from pipeline.evaluation.by_rank import ByRank

TALL = 560  # pixels, a legend below among them
NAMED_BELOW = {
    "height": 440,
    "showlegend": True,
    "hovermode": "closest",
    "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
}
HEIGHT = 360  # of charts that stand side by side
DASHES = ("solid", "dash", "dot", "dashdot")  # told apart by more than colour
RAMPS = {  # one hue, from the page's ground
    "light": [[0.0, "#F3F7FB"], [1.0, "#0B5C97"]],
    "dark": [[0.0, "#17202A"], [1.0, "#5BB2EC"]],
}
DARKEST = 0.55  # share of the greatest value from which a figure stands in the page's ground

Row = Mapping[str, Any]


def epochs(
    rows: Sequence[Row], column: str, name: str, colour: str, *, dark: bool, best: int | None, chance: float | None
) -> go.Figure:
    """Return one figure of training over the epochs; a dot marks the epoch that was kept, a dashed line chance.

    Args:
        rows: One per epoch.
        column: The figure.
        name: What it is called.
        colour: The version's.
        dark: Whether the page is dark.
        best: The epoch that was kept; None marks none.
        chance: None draws no line.
    """
    drawn = go.Figure()
    x, y = [row["epoch"] for row in rows], [row[column] for row in rows]
    drawn.add_scatter(
        x=x,
        y=y,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"size": 5},
        text=[f"Epoch {epoch:.0f}: {name} {figure(value)}" for epoch, value in zip(x, y, strict=True)],
        hovertemplate="%{text}<extra></extra>",
    )
    kept = next((row for row in rows if row["epoch"] == best), None)
    if kept is not None:
        drawn.add_scatter(
            x=[best],
            y=[kept[column]],
            mode="markers+text",
            marker={"size": 13, "color": colour, "symbol": "diamond", "line": {"width": 2, "color": colour}},
            text=["kept"],
            textposition="top center",
            hoverinfo="skip",
        )
    if chance is not None:
        drawn.add_hline(y=chance, line={"dash": "dash", "width": 1, "color": GREY}, annotation_text="chance")
    drawn.update_layout(template=template(dark=dark), height=HEIGHT)
    drawn.update_xaxes(title={"text": "Epoch", "standoff": 8}, tickformat=",d", rangemode="tozero")
    drawn.update_yaxes(title={"text": name, "standoff": 8}, showgrid=True, rangemode="tozero")
    return drawn


def by_rank(found: Sequence[ByRank], own: str | None, colour: str, *, dark: bool) -> go.Figure:
    """Return recall@k over k for every system; the version's own with its interval, chance dashed.

    Args:
        found: Of every system, chance last.
        own: The system to set apart.
        colour: The version's.
        dark: Whether the page is dark.
    """
    drawn = go.Figure()
    for each, (ink, dash, width) in zip(found, _inks([each.system for each in found], own, colour), strict=True):
        k = list(range(1, len(each.recall) + 1))
        name = system_name(each.system)
        if each.system == own:
            above, below = (each.recall + each.half).tolist(), (each.recall - each.half).tolist()
            drawn.add_scatter(
                x=[*k, *k[::-1]],
                y=[*above, *below[::-1]],
                fill="toself",
                fillcolor=_faint(colour),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
            )
        drawn.add_scatter(
            x=k,
            y=each.recall.tolist(),
            mode="lines",
            name=name,
            line={"color": ink, "dash": dash, "width": width},
            text=[
                f"{name}: recall@{rank} {figure(value)}" for rank, value in zip(k, each.recall.tolist(), strict=True)
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    drawn.update_layout(
        template=template(dark=dark), height=440, showlegend=True, hovermode="closest", legend={"x": 1.01, "y": 1.0}
    )
    drawn.update_xaxes(title={"text": "k, how many products are shown", "standoff": 8}, range=[0, len(found[0].recall)])
    drawn.update_yaxes(title={"text": "Recall@k", "standoff": 8}, showgrid=True, rangemode="tozero")
    return drawn


def roc(rows: Sequence[Row], areas: Mapping[str, Measured], own: str | None, colour: str, *, dark: bool) -> go.Figure:
    """Return the ROC curve of every system over the diagonal of chance, the one with the greatest area first.

    Args:
        rows: Points by system.
        areas: The AUC of each, for the legend.
        own: The system to set apart.
        colour: The version's.
        dark: Whether the page is dark.
    """
    drawn = go.Figure()
    drawn.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="Chance 0.5",
        line={"dash": "dash", "width": 1.5, "color": GREY},
        hoverinfo="skip",
    )
    systems = list(dict.fromkeys(row["system"] for row in rows))
    systems.sort(key=lambda each: -areas[each].value if each in areas else 0.0)
    for system, (ink, dash, width) in zip(systems, _inks(systems, own, colour), strict=True):
        points = [row for row in rows if row["system"] == system]
        name = system_name(system)
        drawn.add_scatter(
            x=[row["false_positives"] for row in points],
            y=[row["true_positives"] for row in points],
            mode="lines",
            name=f"{name} {figure(areas[system].value)}" if system in areas else name,
            line={"color": ink, "dash": dash, "width": width},
            text=[
                f"{name}: finds {100 * row['true_positives']:.0f} % of the positives<br>with "
                f"{100 * row['false_positives']:.0f} % of the negatives"
                for row in points
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    drawn.update_layout(template=template(dark=dark), **NAMED_BELOW | {"height": TALL})
    drawn.update_xaxes(title={"text": "Share of the negatives taken for positive", "standoff": 8}, range=[-0.01, 1.01])
    drawn.update_yaxes(
        title={"text": "Share of the positives found", "standoff": 8}, range=[-0.01, 1.02], showgrid=True
    )
    return drawn


def calibration(rows: Sequence[Row], systems: Sequence[str], own: str | None, colour: str, *, dark: bool) -> go.Figure:
    """Return how often what was predicted came true; on the dashed diagonal it came true as often as predicted.

    Args:
        rows: Bins by system.
        systems: Those to draw.
        own: The system to set apart.
        colour: The version's.
        dark: Whether the page is dark.
    """
    drawn = go.Figure()
    # The part where the bins lie: scores say little of ratings, and all of it would be a blob.
    known = [row[name] for row in rows for name in ("predicted", "observed", "low", "high")]
    room = 0.1 * (max(known, default=1.0) - min(known, default=0.0)) + 0.01
    shown = [max(min(known, default=0.0) - room, -0.01), min(max(known, default=1.0) + room, 1.01)]
    drawn.add_scatter(
        x=shown,
        y=shown,
        mode="lines",
        name="As predicted",
        line={"dash": "dash", "width": 1.5, "color": GREY},
        hoverinfo="skip",
    )
    for system, (ink, dash, width) in zip(systems, _inks(systems, own, colour), strict=True):
        bins = [row for row in rows if row["system"] == system]
        name = system_name(system)
        drawn.add_scatter(
            x=[row["predicted"] for row in bins],
            y=[row["observed"] for row in bins],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [row["high"] - row["observed"] for row in bins],
                "arrayminus": [row["observed"] - row["low"] for row in bins],
                "thickness": 1.5,
                "width": 4,
            },
            mode="lines+markers",
            name=name,
            line={"color": ink, "dash": dash, "width": width},
            marker={"size": 7},
            text=[
                f"{name}: {100 * row['predicted']:.0f} % predicted, {100 * row['observed']:.0f} % liked<br>"
                f"of {counted(int(row['n']), 'product')}"
                for row in bins
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    drawn.update_layout(template=template(dark=dark), **NAMED_BELOW | {"height": TALL})
    sides = {"tickformat": ".0%", "range": shown}
    drawn.update_xaxes(title={"text": "Predicted probability of being liked", "standoff": 8}, **sides)
    drawn.update_yaxes(title={"text": "Share that was liked", "standoff": 8}, showgrid=True, **sides)
    return drawn


def heat(
    slices: Sequence[tuple[str, str, int, Mapping[str, Measured]]], systems: Sequence[str], name: str, *, dark: bool
) -> go.Figure:
    """Return every slice under every system as a field of colour with the figures on it.

    Args:
        slices: Family, name, how many shoppers, and the figure of each system; families lie together.
        systems: The columns.
        name: The metric.
        dark: Whether the page is dark.
    """
    rows = [f"{label(part)} <i>n {n:,}</i>" for _, part, n, _ in slices]
    values = [[own[system].value if system in own else None for system in systems] for *_, own in slices]
    most = max((value for row in values for value in row if value is not None), default=1.0) or 1.0
    ink, ground = ("#E6EBF1", "#12161C") if dark else ("#1B2430", "#FFFFFF")
    heads = [label(system_name(each)) for each in systems]
    drawn = go.Figure(
        go.Heatmap(
            x=list(range(len(systems))),
            y=list(range(len(rows))),
            z=values,
            zmin=0,
            zmax=most,
            colorscale=RAMPS["dark" if dark else "light"],
            colorbar={"title": {"text": name}, "thickness": 12, "outlinewidth": 0},
            xgap=2,
            ygap=2,
            text=[[_said(part, n, own.get(system), system, name) for system in systems] for _, part, n, own in slices],
            hovertemplate="%{text}<extra></extra>",
        )
    )
    cells = [(x, y, value) for y, row in enumerate(values) for x, value in enumerate(row)]
    inks = [ground if value is not None and value > DARKEST * most else ink for *_, value in cells]
    figures = [
        {"x": x, "y": y, "text": figure(value), "showarrow": False, "font": {"size": 11, "color": own}}
        for (x, y, value), own in zip(cells, inks, strict=True)
    ]
    begins = [place for place in range(1, len(slices)) if slices[place][0] != slices[place - 1][0]]
    for place in begins:
        drawn.add_hline(y=place - 0.5, line={"width": 2, "color": ink})
    # One by one, annotations take twenty milliseconds each.
    drawn.update_layout(template=template(dark=dark), height=120 + 26 * len(rows), annotations=figures)
    drawn.update_xaxes(tickvals=list(range(len(systems))), ticktext=heads, side="top", showgrid=False, tickangle=-30)
    drawn.update_yaxes(tickvals=list(range(len(rows))), ticktext=rows, autorange="reversed", showgrid=False)
    return drawn


def _said(part: str, n: int, one: Measured | None, system: str, name: str) -> str:
    where = f"{label(part)}, {system_name(system)}"
    if one is None:
        return f"{where}: not measured"
    between = f", 95 % interval {interval(one)}" if interval(one) else ""
    return f"{where}: {name} {figure(one.value)}{between}<br>over {n:,}"


def _inks(systems: Sequence[str], own: str | None, colour: str) -> list[tuple[str, str, float]]:
    """Return colour, dash and width of each system's line; the version's own has its colour, chance is grey."""
    others = [each for each in CATEGORIES if each != colour]
    found = []
    place = 0
    for system in systems:
        if system == own:
            found.append((colour, "solid", 3.0))
        elif system == "chance":
            found.append((GREY, "dash", 1.5))
        else:
            found.append(
                (others[place % len(others)], DASHES[1 + place // len(others) % 3] if place else "solid", 1.75)
            )
            place += 1
    return found


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.15)"
