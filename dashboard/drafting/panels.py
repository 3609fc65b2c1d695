"""The details of one draft: its neighbours, its shoppers, its queries, and whom it displaces."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import controls, downloads, lists, state, tabled
from dashboard.components import drafted, export, notes
from dashboard.components.export import Cell
from dashboard.components.words import counted
from dashboard.drafting.tried import Tried
from dashboard.query_choice import Queries
from pipeline.retrieval.drafts.audience import unknown_shown
from pipeline.retrieval.engine import Engine

TITLE = st.column_config.TextColumn("Product", width="large")
COSINE = st.column_config.NumberColumn("Cosine", format="%.3f", help="1 is the same direction", width="small")
NO_SHOPPERS = "This version knows no shoppers."
NO_TOWER = "This version has towers, but none that reads a product without interactions."


def before(engine: Engine, own: Tried) -> dict[str, Cell]:
    """Return the first columns of a file: which version was asked, and of which draft."""
    draft = own.draft
    asked = {"draft_title": draft.title, "draft_brand": draft.brand or "", "draft_category": " > ".join(draft.category)}
    price: dict[str, Cell] = {"draft_price": draft.price}
    return export.provenance(engine.manifest, downloads.today(), **asked) | price


def save(engine: Engine, own: Tried, rows: list[dict[str, Any]], what: str) -> None:
    """Offer rows as a file."""
    downloads.button(drafted.cells(rows, before(engine, own)), engine.manifest, "new-product", what, key=f"save-{what}")


def against(engine: Engine, own: Tried) -> str:
    """Return what the draft's audience can be measured against, "" without one."""
    shoppers = lists.of_shoppers(engine, "towers") if own.vectors is not None and engine.has_towers else None
    if shoppers is None:
        return ""
    return drafted.against(*unknown_shown(shoppers, engine.catalogue.interactions), len(shoppers))


def neighbours(engine: Engine, own: Tried) -> None:
    """Draw the nearest products in each space."""
    for column, space in zip(st.columns(len(own.placed.spaces), gap="medium"), own.placed.spaces, strict=True):
        rows = drafted.neighbour_rows(space, engine.catalogue)
        for row in rows:
            row["open"] = tabled.reverse(engine, row["product_id"])
        with column:
            st.subheader(drafted.SPACES[space.space], anchor=False)
            shapes = {
                "cosine": COSINE,
                "title": st.column_config.TextColumn("Product", width="medium"),
                "brand": st.column_config.TextColumn("Brand", width="small"),
                "open": tabled.link("Who finds it", "Queries and shoppers that find this product"),
            }
            tabled.table(rows, shapes, f"near-{space.space}")
            save(engine, own, [{k: v for k, v in row.items() if k != "open"} for row in rows], f"near-{space.space}")


def shoppers(engine: Engine, own: Tried) -> None:
    """Draw who would be shown the draft."""
    if own.vectors is None:
        st.html(notes.message(NO_SHOPPERS if engine.shoppers is None else NO_TOWER, kind="empty"))
        return
    assert engine.shoppers is not None
    served = dict(zip(own.served.shoppers.tolist(), own.served.ranks.tolist(), strict=True)) if own.served else {}
    rows: list[dict[str, Any]] = []
    for index, rank in zip(own.vectors.shoppers.tolist(), own.vectors.ranks.tolist(), strict=True):
        again = served.get(index, 0)
        if not (rank or again):
            continue
        span = engine.shoppers.span(index)
        latest = engine.shoppers.rows[span][-1] if span.stop > span.start else None
        name = engine.shoppers.ids[index]
        row: dict[str, Any] = {"shopper": name, "rank": rank or None, "history": span.stop - span.start}
        if served:
            row["served"] = again or None
            row["asked_as_served"] = "yes" if index in served else "no"
        row["latest"] = None if latest is None else engine.catalogue.title(int(latest))
        rows.append(row)
    rows.sort(key=lambda row: (row.get("served") or 101, row["rank"] or 101, row["shopper"]))
    if not rows:
        words = "No shopper who was asked would be listed it among the first hundred."
        st.html(notes.message(words, kind="empty"))
        return
    name = drafted.SYSTEMS[own.vectors.system]
    drawn = [{**row, "open": tabled.shopper(engine, row["shopper"])} for row in rows]
    shapes = {
        "shopper": st.column_config.TextColumn("Shopper", pinned=True),
        "rank": tabled.rank("Rank", f"Its rank {name}; a dash is beyond the first hundred"),
        "served": tabled.rank("As served", "Its rank after re-ranking; a dash is beyond the first ten, or not asked"),
        "history": tabled.rank("History", "Products in the shopper's history"),
        "latest": st.column_config.TextColumn("Latest product", width="large"),
        "open": tabled.link("Open", "The shopper's recommendations"),
    }
    tabled.table(drawn, shapes, "draft-shoppers")
    more = f" The first {tabled.LISTED:,} are drawn; the file holds all." if len(rows) > tabled.LISTED else ""
    near = sum((row["rank"] or 0) > 10 for row in rows)
    st.html(notes.small(f"{counted(near, 'shopper')} more would have it beyond the tenth place, unseen.{more}"))
    save(engine, own, rows, "shoppers")


