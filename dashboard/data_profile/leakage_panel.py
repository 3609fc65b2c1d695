"""Whether train knows what is held out."""

from __future__ import annotations

import streamlit as st

from dashboard import downloads, frame
from dashboard.components import data_words, notes
from dashboard.components.data_words import PARTS
from dashboard.components.facts import Fact, Table, counted_share
from dashboard.components.words import DASH
from pipeline.profile.figures import HeldOut, Profile
from pipeline.retrieval.engine import Engine

# A field of `HeldOut`, the field that it is a share of, its name, and what it means.
CHECKS = (
    (
        "older",
        "timed",
        "Older than the history",
        "Before the shopper's latest earlier one: the future is known",
    ),
    ("same_moment", "timed", "At the same moment", "Tied with that interaction: nothing tells which came first"),
    ("same_day", "timed", "On the same day", "Often one order: the history all but names it"),
    ("repeated", "interactions", "In an earlier part too", "The same shopper and product: the answer is known"),
    ("unseen", "interactions", "Product not in train", "Only its text can bring it into a list"),
)
SPLITS = {
    "leave-one-out": "the last product of each shopper is test, the last but one validation",
    "leave-one-out-shuffled": "the last product of each shopper is test; what lies at one time is shuffled",
    "time": "the latest interactions of all are test, those before them validation",
    "given": "the source says which part each interaction belongs to",
}


def draw(engine: Engine, profile: Profile) -> None:
    """Draw the verdict, the checks of each held-out part, and who is on both sides."""
    held = profile.leakage.held_out
    first, *more = data_words.leakage(profile)
    st.html(notes.headline(first))
    if not held:
        st.html(notes.message("Nothing is held out.", "Checks need a part that is tested.", kind="empty"))
        return
    frame.say(" ".join([*more, data_words.future(profile)]).strip())
    left, right = st.columns([1.4, 1], gap="large")
    with left:
        st.subheader("Held-out interactions", anchor=False)
        downloads.facts(checks(held), engine.manifest, "leakage", key="csv-leakage")
    with right:
        st.subheader("Who is on both sides", anchor=False)
        downloads.facts(sides(profile), engine.manifest, "sides", key="csv-sides")
        how = SPLITS.get(profile.split)
        st.html(notes.small(f"The split is {profile.split}: {how}." if how else "The split is of an unknown kind."))


def checks(held: tuple[HeldOut, ...]) -> Table:
    """Return each check of each held-out part as a table, counts with their shares."""
    columns = [(PARTS.get(each.part, each.part), f"Interactions of {each.part}") for each in held]
    facts = [Fact("Interactions", "How many are held out", tuple(f"{each.interactions:,}" for each in held))]
    facts.append(
        Fact(
            "Shopper without a history",
            "Nothing was known of them before: they are not measured",
            tuple(counted_share(each.interactions - each.known, each.interactions) for each in held),
        )
    )
    for field, of, name, said in CHECKS:
        values = tuple(
            counted_share(getattr(each, field), getattr(each, of)) if getattr(each, of) else DASH for each in held
        )
        facts.append(Fact(name, said, values))
    return Table("Check", columns, facts)


def sides(profile: Profile) -> Table:
    """Return shoppers and products of train and of test, and those of both."""
    columns = [
        ("Train", "On the side of train"),
        ("Test", "On the side of test"),
        ("Both", "On both sides, and their share of those on the side of test"),
    ]
    said = {
        "shoppers": "Both sides are needed: a history to read, and a product to find",
        "products": "Those of test alone cannot be learned from interactions",
    }
    facts = [
        Fact(each.what.capitalize(), said.get(each.what, ""), (
            f"{each.train:,}", f"{each.test:,}", counted_share(each.both, each.test),
        ))
        for each in profile.leakage.sides
    ]  # fmt: skip
    return Table("Who", columns, facts)
