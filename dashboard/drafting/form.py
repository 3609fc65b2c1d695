"""What is asked of the New product page: a product, typed, and how its queries are searched."""

from __future__ import annotations

import streamlit as st

from dashboard import modes, state
from dashboard.components import export
from dashboard.components.export import Cell
from dashboard.components.words import typed
from pipeline.retrieval.drafts import suggested
from pipeline.retrieval.drafts.csv_file import STEP, price_of
from pipeline.retrieval.drafts.draft import MAX_BRAND, MAX_TITLE, Draft
from pipeline.retrieval.engine import Engine

KINDS = {"": "One product", "1": "Many, from a file"}
EXAMPLES = 3
ROWS = 2  # of the template


def kind() -> bool:
    """Draw the choice between one product and many; return whether it is many."""
    many = state.text(state.MANY) == "1"
    st.segmented_control(
        "How many products",
        list(KINDS),
        format_func=KINDS.__getitem__,
        required=True,
        label_visibility="collapsed",
        **state.bound(state.MANY, "1" if many else "", forget=[state.DETAIL], default=""),
    )
    return many


def fields(engine: Engine) -> None:
    """Draw title, brand, category and price, tied to the URL; brand and category are hinted at by a product's."""
    hint = next(iter(suggested.popular(engine.catalogue, 1)), None)
    title, brand, category, price = st.columns([4.6, 1.8, 2.6, 1.2])
    title.text_input(
        "Title",
        max_chars=MAX_TITLE,
        placeholder="What is the product called?",
        **state.bound(state.TITLE, state.text(state.TITLE)),
    )
    brand.text_input(
        "Brand",
        max_chars=MAX_BRAND,
        placeholder=(hint.brand if hint else None) or "None",
        **state.bound(state.BRAND, state.text(state.BRAND)),
    )
    category.text_input(
        "Category",
        placeholder=(STEP.join(hint.category) if hint else "") or "None",
        help='From general to specific, with ">" between the steps.',
        **state.bound(state.CATEGORY, state.text(state.CATEGORY)),
    )
    price.text_input(
        "Price",
        placeholder="None",
        help="Read by searches with a price in the query, and by re-rankers; neither towers nor text vectors read it.",
        **state.bound(state.COSTS, state.text(state.COSTS)),
    )


def draft() -> Draft | None:
    """Return the product that the URL describes, None where it has no title.

    Raises:
        InvalidRequest: A text is too long, or the price is none.
    """
    title = typed(state.text(state.TITLE)).strip()
    if not title:
        return None
    steps = tuple(state.text(state.CATEGORY).split(STEP.strip()))
    return Draft(title, typed(state.text(state.BRAND)), steps, price_of(typed(state.text(state.COSTS))[:40]))


def mode(engine: Engine) -> str:
    """Draw the way that queries are searched; return its name."""
    chosen, choices = modes.chosen(engine), modes.offered(engine)
    st.selectbox(
        "Search by",
        choices,
        format_func=lambda each: f"Search: {modes.MODES[each].short}",
        label_visibility="collapsed",
        help="How the queries are searched. " + " ".join(modes.MODES[each].told for each in choices),
        **state.bound(state.MODE, chosen, default=choices[0]),
    )
    return chosen


def examples(engine: Engine) -> list[tuple[str, dict[str, Cell]]]:
    """Return drafts to try, each with its URL parameters: what could follow the most popular products."""
    return [
        (
            title,
            {
                state.TITLE: title,
                state.BRAND: product.brand,
                state.CATEGORY: STEP.join(product.category),
                state.COSTS: product.price,
            },
        )
        for product in suggested.popular(engine.catalogue, EXAMPLES)
        if (title := suggested.successor(product.title))
    ]


def template(engine: Engine) -> bytes:
    """Return a CSV file of two such drafts, to begin a file of many from."""
    return export.as_csv(
        [
            {
                "title": suggested.successor(product.title),
                "brand": product.brand,
                "category": STEP.join(product.category),
                "price": product.price,
                "description": None,
            }
            for product in suggested.popular(engine.catalogue, ROWS)
        ]
    )
