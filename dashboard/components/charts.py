"""Charts, and the one template that all of them wear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.components.colours import GREY
from dashboard.components.glossary import system_name
from dashboard.components.measured import Measured, interval
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
