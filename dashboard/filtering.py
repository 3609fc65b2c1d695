"""The shop filters that the URL names: read, shown as chips, and taken off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard import state
from dashboard.components.words import amount, clean, day, plain
from pipeline.errors import InvalidRequest
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.understanding.understood import SEPARATOR

FILTERS = (state.BRAND, state.CATEGORY, state.PRICE_MIN, state.PRICE_MAX, state.RATING, state.SINCE)


@dataclass(frozen=True)
class Chip:
    """A filter that is set.

    Args:
        label: What it asks for, as plain text.
        left: What each URL parameter that it is made of holds once it is taken off.
    """

    label: str
    left: dict[str, list[str]]


def asked(engine: Engine) -> Filters:
    """Return the filters that the URL names.

    Raises:
        InvalidRequest: One of them is out of range, or names what this version does not hold.
    """
    brands = tuple(state.texts(state.BRAND))
    for brand in brands:
        if brand not in engine.catalogue.brand_counts:
            raise InvalidRequest(f'This version holds no brand "{clean(brand, 80)}".', "Choose another under Filters.")
    category: tuple[str, ...] = ()
    if said := state.text(state.CATEGORY):
        paths = {SEPARATOR.join(path): path for path in engine.catalogue.category_counts}
        if said not in paths:
            raise InvalidRequest(
                f'This version holds no category "{clean(said, 120)}".', "Choose another under Filters."
            )
        category = paths[said]
    low, high = state.price(state.PRICE_MIN), state.price(state.PRICE_MAX)
    return Filters(brands, category, low, high, state.rating(), state.since())


def clear() -> None:
    for parameter in (*FILTERS, state.SHOWN):
        state.write(parameter, None)


def chips() -> None:
    """Draw each filter that is set as a chip that takes it off, those too that cannot be understood."""
    if not (found := list(active())):
        return
    with st.container(horizontal=True, gap="small", key="chips"):
        for place, chip in enumerate(found):
            label = plain(chip.label[:80])
            st.button(
                f"{label}\u2002✕", key=f"chip-{place}", on_click=_take_off, args=(chip,), help="Take this filter off"
            )
        if len(found) > 1:
            st.button("Clear all", key="clear-all", on_click=clear, type="tertiary")


def active() -> Iterator[Chip]:
    """Yield the filters of the URL."""
    if said := state.text(state.CATEGORY):
        yield Chip(said, {state.CATEGORY: []})
    brands = state.texts(state.BRAND)
    for brand in brands:
        yield Chip(brand, {state.BRAND: [each for each in brands if each != brand]})
    low, high = _bound(state.PRICE_MIN), _bound(state.PRICE_MAX)
    if low or high:
        said = f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}"
        yield Chip(f"Price {said}", {state.PRICE_MIN: [], state.PRICE_MAX: []})
    if said := state.text(state.RATING):
        yield Chip(f"★ {said} or more", {state.RATING: []})
    if said := state.text(state.SINCE):
        with suppress(ValueError):
            said = day(date.fromisoformat(said))
        yield Chip(f"Since {said}", {state.SINCE: []})


def _bound(parameter: str) -> str:
    said = state.text(parameter)
    with suppress(ValueError):
        return amount(float(said))
    return said


def _take_off(chip: Chip) -> None:
    for parameter, left in chip.left.items():
        state.write(parameter, left)
    state.write(state.SHOWN, None)
