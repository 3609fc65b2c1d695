"""Search: which products answer a query?"""

from __future__ import annotations

import streamlit as st

from dashboard import choices, controls, frame, results, state
from dashboard.components import cards, notes
from dashboard.components.words import counted, plain, typed
from pipeline.retrieval.engine import Engine, Mode, Space, check_query
from pipeline.retrieval.filters import Filters

MODES = {"fused": "Fused", "words": "Words (BM25)", "meaning": "Meaning (MiniLM)"}
ENGINE_MODES: dict[str, Mode] = {"fused": "fused", "words": "lexical", "meaning": "semantic"}
SPACES = {"text": "By meaning", "towers": "By shoppers"}


def main() -> None:
    if product_id := state.text(state.SIMILAR):
        with frame.page("Similar products", "Which products are nearest to this one?"):
            engine, _ = frame.engine()
            similar(engine, product_id)
        return
    with frame.page("Search", "Which products answer a shopper's query, and why?"):
        engine, _ = frame.engine()
        mode = control_row(engine)
        if typed(state.text(state.QUERY)).strip():
            answer(engine, mode)
        else:
            invite(engine)


def control_row(engine: Engine) -> str:
    """Draw query, mode and filters; return the mode."""
    mode = state.text(state.MODE, "fused")
    mode = mode if mode in MODES else "fused"
    box, ways, narrowing = st.columns([5.2, 5.4, 1.8], vertical_alignment="center")
    box.text_input(
        "Query",
        type="search",
        placeholder="What is the shopper looking for?",
        label_visibility="collapsed",
        **state.bound(state.QUERY, state.text(state.QUERY), forget=[state.SHOWN]),
    )
    ways.segmented_control(
        "Search by",
        list(MODES),
        format_func=MODES.__getitem__,
        required=True,
        label_visibility="collapsed",
        **state.bound(state.MODE, mode, forget=[state.SHOWN], default="fused"),
    )
    with narrowing:
        controls.filter_popover(engine)
    return mode


def answer(engine: Engine, mode: str) -> None:
    """Draw the results of the query in the URL."""
    query = check_query(typed(state.text(state.QUERY)))
    shown = state.how_many(state.SHOWN)
    chosen = controls.filters(engine)
    found = engine.search(query, k=shown, filters=chosen, mode=ENGINE_MODES[mode], relax=False)
    if not found.hits:
        nothing(engine, query, mode, chosen)
        return
    results.summary(found, kinds(mode, filtered=bool(chosen)), lead="" if mode == "words" else "The best ")
    results.told(found)
    results.rows(engine, found)
    results.more(found, shown)


def kinds(mode: str, *, filtered: bool) -> tuple[str, str]:
    """Return what the results were chosen from: one of them, and more."""
    one, more = "product", "products"
    if filtered:
        one, more = f"{one} that passes the filters", f"{more} that pass the filters"
    if mode == "words":
        joint = "and" if filtered else "that"
        one, more = f"{one} {joint} contains a word of the query", f"{more} {joint} contain a word of the query"
    return one, more


def nothing(engine: Engine, query: str, mode: str, chosen: Filters) -> None:
    """Say why a list is empty, and offer the way back."""
    mask = chosen.mask(engine.catalogue)
    if mask is not None and not mask.any():
        st.html(notes.message("No product passes these filters.", "Take some away to see results.", kind="empty"))
        with frame.centred():
            st.button("Clear filters", key="clear-all", on_click=controls.clear_filters, type="primary")
    elif mode == "words":
        elsewhere = engine.search(query, k=1, mode="lexical").among if mask is not None else 0
        problem = "No product contains these words."
        if elsewhere and mask is not None:
            problem = f"None of the {counted(int(mask.sum()), 'product')} that pass the filters contains these words."
        remedy = "Search by meaning instead"
        remedy += f", or clear the filters: {counted(elsewhere, 'other product')} can be found." if elsewhere else "."
        st.html(notes.message(problem, remedy, kind="empty"))
        with frame.centred():
            st.button("Search by meaning", on_click=state.write, args=(state.MODE, "meaning"), type="primary")
            if elsewhere:
                st.button("Clear filters", key="clear-all", on_click=controls.clear_filters)
    else:
        st.html(notes.message("This version holds no products.", "Choose another version.", kind="empty"))


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
    with st.container(border=True):
        st.html(cards.card(product))
    found = engine.similar(product_id, k=shown, space=space)
    if not found.hits:
        words = "There is no other product to compare it with."
        st.html(notes.message(words, "Similar products appear here for versions with more of them.", kind="empty"))
        return
    results.summary(found, ("other product", ""), lead="The nearest ")
    results.told(found)
    results.rows(engine, found)
    results.more(found, shown)


def leave_similar() -> None:
    for parameter in (state.SIMILAR, state.SPACE, state.SHOWN):
        state.write(parameter, None)


main()
