"""How a map looks: its colours, its names, how crowds are shown, the version beside it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import against, choices, state
from dashboard.mapping.colouring import ways
from dashboard.mapping.view import Shown


def colour(shown: Shown) -> str:
    """Draw what the colours say; return its key in `ways`."""
    known = ways(shown.engine, shown.drawn)
    standard = next(iter(known))
    said = state.text(state.COLOUR, standard)
    value = said if said in known else standard
    st.selectbox(
        "Colour by",
        list(known),
        format_func=known.__getitem__,
        label_visibility="collapsed",
        **state.bound(state.COLOUR, value, forget=[state.OFF], default=standard),
    )
    return value


def draw(shown: Shown) -> None:
    """Draw the further choices."""
    st.toggle(
        "Show density",
        help="How many products lie where, instead of each: for crowds.",
        **state.bound(state.DENSITY, state.text(state.DENSITY) == "1"),
    )
    st.toggle("Hide the names of clusters", **state.bound(state.NAMELESS, state.text(state.NAMELESS) == "1"))
    if shown.engine.shoppers is not None:
        st.text_input(
            "Shopper on the map",
            placeholder="A shopper's id",
            help="Placed by the products nearest to their vector, with spokes to what is recommended.",
            **state.bound(state.SHOPPER, state.text(state.SHOPPER), forget=[state.BASKET, state.PRODUCT]),
        )
        st.button(
            "Any shopper",
            key="any-shopper",
            on_click=lambda: state.write(state.SHOPPER, choices.random_shopper(shown.engine)),
        )
    against.choose(shown.engine)


def looks() -> dict[str, Any]:
    """Return how the address wants maps to look, as arguments of `component.told`."""
    return {
        "density": state.text(state.DENSITY) == "1",
        "names": state.text(state.NAMELESS) != "1",
        "dark": st.context.theme.type == "dark",
    }
