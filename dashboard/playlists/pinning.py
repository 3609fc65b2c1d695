"""Pinning: what keeps the view on screen, and what a pin says of itself later."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import loading, state, views
from dashboard.components import notes
from dashboard.components.words import clean, counted, day, listing
from dashboard.views import View
from pipeline.errors import ExplorerError
from pipeline.manifest import Manifest
from pipeline.workspace.playlist import LONGEST_NOTE, LONGEST_TITLE, Pin, Playlist

PATH = "playlist"  # of the page that lists the pins
TOLD_BY: dict[str, tuple[str, ...]] = {  # the parameters that say what a view is about, the first of them that it has
    "new-product": (state.TITLE,),
    "reverse-search": (state.PRODUCT, state.QUERY),
    "own-data": (state.OWN,),
}
OTHERWISE = (
    state.QUERY,
    state.SHOPPER,
    state.UNIT,
    state.PRODUCT,
    state.SIMILAR,
    state.SEGMENT,
    state.SET,
    state.OTHERS,
)


def playlist() -> Playlist:
    """Return the playlist beside the versions in view."""
    return Playlist(loading.versions().store.artifacts)


def view(pin: Pin) -> View:
    """Return where a pin leads: parameters that this app does not know are left out."""
    return View(pin.page, tuple(each for each in pin.parameters if each[0] in views.KEPT))


def shown() -> list[Pin]:
    """Return the pins whose page there is, in order.

    Raises:
        WorkspaceError: The playlist cannot be read.
    """
    return [pin for pin in playlist().pins() if views.page_of(pin.page)]


def changed(pin: Pin) -> str:
    """Return in a sentence which versions of a pin are gone or were published anew since, "" where none is."""
    now = {each.name: each.manifest.checksum for each in loading.versions().listing() if each.manifest is not None}
    gone = [clean(name, 64) for name in pin.versions if name not in now]
    anew = [clean(name, 64) for name, checksum in pin.versions.items() if name in now and now[name] != checksum]
    said = []
    if gone:
        said.append(f"{listing(gone)} {'is' if len(gone) == 1 else 'are'} no longer published.")
    if anew:
        said.append(f"{listing(anew)} {'was' if len(anew) == 1 else 'were'} published anew since: figures may differ.")
    return " ".join(said)


def about(pin: Pin, title: str) -> str:
    """Return the page, the versions and the day of a pin, for a file.

    Args:
        pin: The pin.
        title: What its page is called.
    """
    versions = [f"{clean(name, 64)} (checksum {checksum[:16]})" for name, checksum in pin.versions.items()]
    return ", ".join([title, *versions, f"pinned {day(pin.saved)}"])


def manifests(pins: Sequence[Pin]) -> list[Manifest]:
    """Return the manifests of the versions that pins show and that are published still."""
    now = {each.name: each.manifest for each in loading.versions().listing() if each.manifest is not None}
    return [now[name] for name in dict.fromkeys(name for pin in pins for name in pin.versions) if name in now]


def suggested(page: Page, found: View) -> str:
    """Return a title for a view: its page and what it is about."""
    by_name = found.by_name
    name = next((name for name in TOLD_BY.get(found.page, OTHERWISE) if name in by_name), "")
    about = by_name[name][0] if name else ""
    if name == state.PRODUCT:
        about = _titled(found, about)
    return clean(f"{page.title}: {about}" if about.strip() else page.title, LONGEST_TITLE)


def _titled(found: View, product_id: str) -> str:
    """Return a product's title; its id where the version in view lacks it."""
    with suppress(ExplorerError):
        catalogue = loading.published(next(iter(found.by_name.get(state.VERSION, [])), None)).catalogue
        if product_id in catalogue:
            return catalogue.title(catalogue.row(product_id)) or product_id
    return product_id


def draw(page: Page) -> None:
    """Draw what pins the view on screen, and the way to the playlist.

    Args:
        page: The page in view.
    """
    if page.url_path == PATH:
        return  # where pins are listed there is no view to pin
    st.divider()
    link("Open the playlist")
    with st.popover("Pin this view", width="stretch", key="pin-view"):
        st.html(notes.small("It is kept for everyone who uses this server."))
        suggestion = suggested(page, views.on_screen(page.url_path))
        st.text_input("Title", key=state.PIN_TITLE, max_chars=LONGEST_TITLE, placeholder=suggestion)
        st.text_area("Note", key=state.PIN_NOTE, max_chars=LONGEST_NOTE, placeholder="What to look at", height=96)
        st.button("Pin", key="pin", type="primary", on_click=_pin, args=(page,))
        told = st.session_state.pop(state.PIN_TOLD, None)
        if isinstance(told, ExplorerError):
            st.html(notes.message(told.problem, told.remedy))
        elif told:
            st.html(notes.message(told, kind="note"))


def link(label: str) -> None:
    """Draw the way to the playlist."""
    if page := views.page_of(PATH):
        st.page_link(page, label=label)


def _pin(page: Page) -> None:
    found = views.on_screen(page.url_path)
    title = st.session_state.get(state.PIN_TITLE, "").strip() or suggested(page, found)
    try:
        note = st.session_state.get(state.PIN_NOTE, "")
        count = playlist().add(found.page, found.parameters, title, note, views.versions_of(found))
    except ExplorerError as error:
        st.session_state[state.PIN_TOLD] = error
        return
    st.session_state[state.PIN_TITLE] = st.session_state[state.PIN_NOTE] = ""
    st.session_state[state.PIN_TOLD] = f"Pinned. The playlist holds {counted(count, 'view')}."
