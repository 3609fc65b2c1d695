"""What a title is worth: a second title beside the first, and the first without each of its words."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import state, tabled
from dashboard.components import drafted, facts, notes
from dashboard.components.words import clean, counted, typed
from dashboard.drafting import panels, tried
from dashboard.drafting.tried import Tried
from dashboard.query_choice import Queries
from pipeline.retrieval.drafts.draft import MAX_TITLE
from pipeline.retrieval.engine import Engine


def edited(engine: Engine, own: Tried, mode: str, asked: Queries) -> None:
    """Draw the field for a second title, and what it changes."""
    st.text_input(
        "Another title",
        max_chars=MAX_TITLE,
        placeholder=own.draft.title,
        help="Brand, category and price stay; everything is tried again under this title.",
        **state.bound(state.EDITED, state.text(state.EDITED)),
    )
    title = typed(state.text(state.EDITED)).strip()
    if not title or title == own.draft.title:
        words = "Type another title to see what changes: shoppers, queries, neighbours."
        st.html(notes.message(words, kind="empty"))
        return
    other = tried.tried(engine, replace(own.draft, title=title), mode, asked)
    n = len(engine.catalogue)
    sides = [drafted.facts(n, each.wins, audiences(each), {}) for each in (own, other)]
    heads = [("First title", own.draft.title), ("Other title", title), ("Difference", "Other less first")]
    st.html(facts.table("Found in", heads, drafted.differences(*sides)))
    neighbours(engine, own, other)
    if own.wins is None or other.wins is None:
        return
    rows = drafted.changes(own.wins, other.wins)
    if not rows:
        st.html(notes.small("No query lists either of them among the first hundred."))
        return
    shapes = {
        "query": st.column_config.TextColumn("Query", pinned=True, width="large"),
        "first": tabled.rank("First title", "Its rank; a dash is beyond the first hundred"),
        "second": tabled.rank("Other title", "Its rank; a dash is beyond the first hundred"),
        "change": tabled.difference("Places won", "Beyond the first hundred counts as rank 101"),
    }
    tabled.table(rows, shapes, "edited-queries", signed=("change",))
    panels.save(engine, own, [{"other_title": title, **row} for row in rows], "titles")


def audiences(own: Tried) -> list:  # type: ignore[type-arg]
    """Return the audiences of a draft that are known."""
    return [each for each in (own.served, own.vectors) if each is not None]


def neighbours(engine: Engine, own: Tried, other: Tried) -> None:
    """Say which of the products nearest in meaning change."""
    one, two = ([hit.row for hit in drafted.nearest(each.placed).hits] for each in (own, other))
    new = [engine.catalogue.title(row) for row in two if row not in one]
    gone = [engine.catalogue.title(row) for row in one if row not in two]
    kept = len(two) - len(new)
    said = [f"{kept} of the {counted(len(two), 'product')} nearest in meaning stay."]
    for words, titles in (("New", new), ("Gone", gone)):
        if titles:
            more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
            said.append(f"{words}: " + ", ".join(f'"{clean(each, 70)}"' for each in titles[:3]) + f"{more}.")
    st.html(notes.small(" ".join(said)))


def words(engine: Engine, own: Tried, mode: str, asked: Queries) -> None:
    """Draw what the title is worth without each of its words."""
    effects = tried.without(engine, own, mode, asked)
    if not effects:
        st.html(notes.message("The title has one word; there is nothing to leave out.", kind="empty"))
        return
    whole = own.vectors.within(10) if own.vectors else None
    wins = own.wins.wins[: len(effects[0].ranks)] if own.wins else ()
    rows = drafted.word_rows(effects, whole, [win.rank for win in wins])
    shapes = {
        "word": st.column_config.TextColumn("Without", pinned=True, width="medium"),
        "shoppers": tabled.rank("Shoppers", "To how many it would be shown, before any re-ranking"),
        "shoppers_change": tabled.difference("Change", "In shoppers"),
        "neighbours_kept": tabled.rank("Neighbours kept", "Of the ten products nearest in meaning"),
        "queries_kept": tabled.rank("Queries kept", "Of those asked again, for how many it is among the first ten"),
        "places": tabled.rank("Places lost", "Over the queries asked again; negative is won"),
    }
    tabled.table(rows, shapes, "draft-words", signed=("shoppers_change",))
    again = ", ".join(f'"{clean(win.query, 60)}" (rank {win.rank})' for win in wins)
    if wins:
        told = f"Asked again, each without the word: {again}."
    elif own.wins is None:
        told = f"There are no {asked.name} to ask, so only shoppers and neighbours can change."
    else:
        told = "No query lists it, so none is asked again."
    st.html(notes.small(told))
    if (whole_title := len(own.draft.title.split())) > len(effects):
        st.html(notes.small(f"The first {len(effects)} of {whole_title} words are left out in turn."))
    panels.save(engine, own, rows, "words")
