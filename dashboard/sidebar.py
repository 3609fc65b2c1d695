"""The sidebar: the version in view, its size, the basket, and versions that cannot be served."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import loading, state
from dashboard.components import index_charts, notes, short_names
from dashboard.components.words import counted, day
from dashboard.open_versions import Listed
from pipeline.errors import ExplorerError


def draw(recommend: Page | None) -> None:
    """Draw the sidebar; `recommend` is the page that shows the basket, None where it is the one in view."""
    name = state.version()
    with (
        suppress(ExplorerError),
        st.spinner("Opening the version"),
    ):  # the page says why; opened first, so that the list below knows of damage
        name = loading.published(name).name
    listing = loading.versions().listing()
    if not listing:
        return
    healthy = [listed.name for listed in reversed(listing) if not listed.reason]
    st.selectbox(
        "Version",
        healthy,
        format_func=dict(zip(healthy, short_names.shorter(healthy), strict=True)).__getitem__,
        placeholder="Choose a version",
        help="A published model with its products.",
        **state.bound(state.VERSION, name if name in healthy else None, forget=[state.AREA, state.VIEW]),
    )
    current = next((listed for listed in listing if listed.name == name and not listed.reason), None)
    if current is not None and current.manifest is not None:
        st.html(notes.definitions(facts(current)))
        for note in current.manifest.notes:
            st.html(notes.small(note))
    if recommend is not None and (held := state.basket()):
        st.divider()
        if st.button(f"Open the basket ({counted(len(held), 'product')})", key="open-basket", width="stretch"):
            parameters = {state.FOR: "basket", state.BASKET: held} | ({state.VERSION: name} if name else {})
            st.switch_page(recommend, query_params=parameters)
    if broken := [listed for listed in listing if listed.reason]:
        st.divider()
        with st.expander(f"{counted(len(broken), 'version')} cannot be served"):
            for listed in broken:
                st.html(notes.message(listed.name, listed.reason or ""))


def facts(listed: Listed) -> list[tuple[str, str]]:
    """Return what a version holds, as pairs of words."""
    assert listed.manifest is not None
    dataset = listed.manifest.dataset
    sizes = [
        (noun.capitalize(), f"{int(dataset[noun]):,}")
        for noun in ("products", "shoppers", "interactions")
        if dataset.get(noun)
    ]
    return [
        ("Dataset", str(dataset.get("name", "–"))),
        *sizes,
        ("Towers", "yes" if listed.has_towers else "no"),
        *([("Index", index_charts.served(index))] if (index := listed.manifest.index) else []),
        ("Published", day(listed.manifest.created)),
    ]
