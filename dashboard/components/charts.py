"""Charts, and the one template that all of them wear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.components.colours import GREY
from dashboard.components.glossary import system_name
from dashboard.components.measured import Measured, interval
from dashboard.components.sliced import Part
from dashboard.components.words import figure

FORMATS = {"png": "PNG, for slides", "svg": "SVG, for print"}
USELESS = ["select2d", "lasso2d", "autoScale2d", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]


def config(kind: str, name: str) -> dict[str, Any]:
    """Return how a chart behaves: no logo, and a camera that saves it as it is seen.

    Args:
        kind: A key of FORMATS.
        name: What the saved file is called.
    """
    return {
        "displaylogo": False,
        "modeBarButtonsToRemove": USELESS,
        "toImageButtonOptions": {"format": kind, "filename": name, "scale": 2 if kind == "png" else 1},
    }


ROOM = 1.35  # an axis is this many times its greatest value


def template(*, dark: bool) -> go.layout.Template:
    """Return the template: the page's ground, so that a saved chart can be read anywhere; light grid, no boxes."""
    text, grid, ground = ("#E6EBF1", "#28313C", "#12161C") if dark else ("#1B2430", "#E1E6EC", "#FFFFFF")
    axis = {"gridcolor": grid, "linecolor": grid, "zeroline": False, "ticks": "", "automargin": True}
    layout = go.Layout(
        font={"family": "-apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif", "size": 13, "color": text},
        paper_bgcolor=ground,
        plot_bgcolor=ground,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        xaxis=axis,
        yaxis={**axis, "showgrid": False},
        hoverlabel={"align": "left"},
        showlegend=False,
        dragmode=False,
    )
    return go.layout.Template(layout=layout)


def dots(measured: Sequence[Measured], own: str | None, label: str, colour: str, *, dark: bool) -> go.Figure:
    """Return one dot with its interval per system, best on top; a dashed line marks chance.

    Args:
        measured: Best first.
        own: The system to set apart in `colour`.
        label: The metric, for the axis.
        colour: The version's colour.
        dark: Whether the page is dark.
    """
    figure_ = go.Figure()
    ink = "#E6EBF1" if dark else "#1B2430"
    for each in reversed(measured):
        served = each.system == own
        error = None
        if each.low is not None and each.high is not None:
            error = {
                "type": "data",
                "symmetric": False,
                "array": [each.high - each.value],
                "arrayminus": [each.value - each.low],
                "thickness": 2,
                "width": 5,
            }
        name = system_name(each.system)
        said = f"{name}: {label} {figure(each.value)}" + (f", 95 % interval {interval(each)}" if error else "")
        figure_.add_scatter(
            x=[each.value],
            y=[name],
            error_x=error,
            mode="markers",
            marker={"size": 11 if served else 8, "color": colour if served else GREY},
            hovertemplate=said + "<extra></extra>",
        )
        figure_.add_annotation(
            x=each.high if each.high is not None else each.value,
            y=name,
            text=f"<b>{figure(each.value)}</b>" if served else figure(each.value),
            showarrow=False,
            xanchor="left",
            xshift=9,
            font={"color": ink},
        )
    chance = next((each.value for each in measured if each.system == "chance"), None)
    if chance is not None:
        figure_.add_vline(x=chance, line={"dash": "dash", "width": 1, "color": GREY})
    top = max((each.high if each.high is not None else each.value for each in measured), default=1.0)
    figure_.update_layout(template=template(dark=dark), height=72 + 38 * max(len(measured), 1))
    # A figure stands beside each dot. No metric here passes 1, so beside a dot near 1 it stands in the margin.
    if top * ROOM > 1:
        figure_.update_layout(margin={"r": 64})
    figure_.update_xaxes(range=[0, min(top * ROOM, 1.0) or 1.0], title={"text": label, "standoff": 8})
    return figure_


SYMBOLS = ("circle", "diamond-open", "line-ns-open")  # told apart by shape as well as colour


def parts(
    found: Sequence[Part], systems: Sequence[str], own: str | None, label: str, colour: str, *, dark: bool
) -> go.Figure:
    """Return a few systems side by side in every slice: a mark with its interval each, the first slice on top.

    Args:
        found: The slices.
        systems: At most three, each with a shape of its own; chance last.
        own: The system to set apart in `colour`.
        label: The metric, for the axis.
        colour: The version's colour.
        dark: Whether the page is dark.
    """
    figure_ = go.Figure()
    names = [part.name for part in found]
    for system, symbol in zip(systems, SYMBOLS, strict=False):
        known = [
            (name, part.systems[system]) for name, part in zip(names, found, strict=True) if system in part.systems
        ]
        above = [0.0 if each.high is None else each.high - each.value for _, each in known]
        below = [0.0 if each.low is None else each.value - each.low for _, each in known]
        name = system_name(system)
        ink = colour if system == own else GREY
        figure_.add_scatter(
            x=[each.value for _, each in known],
            y=[slice_ for slice_, _ in known],
            orientation="h",
            name=name,
            error_x={
                "type": "data",
                "symmetric": False,
                "array": above,
                "arrayminus": below,
                "thickness": 2,
                "width": 4,
            },
            mode="markers",
            marker={"size": 10, "color": ink, "symbol": symbol, "line": {"width": 2, "color": ink}},
            text=[
                f"{slice_}, {name}: {label} {figure(each.value)}"
                + (f", 95 % interval {interval(each)}" if interval(each) else "")
                for slice_, each in known
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    figure_.update_layout(
        template=template(dark=dark),
        height=110 + 44 * max(len(found), 1),
        showlegend=True,
        scattermode="group",  # the systems of a slice stand apart, so that no interval covers another
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
    )
    figure_.update_yaxes(categoryorder="array", categoryarray=names[::-1])
    figure_.update_xaxes(rangemode="tozero", title={"text": label, "standoff": 8})
    return figure_
