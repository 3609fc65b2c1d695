"""What the details of the Evaluation page share: a metric's formula, charts and tables that can be saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from dashboard import controls, downloads
from dashboard.components import charts, export, glossary, notes
from pipeline.retrieval.engine import Engine


def formula(metric: str) -> None:
    """Draw what a metric says, and its formula one click away."""
    name, said, how = glossary.METRICS[metric]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(notes.small(f"{name}: {said}"), width="content")
        with st.popover("Formula", type="tertiary", key=f"formula-{metric}"):
            st.html(notes.definitions([(name, how)]))


def chart(drawn: go.Figure, engine: Engine, name: str, alt: str) -> None:
    """Draw a chart that can be saved as the reader chose."""
    behaviour = charts.config(controls.saved_as(), downloads.named(engine.manifest, name, kind=""))
    st.plotly_chart(drawn, theme=None, config=behaviour, key=f"evaluation-{name}", alt=alt)


def save(engine: Engine, what: str, rows: Sequence[dict[str, Any]]) -> None:
    """Offer a table as a file, every row with which version of which dataset it is of."""
    before = export.provenance(engine.manifest, downloads.today())
    downloads.button([{**before, **row} for row in rows], engine.manifest, what, key=f"{what}-csv")
