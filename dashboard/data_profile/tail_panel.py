"""The long tail: how unequally interactions fall on products."""

from __future__ import annotations

import streamlit as st

from dashboard import downloads, frame, state
from dashboard.components import data_charts, data_words, notes
from dashboard.components.facts import Fact, Table, counted_share, number, share
from dashboard.components.words import figure
from dashboard.controls import pick
from dashboard.data_profile import drawing
from pipeline.profile.figures import Profile, Spread
from pipeline.retrieval.engine import Engine

WHO = {"product": "Products", "shopper": "Shoppers"}
SHARES = (0.01, 0.05, 0.1, 0.2, 0.5)
FORMULAS = [
    (
        "Gini",
        "Σ (2j - n - 1) xⱼ / ((n - 1) Σ x), the counts xⱼ of n products sorted, least first. 0: every product has as "
        "many interactions; 1: one has all. Source: Shani and Gunawardana 2011.",
    ),
    ("Curve", "The Lorenz curve (Lorenz 1905), begun with the most popular products instead of the least popular."),
]


def draw(engine: Engine, profile: Profile) -> None:
    """Draw the Lorenz curve beside how many interactions a product or a shopper has."""
    found = profile.long_tail
    st.html(notes.headline(data_words.tail(found)))
    if found.gini is None:
        st.html(notes.message("There are no interactions.", "A long tail would be seen here.", kind="empty"))
        return
    frame.say("A long tail means that little is known of most products: what is popular is easy to recommend.")
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.subheader("Who has the interactions", anchor=False)
        drawn = data_charts.lorenz(found.curve, drawing.colour(engine), dark=drawing.dark())
        drawing.chart(engine, drawn, "lorenz", "Share of interactions by share of products")
        downloads.facts(concentration(profile), engine.manifest, "concentration", key="csv-concentration")
    with right:
        row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
        with row:
            st.subheader("How many each has", anchor=False, width="content")
            who = pick(state.KIND, "Count of", list(WHO), WHO)
        spread = found.shoppers if who == "shopper" else found.products
        drawn = data_charts.spread(spread, who, drawing.colour(engine), dark=drawing.dark())
        drawing.chart(engine, drawn, "spread", f"How many interactions a {who} has")
        heads = [(name, f"Of {name.lower()}") for name in WHO.values()]
        shown = Table("Interactions each", heads, spreads(profile))
        downloads.facts(shown, engine.manifest, "interactions-each", key="csv-each")
    with st.popover("Formulas", type="tertiary"):
        st.html(notes.definitions(FORMULAS))


def concentration(profile: Profile) -> Table:
    """Return what share of interactions the most popular products have, as a table."""
    found = profile.long_tail
    facts = [
        Fact(f"Top {100 * each:g} % of products", "" if at else "Their share of all interactions", (
            share(data_words.reached(found.curve, each), 1),
        ))
        for at, each in enumerate(SHARES)
    ] + [
        Fact("Gini", "0: all products as popular; 1: one has all", (figure(found.gini),)),
        Fact("Products with half of it", "The fewest that have half of the interactions", (
            counted_share(found.half, profile.products),
        )),
        Fact("Products without any", "Nothing but their text tells where they belong", (
            counted_share(found.without, profile.products),
        )),
    ]  # fmt: skip
    return Table("Concentration", [("Share", "Of the interactions, or of the products")], facts)


def spreads(profile: Profile) -> list[Fact]:
    """Return the middle and the ends of interactions a product and a shopper."""
    both: tuple[Spread, Spread] = (profile.long_tail.products, profile.long_tail.shoppers)

    def fact(name: str, said: str, field: str) -> Fact:
        return Fact(name, said, tuple(number(getattr(each, field)) for each in both))

    return [
        fact("Mean", "Interactions divided by how many there are", "mean"),
        fact("Median", "Half have this many or fewer", "median"),
        fact("Nine in ten", "Nine in ten have this many or fewer", "ninth_decile"),
        fact("Most", "The one with the most", "most"),
    ]
