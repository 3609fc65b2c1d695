"""All that a version says of itself."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.components import facts, notes, version_words
from dashboard.components.measured import grid
from dashboard.components.words import clean, day
from pipeline.manifest import Manifest


def draw(manifest: Manifest) -> None:
    """Draw figures, notes, data, size, stages, recipe and environment of a version."""
    st.subheader(manifest.name, anchor=False)
    st.html(notes.small(f"Published {day(manifest.created)}."))
    for task, label in version_words.TASKS.items():
        name, body = version_words.figure_rows(manifest, task)
        if body:
            st.html(grid(label, [f'<th scope="col">{name}</th>', '<th scope="col">Over</th>'], body))
    if not manifest.headline:
        st.html(notes.small("This version was not evaluated."))
    st.page_link("app_pages/evaluation.py", label="All figures", query_params={state.VERSION: manifest.name})
    for note in manifest.notes:
        st.html(notes.small(clean(note)))
    st.html(notes.definitions([*version_words.dataset_facts(manifest), *version_words.size_facts(manifest)]))
    if manifest.stages:
        with st.expander("Stages: time and memory"):
            heads = [("Time", "Seconds on the machine that ran it"), ("Peak memory", "Of the process, at its most")]
            st.html(facts.table("Stage", heads, version_words.stage_facts(manifest)))
    with st.expander("Recipe in full"):
        st.html(notes.definitions(version_words.recipe_facts(manifest.recipe)))
    if manifest.environment:
        with st.expander("What made it: commit and libraries"):
            st.html(notes.definitions(version_words.environment_facts(manifest.environment)))
