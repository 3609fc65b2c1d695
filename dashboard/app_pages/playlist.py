"""Playlist: which views are worth showing, in which order?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import frame, state, views
from dashboard.components import notes
from dashboard.components.words import clean, counted, day, plain
from dashboard.playlists import handout, links, pinning
from pipeline.errors import ExplorerError
from pipeline.workspace.playlist import LONGEST_NOTE, LONGEST_TITLE, Pin


def main() -> None:
    with frame.page("Playlist", "Which views are worth showing, and in which order?"):
        undo()
        pins = pinning.playlist().pins()
        if not pins:
            words = "Open any page and press Pin this view in the sidebar: it is kept here with your note."
            st.html(notes.message("Nothing is pinned yet.", words, kind="empty"))
            return
        control_row(pins)
        for place, pin in enumerate(pins):
            draw(pin, place, len(pins))


def control_row(pins: list[Pin]) -> None:
    """Draw how to present the playlist and how to hand it out."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if shown := pinning.shown():
            first = pinning.view(shown[0])
            if page := views.page_of(first.page):
                with st.container(key="start-presenting", width="content"):
                    st.page_link(page, label="Present →", query_params=first.query(**{state.PRESENT: 1}))
        st.html(notes.small(f"{counted(len(pins), 'view')}, seen by everyone who uses this server."), width="stretch")
        handout.button(pins)
        links.buttons(pins)


def draw(pin: Pin, place: int, count: int) -> None:
    """Draw a pin with what can be done with it."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"pin-{pin.id}"):
        st.html(notes.pin(f"{place + 1}.", pin.title, pin.note, about(pin), pinning.changed(pin)), width="stretch")
        ways = st.container(horizontal=True, vertical_alignment="center", gap="small", width="content")
    with ways:  # beside a long title they go below it, together
        if page := views.page_of(pin.page):
            st.page_link(page, label="Open", query_params=pinning.view(pin).query())
        act: dict[str, Any] = {"type": "tertiary", "on_click": _do}
        last = place == count - 1
        st.button("↑", key=f"up-{pin.id}", help="Move up", disabled=place == 0, args=("move", pin, -1), **act)
        st.button("↓", key=f"down-{pin.id}", help="Move down", disabled=last, args=("move", pin, 1), **act)
        with st.popover("Edit", key=f"edit-{pin.id}"):
            st.text_input("Title", pin.title, max_chars=LONGEST_TITLE, key=f"title-{pin.id}")
            st.text_area("Note", pin.note, max_chars=LONGEST_NOTE, key=f"note-{pin.id}", height=120)
            st.button("Save", key=f"save-{pin.id}", type="primary", on_click=_save, args=(pin,))
        st.button("Remove", key=f"remove-{pin.id}", args=("remove", pin), **act)


def about(pin: Pin) -> str:
    """Return the page, the versions and the day of a pin."""
    page = views.page_of(pin.page)
    named = page.title if page else f'page "{clean(pin.page, 40)}", which is no longer there'
    return " · ".join([named, *(clean(each, 64) for each in pin.versions), f"pinned {day(pin.saved)}"])


def undo() -> None:
    """Say what came of the last change, and offer to take a removal back."""
    told = st.session_state.pop(state.PIN_TOLD, None)
    if isinstance(told, ExplorerError):
        st.html(notes.message(told.problem, told.remedy))
    elif told:
        st.html(notes.message(told, kind="note"))
    if pin := st.session_state.get(state.UNPINNED):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(notes.sentence(f'Removed "{clean(pin.title)}".'), width="content")
            st.button("Undo", key="undo", on_click=_do, args=("restore", pin), help=f"Put {plain(pin.title)} back")


def _save(pin: Pin) -> None:
    # What is typed comes with the click, and so later than what this page was drawn with.
    title, note = (str(st.session_state[f"{each}-{pin.id}"]) for each in ("title", "note"))
    if _changed("edit", pin, title, note) is False:
        words = f'"{clean(pin.title)}" was removed meanwhile. Undo puts it back with what you typed.'
        st.session_state[state.PIN_TOLD] = words
        st.session_state[state.UNPINNED] = replace(pin, title=title)


def _do(what: str, pin: Pin, *more: object) -> None:
    if _changed(what, pin, *more) is False and all(each.id != pin.id for each in pinning.playlist().pins()):
        st.session_state[state.PIN_TOLD] = f'"{clean(pin.title)}" is gone for good: too many were removed since.'


def _changed(what: str, pin: Pin, *more: object) -> object:
    """Change the playlist; return what it says of that, None where it could not be done."""
    try:
        done: object = getattr(pinning.playlist(), what)(pin.id, *more)
    except ExplorerError as error:
        st.session_state[state.PIN_TOLD] = error
        return None
    st.session_state[state.UNPINNED] = pin if what == "remove" else None
    return done


main()
