"""Search: which products answer a query?"""

from __future__ import annotations

import streamlit as st

from dashboard import (
    choices,
    controls,
    downloads,
    facets,
    filtering,
    frame,
    modes,
    results,
    search_compared,
    state,
    understanding,
    why,
)
from dashboard.components import cards, notes
from dashboard.components.words import plain, typed
from dashboard.modes import MODES
from pipeline.retrieval.engine import Engine, Space, check_query
from pipeline.retrieval.results import Results
from pipeline.retrieval.search_engine import NOTHING_FOUND

# What loses its meaning with another query.
OF_QUERY = (state.SHOWN, state.TYPED, state.WHY, state.WHY_SIDE)
SPACES = {"text": "By meaning", "towers": "By shoppers"}
COSINE = {
    "text": "The score, -1 to 1, is the cosine between the texts of two products; 1 means the same.",
    "towers": "The score, -1 to 1, is the cosine between two products as the towers see them; 1 is the same.",
}


def main() -> None:
    if product_id := state.text(state.SIMILAR):
        with frame.page("Similar products", "Which products are nearest to this one?"):
            engine, _ = frame.engine(name=state.text(state.SIMILAR_OF), added=True)
            similar(engine, product_id)
        return
    with frame.page("Search", "Which products answer a shopper's query, and why?"):
        engine, other = frame.engine(with_other=True, added=True)
        mode = control_row(engine)
        if not typed(state.text(state.QUERY)).strip():
            understanding.strip()
            invite(engine)
        elif second := search_compared.second(engine, other, mode):
            search_compared.answer((engine, mode), second)
        else:
            answer(engine, mode)


def control_row(engine: Engine) -> str:
    """Draw query, mode and filters; return the mode."""
    box, ways, narrowing, beside = st.columns([4.2, 5.7, 1.7, 1.8], vertical_alignment="center")
    box.text_input(
        "Query",
        type="search",
        placeholder="What is the shopper looking for?",
        label_visibility="collapsed",
        **state.bound(state.QUERY, state.text(state.QUERY), forget=OF_QUERY),
    )
    with ways:
        mode = modes.pick(engine, forget=[state.SHOWN])
    with narrowing:
        facets.popover(engine, mode)
    with beside:
        search_compared.popover(engine, mode)
    return mode


def answer(engine: Engine, mode: str) -> None:
    """Draw the results of the query in the URL."""
    as_typed = bool(state.text(state.TYPED))
    with filtering.told():
        query = check_query(typed(state.text(state.QUERY)))
        shown = state.how_many(state.SHOWN)
        chosen = filtering.asked(engine)
        found = engine.search(query, k=shown, filters=chosen, mode=MODES[mode].engine, as_typed=as_typed)
    assert found.understood is not None
    understanding.strip(found.understood, as_typed=as_typed)
    if not found.hits:
        nothing(engine, mode, found)
        return
    results.searched(found, mode, lambda: downloads.search([(engine, mode, found)], query))
    if told := modes.replaced(engine):
        st.html(notes.message(told, kind="note"))
    results.told(found, besides=results.read(found))
    results.rows(engine, found, MODES[mode].score_told)
    results.more(found, shown)
    why.drawer(engine, mode, found)


def nothing(engine: Engine, mode: str, found: Results) -> None:
    """Say why a list is empty, and offer the way on. Filters are never to blame: the engine relaxes them."""
    if not len(engine.catalogue):
        st.html(notes.message("This version holds no products.", "Choose another version.", kind="empty"))
        return
    problem, remedy = "No product contains these words.", "Search by meaning instead."
    if NOTHING_FOUND in found.notes:
        problem, remedy = NOTHING_FOUND.split(". ", 1)
        problem += "."
    results.told(found, besides={NOTHING_FOUND, *results.read(found)})
    st.html(notes.message(problem, remedy, kind="empty"))
    if mode != "meaning":
        with frame.centred():
            st.button(
                "Search by meaning",
                key="by-meaning",
                on_click=state.write,
                args=(state.MODE, "meaning"),
                type="primary",
            )


def invite(engine: Engine) -> None:
    """Say what to type, and offer queries that this version can answer."""
    st.html(
        notes.message(
            "Type what a shopper would look for.",
            f"{len(engine.catalogue):,} products are searched by their words and by their meaning. For example:",
            kind="empty",
        )
    )
    with frame.centred():
        for place, query in enumerate(choices.example_queries(engine)):
            st.button(plain(query), key=f"example-{place}", on_click=state.write, args=(state.QUERY, query))


def similar(engine: Engine, product_id: str) -> None:
    """Draw the products nearest to one."""
    controls_ = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    words = "Back to the results" if state.text(state.QUERY) else "Back to search"
    controls_.button(f"← {words}", key="back", on_click=leave_similar)
    shown = state.how_many(state.SHOWN)
    space: Space = "text"
    if engine.has_towers:
        space = "towers" if state.text(state.SPACE) == "towers" else "text"
        controls_.segmented_control(
            "Similar",
            list(SPACES),
            format_func=SPACES.__getitem__,
            required=True,
            label_visibility="collapsed",
            help="By meaning compares what the words say; by shoppers compares what the same shoppers want.",
            **state.bound(state.SPACE, space, default="text"),
        )
    product = engine.catalogue.product(engine.catalogue.row(product_id))
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.html(cards.card(product))
        if product.row < engine.catalogue.published:
            where = controls.on_map(product_id, engine.name)
            st.page_link(controls.REVERSE, label=controls.WHO, query_params=where)
            if engine.maps:
                st.page_link(controls.MAP, label="Show on map", query_params=where)
    found = engine.similar(product_id, k=shown, space=space)
    if not found.hits:
        words = "There is no other product to compare it with."
        st.html(notes.message(words, "Similar products appear here for versions with more of them.", kind="empty"))
        return
    results.summary(found, ("other product", ""), lead="The nearest ")
    results.told(found)
    results.rows(engine, found, COSINE[space])
    results.more(found, shown)


def leave_similar() -> None:
    for parameter in (state.SIMILAR, state.SIMILAR_OF, state.SPACE, state.SHOWN):
        state.write(parameter, None)


main()
