"""Below the map: products that are nearly the same."""

from __future__ import annotations

import streamlit as st

from dashboard.components import notes
from dashboard.components.words import counted
from dashboard.mapping import tables
from dashboard.mapping.view import Shown

COLUMNS = ("cosine", "title", "other", "brand")


def draw(shown: Shown) -> None:
    """Draw the pairs of near-duplicates, most alike first."""
    facts = shown.drawn.facts["duplicates"]
    if not facts["pairs"]:
        words = f"No two products have a cosine above {facts['above']}."
        st.html(notes.message(words, "Near-duplicates would be listed here.", "empty"))
        return
    st.html(
        notes.headline(f"{counted(facts['pairs'], 'pair')} of near-duplicates: cosine above {facts['above']}")
        + notes.small("Often one product listed twice, or variants that are hard to tell apart. Most alike first.")
    )
    catalogue = shown.engine.catalogue
    pairs = shown.drawn.duplicates[: tables.LISTED]
    found = [
        {
            "product_id": catalogue.ids[first],
            "cosine": float(likeness),
            "title": catalogue.product(first).title,
            "other": catalogue.product(second).title,
            "brand": catalogue.product(first).brand,
        }
        for (first, second), likeness in zip(pairs.tolist(), shown.drawn.likeness.tolist(), strict=False)
    ]
    shapes = {
        "cosine": st.column_config.NumberColumn("Cosine", format="%.4f"),
        "other": st.column_config.TextColumn("Near-duplicate", width="large"),
    }
    tables.table(found, COLUMNS, "duplicates-table", shapes, height=420)
