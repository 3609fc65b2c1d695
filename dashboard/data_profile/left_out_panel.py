"""What was left out of the data and why, and what is there twice."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from dashboard import downloads, frame, state
from dashboard.components import data_words, notes
from dashboard.components.data_words import CHANGES, TABLES
from dashboard.components.facts import Fact, Table, counted_share, share
from dashboard.components.words import clean, counted
from dashboard.controls import pick
from dashboard.data_profile import drawing, loaded
from pipeline.profile.figures import Profile
from pipeline.retrieval.engine import Engine

ALL = "all"


def draw(engine: Engine, profile: Profile) -> None:
    """Draw what was read and rejected, what was changed, a sample of the rejected rows, and same titles."""
    st.html(notes.headline(data_words.left_out(profile)))
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.subheader("Rows of the source", anchor=False)
        downloads.facts(rows(profile), engine.manifest, "left-out", key="csv-left-out")
    with right:
        st.subheader("What preparing did besides", anchor=False)
        if profile.changed:
            downloads.facts(changed(profile), engine.manifest, "changed", key="csv-changed")
        else:
            frame.say("Nothing: no row is repeated, every value could be read.")
    if profile.samples:
        st.subheader("Rows that were left out", anchor=False)
        with frame.calm():
            rejected(engine, profile)
    st.subheader("Products with the same title", anchor=False)
    same_titles(engine, profile)


def rows(profile: Profile) -> Table:
    """Return each table and, below it, each reason with its rows and their share of those read."""
    facts = []
    for each in profile.read:
        name = TABLES.get(each.table, each.table)
        left = sum(reason.rows for reason in each.rejected)
        facts.append(Fact(name, f"{each.read:,} rows read, {each.kept:,} kept", (counted_share(left, each.read),)))
        facts += [
            Fact(f"– {clean(reason.reason, 120)}", f"Of the rows of {name.lower()}", (
                counted_share(reason.rows, each.read),
            ))
            for reason in each.rejected
        ]  # fmt: skip
    return Table("Table and reason", [("Left out", "Rows that cannot be used, and their share of those read")], facts)


def changed(profile: Profile) -> Table:
    """Return what was done to rows that can be used."""
    facts = []
    for each in profile.changed:
        name, said = CHANGES.get(each.what, (clean(each.what, 60), ""))
        facts.append(Fact(f"{name}: {clean(each.column, 60)}" if each.column else name, said, (f"{each.rows:,}",)))
    return Table("What", [("Count", "Rows, or values of a column")], facts)


def rejected(engine: Engine, profile: Profile) -> None:
    """Draw a sample of the rejected rows, of one reason or of all."""
    found = loaded.samples(engine)
    reasons = sorted({str(each["reason"]) for each in found})
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        names = {ALL: "All reasons"} | {each: clean(each, 100) for each in reasons}
        reason = pick(state.REASON, "Reason", [ALL, *reasons], names, show_label=True)
    total = sum(each.rows for one in profile.read for each in one.rejected)
    with right:
        some = f"A sample of {len(found):,} of" if len(found) < total else "All"
        frame.say(f"{some} {counted(total, 'row')}, with their columns as they were understood. Long ones are cut.")
    shown = [
        each | {"table": TABLES.get(str(each["table"]), each["table"])}
        for each in found
        if reason in (ALL, each["reason"])
    ]
    columns = {
        "table": drawing.words("Table", "Of the source"),
        "row": drawing.number("Row", "Its number among the rows that could be read, from 1"),
        "reason": drawing.words("Reason", "Why it cannot be used"),
        "record": drawing.words("As it was read", "The row by the names of its columns", wide=True),
    }
    drawing.table(engine, shown, "rejects", columns, height=320)


def same_titles(engine: Engine, profile: Profile) -> None:
    """Draw the titles that most products bear."""
    found = profile.duplicates
    if not found.titles:
        frame.say("No two products have the same title, whatever its case and spaces.")
        return
    frame.say(
        f"{counted(found.products, 'product')} ({share(found.products, profile.products)}) bear one of "
        f"{counted(found.titles, 'title')} that others bear too, case and spaces aside: variants, or the same thing "
        "twice. Their text cannot tell them apart."
    )
    columns = {
        "title": drawing.words("Title", "As the first of them has it", wide=True),
        "products": drawing.number("Products", "How many bear it"),
        "interactions": drawing.number("Interactions", "With all of these together"),
    }
    drawing.table(engine, [asdict(each) for each in found.largest], "titles", columns, height=320)
