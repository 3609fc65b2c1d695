"""Versions: what is published, how good is it, is it whole, and which one serves?"""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from dashboard import against, frame, loading, publishing, state
from dashboard.components import notes
from dashboard.open_versions import NOTHING_PUBLISHED, Listed
from dashboard.version_panels import actions_panel, detail_panel, list_panel
from pipeline.errors import ExplorerError


def main() -> None:
    with frame.page("Versions", "What is published, how good is it, is it whole, and which one serves?"):
        listing = loading.versions().listing()[::-1]  # newest first
        if not listing:
            raise NOTHING_PUBLISHED
        chosen = looked_at(listing)
        if chosen is None:
            st.html(against.gone([state.text(state.VERSION)]))
        list_panel.draw(listing, chosen)
        actions_panel.outcome()
        if chosen is None:
            actions_panel.doom()  # nothing is asked about a version that is not there
            return
        st.divider()
        if chosen.manifest is not None:
            left, right = st.columns([1.7, 1], gap="large")
            with left, frame.calm():
                detail_panel.draw(chosen.manifest)
            with right, frame.calm():
                actions_panel.draw(chosen.name)
        else:
            st.html(notes.message(f"{chosen.name} cannot be served.", chosen.reason or ""))
            actions_panel.draw(chosen.name)


def looked_at(listing: list[Listed]) -> Listed | None:
    """Return the version that the URL names, None where it is not there; else the one last looked at, or the newest."""
    said = state.version() or ""
    with suppress(ExplorerError):  # the list says why aliases cannot be read
        said = publishing.aliases().get(said, said)
    found = next((each for each in listing if each.name == said), None)
    if found is None and state.text(state.VERSION):
        return None
    return found or next((each for each in listing if each.reason is None), listing[0])


main()