def queries(engine: Engine, own: Tried, mode: str, asked: Queries) -> None:
    """Draw which queries list the draft."""
    if own.wins is None:
        st.html(notes.message(f"There are no {asked.name} to ask.", "Choose other queries above.", kind="empty"))
        return
    rows = drafted.win_rows(own.wins, engine.catalogue)
    if not rows:
        st.html(notes.message(f"None of {asked.said} lists it among the first hundred.", kind="empty"))
        return
    drawn = [{**row, "open": tabled.query(engine, row["query"], mode)} for row in rows]
    shapes = {
        "query": st.column_config.TextColumn("Query", pinned=True, width="medium"),
        "rank": tabled.rank("Rank", "Its place among all products, were it in the catalogue"),
        "score": st.column_config.NumberColumn("Score", format="%.3f", width="small"),
        "behind_it": st.column_config.TextColumn("The product right behind it", width="large"),
        "open": tabled.link("Open", "What the Search page lists today"),
    }
    tabled.table(drawn, shapes, "draft-queries")
    save(engine, own, rows, "queries")


def displaced(engine: Engine, own: Tried) -> None:
    """Draw whom the draft displaces, in the lists of queries or of shoppers."""
    names = {}
    if own.wins is not None:
        names["queries"] = "Lists of queries"
    if own.vectors is not None:
        names["shoppers"] = "Lists of shoppers"
    if not names:
        st.html(notes.message("No list was asked for.", "Choose queries above.", kind="empty"))
        return
    whose = controls.pick(state.LISTS, "Lists", list(names), names)
    rows = drafted.displaced_rows(own.displaced(whose), engine.catalogue)
    if not rows:
        st.html(notes.message(f"No product loses a place among the first ten of a list of {whose}.", kind="empty"))
        return
    drawn = [{**row, "open": tabled.reverse(engine, row["product_id"])} for row in rows]
    shapes = {
        "title": TITLE,
        "out": tabled.rank("Lists left", "It was among the first ten, and is no more"),
        "lower": tabled.rank("Lower", "Lists in which it stands lower, and still among the first ten"),
        "places": tabled.rank("Places lost", "In all; leaving the first ten counts as the eleventh place"),
        "open": tabled.link("Who finds it", "Queries and shoppers that find this product"),
    }
    tabled.table(drawn, shapes, "draft-displaced")
    holding = counted(len(_lists(own, whose)), "list")
    st.html(notes.small(f"Counted in {holding} of {whose}{_of(own, whose)}: those that would hold the new product."))
    save(engine, own, rows, f"displaced-{whose}")


def _of(own: Tried, whose: str) -> str:
    """Return of how many lists those are that change, and of which system."""
    if whose == "queries":
        return f", of {own.wins.of:,} asked" if own.wins else ""
    asked = own.served or own.vectors
    return f", of {len(asked):,} asked, {drafted.SYSTEMS[asked.system]}" if asked else ""


def _lists(own: Tried, whose: str) -> list[Any]:
    return own.by_queries if whose == "queries" else list(own.by_shoppers)
