"""How test differs from train."""

from __future__ import annotations

import streamlit as st

from dashboard import downloads, frame, state
from dashboard.components import data_charts, data_words, notes
from dashboard.components.data_words import FEATURES
from dashboard.components.facts import Fact, Table, small
from dashboard.controls import pick
from dashboard.data_profile import drawing
from pipeline.profile.figures import Profile
from pipeline.retrieval.engine import Engine

COLUMNS = (
    ("Distance", "Jensen-Shannon: 0, the same distribution; 1, nothing in common"),
    ("By chance", "The distance of as many draws from one distribution; below 1.25 times it, nothing is said"),
    ("PSI", "Population stability index; by a rule of thumb stable below 0.1, moved from 0.25"),
)
SAID = {
    "category": "The first level of the category's path",
    "subcategory": "The first two levels",
    "brand": "Who makes the product",
    "price": "In tenths of what train interactions cost",
    "popularity": "How many other train interactions the product has",
    "rating": "To the nearest half",
}
FORMULAS = [
    (
        "Distance",
        "√((KL(p‖m) + KL(q‖m)) / 2) with m = (p + q) / 2 and logarithms to base 2; p and q are the shares of train and "
        "of test in each bin. Sources: Lin 1991; Endres and Schindelin 2003.",
    ),
    (
        "By chance",
        "The mean distance of 20 pairs of samples, as large as train and test, drawn from both together. Interactions "
        "are taken to be independent; real chance is somewhat larger.",
    ),
    (
        "PSI",
        "Σ (q - p) ln(q / p) over the bins, half a count added to each. With very many bins, as of brands, it is large "
        "whatever happens. Source: Siddiqi 2006.",
    ),
    (
        "Popularity",
        "A train interaction does not count itself, so that both sides are asked the same: how many others know it?",
    ),
]


def draw(engine: Engine, profile: Profile) -> None:
    """Draw the drift of every attribute as a table, and the distributions of one."""
    st.html(notes.headline(data_words.drift(profile)))
    if unseen := data_words.unseen(profile):
        frame.say(unseen)
    if not profile.drift:
        words = "Attributes that both train and test have are compared here."
        st.html(notes.message("There is nothing to compare.", words, kind="empty"))
        return
    known = {each.feature: each for each in profile.drift}
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.subheader("Test against train", anchor=False)
        downloads.facts(drifts(profile), engine.manifest, "drift", key="csv-drift")
        with st.popover("Formulas", type="tertiary"):
            st.html(notes.definitions(FORMULAS))
    with right:
        st.subheader("Distributions", anchor=False)
        worst = data_words.worst(profile.drift)
        feature = pick(state.FEATURE, "Of", list(known), FEATURES, worst.feature if worst else "", show_label=True)
        found = known[feature]
        each = f"{found.train:,} train and {found.test:,} test interactions"
        st.html(notes.small(f"Shares of the {each} that have it; a bar of train lies above its bar of test."))
        drawn = data_charts.drift(found.bins, dark=drawing.dark())
        drawing.chart(engine, drawn, f"drift-{feature}", f"{FEATURES.get(feature, feature)} over train and test")


def drifts(profile: Profile) -> Table:
    """Return the drift of every attribute as a table."""
    facts = [
        Fact(FEATURES.get(each.feature, each.feature), SAID.get(each.feature, ""), (
            small(each.distance), small(each.chance), small(each.psi),
        ))
        for each in profile.drift
    ]  # fmt: skip
    return Table("Attribute", COLUMNS, facts)
