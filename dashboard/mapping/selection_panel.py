"""Below the map: the selected products, and what sets them apart."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard import downloads, state
from dashboard.components import cards, notes
from dashboard.components.words import counted, figure, money
from dashboard.mapping import segments, selection, tables
from dashboard.mapping.colouring import Colouring, magnitudes
from dashboard.mapping.selection import COLUMNS, Rows, Share
from dashboard.mapping.view import Shown

SHARES = 8  # lines of a table of shares


def draw(shown: Shown, rows: Rows) -> None:
    """Draw the selection."""
    if not len(rows):
        words = "Nothing is selected." if not state.text(state.AREA) else "The outline holds no product that is shown."
        st.html(
            notes.message(
                words, "Draw around products with the lasso or the box; what sets them apart appears here.", "empty"
            )
        )
        segments.listing(shown.engine)
        return
    engine = shown.engine
    everything = len(engine.catalogue)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        share = figure(100 * len(rows) / everything)
        name = "" if state.text(state.AREA) else state.text(state.SEGMENT)
        lead = (
            f"Segment {name}: {counted(len(rows), 'product')}" if name else f"{counted(len(rows), 'product')} selected"
        )
        st.html(notes.headline(f"{lead}, {share} % of {everything:,}"), width="content")
        with st.container(horizontal=True, width="content"):
            st.download_button(
                "Save as CSV",
                lambda: downloads.content(selection.records(engine, shown.drawn, shown.method, rows), engine.manifest),
                downloads.named("selection", engine.manifest),
                "text/csv",
                key="save-selection",
                on_click="ignore",
            )
            segments.saver(engine, rows)
            st.button("Clear", key="clear-selection", on_click=_clear)
    prices = price_bands(shown)
    found = selection.profile(engine, shown.drawn, prices, rows)
    st.html(notes.sentence(difference(found)))
    sides = "".join(share_table(kind, shares) for kind, shares in found.items())
    st.html(f'<div class="pse-shares-side">{sides}</div>')
    if prices is not None:
        st.html(notes.small(price_words(engine.catalogue.price, rows)))
    cut = f" The first {tables.LISTED:,} are listed; the file holds all." if len(rows) > tables.LISTED else ""
    st.html(notes.small(f"Choose a line to mark the product on the map.{cut}"))
    tables.table(
        selection.records(engine, shown.drawn, shown.method, rows[: tables.LISTED]), COLUMNS[1:], key="selection-table"
    )


def _clear() -> None:
    state.write(state.AREA, None)
    state.write(state.SEGMENT, None)


def price_bands(shown: Shown) -> Colouring | None:
    """Return bands of price that hold about as many products each; None where no price is known."""
    catalogue = shown.engine.catalogue
    return magnitudes(catalogue.price, money, digits=2) if catalogue.has_prices else None


def difference(found: dict[str, list[Share]]) -> str:
    """Return what sets the selection apart, in a sentence."""
    first = selection.apart(found)[:3]
    if not first:
        return "Nothing sets it apart from the catalogue: it holds the same kinds in the same shares."
    said = [f"{kind.lower()} {each.name} ({figure(each.lift)} times as often)" for kind, each in first]
    return "What sets it apart from the whole catalogue: " + "; ".join(said) + "."


def share_table(kind: str, shares: list[Share]) -> str:
    """Return the most common of a kind as HTML: here, everywhere, lift."""
    rows = [
        (each.name, f"{100 * each.share:.0f} %", f"{100 * each.everywhere:.1f} %", figure(each.lift))
        for each in shares[:SHARES]
    ]
    left = len(shares) - len(rows)
    note = notes.small(f"and {counted(left, 'other')}") if left > 0 else ""
    return f'<div class="pse-shares">{cards.table((kind, "Here", "All", "Lift"), rows)}{note}</div>'


def price_words(prices: np.ndarray, rows: Rows) -> str:
    """Return the median prices of the selection and of the catalogue."""
    own = prices[rows]
    known = own[~np.isnan(own)]
    if not len(known):
        return "No price of the selected products is known."
    return f"Median price {money(float(np.median(known)))}, of all products {money(float(np.nanmedian(prices)))}."
