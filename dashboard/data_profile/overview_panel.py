"""How much data there is, and what to know of it before its figures are believed."""

from __future__ import annotations

import streamlit as st

from dashboard import downloads, frame
from dashboard.components import data_charts, data_words, notes
from dashboard.components.facts import Fact, Table, counted_share, number
from dashboard.components.words import DASH, counted
from dashboard.data_profile import drawing
from pipeline.profile.figures import Profile, Sizes
from pipeline.retrieval.engine import Engine

COLUMNS = (
    ("Interactions", "Each is one shopper with one product: repeated ones are left out"),
    ("Shoppers", "Shoppers with at least one interaction"),
    ("Products", "Products with at least one interaction"),
    ("A shopper", "Interactions of a shopper, on average"),
)
SAID = {
    "": "What is left after cleaning",
    "train": "What the model learned from",
    "valid": "What stopped the training and chose its settings",
    "test": "What the figures on Evaluation are measured on",
}


def draw(engine: Engine, profile: Profile) -> None:
    """Draw the sizes beside time, and a verdict of each other panel."""
    st.html(notes.headline(data_words.sizes(profile)))
    if profile.sizes:
        frame.say(data_words.reach(profile))
        left, right = st.columns([1.5, 1], gap="large")
        with left:
            downloads.facts(sizes(profile), engine.manifest, "sizes", key="csv-sizes")
        with right:
            if profile.timeline.periods:
                drawn = data_charts.timeline(profile.timeline, dark=drawing.dark())
                drawing.chart(engine, drawn, "timeline", "Interactions over time by part")
    st.subheader("In short", anchor=False)
    st.html(notes.definitions(verdicts(profile)))


def verdicts(profile: Profile) -> list[tuple[str, str]]:
    """Return what each of the other panels says, in a sentence or two."""
    found = [("Left out", data_words.left_out(profile)), ("Columns", data_words.coverage(profile))]
    if profile.sizes:
        found = [
            ("Leakage", " ".join(data_words.leakage(profile))),
            ("Drift", f"{data_words.drift(profile)} {data_words.unseen(profile)}".strip()),
            ("Long tail", data_words.tail(profile.long_tail)),
            *found,
        ]
    same = profile.duplicates
    if same.products:
        words = f"{counted(same.products, 'product')} share {counted(same.titles, 'title')} with another one."
        found.append(("Same titles", words))
    return found


def sizes(profile: Profile) -> Table:
    """Return the sizes of all interactions and of each part as a table."""
    whole = profile.sizes[0]
    return Table("Part", COLUMNS, [_fact(each, whole, profile.products) for each in profile.sizes])


def _fact(each: Sizes, whole: Sizes, products: int) -> Fact:
    interactions = counted_share(each.interactions, whole.interactions) if each.part else f"{each.interactions:,}"
    values = (
        interactions,
        counted_share(each.shoppers, whole.shoppers) if each.part else f"{each.shoppers:,}",
        counted_share(each.products, products),
        number(each.interactions / each.shoppers) if each.shoppers else DASH,
    )
    return Fact(data_words.PARTS.get(each.part, each.part), SAID.get(each.part, ""), values)
