"""The history on a timeline, and in words."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import controls, downloads
from dashboard.components import charts, export, history_chart, notes
from dashboard.components.data_words import PARTS
from dashboard.components.history_chart import Event
from dashboard.components.words import counted, day, figure
from dashboard.shoppers.asked import Asked
from pipeline.retrieval.engine import MAX_K


def draw(asked: Asked) -> None:
    """Draw who it is in a sentence, whether what was held out is found, and the timeline."""
    events = asked.events()
    st.html(notes.headline(headline(asked.name, [event for _, event in events])))
    if words := held_out(asked):
        st.html(notes.sentence(words))
    if not events:
        return
    chart = history_chart.timeline([event for _, event in events], dark=st.context.theme.type == "dark")
    behaviour = charts.config(
        controls.saved_as(), downloads.named(asked.engine.manifest, "history", asked.name, kind="")
    )
    st.plotly_chart(chart, theme=None, config=behaviour, key="timeline", alt=f"The history of {asked.name} over time")


def headline(name: str, events: Sequence[Event]) -> str:
    """Return a history in one sentence.

    >>> headline("ann", [Event("Zoom lens", (), None, 4.0, "train"), Event("Tripod", (), None, None, "test")])
    'ann: 2 products, mean rating 4.00 of 1 rating.'
    """
    own = [event for event in events if event.change != "added"]
    said = f"{name[:1].upper() + name[1:] if name == 'the basket' else name}: {counted(len(own), 'product')}"
    days = [event.when for event in own if event.when is not None]
    if days:
        first, last = day(days[0]), day(days[-1])
        said += f" from {first} to {last}" if first != last else f" on {first}"
    rated = [event.rating for event in own if event.rating is not None]
    if rated:
        said += f", mean rating {figure(sum(rated) / len(rated))} of {counted(len(rated), 'rating')}"
    return f"{said}."


def held_out(asked: Asked) -> str:
    """Return where the version finds what was held out from the shopper; "" for a basket."""
    if asked.recorded.user_id is None:
        return ""
    held = asked.tested.held_out
    if not held:
        return "Nothing of this history was held out, so nothing can be hit or missed."
    rank_of = {hit.product_id: hit.rank for hit in asked.tested.hits}
    found = sorted(rank_of[each] for each in held if each in rank_of)
    once = "" if asked.hidden else ", once hidden from the history (Options hides what was held out)"
    if len(held) == 1:
        said = f"found at rank {found[0]}" if found else f"missed: not among the first {MAX_K}"
        return f"The held-out product is {said}{once}."
    best = f", the best at rank {found[0]}" if found else ""
    return f"{len(found)} of {len(held)} held-out products are among the first {MAX_K}{best}{once}."


def save(asked: Asked) -> None:
    """Offer the history as a file."""
    downloads.button(rows(asked, asked.events()), asked.engine.manifest, "history", asked.name, key="history-csv")


def rows(asked: Asked, events: Sequence[tuple[str, Event]]) -> list[dict[str, export.Cell]]:
    """Return the history for a spreadsheet, oldest first."""
    whom = "shopper" if asked.recorded.user_id is not None else "basket"
    before = export.provenance(asked.engine.manifest, downloads.today(), **{whom: asked.name})
    return [
        {
            **before,
            "place": place,
            "day": event.when.date().isoformat() if event.when else None,
            "product_id": product_id,
            "title": event.title,
            "category": " > ".join(event.category),
            "rating": event.rating,
            "part": PARTS[event.part] if event.part else "",
            "changed": {"left": "left out", "added": "added"}.get(event.change, ""),
        }
        for place, (product_id, event) in enumerate(events, start=1)
    ]
