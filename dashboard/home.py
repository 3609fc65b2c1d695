"""The parts of the Home page: the versions with their figures, the data in brief, the state, the tour."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import downloads, frame, live, loading, state, views
from dashboard import tour as guided
from dashboard.components import colours, headlines, notes
from dashboard.components.words import clean, counted
from dashboard.components.words import listing as listed_words
from dashboard.open_versions import NOTHING_PUBLISHED, Listed, NothingPublished
from dashboard.playlists import pinning
from pipeline.aliases import ALIASES, PRODUCTION
from pipeline.errors import ExplorerError
from pipeline.retrieval.engine import Engine

MOST = 8  # versions that are listed, the newest


def listing() -> list[Listed]:
    """Return every published version, the newest first.

    Raises:
        NothingPublished: There is none.
    """
    found = loading.versions().listing()[::-1]
    if not found:
        raise NothingPublished(NOTHING_PUBLISHED.problem, NOTHING_PUBLISHED.remedy)
    return found


def versions(found: Sequence[Listed]) -> None:
    """Draw the versions that can be served, with what each reaches beside the best baseline and chance."""
    st.subheader("Versions", anchor=False)
    healthy = [each.manifest for each in found if each.manifest is not None and not each.reason]
    if not healthy:
        st.html(notes.message("No version can be served.", "The sidebar says why for each of them."))
        return
    shown = healthy[:MOST]
    colour = {each.name: colours.of_versions(each.name)[each.name] for each in shown}
    st.html(headlines.table(shown, colour, aliases()))
    words = "Over all held-out products and judged queries, with 95 % intervals. Chance has none: it is computed."
    if len(healthy) > MOST:
        words += f" The sidebar's list has {counted(len(healthy) - MOST, 'older version')} more."
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(notes.small(words), width="content")
        downloads.button(headlines.as_rows(healthy), "versions", *healthy, key="versions-csv")


def aliases() -> dict[str, str]:
    """Return {alias: version}; none where they cannot be read, which the state says."""
    try:
        return loading.versions().aliases.all()
    except ExplorerError:
        return {}


def data(engine: Engine) -> None:
    """Draw the data of the version in view in brief."""
    manifest = engine.manifest
    st.subheader("Data", anchor=False)
    known = manifest.dataset
    facts = [("Dataset", clean(str(known.get("name", "–"))))]
    facts += [
        (noun.capitalize(), f"{int(known[noun]):,}")
        for noun in ("products", "shoppers", "interactions", "judgements")
        if isinstance(known.get(noun), int) and known[noun]
    ]
    st.html(notes.row(notes.small(f"What {manifest.name} was made from."), notes.generated(manifest)))
    st.html(notes.definitions(facts))


def system(found: Sequence[Listed]) -> None:
    """Draw what is served, and what is not."""
    st.subheader("State", anchor=False)
    broken = [each.name for each in found if each.reason]
    said = [("Versions", f"{len(found) - len(broken)} of {len(found)} can be served")]
    if broken:
        said.append(("Not served", f"{listed_words([clean(each) for each in broken[:5]])}; the sidebar says why"))
    said += [(alias.capitalize(), _alias(alias)) for alias in ALIASES]
    said.append(("Added products", "on: the API adds them while it serves" if live.on() else "off"))
    st.html(notes.definitions(said))


def _alias(alias: str) -> str:
    try:
        known = loading.versions().aliases.all()
    except ExplorerError as error:
        return str(error)
    if alias in known:
        return known[alias]
    if alias != PRODUCTION:
        return "not set"
    try:
        return f"not set: {loading.published(None).name} answers"
    except ExplorerError:
        return "not set"


def tour(engine: Engine) -> None:
    """Draw the steps of the guided tour: each is a link."""
    st.subheader("Guided tour", anchor=False)
    made = guided.of(engine)
    found = made.steps
    words = f"{counted(len(found), 'step')} through {engine.name}, made from what it holds."
    st.html(notes.small(words))
    if found and (first := views.page_of(found[0].view.page)):
        with st.container(key="start-tour", width="content"):
            st.page_link(first, label="Start the tour →", query_params=found[0].view.query(**{state.TOUR: 1}))
    with st.container(gap="xsmall", key="steps"):
        for place, step in enumerate(found, start=1):
            if page := views.page_of(step.view.page):
                asked = step.view.query(**{state.TOUR: place})
                st.page_link(page, label=f"{place}.\u2002{step.title}", query_params=asked)
                st.html(notes.small(step.note))
    for each in made.without:
        st.html(notes.small(each))


def playlist() -> None:
    """Draw the way to the playlist, where anything is pinned."""
    with frame.calm():
        if pins := pinning.playlist().pins():
            st.subheader("Playlist", anchor=False)
            pinning.link(f"{counted(len(pins), 'pinned view')}, to present or to hand out")
