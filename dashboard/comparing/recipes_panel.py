"""What differs between how versions were made: the differences only."""

from __future__ import annotations

import streamlit as st

from dashboard import downloads
from dashboard.comparing.chosen import Chosen
from dashboard.components import compare_tables, notes
from pipeline.comparing.comparable import differences


def draw(chosen: Chosen) -> None:
    """Draw recipe, data and program as far as they differ."""
    groups = (chosen.baseline, *chosen.others)
    found = differences([each.manifest for each in groups])
    if not found:
        st.html(notes.message("Nothing differs: recipe, data and program are the same.", kind="empty"))
        return
    names = [each.manifest.name for each in groups]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(notes.sentence("What is not listed is the same in all of them."), width="content")
        rows = [
            {"part": each.part, "setting": each.name}
            | {name: compare_tables.said(value) for name, value in zip(names, each.values, strict=True)}
            for each in found
        ]
        downloads.button(rows, *(each.manifest for each in groups), "settings", key="settings-csv")
    st.html(compare_tables.settings(names, found))
