"""Who finds a product: the figures per version, then the queries, then the shoppers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import downloads, lists, state, tabled
from dashboard.components import drafted, export, facts, notes, reached, short_names
from dashboard.components.export import Cell
from dashboard.components.words import counted, day, figure, listing
from dashboard.modes import MODES
from dashboard.query_choice import Queries
from dashboard.reaching.reached import Side, query_rows, shopper_rows
from pipeline.retrieval.shopper_lists import MOST_SERVED


def headline(sides: Sequence[Side], asked: Queries) -> str:
    """Return what a product comes to under the version in view, in a sentence."""
    own = sides[0]
    said = []
    if len(own.queries):
        within = int(((own.queries > 0) & (own.queries <= 10)).sum())
        said.append(f"{own.name}: among the first ten of {within:,} of {asked.said}")
    if own.shoppers is not None and own.row is not None:
        ranks = own.shoppers.ranks(own.row)
        reached_ = int(((ranks > 0) & (ranks <= 10)).sum())
        by = drafted.SYSTEMS[own.shoppers.system]
        said.append(f"{by}, in the first ten of {reached_:,} of {counted(len(own.shoppers), 'shopper')} asked")
    return ("; ".join(said) or f"{own.name}: nothing was asked") + "."


def totals(sides: Sequence[Side]) -> str:
    """Return the figures per version as an HTML table, chance beside each."""
    sizes = [len(each.engine.catalogue) for each in sides]
    asked = [each.queries if each.row is not None and len(each.queries) else None for each in sides]
    people = [each.shoppers.ranks(each.row) if each.shoppers and each.row is not None else None for each in sides]
    rows = reached.queries(list(zip(asked, sizes, strict=True))) if any(each is not None for each in asked) else []
    if any(each is not None for each in people):
        systems = [each.shoppers.system if each.shoppers else "" for each in sides]
        rows += reached.shoppers(list(zip(people, sizes, systems, strict=True)))
    if any(each.measured for each in sides):
        rows += reached.evaluated([(each.measured, size) for each, size in zip(sides, sizes, strict=True)])
    heads = [
        (short, f"{each.name}. {MODES[each.mode].told} Published {day(each.engine.manifest.created)}")
        for short, each in zip(shorter(sides), sides, strict=True)
    ]
    return facts.table("Finds it", heads, rows) if rows else ""


def shorter(sides: Sequence[Side]) -> list[str]:
    """Return the names of the versions, short enough for the head of a column."""
    return short_names.shorter([each.name for each in sides])


def not_as_served(sides: Sequence[Side]) -> str:
    """Return which versions serve other lists of shoppers than those counted, "" where none does."""
    names = [
        each.name
        for each in sides
        if each.shoppers and each.shoppers.system != "reranked" and lists.re_ranks(each.engine)
    ]
    if not names:
        return ""
    verb = "serves" if len(names) == 1 else "serve"
    return f'{listing(names)} {verb} re-ranked lists: "As re-ranked and served", under Shoppers, counts those instead.'


def queries(sides: Sequence[Side], asked: Queries) -> None:
    """Draw a row for each query that finds the product, or that it was judged for."""
    if not asked.texts:
        st.html(notes.message(f"There are no {asked.name} to ask.", "Choose other queries above.", kind="empty"))
        return
    rows = query_rows(asked.texts, sides)
    names = [each.name for each in sides]
    kept = [row for row in rows if row["grade"] is not None or any(row[name] for name in names)]
    if not kept:
        st.html(notes.message(f"None of {asked.said} finds it among the first hundred.", kind="empty"))
        return
    own = sides[0]
    drawn = [{**row, "open": tabled.query(own.engine, str(row["query"]), own.mode)} for row in kept]
    shapes: dict[str, Any] = {"query": st.column_config.TextColumn("Query", pinned=True, width="large")}
    if any(row["grade"] is not None for row in kept):
        words = "What the product was judged for this query; a dash where it was not"
        shapes["grade"] = st.column_config.NumberColumn("Grade", format="%g", width="small", help=words)
    for short, name in zip(shorter(sides), names, strict=True):
        help_ = f"{name}: its rank; a dash is beyond the first hundred"
        shapes[name] = tabled.rank("Rank" if len(sides) == 1 else short, help_, width=None)
    shapes["open"] = tabled.link("Open", "On the Search page")
    tabled.table(drawn, shapes, "reach-queries")
    hidden = len(rows) - len(kept)
    if hidden:
        words = f"{counted(hidden, 'query', 'queries')} more did not find it under any of these versions."
        st.html(notes.small(f"{words} The file holds them too."))
    save(sides, rows, "queries")


def shoppers(sides: Sequence[Side]) -> None:
    """Draw a row for each shopper who is listed the product, or for whom it was held out."""
    if any(lists.re_ranks(each.engine) for each in sides):
        st.toggle(
            "As re-ranked and served",
            help=f"Asks up to {MOST_SERVED:,} shoppers as the Recommend page does, not more by the towers alone. "
            "The first time takes a while.",
            **state.bound(state.AS_SERVED, state.text(state.AS_SERVED) == "1"),
        )
    rows = shopper_rows(sides)
    if not rows:
        known = any(each.shoppers is not None for each in sides)
        words = "No shopper who was asked is listed it." if known else "These versions know no shoppers."
        st.html(notes.message(words, kind="empty"))
        return
    own = sides[0]
    drawn = [{**row, "open": tabled.shopper(own.engine, str(row["shopper"]))} for row in rows]
    shapes: dict[str, Any] = {
        "shopper": st.column_config.TextColumn("Shopper", pinned=True),
        "held_out": st.column_config.TextColumn(
            "Held out", width="small", help="Whether the product was kept from training to see if it is found for them"
        ),
    }
    alone = len(sides) == 1
    for short, each in zip(shorter(sides), sides, strict=True):
        system = drafted.SYSTEMS[each.shoppers.system] if each.shoppers else ""
        words = f"{each.name}: its rank now, {system}; a dash: beyond the first hundred, not asked, or in the history"
        shapes[each.name] = tabled.rank("Now" if alone else short, words, width=None)
    for short, each in zip(shorter(sides), sides, strict=True):
        if each.measured and each.measured.ranks:
            name = drafted.SYSTEMS.get(each.measured.system, f"by {each.measured.system}")
            words = f"{each.name}: its rank among all products when it was held out, {name}, ties against it"
            head = "When held out" if alone else f"{short}, held out"
            shapes[f"held out, {each.name}"] = tabled.rank(head, words, width=None)
    shapes["open"] = tabled.link("Open", "The shopper's recommendations")
    tabled.table(drawn, shapes, "reach-shoppers")
    if len(rows) > tabled.LISTED:
        st.html(notes.small(f"The first {tabled.LISTED:,} of {counted(len(rows), 'shopper')}; the file holds all."))
    save(sides, rows, "shoppers")


def drawn_words(sides: Sequence[Side]) -> str:
    """Return how many shoppers were asked of each version, where not all were."""
    few = [each for each in sides if each.shoppers and len(each.shoppers) < each.shoppers.of]
    drawn = [(f"{len(each.shoppers):,} of {each.shoppers.of:,}", each.name) for each in few if each.shoppers]
    alike = len(few) == len(sides) and len({count for count, _ in drawn}) == 1
    said = [drawn[0][0]] if alike else [f"{count} ({name})" for count, name in drawn]
    return f"Shoppers asked, drawn by a hash of their id: {', '.join(said)}." if said else ""


def save(sides: Sequence[Side], rows: Sequence[dict[str, Any]], what: str) -> None:
    """Offer rows as a file: the version in view and the product first, and by which system shoppers are listed it."""
    own = sides[0]
    by = systems(sides) if what == "shoppers" else {}
    named = dict.fromkeys(value for name, value in by.items() if name.startswith("listed by"))
    product_id = own.engine.catalogue.ids[own.row] if own.row is not None else ""
    asked = {} if by else {"mode": own.mode}
    before: dict[str, Cell] = export.provenance(
        own.engine.manifest, downloads.today(), **asked, product_id=product_id, **by
    )
    ranks = [{name: cell(value) for name, value in row.items()} for row in rows]
    downloads.button(
        [{**before, **row} for row in ranks],
        own.engine.manifest,
        "reverse",
        product_id,
        what,
        *named,
        key=f"save-{what}",
    )


def systems(sides: Sequence[Side]) -> dict[str, str]:
    """Return by which system each version lists shoppers the product now, and by which it did when it was held out."""
    now = {f"listed by, {each.name}": each.shoppers.system for each in sides if each.shoppers}
    held = {f"held out by, {each.name}": each.measured.system for each in sides if each.measured}
    return now | held


def cell(value: object) -> Cell:
    return value if isinstance(value, str | int | float) or value is None else figure(None)
