"""Search: which products answer a query?"""

from __future__ import annotations

import streamlit as st

from dashboard import choices, controls, frame, results, state
from dashboard.components import cards, notes
from dashboard.components.words import plain
from pipeline.retrieval.engine import Engine, Mode, Space, check_k, check_query

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
        if state.text(state.QUERY).strip():
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
    query = check_query(state.text(state.QUERY))
    shown = state.whole(state.SHOWN, 10)
    check_k(shown)
    chosen = controls.filters(engine)
    found = engine.search(query, k=shown, filters=chosen, mode=ENGINE_MODES[mode])
    if not found.hits:
        nothing(engine, mode, filtered=bool(chosen))
        return
    results.summary(found, controls.filters_in_words(engine, chosen))
    results.told(found)
    results.rows(engine, found)
    results.more(found, shown)


def nothing(engine: Engine, mode: str, filtered: bool) -> None:
    """Say why a list is empty, and offer the way back."""
    if filtered:
        st.html(notes.message("No product passes these filters.", "Take some away to see results.", kind="empty"))
        with frame.centred():
            st.button("Clear filters", key="clear-all", on_click=controls.clear_filters, type="primary")
    elif mode == "words":
        st.html(notes.message("No product contains these words.", "Search by meaning instead.", kind="empty"))
        with frame.centred():
            st.button("Search by meaning", on_click=state.write, args=(state.MODE, "meaning"), type="primary")
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
    shown = state.whole(state.SHOWN, 10)
    check_k(shown)
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
    results.summary(found, "nearest to it, best first")
    results.told(found)
    results.rows(engine, found)
    results.more(found, shown)


def leave_similar() -> None:
    for parameter in (state.SIMILAR, state.SPACE, state.SHOWN):
        state.write(parameter, None)


main()
