"""New product: where would it belong, who would see it, what would find it?"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import controls, downloads, frame, query_choice, state
from dashboard.components import drafted, facts, notes
from dashboard.components.export import Cell
from dashboard.components.words import plain
from dashboard.drafting import batch_panel, form, panels, place_panel, title_panel, tried
from dashboard.drafting.tried import Tried
from dashboard.query_choice import Queries
from pipeline.comparing.reach import own_queries
from pipeline.retrieval.engine import Engine

DETAILS = {
    "queries": "Queries",
    "shoppers": "Shoppers",
    "displaced": "Displaced",
    "neighbours": "Neighbours",
    "title": "Another title",
    "words": "Each word",
}


def main() -> None:
    with frame.page("New product", "Where would an unreleased product belong, who would see it, what would find it?"):
        engine, _ = frame.engine()
        if not len(engine.catalogue):
            st.html(notes.message("This version holds no products.", "Choose another version.", kind="empty"))
            return
        which, asking, searching = st.columns([2.6, 2.2, 2.2], vertical_alignment="center")
        with which:
            many = form.kind()
        with searching:
            mode = form.mode(engine)
        if many:
            with asking:
                asked = query_choice.pick(engine, ())
            batch_panel.draw(engine, mode, asked)
            return
        form.fields(engine)
        draft = form.draft()
        own = own_queries(draft.title, draft.brand, draft.category) if draft else ()
        with asking:
            asked = query_choice.pick(engine, own)
        if draft is None:
            invite(engine)
            return
        answer(engine, tried.tried(engine, draft, mode, asked), mode, asked)


def answer(engine: Engine, own: Tried, mode: str, asked: Queries) -> None:
    """Draw what the version makes of the product: in words, in figures, on the map, then the detail."""
    st.html(notes.headline(drafted.headline(own.placed, engine.catalogue, own.wins, own.vectors, asked.said)))
    said = [drafted.duplicate(own.placed, engine.catalogue, own.draft.title), *own.placed.notes]
    if kept := [each for each in said if each]:
        st.html(notes.remarks(kept))
    whose = [each for each, known in (("queries", own.wins), ("shoppers", own.vectors)) if known is not None]
    displaced = {each: own.displaced(each) for each in whose}
    rows = drafted.facts(len(engine.catalogue), own.wins, title_panel.audiences(own), displaced)
    if rows:
        shown = facts.Table("Were it in the catalogue", drafted.COLUMNS, rows)
        downloads.facts(shown, engine.manifest, "new-product", key="csv-facts")
    if words := panels.against(engine, own):
        st.html(notes.small(words))
    place_panel.draw(engine, own)
    st.divider()
    chosen = controls.pick(state.DETAIL, "Detail", list(DETAILS), DETAILS)
    with frame.calm():
        detail(engine, own, mode, asked, chosen)


def detail(engine: Engine, own: Tried, mode: str, asked: Queries, chosen: str) -> None:
    """Draw the chosen detail."""
    if chosen == "shoppers":
        panels.shoppers(engine, own)
    elif chosen == "displaced":
        panels.displaced(engine, own)
    elif chosen == "neighbours":
        panels.neighbours(engine, own)
    elif chosen == "title":
        title_panel.edited(engine, own, mode, asked)
    elif chosen == "words":
        title_panel.words(engine, own, mode, asked)
    else:
        panels.queries(engine, own, mode, asked)


def invite(engine: Engine) -> None:
    """Say what to type, and offer products to begin from."""
    st.html(
        notes.message(
            "Type the title of a product that is not released yet.",
            "It is tried in memory, beside the version's own products: nothing is written. For example:",
            kind="empty",
        )
    )
    with frame.centred():
        for place, (title, parameters) in enumerate(form.examples(engine)):
            st.button(plain(title), key=f"example-{place}", on_click=begin, args=(parameters,))


def begin(parameters: Mapping[str, Cell]) -> None:
    """Fill the fields."""
    for name, value in parameters.items():
        state.write(name, value)


main()
