"""Taste on the map: where the history lies, where the shopper's vector does, and what is recommended."""

from __future__ import annotations

import streamlit as st

from dashboard import controls, shopping, state
from dashboard.components import cards, notes
from dashboard.mapping import colouring, component, shopper, view
from dashboard.mapping.component import Marks
from dashboard.mapping.view import METHODS, SPACES, Shown
from dashboard.shoppers import simulate_panel
from dashboard.shoppers.asked import Asked

HEIGHT = 460  # pixels


def draw(asked: Asked) -> None:
    """Draw the map; nothing of a version without maps."""
    engine = asked.engine
    if engine.maps is None:
        return
    st.subheader("Taste on the map", anchor=False)
    shown = Shown.of(engine)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        controls.pick(state.SPACE, "Vectors", list(engine.maps.spaces), SPACES, view.standard_space(engine, None))
        controls.pick(state.METHOD, "Drawn by", list(shown.drawn.methods), METHODS)
        shopping.to_map(engine, asked.address)
    found = shopper.placed(shown, asked.changed, [hit.row for hit in asked.after.hits[: asked.k]])
    st.html(notes.small(shopper.where(found)))
    way = next(iter(colouring.ways(engine, shown.drawn)))
    groups = colouring.coloured(engine, shown.drawn, shown.method, way)
    row = view.row_of(engine)
    marks = Marks((row, []) if row is not None else None, shopper=shopper.mark(found))
    data = component.told(shown, way, groups, marks, dark=st.context.theme.type == "dark", height=HEIGHT)
    component.draw(data, "taste", engine.catalogue.ids, leads=False)
    if row is not None:
        picked(asked, row)


def picked(asked: Asked, row: int) -> None:
    """Draw the product that was clicked on the map, with the button that adds it to the history."""
    product = asked.engine.catalogue.product(row)
    left, right = st.columns([5, 1.4], vertical_alignment="center")
    left.html(cards.card(product))
    inside = product.product_id in asked.history
    right.button(
        "In the history" if inside else "Add to the history",
        key="add-picked",
        disabled=inside,
        on_click=simulate_panel.add,
        args=(product.product_id,),
    )
