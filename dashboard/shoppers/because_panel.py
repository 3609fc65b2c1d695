"""Why one product is recommended: a drawer beside the page."""

from __future__ import annotations

import streamlit as st

from dashboard import frame, state, why
from dashboard.components import because_words, cards, notes
from dashboard.shoppers.asked import Asked
from pipeline.retrieval.because import because, weighed
from pipeline.retrieval.engine import MAX_K
from pipeline.retrieval.results import Hit

TITLE = {"towers": "Because of the history: the towers' score", "text": "Because of the history: the text's score"}


def drawer(asked: Asked) -> None:
    """Draw the drawer where the URL names a product."""
    if state.text(state.WHY):
        _open(asked)


@st.dialog("Why is this recommended?", width=why.WIDTH, position="right", on_dismiss=why.close)
def _open(asked: Asked) -> None:
    with frame.calm():
        engine = asked.engine
        product = engine.catalogue.product(engine.catalogue.row(state.text(state.WHY)))
        hit = next((each for each in asked.after.hits if each.product_id == product.product_id), None)
        parts = [cards.card(product), notes.headline(place(asked, product.product_id, hit))]
        found = because(engine, asked.changed, [product.row])
        if found is None:
            parts.append(notes.small(because_words.how(None, by_name=asked.by_name, reranked=False)))
        else:
            told = notes.small(f"The bars say {because_words.meaning(found)}")
            parts.append(why.section(TITLE[found.of], told + because_words.bars(found, 0, asked.titles)))
        if hit is not None and (moved := because_words.moved(hit)):
            seen = weighed(engine, asked.changed, product.row)
            words = (
                f"{moved} The bars say what it saw in this product, against the average candidate, in the units of its "
                "own score."
            )
            parts.append(
                why.section("What the re-ranker made of it", notes.small(words) + because_words.evidence(seen))
            )
        st.html("".join(parts))


def place(asked: Asked, product_id: str, hit: Hit | None) -> str:
    """Return where a product stands in the list; `hit` is None where it is not in it."""
    if hit is None and product_id in asked.history:
        return "In the history, and so never listed"
    if hit is None:
        return f"Not among the first {MAX_K} of {asked.after.among:,}"
    before = next((each.rank for each in asked.before.hits if each.product_id == hit.product_id), None)
    said = f"Rank {hit.rank:,} of {asked.after.among:,}"
    if not asked.simulated:
        return said
    return said + (f", rank {before:,} before the change" if before else f", not among the first {MAX_K} before")
