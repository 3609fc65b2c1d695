"""Charts of a comparison: slices as a heat map, and shoppers or queries as a scatter of both values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.components.charts import template
from dashboard.components.colours import BLUE, GREY, VERMILLION
from dashboard.components.words import clean, counted, figure, signed
from pipeline.comparing.findings import Finding
from pipeline.comparing.what_if import Outcome
from pipeline.retrieval.rebalancing import Rebalance

ROW = 30  # pixels of a slice
LARGEST = 34  # pixels of the largest dot


def heat(
    columns: Sequence[str], slices: Sequence[str], found: Sequence[Sequence[Finding | None]], who: str, *, dark: bool
) -> go.Figure:
    """Return differences by slice and version: blue better, orange worse, the ground where nothing moved.

    Args:
        columns: The versions.
        slices: The rows, top to bottom.
        found: By slice, a finding per version; None where it was not tested.
        who: The plural noun of those measured.
        dark: Whether the page is dark.
    """
    ground = "#12161C" if dark else "#FFFFFF"
    values = [[each.paired.difference if each else None for each in row] for row in found]
    most = max((abs(value) for row in values for value in row if value is not None), default=0) or 1
    words = [[_cell(each) for each in row] for row in found]
    hover = [
        [_sentence(name, version, each, who) for version, each in zip(columns, row, strict=True)]
        for name, row in zip(slices, found, strict=True)
    ]
    figure_ = go.Figure(
        go.Heatmap(
            z=values,
            x=[clean(each) for each in columns],
            y=[clean(each) for each in slices],
            text=words,
            texttemplate="%{text}",
            textfont={"color": "#FFFFFF" if dark else "#12161C"},  # readable on every cell of its theme
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
            zmin=-most,
            zmax=most,
            colorscale=[[0, "#9C4A12" if dark else "#E08A4E"], [0.5, ground], [1, "#1F6A99" if dark else "#4E9FD1"]],
            showscale=False,
            xgap=3,
            ygap=3,
        )
    )
    figure_.update_layout(template=template(dark=dark), height=70 + ROW * max(len(slices), 1))
    figure_.update_xaxes(side="top", showgrid=False, type="category")
    figure_.update_yaxes(autorange="reversed", type="category")
    return figure_


def _cell(each: Finding | None) -> str:
    if each is None:
        return ""
    sign = " ▲" if each.better else " ▼" if each.worse else ""
    return signed(each.paired.difference) + sign


def _sentence(name: str, version: str, each: Finding | None, who: str) -> str:
    if each is None:
        return f"{clean(name)}: too few {who} to test"
    one = each.paired
    sure = "certain after correction" if each.better or each.worse else "not certain after correction"
    return (
        f"{clean(name)}, {each.n:,} {who}<br>{clean(version)} {figure(each.value)} against {figure(each.baseline)}: "
        f"{signed(one.difference)} ({signed(one.low)} to {signed(one.high)}), {sure}"
    )


def _short(name: str) -> str:
    """Return a name that fits beside an axis; versions differ at their ends."""
    name = clean(name)
    return name if len(name) <= 32 else f"…{name[-31:]}"


@dataclass(frozen=True)
class Dot:
    """How many have value `first` under the baseline and `second` under the version."""

    first: float
    second: float
    count: int


def scatter(dots: Sequence[Dot], names: tuple[str, str], label: str, noun: tuple[str, str], *, dark: bool) -> go.Figure:
    """Return a dot per pair of values, its area by how many have it; below the diagonal the version is worse.

    Args:
        dots: The pairs.
        names: Of the baseline and the version.
        label: The metric.
        noun: One of those measured, and more.
        dark: Whether the page is dark.
    """
    figure_ = go.Figure()
    top = max((max(each.first, each.second) for each in dots), default=1.0) or 1.0
    figure_.add_scatter(
        x=[0, top], y=[0, top], mode="lines", line={"dash": "dash", "width": 1, "color": GREY}, hoverinfo="skip"
    )
    # Most are tied, nearly always at 0: their dot would leave no room for the others.
    most = max((each.count for each in dots if each.first != each.second), default=1)
    draw = go.Scattergl if len(dots) > 2000 else go.Scatter
    colour = {1: BLUE, -1: VERMILLION, 0: GREY}
    words = [
        f"{counted(each.count, *noun)}: {figure(each.first)} under the baseline, {figure(each.second)} here"
        for each in dots
    ]
    figure_.add_trace(
        draw(
            x=[each.first for each in dots],
            y=[each.second for each in dots],
            mode="markers",
            marker={
                "size": [max(7.0, LARGEST * min(each.count / most, 1.0) ** 0.5) for each in dots],
                "color": [colour[(each.second > each.first) - (each.second < each.first)] for each in dots],
                "opacity": 0.75,
                "line": {"width": 0},
            },
            customdata=[[each.first, each.second] for each in dots],
            text=words,
            hovertemplate="%{text}<extra></extra>",
        )
    )
    figure_.update_layout(template=template(dark=dark), height=460, dragmode="select")
    room = [-0.06 * top, 1.06 * top]
    figure_.update_xaxes(range=room, title={"text": f"{label}, baseline", "standoff": 8})
    figure_.update_yaxes(range=room, title={"text": f"{label}, {_short(names[1])}", "standoff": 8}, showgrid=True)
    return figure_


def frontier(swept: Sequence[Outcome], wish: Rebalance, moving: str, measure: str, *, dark: bool) -> go.Figure:
    """Return accuracy against coverage or diversity as one weight moves; the weights asked for stand out.

    Args:
        swept: One point per weight, ascending.
        wish: The weights asked for.
        moving: The weight that moves.
        measure: coverage or diversity.
        dark: Whether the page is dark.
    """
    asked = [getattr(each.setting, moving) == getattr(wish, moving) for each in swept]
    weights = [getattr(each.setting, moving) for each in swept]
    figure_ = go.Figure(
        go.Scatter(
            x=[getattr(each, measure) for each in swept],
            y=[each.ndcg for each in swept],
            mode="lines+markers+text",
            line={"color": GREY, "width": 1.5},
            marker={"size": [15 if own else 8 for own in asked], "color": [BLUE if own else GREY for own in asked]},
            text=[
                f"<b>{weight:g}</b>" if own else f"{weight:g}" if weight in (weights[0], weights[-1]) else ""
                for weight, own in zip(weights, asked, strict=True)
            ],
            textposition="top center",
            hovertext=[
                f"{moving} {weight:g}: NDCG@10 {figure(each.ndcg)}, {measure} {figure(getattr(each, measure))}"
                for weight, each in zip(weights, swept, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure_.update_layout(template=template(dark=dark), height=320)
    figure_.update_xaxes(title={"text": measure.capitalize(), "standoff": 8})
    figure_.update_yaxes(title={"text": "NDCG@10", "standoff": 8}, showgrid=True)
    figure_.update_yaxes(range=[0, 1.2 * max((each.ndcg for each in swept), default=1) or 1])
    return figure_
