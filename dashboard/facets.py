"""The filters of a shop: each choice with the number of products that it would leave."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from functools import partial
from typing import Literal

import streamlit as st

from dashboard import filtering, frame, state
from dashboard.components import notes
from dashboard.components.words import amount, clean, day, typed
from dashboard.modes import MODES
from pipeline.errors import InvalidRequest
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.facets import NEAREST, Facets, PriceBand
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.understanding.understood import SEPARATOR

OFFERED = 2000  # brands sent to the browser; those with the most products come first
BAND = "widget-price-band"
HOLD, NEAR = "hold a word of the query", f"are among the {NEAREST} nearest in meaning"
BEYOND = "; the list goes on beyond them"
COUNTED = {
    "ranked": f"{HOLD} or {NEAR}{BEYOND}",
    "fused": f"{HOLD} or {NEAR}{BEYOND}",
    "words": HOLD,
    "meaning": f"{NEAR}{BEYOND}",
}


def popover(engine: Engine, mode: str) -> None:
    """Draw the button that unfolds the filters; nothing is counted before it is pressed.

    Args:
        engine: The version.
        mode: Of the search, as the URL names it.
    """
    # The label stays the same, as another one would be another popover, and closed.
    with st.popover("Filters", width="stretch", key=state.FILTERS_OPEN, on_change="rerun") as unfolded:
        if not unfolded.open:
            return
        with frame.calm():
            choices(engine, mode)
        st.button("Clear filters", on_click=filtering.clear, disabled=not list(filtering.active()), key="clear-filters")


def choices(engine: Engine, mode: str) -> None:
    """Draw the filters that this version's products allow."""
    query = typed(state.text(state.QUERY)).strip()
    try:
        chosen = filtering.asked(engine)
    except InvalidRequest as error:
        # Where only the price bounds are wrong, their boxes stay: there they are mended.
        chosen = filtering.asked(engine, priced=False)
        st.html(notes.message(error.problem, error.remedy))
    facets = engine.facets(query, chosen, MODES[mode].engine, as_typed=bool(state.text(state.TYPED)))
    catalogue = engine.catalogue
    parts = (
        (catalogue.category_counts, _category),
        (catalogue.brand_counts, _brand),
        (facets.prices, _price),
        (facets.ratings, _rating),
        (facets.since, partial(_since, catalogue.first_release)),
    )
    drawn = [draw for known, draw in parts if known]
    for draw in drawn:
        draw(facets, chosen)
    if not drawn:
        frame.say("The products of this version have no brand, category, price, rating or day of release to filter by.")
    elif query:
        st.html(notes.small(f"Counted are products that {COUNTED[mode]}."))


def _category(facets: Facets, chosen: Filters) -> None:
    """Draw the chosen category with those above, below or beside it."""
    wider = dict(facets.above[:-1])
    counts = {SEPARATOR.join(path): count for path, count in (*facets.above, *facets.categories)}
    up = {SEPARATOR.join(path) for path in wider if path != chosen.category}
    said = state.text(state.CATEGORY)
    st.selectbox(
        "Category",
        [path for path, count in counts.items() if count or path == said],
        format_func=lambda path: (
            f"{'↑ ' if path in up else ''}{clean(path.split(SEPARATOR)[-1])} ({counts.get(path, 0):,})"
        ),
        placeholder="Any category",
        **state.bound(state.CATEGORY, said or None, forget=[state.SHOWN]),
    )


def _brand(facets: Facets, chosen: Filters) -> None:
    counts = dict(facets.brands)
    offered = dict.fromkeys([*chosen.brands, *list(counts)[:OFFERED]])
    st.multiselect(
        "Brand",
        list(offered),
        format_func=lambda brand: f"{clean(brand)} ({counts.get(brand, 0):,})",
        placeholder="Any brand",
        select_all=False,
        **state.bound(state.BRAND, list(chosen.brands), forget=[state.SHOWN]),
    )


def _price(facets: Facets, chosen: Filters) -> None:
    """Draw the price bands, and two boxes for any other range."""
    counts = dict(facets.prices)
    own = PriceBand(chosen.price_min, chosen.price_max)
    bands = [band for band, count in counts.items() if (count or band == own) and band != PriceBand(None, None)]
    st.session_state[BAND] = own if own in bands else None
    if bands:
        st.pills(
            "Price",
            bands,
            format_func=lambda band: f"{_band(band)} ({counts.get(band, 0):,})",
            key=BAND,
            on_change=_take_band,
        )
    low, high = st.columns(2)
    shown: Literal["collapsed", "visible"] = "collapsed" if bands else "visible"
    for box, name, parameter in ((low, "Price from", state.PRICE_MIN), (high, "Price to", state.PRICE_MAX)):
        hint, tied = name.split()[-1].capitalize(), state.bound(parameter, _typed_price(parameter), [state.SHOWN])
        box.number_input(name, 0.0, None, None, placeholder=hint, label_visibility=shown, **tied)


def _typed_price(parameter: str) -> float | None:
    """Return a price bound of the URL as its box can show it, None where that is not possible."""
    with suppress(InvalidRequest):
        value = state.price(parameter)
        return value if value is None or value >= 0 else None
    return None


def _take_band() -> None:
    low, high = st.session_state[BAND] or (None, None)
    for parameter, value in ((state.PRICE_MIN, low), (state.PRICE_MAX, high)):
        state.write(parameter, None if value is None else f"{value:.10g}")
    state.write(state.SHOWN, None)


def _band(band: PriceBand) -> str:
    low, high = (None if each is None else amount(each) for each in band)
    return f"up to {high}" if low is None else f"{low} and more" if high is None else f"{low} to {high}"


def _rating(facets: Facets, chosen: Filters) -> None:
    counts = {f"{floor:g}": count for floor, count in facets.ratings}
    own = None if chosen.rating_min is None else f"{chosen.rating_min:g}"
    if own is not None:
        counts.setdefault(own, facets.among)
    st.pills(
        "Mean rating",
        [floor for floor, count in counts.items() if count or floor == own],
        format_func=lambda floor: f"★ {floor} or more ({counts.get(floor, 0):,})",
        **state.bound(state.RATING, own, forget=[state.SHOWN]),
    )


def _since(first: date | None, facets: Facets, chosen: Filters) -> None:
    counts = {f"{year:04}-01-01": count for year, count in facets.since}
    if first:  # the first year begins with the first day that the catalogue knows
        counts = {first.isoformat() if each < first.isoformat() else each: count for each, count in counts.items()}
    own = None if chosen.since is None else chosen.since.isoformat()
    if own is not None:
        counts.setdefault(own, facets.among)
    st.selectbox(
        "In the catalogue since",
        [first for first, count in counts.items() if count or first == own],
        format_func=lambda first: f"{_from(first)} ({counts.get(first, 0):,})",
        placeholder="Any time",
        **state.bound(state.SINCE, own, forget=[state.SHOWN]),
    )


def _from(first: str) -> str:
    return f"{int(first[:4])} or later" if first.endswith("-01-01") else f"{day(first)} or later"
