"""Home: what is this, which versions are there, and where to begin?"""

from __future__ import annotations

import streamlit as st

from dashboard import frame, home, loading, state, views
from dashboard.comparing import chosen
from dashboard.components import notes
from pipeline.retrieval.engine import Engine

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
        engine: Engine | None = None
        with frame.calm():  # said once, though more than one part below is about it
            engine = loading.published(state.version())
        doors(engine)
        home.versions(listing)
        left, right = st.columns([1.35, 1], gap="large")
        with right:
            if engine is not None:
                with frame.calm():
                    home.data(engine)
            own_data()
            with frame.calm():
                home.system(listing)
        if engine is not None:
            with left, frame.calm():
                home.tour(engine)
        home.playlist()


def own_data() -> None:
    """Draw the way to the page Your data, which stands in no menu."""
    if page := views.page_of("own-data"):
        with st.container(key="own-data", width="content"):
            st.page_link(page, label=":primary[Describe your own data →]")


def doors(engine: Engine | None) -> None:
    """Draw the three ways in; Compare opens the version in view beside the newest one that may be compared with it."""
    for column, (path, (name, said)) in zip(st.columns(len(DOORS)), DOORS.items(), strict=True):
        page = views.page_of(path)
        if page is None:
            continue
        with column.container(border=True, height="stretch", key=f"door-{path}", gap="xsmall"):
            asked = {state.VERSION: version} if engine is not None and (version := state.version()) else {}
            if path == "compare" and engine is not None and (other := chosen.newest_beside(engine.manifest)):
                asked = {state.VERSION: engine.name, state.OTHERS: other}
            st.page_link(page, label=f"{name} →", query_params=asked or None)
            st.html(notes.small(said))


main()
