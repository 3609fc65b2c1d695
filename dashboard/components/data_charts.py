"""Charts of the data that a version was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from dashboard.components.charts import template
from dashboard.components.colours import GREEN, GREY, PURPLE
from dashboard.components.data_words import PARTS
from dashboard.components.facts import share
from dashboard.components.words import clean, counted, escape, figure
from pipeline.profile.figures import Bin, Group, Point, Rated, Spread, Timeline

HEIGHT = 340  # of charts that stand side by side
ROW = 30  # pixels of a bar that lies
PERIODS = {"day": 86_400_000, "month": "M1", "year": "M12"}  # as Plotly calls them
COLOURS = {"train": GREY, "valid": PURPLE, "test": GREEN}
LONGEST = 34  # characters beside an axis


def label(name: str) -> str:
    """Return a foreign name for a chart, where markup would be drawn: short, and escaped."""
    name = clean(name)
    return escape(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…")


def lorenz(curve: Sequence[Point], colour: str, *, dark: bool) -> go.Figure:
    """Return what share of interactions the most popular products have; the dashed line is equality."""
    drawn = go.Figure()
    drawn.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", line={"dash": "dash", "width": 1, "color": GREY}, hoverinfo="skip"
    )
    drawn.add_scatter(
        x=[100 * each.products for each in curve],
        y=[100 * each.interactions for each in curve],
        mode="lines",
        line={"color": colour, "width": 2.5},
        text=[
            f"The most popular {figure(100 * each.products)} % of products have<br>"
            f"{figure(100 * each.interactions)} % of the interactions"
            for each in curve
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    drawn.add_annotation(x=62, y=56, text="if all were as popular", showarrow=False, xanchor="left", font={"size": 12})
    drawn.update_layout(template=template(dark=dark), height=HEIGHT)
    axis = {"range": [0, 101], "ticksuffix": " %"}
    drawn.update_xaxes(**axis, title={"text": "Products, most popular first", "standoff": 8})
    drawn.update_yaxes(**axis, title={"text": "Interactions", "standoff": 8}, showgrid=True)
    return drawn


def spread(found: Spread, who: str, colour: str, *, dark: bool) -> go.Figure:
    """Return how many products or shoppers have how many interactions.

    Args:
        found: The buckets.
        who: product or shopper.
        colour: The version's.
        dark: Whether the page is dark.
    """
    names = [bucket(each.low, each.high) for each in found.buckets]
    total = sum(each.interactions for each in found.buckets)
    drawn = go.Figure(
        go.Bar(
            x=[each.count for each in found.buckets],
            y=names,
            orientation="h",
            marker={"color": colour},
            text=[share(each.count, found.count) for each in found.buckets],
            textposition="outside",
            constraintext="none",
            cliponaxis=False,
            hovertext=[
                f"{counted(each.count, who)} with {name} interactions,<br>"
                f"{share(each.interactions, total)} of all interactions"
                for name, each in zip(names, found.buckets, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    drawn.update_layout(template=template(dark=dark), height=max(HEIGHT, 70 + 26 * len(names)), bargap=0.25)
    drawn.update_layout(margin={"r": 52})  # the longest bar's share stands beside it
    drawn.update_xaxes(title={"text": f"{who.capitalize()}s", "standoff": 8}, tickformat=",", nticks=5)
    drawn.update_yaxes(type="category", autorange="reversed", title={"text": f"Interactions of a {who}", "standoff": 8})
    return drawn


def bucket(low: int, high: int | None) -> str:
    """Return the name of a bucket.

    >>> bucket(0, 0), bucket(1000, 1999), bucket(5, None)
    ('0', '1,000–1,999', '5+')
    """
    return f"{low:,}+" if high is None else f"{low:,}" if low == high else f"{low:,}–{high:,}"


def timeline(found: Timeline, *, dark: bool) -> go.Figure:
    """Return interactions over time, stacked by part; dashed lines are where validation and test begin for everyone."""
    drawn = go.Figure()
    starts = [each.start for each in found.periods]
    for part, colour in COLOURS.items():
        values = [getattr(each, part) for each in found.periods]
        drawn.add_bar(
            x=starts,
            y=values,
            xperiod=PERIODS.get(found.unit),
            xperiodalignment="middle",
            name=PARTS[part],
            marker={"color": colour},
            text=[f"{PARTS[part]}: {value:,}" for value in values],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    for at in found.boundaries:
        drawn.add_vline(x=at, line={"dash": "dash", "width": 1.5, "color": "#E6EBF1" if dark else "#1B2430"})
    drawn.update_layout(
        template=template(dark=dark),
        height=HEIGHT,
        barmode="stack",
        bargap=0.15,
        hovermode="x unified",
        showlegend=True,
        legend={"orientation": "h", "y": -0.16, "yanchor": "top", "x": 0, "traceorder": "normal"},
        margin={"t": 30},
    )
    reach = [starts[0], after(starts[-1], found.unit)] if starts else None
    drawn.update_xaxes(type="date", showgrid=False, range=reach)
    drawn.update_yaxes(title={"text": f"Interactions a {found.unit}", "standoff": 8}, showgrid=True, tickformat=",")
    return drawn


def after(start: str, unit: str) -> str:
    """Return when a period ends.

    >>> after("2024-02-01", "month"), after("2024-02-01", "day"), after("2024-01-01", "year")
    ('2024-03-01', '2024-02-02', '2025-01-01')
    """
    try:
        first = date.fromisoformat(start)
        if unit == "day":
            return (first + timedelta(days=1)).isoformat()
        later = first + timedelta(days=31 if unit == "month" else 366)
        return later.replace(day=1).isoformat()
    except (ValueError, OverflowError):  # no day that a calendar has
        return start


def ratings(values: Sequence[Rated], colour: str, *, dark: bool) -> go.Figure:
    """Return how many interactions have which rating."""
    counts = [each.train + each.valid + each.test for each in values]
    names = [f"{each.value:g}" for each in values]
    drawn = go.Figure(
        go.Bar(
            x=names,
            y=counts,
            marker={"color": colour},
            text=[share(count, sum(counts)) for count in counts],
            textposition="outside",
            constraintext="none",
            cliponaxis=False,
            hovertext=[f"{counted(n, 'interaction')} rated {name}" for n, name in zip(counts, names, strict=True)],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    drawn.update_layout(template=template(dark=dark), height=HEIGHT, bargap=0.3)
    drawn.update_xaxes(type="category", showgrid=False, title={"text": "Rating", "standoff": 8})
    drawn.update_yaxes(title={"text": "Interactions", "standoff": 8}, showgrid=True, tickformat=",")
    return drawn


def groups(found: Sequence[Group], total: tuple[int, int], colour: str, *, dark: bool) -> go.Figure:
    """Return each group's share of the interactions as a bar and its share of the products as a tick on it.

    Args:
        found: The groups, first on top.
        total: All interactions and all products.
        colour: The version's.
        dark: Whether the page is dark.
    """
    interactions, products = total
    names = distinct([label(each.name) for each in found])
    own = [each.train + each.valid + each.test for each in found]
    ink = "#E6EBF1" if dark else "#1B2430"
    drawn = go.Figure()
    drawn.add_bar(
        x=[100 * each / max(interactions, 1) for each in own],
        y=names,
        orientation="h",
        name="share of interactions",
        marker={"color": colour},
        text=[
            f"{escape(each.name)}<br>{counted(n, 'interaction')} ({share(n, interactions)})<br>"
            f"{counted(each.products, 'product')} ({share(each.products, products)})"
            for n, each in zip(own, found, strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )
    drawn.add_scatter(
        x=[100 * each.products / max(products, 1) for each in found],
        y=names,
        mode="markers",
        name="share of products",
        marker={"symbol": "line-ns-open", "size": 14, "color": ink, "line": {"width": 2}},
        hoverinfo="skip",
    )
    _lying(drawn, names, dark=dark)
    drawn.update_xaxes(ticksuffix=" %", rangemode="tozero", tickangle=0, nticks=4)
    return drawn


def drift(bins: Sequence[Bin], *, dark: bool) -> go.Figure:
    """Return the shares of train and of test in each bin, side by side."""
    names = distinct([label(each.name) for each in bins])
    drawn = go.Figure()
    for part in ("train", "test"):
        values = [getattr(each, part) for each in bins]
        drawn.add_bar(
            x=[100 * value for value in values],
            y=names,
            orientation="h",
            name=PARTS[part],
            marker={"color": COLOURS[part]},
            text=[
                f"{escape(each.name)}: {share(value, 1)} of {PARTS[part].lower()}"
                for each, value in zip(bins, values, strict=True)
            ],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    _lying(drawn, names, dark=dark, rows=1.4)
    drawn.update_layout(barmode="group", bargroupgap=0.08)
    drawn.update_xaxes(ticksuffix=" %", rangemode="tozero", title={"text": "Share of interactions", "standoff": 8})
    return drawn


def distinct(names: Sequence[str]) -> list[str]:
    """Return names of which no two are the same: an axis would put both into one row.

    >>> distinct(["a", "b", "a"])
    ['a', 'b', 'a (2)']
    """
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _lying(drawn: go.Figure, names: Sequence[str], *, dark: bool, rows: float = 1.0) -> None:
    drawn.update_layout(
        template=template(dark=dark),
        height=max(int(90 + rows * ROW * len(names)), 160),
        bargap=0.3,
        showlegend=True,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
    )
    drawn.update_yaxes(type="category", autorange="reversed", categoryorder="array", categoryarray=list(names))
