"""Charts, and the one template that all of them wear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.components.colours import GREY
from dashboard.components.glossary import system_name
from dashboard.components.measured import Measured, interval
from dashboard.components.words import figure

# No logo, no buttons that do nothing here; the camera saves the chart as it is seen.
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d"],
    "toImageButtonOptions": {"format": "svg", "filename": "product-search-explorer"},
}


def template(*, dark: bool) -> go.layout.Template:
    """Return the template: transparent ground, light grid, no boxes."""
    text, grid = ("#E6EBF1", "#28313C") if dark else ("#1B2430", "#E1E6EC")
    axis = {"gridcolor": grid, "linecolor": grid, "zeroline": False, "ticks": "", "automargin": True}
    layout = go.Layout(
        font={"family": "-apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif", "size": 13, "color": text},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
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
    figure_.update_xaxes(range=[0, top * 1.35 or 1.0], title={"text": label, "standoff": 8})
    return figure_
