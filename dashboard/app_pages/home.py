"""Home: what is this, which versions are there, and where to begin?"""

from __future__ import annotations

import streamlit as st

from dashboard import frame, home, state, views
from dashboard.components import notes

ABOUT = (
    "Type what a shopper would type, pick a shopper, or draw around products on a map: published versions of a search "
    "model answer, and say why. Every figure stands beside chance and strong baselines, so that two versions can be "
    "compared and the better one shipped."
)
DOORS = {
    "search": ("Search", "Type a query; see what words, meaning and a learned order find, and why."),
    "compare": ("Compare", "Two versions side by side: which one should ship, for whom, and how sure is that?"),
    "map": ("Map", "Every product as a dot: what the model takes for alike, and where the picture lies."),
}


def main() -> None:
    with frame.page("Product Search Explorer", ABOUT):
        listing = home.listing()
        doors()
        home.versions(listing)
        left, right = st.columns([1.35, 1], gap="large")
        with right, frame.calm():
            home.data()
            home.system(listing)
        with left, frame.calm():
            home.tour()
        home.playlist()


def doors() -> None:
    """Draw the three ways in."""
    for column, (path, (name, said)) in zip(st.columns(len(DOORS)), DOORS.items(), strict=True):
        page = views.page_of(path)
        if page is None:
            continue
        with column.container(border=True, height="stretch", key=f"door-{path}", gap="xsmall"):
            version = state.version()
            st.page_link(page, label=f"{name} →", query_params={state.VERSION: version} if version else None)
            st.html(notes.small(said))


main()
