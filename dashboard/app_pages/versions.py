"""Versions: what is published, how good is it, is it whole, and which one serves?"""

from __future__ import annotations

import streamlit as st

from dashboard import frame, loading, state
from dashboard.components import notes
from dashboard.open_versions import NOTHING_PUBLISHED, Listed
from dashboard.version_panels import actions_panel, detail_panel, list_panel


def main() -> None:
    with frame.page("Versions", "What is published, how good is it, is it whole, and which one serves?"):
        listing = loading.versions().listing()[::-1]  # newest first
        if not listing:
            raise NOTHING_PUBLISHED
        chosen = looked_at(listing)
        list_panel.draw(listing, chosen)
        actions_panel.outcome()
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


def looked_at(listing: list[Listed]) -> Listed:
    """Return the version that the URL names, else the one last looked at, else the newest."""
    name = state.version()
    found = next((each for each in listing if each.name == name), None)
    return found or next((each for each in listing if each.reason is None), listing[0])


main()
