"""The bar above a page that is on tour or presented: where one is, what to look at, and the way on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import loading, state, tour, views
from dashboard.components import notes
from dashboard.playlists import pinning
from dashboard.views import View

BARE = (
    '<style>[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], '
    '[data-testid="stExpandSidebarButton"] { display: none !important; } '
    '[data-testid="stLayoutWrapper"]:has(> .st-key-stage) { top: .5rem !important; } '
    ".stMainBlockContainer { padding-top: 1rem !important; max-width: none !important; }</style>"
)


def draw(key: str = "stage") -> None:
    """Draw the bar where the URL asks for one.

    Args:
        key: Tells the bar of the page from the one of what lies over it.

    Raises:
        ExplorerError: The version of the tour, or the playlist, cannot be opened.
    """
    if said := state.text(state.PRESENT):
        _presented(said, key)
    elif said := state.text(state.TOUR):
        _on_tour(said, key)


def _on_tour(said: str, key: str) -> None:
    steps = tour.of(loading.published(state.version())).steps
    place = number(said, len(steps))
    if place is None:
        _lost("The tour has no such step.", f"It has {len(steps)}; Home lists them.", views.page_of(""), key)
        return
    step = steps[place - 1]
    home = View("", step.view.parameters[:1])  # of the same version
    bar(key, state.TOUR, place, [each.view for each in steps], "Step", step.title, step.note, home)


def _presented(said: str, key: str) -> None:
    pins = pinning.shown()
    place = number(said, len(pins))
    if place is None:
        _lost("The playlist has no such view.", f"It has {len(pins)}.", views.page_of(pinning.PATH), key)
        return
    if key == "stage":
        st.html(BARE)
    pin = pins[place - 1]
    note = " ".join(filter(None, [pin.note, pinning.changed(pin)]))
    bar(key, state.PRESENT, place, [pinning.view(each) for each in pins], "View", pin.title, note, View(pinning.PATH))


def number(said: str, most: int) -> int | None:
    """Return the place that the URL names, from 1; None where there is none.

    >>> number("2", 3), number("4", 3), number("0", 3), number("x", 3)
    (2, None, None, None)
    """
    return int(said) if said.isascii() and said.isdecimal() and 1 <= int(said[:6]) <= most else None


def bar(
    key: str, parameter: str, place: int, every: Sequence[View], noun: str, title: str, note: str, end: View
) -> None:
    """Draw where one is and the way on.

    Args:
        key: Tells it from another bar.
        parameter: The URL parameter that holds the place.
        place: From 1.
        every: The views, in order.
        noun: What one of them is called.
        title: Of the view.
        note: What to look at.
        end: Where the end leads.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key):
        st.html(notes.stage(f"{noun} {place} of {len(every)}", title, note), width="stretch")
        ways = [("Back", place - 1, "PageUp"), ("Next", place + 1, "PageDown")]
        for label, to, pressed in ways:
            there = 1 <= to <= len(every)
            view = every[to - 1] if there else every[place - 1]
            if parameter == state.PRESENT and key == "stage":  # a presenter's remote presses keys, and links have none
                _button(key, label, view, to, there, pressed)
            elif there:
                _link(label, view, {parameter: to})
        _link("End", end, {})


def _link(label: str, view: View, more: Mapping[str, object]) -> None:
    if page := views.page_of(view.page):
        st.page_link(page, label=label, query_params=view.query(**more))


def _button(key: str, label: str, view: View, to: int, there: bool, pressed: str) -> None:
    asked = st.button(
        label,
        key=f"{key}-{label.lower()}",
        disabled=not there,
        shortcut=pressed,
        type="primary" if label == "Next" else "secondary",
    )
    if asked and (page := views.page_of(view.page)):
        st.switch_page(page, query_params=view.query(**{state.PRESENT: to}))


def _lost(problem: str, remedy: str, page: Page | None, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.html(notes.message(problem, remedy, kind="note"), width="stretch")
        if page:
            st.page_link(page, label="End", query_params={})
