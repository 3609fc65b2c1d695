"""Below the map: products that are everyone's neighbour, those that are no one's, and those that are there twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from dashboard.components import cards, notes
from dashboard.components.words import counted, figure
from dashboard.mapping import tables
from dashboard.mapping.colouring import coloured, ways
from dashboard.mapping.selection import records
from dashboard.mapping.view import Shown
from pipeline.maps.hubs import gini

TOP = 100
COLUMNS = ("times", "title", "brand", "category", "interactions")
SHAPES: dict[str, Any] = {
    "times": st.column_config.NumberColumn("Neighbour of", help="Products that have it among their ten nearest.")
}


def hubs(shown: Shown) -> None:
    """Draw hubs, orphans, and how unequal the lists are, by category."""
    facts = shown.drawn.facts["hubs"]
    counts = shown.drawn.occurrences
    st.html(
        notes.headline(
            f"Gini {figure(facts['gini'])}, where chance gives {figure(facts['chance_gini'])}; "
            f"{counted(facts['orphans'], 'orphan')} of {len(counts):,} products"
        )
        + notes.small(
            f"Lists of the {facts['k']} nearest show all products equally often at Gini 0, and one alone at 1. "
            "An orphan is in no such list: no list of similar products shows it. "
            f"The greatest hub is in {facts['largest']:,}."
        )
    )
    left, right = st.columns([1.9, 1], gap="medium")
    with left:
        order = np.lexsort((np.arange(len(counts)), -counts))[:TOP].astype(np.int32)
        st.subheader("Hubs", anchor=False)
        tables.table(listed(shown, order), COLUMNS, "hubs-table", SHAPES, height=260)
        popular = shown.engine.catalogue.interactions
        alone = np.flatnonzero((counts == 0) & (shown.drawn.neighbours[:, 0] >= 0))
        alone = alone[np.argsort(-popular[alone], kind="stable")].astype(np.int32)
        st.subheader("Orphans, the most popular first", anchor=False)
        if len(alone):
            tables.table(listed(shown, alone[: tables.LISTED]), COLUMNS[1:], "orphans-table", height=260)
        else:
            st.html(notes.message("There are no orphans.", "Every product is among the nearest of another.", "empty"))
    with right:
        st.subheader("By category", anchor=False)
        st.html(by_category(shown))


def listed(shown: Shown, rows: np.ndarray) -> list[dict[str, Any]]:
    """Return records with how often each product is a neighbour."""
    counts = shown.drawn.occurrences
    own = records(shown.engine, shown.drawn, shown.method, rows)
    return [record | {"times": int(counts[row])} for record, row in zip(own, rows.tolist(), strict=True)]


def by_category(shown: Shown) -> str:
    """Return Gini and share of orphans of the largest categories as HTML."""
    way = next(iter(ways(shown.engine, shown.drawn)))
    groups = coloured(shown.engine, shown.drawn, shown.method, way)
    counts = shown.drawn.occurrences
    rows = []
    for code, name in enumerate((*groups.groups, groups.rest)):
        own = counts[np.minimum(groups.codes, len(groups.groups)) == code]
        if len(own):
            rows.append((name, f"{len(own):,}", figure(gini(own)), f"{100 * float((own == 0).mean()):.1f} %"))
    return cards.table(("Category", "Products", "Gini", "Orphans"), rows)


def duplicates(shown: Shown) -> None:
    """Draw the pairs of products that are nearly the same."""
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
    tables.table(found, ("cosine", "title", "other", "brand"), "duplicates-table", shapes, height=420)
