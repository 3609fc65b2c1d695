"""One version's recommendations as cards, and whether they hold what was hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dashboard import controls, results, state
from dashboard.components import cards, glossary
from dashboard.components.words import escape
from dashboard.controls import WHO
from pipeline.retrieval.engine import MAX_K, Engine
from pipeline.retrieval.results import Hit, Results

SIMILAR, MAP, ADD = "Similar", "Show on map", "Add to basket"


def draw(
    engine: Engine,
    answer: Results,
    k: int,
    more: Callable[[], None],
    reason: Callable[[Hit], str] | None = None,
    beside: Callable[[Hit], None] | None = None,
) -> None:
    """Draw the first k recommendations of one version, each with its actions.

    Args:
        engine: The version.
        answer: What it recommends, possibly more than k.
        k: How many are shown.
        more: Draws what else stands beside how many there are.
        reason: Returns one line on why a product is here, as text; None says who proposed it.
        beside: Draws what else stands beside a recommendation.
    """
    shown = replace(answer, hits=answer.hits[:k])
    results.summary(shown, more=more)
    best = max((hit.score for hit in shown.hits), default=0.0)
    for hit in shown.hits:
        badge = ""
        if hit.product_id in answer.held_out:
            badge = cards.badge("the hidden product" if len(answer.held_out) == 1 else "a hidden product", "hit")
        product = engine.catalogue.product(hit.row)
        card = cards.card(
            product,
            rank=hit.rank,
            score=cards.bar(hit.score, best),
            why=escape(reason(hit) if reason else cards.why(hit, product)),
            badge=badge,
        )
        with st.container(key=f"recommended-{hit.rank}"):
            left, right = st.columns([8, 1], vertical_alignment="center", gap="small")
            left.html(card)
            with right.container(gap=None, horizontal_alignment="center"):
                if beside:
                    beside(hit)
                actions(engine, hit)


def actions(engine: Engine, hit: Hit) -> None:
    """Draw what can be done with a recommendation."""
    published = hit.row < engine.catalogue.published
    offered = [SIMILAR, *([WHO] if published else []), *([MAP] if engine.maps and published else []), ADD]
    chosen = st.menu_button(
        "⋯", offered, key=f"act-{hit.rank}", type="tertiary", help="Similar products, who finds it, add to basket"
    )
    if chosen == SIMILAR:
        version = state.text(state.VERSION)
        st.switch_page("app_pages/search.py", query_params={state.VERSION: version, state.SIMILAR: hit.product_id})
    elif chosen == WHO:
        st.switch_page(controls.REVERSE, query_params=controls.on_map(hit.product_id, engine.name))
    elif chosen == MAP:
        st.switch_page(controls.MAP, query_params=controls.on_map(hit.product_id, engine.name))
    elif chosen == ADD:
        controls.add_to_basket(hit.product_id, in_url=bool(state.texts(state.BASKET)))
        st.rerun()


def found_words(answer: Results, split: str) -> tuple[str, str]:
    """Return whether the hidden products were found, and where; or why none is hidden."""
    if not answer.held_out:
        return "Nothing is hidden: this shopper has no held-out product.", glossary.hidden(split)[2]
    rank_of = {hit.product_id: hit.rank for hit in answer.hits}
    ranks = [rank_of[product_id] for product_id in answer.held_out if product_id in rank_of]
    if len(answer.held_out) > 1:
        best = f", the best at rank {min(ranks)}" if ranks else ""
        return f"{len(ranks)} of {len(answer.held_out)} hidden products are among the first {MAX_K}{best}.", ""
    if ranks:
        return f"The hidden product is found at rank {ranks[0]}.", ""
    return f"The hidden product is not among the first {MAX_K}.", ""
