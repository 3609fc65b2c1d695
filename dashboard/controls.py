"""The controls that need more than one line: shop filters, and the basket's product finder."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.components.words import clean
from pipeline.errors import InvalidRequest
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.understanding.understood import SEPARATOR

OFFERED = 2000  # brands and categories sent to the browser; the largest come first
FILTERS = (state.BRAND, state.CATEGORY, state.PRICE_MIN, state.PRICE_MAX)


def filter_popover(engine: Engine) -> None:
    """Draw the filters that this version's products allow, in a popover that says how many are set."""
    active = sum(bool(state.texts(parameter)) for parameter in FILTERS)
    with st.popover(f"Filters ({active})" if active else "Filters", width="stretch"):
        catalogue = engine.catalogue
        if brands := catalogue.brand_counts:
            chosen = [brand for brand in state.texts(state.BRAND) if brand in brands]
            largest = [brand for brand, _ in brands.most_common(OFFERED)]
            st.multiselect(
                "Brand",
                list(dict.fromkeys(chosen + largest)),
                format_func=lambda brand: f"{clean(brand)} ({brands[brand]:,})",
                placeholder="Any brand",
                select_all=False,
                **state.bound(state.BRAND, chosen, forget=[state.SHOWN]),
            )
        if paths := {SEPARATOR.join(path): count for path, count in catalogue.category_counts.most_common(OFFERED)}:
            said = state.text(state.CATEGORY)
            st.selectbox(
                "Category",
                sorted(paths),
                format_func=lambda path: f"{clean(path)} ({paths[path]:,})",
                placeholder="Any category",
                **state.bound(state.CATEGORY, said if said in paths else None, forget=[state.SHOWN]),
            )
        if catalogue.has_prices:
            low, high = st.columns(2)
            low.number_input("Price from", **state.bound(state.PRICE_MIN, _shown(state.PRICE_MIN), [state.SHOWN]))
            high.number_input("Price to", **state.bound(state.PRICE_MAX, _shown(state.PRICE_MAX), [state.SHOWN]))
        elif not brands and not paths:
            st.write("The products of this version have no brand, category or price to filter by.")
        st.button("Clear filters", on_click=clear_filters, disabled=not active, key="clear-filters")


def filters(engine: Engine) -> Filters:
    """Return the filters that the URL names.

    Raises:
        InvalidRequest: One of them is out of range, or names what this version does not hold.
    """
    brands = tuple(state.texts(state.BRAND))
    for brand in brands:
        if brand not in engine.catalogue.brand_counts:
            raise InvalidRequest(f'This version holds no brand "{clean(brand, 80)}".', "Choose another under Filters.")
    category: tuple[str, ...] = ()
    if said := state.text(state.CATEGORY):
        paths = {SEPARATOR.join(path): path for path in engine.catalogue.category_counts}
        if said not in paths:
            raise InvalidRequest(
                f'This version holds no category "{clean(said, 120)}".', "Choose another under Filters."
            )
        category = paths[said]
    return Filters(brands, category, state.price(state.PRICE_MIN), state.price(state.PRICE_MAX))


def clear_filters() -> None:
    for parameter in (*FILTERS, state.SHOWN):
        state.write(parameter, None)


def add_to_basket(product_id: str, *, in_url: bool) -> None:
    """Put a product into the basket, once."""
    held = state.basket()
    if product_id not in held:
        state.set_basket([*held, product_id], in_url=in_url)


MAP = "app_pages/map.py"


def on_map(product_id: str) -> dict[str, str]:
    """Return the URL parameters of the map with a product marked on it."""
    version = state.text(state.VERSION)
    return {state.PRODUCT: product_id} | ({state.VERSION: version} if version else {})


def remove_from_basket(product_id: str) -> None:
    state.set_basket([each for each in state.basket() if each != product_id], in_url=True)


def clear_basket() -> None:
    state.set_basket([], in_url=True)


def _shown(parameter: str) -> float | None:
    try:
        return state.price(parameter)
    except InvalidRequest:
        return None


def pick(
    parameter: str,
    label: str,
    choices: list[str],
    names: dict[str, str],
    default: str = "",
    *,
    show_label: bool = False,
) -> str:
    """Draw a choice tied to the URL, as a list where its label shows; a wrong URL falls back to the default."""
    standard = default if default in choices else choices[0]
    said = state.text(parameter, standard)
    value = said if said in choices else standard
    tied = state.bound(parameter, value, default=standard)
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
