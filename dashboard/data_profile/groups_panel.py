"""Categories and brands: what the catalogue holds, and what shoppers take of it."""

from __future__ import annotations

import streamlit as st

from dashboard import frame, state
from dashboard.components import data_charts, notes
from dashboard.components.data_words import GROUPINGS
from dashboard.components.export import Cell
from dashboard.components.facts import share
from dashboard.components.words import clean
from dashboard.controls import pick
from dashboard.data_profile import drawing
from pipeline.profile.figures import Group, Grouping, Profile
from pipeline.retrieval.engine import Engine

DRAWN = 15  # groups of the chart
NARROW = 170  # pixels of the names: figures are what the table is for
ONE_KIND = 0.9  # of the products in one category
NOUNS = {
    "category": ("category", "categories"),
    "subcategory": ("category of the second level", "categories of the second level"),
    "brand": ("brand", "brands"),
}


def draw(engine: Engine, profile: Profile) -> None:
    """Draw the groups of one attribute: a chart of the largest beside a table of those that were kept."""
    known = {each.kind: each for each in profile.groupings if each.distinct}
    if not known:
        words = "No product has a category or a brand."
        st.html(notes.message(words, "Name such a column in the description of the dataset.", kind="empty"))
        return
    # In a shop of one kind, the first level is the same for nearly all products and says nothing.
    telling = (kind for kind, each in known.items() if each.groups[0].products < ONE_KIND * profile.products)
    kind = pick(state.GROUPED, "By", list(known), GROUPINGS, next(telling, ""))
    found = known[kind]
    total = totals(found)
    st.html(notes.headline(headline(found, total)))
    frame.say(missing(found, total))
    left, right = st.columns([1, 1.4], gap="medium")
    with left:
        drawn = data_charts.groups(found.groups[:DRAWN], total, drawing.colour(engine), dark=drawing.dark())
        drawing.chart(engine, drawn, f"groups-{kind}", f"{GROUPINGS.get(kind, kind)} by their share of interactions")
    with right:
        listed = [*found.groups, *([found.others] if found.others.products else [])]
        rows = [row(each, total) for each in [*listed, *([found.none] if found.none.products else [])]]
        if found.others.products:
            rows[len(found.groups)]["name"] = f"{found.distinct - len(found.groups):,} others"
        if found.none.products:
            rows[-1]["name"] = "none"
        drawing.table(engine, rows, kind, columns(kind), height=520)


def totals(found: Grouping) -> tuple[int, int]:
    """Return all interactions and all products of a grouping."""
    every = [*found.groups, found.others, found.none]
    return sum(map(interactions, every)), sum(each.products for each in every)


def interactions(each: Group) -> int:
    return each.train + each.valid + each.test


def headline(found: Grouping, total: tuple[int, int]) -> str:
    """Return how many groups there are and which is the largest."""
    noun = NOUNS.get(found.kind, ("group", "groups"))
    words = f"{found.distinct:,} {noun[found.distinct != 1]}"
    if not total[0] or not found.groups:
        return f"{words} of {total[1]:,} products."
    first = found.groups[0]
    return (
        f"{words}; {clean(first.name, 60)} leads with {share(interactions(first), total[0])} of the interactions and "
        f"{share(first.products, total[1])} of the products."
    )


def missing(found: Grouping, total: tuple[int, int]) -> str:
    if not found.none.products:
        return "Every product has one."
    said = f"{share(found.none.products, total[1])} of the products have none"
    if total[0]:
        said += f", and with them {share(interactions(found.none), total[0])} of the interactions"
    return f"{said}."


def row(each: Group, total: tuple[int, int]) -> dict[str, Cell]:
    """Return a group as cells; shares are in percent."""
    own = interactions(each)
    return {
        "name": each.name,
        "products": each.products,
        "of_products": 100 * each.products / max(total[1], 1),
        "interactions": own,
        "of_interactions": 100 * own / max(total[0], 1) if total[0] else None,
        "each": own / each.products if each.products else None,
        "train": each.train,
        "test": each.test,
    }


def columns(kind: str) -> dict[str, object]:
    return {
        "name": st.column_config.TextColumn(GROUPINGS.get(kind, kind), help="As the data has it", width=NARROW),
        "products": drawing.number("Products", "Products in the catalogue, with or without interactions"),
        "of_products": drawing.percent("Of products", "Share of the catalogue"),
        "interactions": drawing.number("Interactions", "In all parts"),
        "of_interactions": drawing.percent("Of interactions", "Share of all interactions"),
        "each": st.column_config.NumberColumn("A product", format="%.1f", help="Interactions of a product, on average"),
        "train": None,  # in the file only
        "test": None,
    }
