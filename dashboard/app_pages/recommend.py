"""Recommend: what would a shopper, or a basket, want next?"""

from __future__ import annotations

import streamlit as st

from dashboard import against, frame, re_ranking, shopping, state, who
from dashboard.components import notes
from pipeline.retrieval.engine import Engine


def main() -> None:
    with frame.page("Recommend", "What would this shopper, or someone with this basket, want next?"):
        engine, other = frame.engine(with_other=True, added=True)
        kind = who.control_row(engine, lambda kind: options(engine, kind))
        k = state.how_many(state.CUT)
        if (wish := re_ranking.chosen()) is not None:
            st.html(notes.message(re_ranking.told(wish), kind="note"))
        if kind == "basket":
            shopping.basket(engine, other, k)
        elif (user_id := who.known(engine)) is not None:
            shopping.shopper(engine, other, user_id, k)


def options(engine: Engine, kind: str) -> None:
    """Draw how many to recommend, the version beside, the preset, and the test with hidden products."""
    who.how_many()
    against.choose(engine)
    presets = re_ranking.names()
    said = state.text(state.PRESET)
    st.selectbox(
        "Re-ranking preset",
        presets,
        placeholder="None: the version's own order" if presets else "None is saved; Compare saves one",
        disabled=not presets,
        help="Weights for popularity, diversity, price and freshness, saved under What if on Compare.",
        **state.bound(state.PRESET, said if said in presets else None),
    )
    if kind == "shopper":
        who.hide(engine)


main()
