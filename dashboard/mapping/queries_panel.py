"""Below the map: which queries of a list find products of the selection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import batches, choices, modes, query_set_answers, state
from dashboard.components import notes
from dashboard.components.words import clean, counted
from dashboard.mapping import tables
from dashboard.mapping.selection import Rows
from dashboard.mapping.view import Shown
from pipeline.evaluation.batch import LISTED, Answer

JUDGED = "The judged queries"
MOST = 200  # queries that are searched for unasked: a second or two
HELP = "Products of the selection among the query's first ten."


def draw(shown: Shown, rows: Rows) -> None:
    """Draw the queries whose first ten results hold products of the selection, most of them first."""
    judged = choices.judged_queries(shown.engine)
    sets = batches.store().names()
    names = ([""] if judged else []) + sets
    if not names:
        st.html(
            notes.message("There are no queries to look for.", "Save a query set on the Query sets page.", kind="empty")
        )
        return
    said = state.text(state.SET)
    chosen = said if said in names else names[0]
    st.selectbox(
        "Queries",
        names,
        format_func=lambda name: name or JUDGED,
        label_visibility="collapsed",
        width=280,
        **state.bound(state.SET, chosen, default=names[0]),
    )
    if not len(rows):
        words = "Select products on the map, and the queries that lead to them are listed here."
        st.html(notes.message("Nothing is selected.", words, kind="empty"))
        return
    everything = tuple(judged) if not chosen else batches.store().open(chosen).queries
    queries = everything[:MOST]
    (found,) = batches.run([(shown.engine, modes.offered(shown.engine)[0])], queries)
    leading = lead(found, {shown.engine.catalogue.ids[row] for row in rows.tolist()})
    cut = f" The first {MOST} of {len(everything):,} queries were searched for." if len(everything) > MOST else ""
    places = sum(each["inside"] for each in leading)
    listed = sum(len(each.ids) for each in found)
    share = len(rows) / len(shown.engine.catalogue)
    st.html(
        notes.headline(f"{counted(len(leading), 'query', 'queries')} of {len(found):,} lead into the selection")
        + notes.small(
            f"It takes {100 * places / max(listed, 1):.1f} % of the places of their first ten; as many products drawn "
            f"at random would take {100 * share:.1f} %.{cut}"
        )
    )
    if leading:
        table(leading, shown.engine.name)


def lead(found: Sequence[Answer], selected: set[str]) -> list[dict[str, Any]]:
    """Return query, products of the selection among its first ten, and the best rank of one; most products first."""
    leading = []
    for answer in found:
        ranks = [rank for rank, each in enumerate(answer.ids, start=1) if each in selected]
        if ranks:
            leading.append({"query": answer.query, "inside": len(ranks), "best": ranks[0], "listed": len(answer.ids)})
    return sorted(leading, key=lambda each: (-each["inside"], each["best"], each["query"]))


def table(leading: Sequence[dict[str, Any]], version: str) -> None:
    """Draw the queries, each with the way to its results."""
    st.dataframe(
        [
            {
                "Query": clean(each["query"], 200),
                "In the selection": each["inside"],
                "Share": 100 * each["inside"] / each["listed"],
                "Best rank": each["best"],
                "Open": query_set_answers.address(each["query"], {state.VERSION: version}),
            }
            for each in leading
        ],
        hide_index=True,
        height=min(380, 38 + 35 * len(leading)),
        column_config={
            "Query": st.column_config.TextColumn(width="large"),
            "In the selection": st.column_config.NumberColumn(help=HELP),
            "Share": st.column_config.NumberColumn(format=tables.PERCENT, help=f"Of the first {LISTED} results."),
            "Best rank": st.column_config.NumberColumn(help="The rank of its first product of the selection."),
            "Open": st.column_config.LinkColumn(display_text="Open ↗", help="On the Search page"),
        },
        key="leading-queries",
    )
