"""When interactions were made, where the parts begin, and how interactions are rated."""

from __future__ import annotations

import streamlit as st

from dashboard import downloads, frame
from dashboard.components import data_charts, data_words, notes
from dashboard.components.data_words import PARTS, moment
from dashboard.components.facts import Fact, Table, share
from dashboard.components.words import figure
from dashboard.data_profile import drawing
from pipeline.profile.figures import Profile
from pipeline.retrieval.engine import Engine

OWN_BOUNDARY = "Each shopper has a boundary of their own: the last interactions of each are held out."


def draw(engine: Engine, profile: Profile) -> None:
    """Draw the timeline with the reach of each part, then ratings."""
    found = profile.timeline
    whole = profile.sizes[0].interactions if profile.sizes else 0
    if found.reaches:
        st.html(notes.headline(data_words.reach(profile)))
        frame.say(boundaries(profile))
        drawn = data_charts.timeline(found, dark=drawing.dark())
        drawing.chart(engine, drawn, "timeline", "Interactions over time by part")
    else:
        remedy = "A column of times in the source would be drawn here, with where each part begins."
        st.html(notes.message(data_words.reach(profile), remedy, kind="empty"))
    left, right = st.columns([1, 1], gap="large")
    with left:
        if found.reaches:
            st.subheader("Parts", anchor=False)
            downloads.facts(reaches(profile), engine.manifest, "parts", key="csv-parts")
            st.html(notes.small(f"{share(found.timed, whole)} of the interactions have a time. Days are in UTC."))
    with right:
        st.subheader("Ratings", anchor=False)
        ratings(engine, profile, whole)


def boundaries(profile: Profile) -> str:
    """Return where validation and test begin."""
    if len(profile.timeline.boundaries) == 2:
        valid, test = map(moment, profile.timeline.boundaries)
        return f"For everyone, validation begins on {valid} and test on {test}: the dashed lines."
    return OWN_BOUNDARY if profile.split.startswith("leave-one-out") else "The source says which part each belongs to."


def reaches(profile: Profile) -> Table:
    """Return the first and the last day of each part as a table."""
    columns = [("First", "The day of its oldest interaction"), ("Last", "The day of its newest interaction")]
    facts = [
        Fact(PARTS.get(each.part, each.part), "", (moment(each.first), moment(each.last)))
        for each in profile.timeline.reaches
    ]
    return Table("Part", columns, facts)


def ratings(engine: Engine, profile: Profile, whole: int) -> None:
    """Draw how many interactions have which rating; every one counts as wanted, whatever its rating."""
    found = profile.ratings
    if not found.rated:
        st.html(notes.message("No interaction has a rating.", "Ratings would be counted here.", kind="empty"))
        return
    words = f"Mean {figure(found.mean)}; {share(found.rated, whole)} of the interactions are rated."
    st.html(notes.small(f"{words} Every interaction counts as wanted, whatever its rating."))
    drawn = data_charts.ratings(found.values, drawing.colour(engine), dark=drawing.dark())
    drawing.chart(engine, drawn, "ratings", "Interactions by rating")
