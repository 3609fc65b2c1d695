"""Your data: how does a file become a dataset?"""

from __future__ import annotations

import streamlit as st

from dashboard import allowed, frame, state
from dashboard.components import notes
from dashboard.controls import pick
from dashboard.own_data import draft, files_row, mapping, saving
from dashboard.own_data.draft import TABLES, Draft
from pipeline.errors import ExplorerError


def main() -> None:
    with frame.page("Your data", "Which column of your files is which, and what would a run make of them?"):
        readable = allowed.readable()
        called, which = st.columns([2, 3], vertical_alignment="bottom")
        called.text_input(
            "Name of the dataset",
            placeholder="beauty",
            max_chars=64,
            **state.bound(state.OWN, state.text(state.OWN)),
        )
        with which:
            table = pick(state.TABLE, "Table", list(TABLES), TABLES)
        with frame.calm():
            files_row.require_name()
        files_row.draw(table, readable)
        if not allowed.uploads():
            files_row.switched_off()
        merged = not state.text(state.of_table("products", "file"))
        found: dict[str, Draft] = {}
        for each in TABLES:
            try:
                with readable.named():
                    read = draft.read(each, readable, merged=merged)
                if read is not None:
                    found[each] = read
            except ExplorerError as error:
                st.html(notes.message(f"{TABLES[each]}: {error.problem}", error.remedy))
        if table in found:
            mapping.controls(found[table], merged)
            with frame.calm(), readable.named():
                mapping.shown(found[table], found.get("products"))
        elif not state.text(state.of_table(table, "file")):
            invite(table)
        if found:
            saving.draw(list(found.values()), readable)


def invite(table: str) -> None:
    """Say what a table is for."""
    said = {
        "products": "Each row is a product, with an id and a title. Brand, category and price help, if there are any.",
        "interactions": "Each row is one shopper with one product: a purchase, a review, a click. Without this table, "
        "text alone serves search and similar products.",
        "judgements": "Each row says how well a product answers a query. With this table, search is measured.",
    }
    st.html(notes.message(f"No file of {TABLES[table].lower()} is chosen.", said[table], kind="empty"))


main()
