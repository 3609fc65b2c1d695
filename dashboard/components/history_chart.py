"""A history on a timeline: what, when, in which part of the split, and how it was rated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import plotly.graph_objects as go

from dashboard.components.charts import template
from dashboard.components.colours import BLUE, GREY
from dashboard.components.data_charts import COLOURS, label
from dashboard.components.data_words import PARTS
from dashboard.components.words import clean, day, escape

LANES = 7  # categories with a line of their own; the others share one
OTHERS, NONE = "Other categories", "No category"
RATED = 40  # products up to which ratings are written out
ROOM = 1 / 30  # of the timeline's length: what a written rating takes
# What tells the kinds apart beside their colour: part of the split, or what a reader changed.
SYMBOLS = {
    "train": "circle",
    "valid": "diamond",
    "test": "star",
    "added": "cross",
    "left": "circle-x-open",
    "": "circle",
}
NAMES = {**PARTS, "": "In the basket", "added": "Added here", "left": "Left out here"}


@dataclass(frozen=True)
class Event:
    """A product of a history.

    Args:
        title: Of the product.
        category: Its path.
        when: None where the source does not say.
        rating: None where there is none.
        part: train, valid, test, or "" where there are no parts.
        change: "added" or "left" where a reader changed the history, else "".
    """

    title: str
    category: tuple[str, ...]
    when: datetime | None
    rating: float | None
    part: str
    change: str = ""

    @property
    def kind(self) -> str:
        return self.change or self.part


def lanes(events: Sequence[Event]) -> list[str]:
    """Return the line of each event: its category's leaf, or that of the smaller categories together.

    >>> lanes([Event("a", ("X", "Y"), None, None, ""), Event("b", (), None, None, "")])
    ['Y', 'No category']
    """
    leaves = [event.category[-1] if event.category else NONE for event in events]
    counts = Counter(leaves)
    order = sorted(counts, key=lambda leaf: (-counts[leaf], leaves.index(leaf)))
    own = set(order if len(order) <= LANES + 1 else order[:LANES])
    return [leaf if leaf in own else OTHERS for leaf in leaves]


def dated(events: Sequence[Event]) -> bool:
    """Return whether a timeline can show days: all are known but those of products added here, and not all the same."""
    days = [event.when for event in events if event.change != "added"]
    return None not in days and len({each.date() for each in days if each}) > 1


def timeline(events: Sequence[Event], *, dark: bool) -> go.Figure:
    """Return a history from left to right, a line for each category.

    Args:
        events: Oldest first; what was added stands last.
        dark: Whether the page is dark.
    """
    by_day = dated(events)
    own = lanes(events)
    names = list(dict.fromkeys(sorted(own, key=lambda lane: (lane in (OTHERS, NONE), -own.count(lane)))))
    places = _apart([(_at(events, place, by_day), names.index(lane)) for place, lane in enumerate(own)])
    written = _written([(_at(events, place, by_day), lane) for place, lane in enumerate(own)])
    drawn = go.Figure()
    ink = "#E6EBF1" if dark else "#1B2430"
    colours = {**COLOURS, "added": BLUE, "left": GREY, "": GREY}
    for kind in [each for each in SYMBOLS if any(event.kind == each for event in events)]:
        chosen = [place for place, event in enumerate(events) if event.kind == kind]
        drawn.add_scatter(
            x=[_at(events, place, by_day) for place in chosen],
            y=[places[place] for place in chosen],
            name=NAMES[kind],
            mode="markers+text",
            marker={"size": 13, "symbol": SYMBOLS[kind], "color": colours[kind], "line": {"width": 1, "color": ink}},
            text=[
                f"★{rating:g}" if (rating := events[place].rating) is not None and place in written else ""
                for place in chosen
            ],
            textposition="top center",
            textfont={"size": 11},
            hovertext=[_said(events[place], place) for place in chosen],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    drawn.update_layout(
        template=template(dark=dark),
        height=108 + 44 * len(names),
        showlegend=True,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        hovermode="closest",
    )
    drawn.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[label(name) for name in names],
        range=[len(names) - 0.4, -0.75],
        showgrid=True,
    )
    if by_day:
        drawn.update_xaxes(type="date")
    else:
        drawn.update_xaxes(
            title={"text": "Order in the history, oldest first", "standoff": 8}, rangemode="tozero", tickformat=",d"
        )
    return drawn


def _written(places: Sequence[tuple[date | int, str]]) -> set[int]:
    """Return the events whose rating is written out: none over another's in its line.

    >>> sorted(_written([(1, "a"), (2, "a"), (2, "b"), (60, "a")]))
    [0, 2, 3]
    """
    if len(places) > RATED:
        return set()
    at = [each.toordinal() if isinstance(each, date) else each for each, _ in places]
    room = (max(at) - min(at)) * ROOM
    last: dict[str, float] = {}
    found = set()
    for place in sorted(range(len(places)), key=lambda place: at[place]):
        lane = places[place][1]
        if lane not in last or at[place] - last[lane] > room:
            found.add(place)
            last[lane] = at[place]
    return found


def _at(events: Sequence[Event], place: int, by_day: bool) -> date | int:
    """Return where an event stands from left to right; what was added stands a little after the last day."""
    when = events[place].when
    if not by_day:
        return place + 1
    if when is not None and events[place].change != "added":
        return when.date()
    known = [each.when.date() for each in events if each.when is not None and each.change != "added"]
    return known[-1] + timedelta(days=max((known[-1] - known[0]).days // 30, 1))


def _apart(places: Sequence[tuple[date | int, int]]) -> list[float]:
    """Return the height of each event, those of one line and day a little below each other."""
    seen: Counter[tuple[date | int, int]] = Counter()
    found = []
    for place in places:
        found.append(place[1] + 0.13 * min(seen[place], 4))
        seen[place] += 1
    return found


def _said(event: Event, place: int) -> str:
    """Return an event as a sentence over two lines; what the dataset says is escaped."""
    title = clean(event.title) or "Untitled product"
    told = [day(event.when) if event.when and event.change != "added" else f"number {place + 1}"]
    if event.rating is not None:
        told.append(f"rated {event.rating:g}")
    told.append(NAMES[event.kind].lower())
    return f"{escape(title if len(title) <= 70 else title[:69] + '…')}<br>{', '.join(told)}"
