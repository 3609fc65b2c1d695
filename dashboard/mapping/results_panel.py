"""Beside the map: what the query on it finds, best first."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import state
from dashboard.components import notes
from dashboard.components.words import counted
from dashboard.mapping import tables
from dashboard.mapping.view import Shown
from pipeline.retrieval.results import Results

PAGE = "app_pages/search.py"
SHAPES: dict[str, Any] = {"rank": st.column_config.NumberColumn("Rank", width=52)}


def draw(shown: Shown, query: str, found: Results, *, placed: bool) -> None:
    """Draw the results of a query, with the way to its page.

    Args:
        shown: The map.
        query: As typed.
        found: Its results.
        placed: Whether the map shows where the query belongs.
    """
    lead = f'{counted(len(found.hits), "result")} of "{query}"'
    st.html(notes.sentence(lead))
    if not found.hits:
        return
    words = "★ is the query, rings are its results." if placed else "Nothing says where the query belongs on the map."
    st.html(notes.small(f"{words} Choose a line to mark the product."))
    catalogue = shown.engine.catalogue
    records = [
        {"rank": rank, "product_id": catalogue.ids[hit.row], "title": catalogue.product(hit.row).title}
        for rank, hit in enumerate(found.hits, start=1)
    ]
    tables.table(records, ("rank", "title"), "results-table", SHAPES, height=388)
    parameters = {state.QUERY: query, state.VERSION: shown.engine.name}
    st.page_link(PAGE, label="Open these results", query_params=parameters)
