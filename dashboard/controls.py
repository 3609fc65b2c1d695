"""Controls that pages share: what fills and empties the basket, and a choice tied to the URL."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import state
from dashboard.components import charts


def add_to_basket(product_id: str, *, in_url: bool) -> None:
    """Put a product into the basket, once."""
    held = state.basket()
    if product_id not in held:
        state.set_basket([*held, product_id], in_url=in_url)


MAP = "app_pages/map.py"
REVERSE, WHO = "app_pages/reverse_search.py", "Who finds it"


def on_map(product_id: str, version: str) -> dict[str, str]:
    """Return the URL parameters of a version's map, or of its Reverse search, with a product marked on it."""
    return {state.PRODUCT: product_id, state.VERSION: version}


def remove_from_basket(product_id: str) -> None:
    state.set_basket([each for each in state.basket() if each != product_id], in_url=True)


def clear_basket() -> None:
    state.set_basket([], in_url=True)


def chart_format() -> None:
    """Draw the choice of how the camera above a chart saves it."""
    st.selectbox(
        "Save charts as",
        list(charts.FORMATS),
        format_func=charts.FORMATS.__getitem__,
        help="The camera above a chart, in its corner, saves it.",
        key=state.CHART_FORMAT,
    )


def saved_as() -> str:
    """Return how charts are saved: png or svg."""
    return str(st.session_state.get(state.CHART_FORMAT, "png"))


def pick(
    parameter: str,
    label: str,
    choices: list[str],
    names: dict[str, str],
    default: str = "",
    *,
    show_label: bool = False,
    forget: Sequence[str] = (),
) -> str:
    """Draw a choice tied to the URL, as a list where its label shows; a wrong URL falls back to the default.

    Args:
        parameter: The URL parameter.
        label: What is chosen.
        choices: The values it may have.
        names: How they are called.
        default: The value that the URL leaves out; the first one where it is none of them.
        show_label: Whether the label is seen.
        forget: Parameters that lose their meaning when this one changes.
    """
    standard = default if default in choices else choices[0]
    said = state.text(parameter, standard)
    value = said if said in choices else standard
    tied = state.bound(parameter, value, forget, default=standard)
    if show_label:
        st.selectbox(label, choices, format_func=lambda each: names.get(each, each), **tied)
    else:
        st.segmented_control(
            label,
            choices,
            format_func=lambda each: names.get(each, each),
            required=True,
            label_visibility="collapsed",
            **tied,
        )
    return value
