"""Finding the product that Reverse search is about, and the versions that it is looked for in."""

from __future__ import annotations

import streamlit as st

from dashboard import against, controls, frame, loading, state
from dashboard.components import cards, notes, short_names
from dashboard.components.words import typed
from pipeline.errors import ExplorerError
from pipeline.retrieval.engine import Engine, check_query

OFFERED = 6  # products that match what is typed
ROOM = 20  # characters of a version's name
MOST = 3  # versions beside the one in view: as many engines are kept open


def box() -> None:
    """Draw the field in which a product is looked for."""
    st.text_input(
        "Product",
        type="search",
        placeholder="Find a product by title or id",
        label_visibility="collapsed",
        **state.bound(state.QUERY, state.text(state.QUERY), forget=[state.PRODUCT]),
    )


def others(engine: Engine) -> list[str]:
    """Draw the choice of the versions beside the one in view; return those chosen."""
    names = against.others(engine)[::-1]  # the newest first
    said = [name for name in dict.fromkeys(state.texts(state.OTHERS)) if name in names][:MOST]
    st.multiselect(
        "Beside",
        names,
        format_func=dict(zip(names, short_names.shorter(names, ROOM), strict=True)).__getitem__,
        max_selections=MOST,
        placeholder="Beside other versions" if names else "No other version of this dataset",
        label_visibility="collapsed",
        disabled=not names,
        **state.bound(state.OTHERS, said),
    )
    if gone := [each for each in dict.fromkeys(state.texts(state.OTHERS)) if each not in names]:
        st.html(against.gone([each for each in gone if each != engine.name] or gone))
    return said


def opened(names: list[str]) -> list[Engine]:
    """Open versions; one that cannot be served is told on the spot, and left out."""
    found = []
    for name in names:
        try:
            found.append(loading.published(name))
        except ExplorerError as error:
            st.html(notes.message(error.problem, error.remedy))
    return found


def candidates(engine: Engine) -> None:
    """Draw the products that match what is typed; without a word, some to begin from."""
    query = typed(state.text(state.QUERY)).strip()
    if query in engine.catalogue:
        rows, lead = [engine.catalogue.row(query)], "The product of that id:"
    elif query:
        hits = engine.search(check_query(query), k=OFFERED).hits
        rows, lead = [hit.row for hit in hits], "Which of these?"
        if not rows:
            st.html(notes.message("No product is found by these words.", "Try others.", kind="empty"))
            return
    else:
        words = "Choose a product to see which queries and shoppers find it, and at what rank."
        remedy = "Type its title above, or take the way from any product card: Who finds it. For example:"
        st.html(notes.message(words, remedy, kind="empty"))
        order = (-engine.catalogue.interactions).argsort(kind="stable")[:OFFERED]
        rows, lead = order.tolist(), ""
    if lead:
        frame.say(lead)
    for place, row in enumerate(rows):
        with st.container(border=True, key=f"result-{place + 1}"):
            left, right = st.columns([6, 1.2], vertical_alignment="center")
            product = engine.catalogue.product(row)
            left.html(cards.card(product))
            right.button(
                "Who finds it",
                key=f"choose-{place}",
                width="stretch",
                on_click=state.write,
                args=(state.PRODUCT, product.product_id),
            )


def chosen(engine: Engine, product_id: str) -> None:
    """Draw the product that is looked for, with its ways on."""
    product = engine.catalogue.product(engine.catalogue.row(product_id))
    with st.container(border=True):
        left, right = st.columns([2.3, 1], vertical_alignment="center")
        left.html(cards.card(product))
    with right.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="xsmall"):
        version = {state.VERSION: engine.name}
        st.page_link("app_pages/search.py", label="Similar", query_params={state.SIMILAR: product_id, **version})
        if engine.maps:
            st.page_link(controls.MAP, label="Show on map", query_params=controls.on_map(product_id, engine.name))
        st.button("Another product", key="another", type="tertiary", on_click=state.write, args=(state.PRODUCT, None))
