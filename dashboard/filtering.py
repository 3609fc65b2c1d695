"""The shop filters that the URL names: read, shown as chips, and taken off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard import state
from dashboard.components.words import amount, clean, day, plain
from pipeline.errors import ExplorerError, InvalidRequest
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.understanding.prices import read_price
from pipeline.retrieval.understanding.understood import SEPARATOR, Understood

FILTERS = (state.BRAND, state.CATEGORY, state.PRICE_MIN, state.PRICE_MAX, state.RATING, state.SINCE)


@dataclass(frozen=True)
class Chip:
    """A filter that is set.

    Args:
        label: What it asks for, as plain text.
        left: What each URL parameter that it is made of holds once it is taken off.
        kept: Whether it is among the filters that an answer was found under.
        help: What taking it off does.
    """

    label: str
    left: dict[str, list[str]]
    kept: Callable[[Filters], bool]
    help: str = "Take this filter off"


def asked(engine: Engine, *, priced: bool = True) -> Filters:
    """Return the filters that the URL names.

    Args:
        engine: The version.
        priced: Whether the price bounds are among them.

    Raises:
        InvalidRequest: One of them is out of range, or names what this version does not hold.
    """
    brands = tuple(state.texts(state.BRAND))
    for brand in brands:
        if brand not in engine.catalogue.brand_counts:
            raise InvalidRequest(
                f'The version {engine.name} holds no brand "{clean(brand, 80)}".', "Choose another under Filters."
            )
    category: tuple[str, ...] = ()
    if said := state.text(state.CATEGORY):
        paths = {SEPARATOR.join(path): path for path in engine.catalogue.category_counts}
        if said not in paths:
            raise InvalidRequest(
                f'The version {engine.name} holds no category "{clean(said, 120)}".', "Choose another under Filters."
            )
        category = paths[said]
    low, high = (state.price(each) if priced else None for each in (state.PRICE_MIN, state.PRICE_MAX))
    return Filters(brands, category, low, high, state.rating(), since(engine))


def since(engine: Engine) -> date | None:
    """Return the first day of release that is asked for, no earlier than the first one that the catalogue knows."""
    said, first = state.since(), engine.catalogue.first_release
    return max(said, first) if said and first else said


def clear() -> None:
    for parameter in (*FILTERS, state.SHOWN):
        state.write(parameter, None)


def chips(*read: Understood) -> None:
    """Draw each filter that is set as a chip that takes it off, those too that cannot be understood.

    Args:
        read: How the query was understood, of each answer that is shown: a price that was read in the query is a chip
            too, and a filter that was left out says so.
    """
    priced = [each for each in read if each.price and not each.price.unused]
    found: list[tuple[Chip, Sequence[Understood]]] = [(chip, read) for chip in active(*read)]
    found += [(chip, priced) for chip in (_of_words(priced[0], everywhere=priced == list(read)) if priced else ())]
    for place, (chip, of) in enumerate(found):
        st.button(f"{_label(chip, of)}\u2002✕", key=f"chip-{place}", on_click=_take_off, args=(chip,), help=chip.help)
    if len(list(active())) > 1:
        st.button("Clear all", key="clear-all", on_click=clear, type="tertiary")


def _label(chip: Chip, read: Sequence[Understood]) -> str:
    label = plain(chip.label[:80])
    if all(chip.kept(each.filters) for each in read):
        return label
    side = "" if len(read) == 1 or not any(chip.kept(each.filters) for each in read) else " on one side"
    return f":gray[~~{label}~~] left out{side}"


@contextmanager
def told() -> Iterator[None]:
    """Draw the chips where what is done inside fails: a filter may be what is wrong, and is taken off by its chip."""
    try:
        yield
    except ExplorerError:
        with st.container(horizontal=True, gap="small", key="chips"):
            chips()
        raise


def active(*read: Understood) -> Iterator[Chip]:
    """Yield the filters of the URL; a day is that of the answers, where they were found under one."""
    if said := state.text(state.CATEGORY):
        yield Chip(said, {state.CATEGORY: []}, lambda filters: SEPARATOR.join(filters.category) == said)
    brands = state.texts(state.BRAND)
    for brand in brands:
        left = [each for each in brands if each != brand]
        yield Chip(brand, {state.BRAND: left}, lambda filters: bool(filters.brands))
    low, high = _bound(state.PRICE_MIN), _bound(state.PRICE_MAX)
    if low or high:
        left_open: dict[str, list[str]] = {state.PRICE_MIN: [], state.PRICE_MAX: []}
        yield Chip(f"Price {_range(low, high)}", left_open, _priced(bool(low), bool(high)))
    if rating := state.text(state.RATING):
        yield Chip(f"★ {rating} or more", {state.RATING: []}, lambda filters: filters.rating_min is not None)
    if since_ := state.text(state.SINCE):
        with suppress(ValueError):
            asked_for = next((each.filters.since for each in read if each.filters.since), None)
            since_ = day(asked_for or date.fromisoformat(since_))
        yield Chip(f"Since {since_}", {state.SINCE: []}, lambda filters: filters.since is not None)


def _of_words(read: Understood, *, everywhere: bool) -> Iterator[Chip]:
    """Yield the price that was read in the query, where it limits prices.

    Args:
        read: How the query was understood.
        everywhere: Whether every answer that is shown was found under it.
    """
    if read.price is None or read.price.unused:
        return
    low, high = read.price.low, read.price.high
    rest = read_price(read.typed)[1]
    said = _range("" if low is None else amount(low), "" if high is None else amount(high))
    yield Chip(
        f"Price {said}, from your words{'' if everywhere else ', on one side'}",
        {state.QUERY: [rest]} if rest else {state.TYPED: ["1"]},
        _priced(low is not None, high is not None),
        f'Take "{plain(read.price.said)}" out of the query' if rest else "Search the query as typed",
    )


def _priced(low: bool, high: bool) -> Callable[[Filters], bool]:
    return lambda filters: (not low or filters.price_min is not None) and (not high or filters.price_max is not None)


def _range(low: str, high: str) -> str:
    return f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}"


def _bound(parameter: str) -> str:
    said = state.text(parameter)
    with suppress(ValueError):
        return amount(float(said))
    return said


def _take_off(chip: Chip) -> None:
    for parameter, left in chip.left.items():
        state.write(parameter, left)
    state.write(state.SHOWN, None)
