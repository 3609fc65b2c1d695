"""What searches a version's vectors, and what quicker ways would cost: a detail of the Evaluation page."""

from __future__ import annotations

import logging

import streamlit as st

from dashboard import controls, downloads, frame, loading
from dashboard.components import charts, index_charts, notes
from dashboard.components.words import clean, counted
from pipeline.evaluation.index_curve import IndexCurve, load, path_of
from pipeline.retrieval.engine import Engine

log = logging.getLogger(__name__)


def draw(engine: Engine) -> None:
    """Draw what was measured of the version's index; how to measure it, where nothing was."""
    found = engine.manifest.index.get("items") or {}  # of older versions, which are exact, the manifest says nothing
    if why := found.get("why"):
        frame.say(clean(str(why)))
    curve = measured(engine)
    if curve is None:
        st.html(
            notes.message(
                "What quicker indexes would cost this version was not measured.",
                "This takes a minute and changes no version; reload the page afterwards:",
                kind="empty",
            )
        )
        st.code(f"python -m pipeline bench index {engine.name}", language=None)
        return
    st.html(notes.headline(index_charts.headline(curve, str(found.get("kind", "flat")))))
    said = f"Found: of {counted(curve.queries, 'product')} of the catalogue as queries, its own place left out."
    if curve.shoppers:
        said += (
            f" NDCG@10: by vectors alone, before any re-ranking, over {counted(curve.shoppers, 'test shopper')} drawn "
            "with a fixed seed. Intervals are 95 %."
        )
    frame.say(f"{said} The dashed line is what a published index must find.")
    dark = st.context.theme.type == "dark"
    left, right = st.columns(2, gap="medium")
    drawings = [
        (left, index_charts.recall_by_time, "recall", "Share of the nearest ten found over the time of a search")
    ]
    if curve.shoppers:
        drawings.append((right, index_charts.change_by_time, "cost", "NDCG@10 against exact search over its time"))
    for place, drawing, name, alt in drawings:
        with place:
            behaviour = charts.config(controls.saved_as(), downloads.named(engine.manifest, "index", name, kind=""))
            st.plotly_chart(drawing(curve, dark=dark), theme=None, config=behaviour, key=f"index-{name}", alt=alt)
    st.html(index_charts.table(curve))
    st.html(notes.definitions(index_charts.DEFINITIONS))
    downloads.button(
        index_charts.rows_of(curve), engine.manifest, "index", key="index-csv", label="Download these settings (CSV)"
    )


def measured(engine: Engine) -> IndexCurve | None:
    """Return what was measured of a version; None where nothing was, or where it cannot be read."""
    try:
        return load(path_of(loading.versions().store.artifacts, engine.manifest.checksum))
    except (OSError, ValueError):
        log.exception("What was measured of the index of %s cannot be read", engine.name)
        return None
