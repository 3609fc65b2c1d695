"""Reverse search: which queries and shoppers find a product, and at what rank?"""

from __future__ import annotations

import streamlit as st

from dashboard import controls, frame, query_choice, state
from dashboard.components import notes
from dashboard.drafting import form
from dashboard.reaching import finder, panels
from dashboard.reaching.reached import side
from pipeline.comparing.reach import of_product
from pipeline.retrieval.engine import Engine

DETAILS = {"queries": "Queries", "shoppers": "Shoppers"}


def main() -> None:
    with frame.page("Reverse search", "Which queries and shoppers find this product, and at what rank?"):
        engine, _ = frame.engine()
        if not len(engine.catalogue):
            st.html(notes.message("This version holds no products.", "Choose another version.", kind="empty"))
            return
        box, beside, asking, searching = st.columns([2.5, 3.1, 2.1, 1.8], vertical_alignment="center")
        with box:
            finder.box()
        with beside:
            names = finder.others(engine)
        with searching:
            form.mode(engine)
        product_id = state.text(state.PRODUCT)
        if not product_id:
            finder.candidates(engine)
            return
        row = engine.catalogue.row(product_id)  # a version that does not hold it says so
        with asking:
            asked = query_choice.pick(engine, of_product(engine.catalogue.product(row)))
        finder.chosen(engine, product_id)
        body(engine, product_id, names, asked)


def body(engine: Engine, product_id: str, names: list[str], asked: query_choice.Queries) -> None:
    """Draw the figures per version, then the queries or the shoppers."""
    sides = [side(each, product_id, asked.texts) for each in (engine, *finder.opened(names))]
    st.html(notes.headline(panels.headline(sides, asked)))
    if lacking := [each.name for each in sides if each.row is None]:
        st.html(notes.remarks([f"Not in the catalogue of {', '.join(lacking)}: a dash stands there."]))
    st.html(panels.totals(sides))
    if words := " ".join(filter(None, (panels.drawn_words(sides), panels.not_as_served(sides)))):
        st.html(notes.small(words))
    st.divider()
    chosen = controls.pick(state.DETAIL, "Detail", list(DETAILS), DETAILS)
    with frame.calm():
        if chosen == "shoppers":
            panels.shoppers(sides)
        else:
            panels.queries(sides, asked)


main()
