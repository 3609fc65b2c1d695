"""Data: what was a version's model trained on?"""

from __future__ import annotations

import shlex

import streamlit as st

from dashboard import controls, frame, state
from dashboard.components import notes
from dashboard.components.facts import Fact, table
from dashboard.data_profile import (
    columns_panel,
    drift_panel,
    groups_panel,
    leakage_panel,
    left_out_panel,
    loaded,
    overview_panel,
    tail_panel,
    time_panel,
)
from pipeline.errors import ExplorerError
from pipeline.retrieval.engine import Engine

PANELS = {
    "overview": ("Overview", overview_panel.draw),
    "tail": ("Long tail", tail_panel.draw),
    "time": ("Time and ratings", time_panel.draw),
    "groups": ("Categories and brands", groups_panel.draw),
    "columns": ("Columns", columns_panel.draw),
    "left-out": ("Left out", left_out_panel.draw),
    "leakage": ("Leakage", leakage_panel.draw),
    "drift": ("Drift", drift_panel.draw),
}
DRAWN = ("overview", "tail", "time", "groups", "drift")  # panels with charts, which can be saved
COUNTS = {
    "products": ("Products", "In the catalogue, with or without interactions"),
    "interactions": ("Interactions", "Each is one shopper with one product"),
    "shoppers": ("Shoppers", "With at least one interaction"),
    "judgements": ("Judgements", "Of a product for a query"),
    "queries": ("Judged queries", "With at least one judgement"),
}


def main() -> None:
    with frame.page("Data", "What was this version's model trained on, and how far can its figures be trusted?"):
        with frame.calm():  # the way to one's own data is there also where nothing is published
            draw()
        st.page_link("app_pages/own_data.py", label="Describe your own data")


def draw() -> None:
    """Draw what is known of the data of the version in view."""
    engine, _ = frame.engine()
    try:
        profile = loaded.profile(engine)
    except ExplorerError as error:
        st.html(notes.message(error.problem, error.remedy))
        counts(engine)
        return
    if profile is None:
        counts(engine)
        without(engine)
        return
    panel = controls.pick(state.ABOUT, "About", list(PANELS), {key: name for key, (name, _) in PANELS.items()})
    PANELS[panel][1](engine, profile)
    if panel in DRAWN:
        with st.container(width=200):
            controls.chart_format()


def counts(engine: Engine) -> None:
    """Draw the counts that every version keeps in its manifest."""
    known = engine.manifest.dataset
    facts = [
        Fact(name, said, (f"{known[key]:,}",))
        for key, (name, said) in COUNTS.items()
        if isinstance(known.get(key), int) and known[key]
    ]
    if facts:
        left, _ = st.columns([1, 1])
        left.html(table("Data", [("Count", "As the version's manifest has it")], facts))


def without(engine: Engine) -> None:
    """Say how a version without a profile gets one."""
    st.html(
        notes.message(
            "This version has no profile of its data.",
            "It was published before there were any. Publish it again from its dataset: what an earlier run has "
            "finished is kept, so that this takes little more than the profile itself.",
            kind="empty",
        )
    )
    manifest = engine.manifest
    own = manifest.dataset.get("generated") and manifest.dataset.get("name") == "sample"
    recipe = shlex.quote(str(manifest.recipe.get("name", "history"))[:64])
    words = f"--dataset {'sample' if own else 'DATASET.toml'} --recipe {recipe} --name {engine.name} --replace"
    st.code(f"python -m pipeline run {words}", language=None)


main()
