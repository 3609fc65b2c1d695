"""Shopper: what does someone like, why is each product recommended to them, and what if their history were another?"""

from __future__ import annotations

import streamlit as st

from dashboard import controls, frame, shopping, state, who
from dashboard.shoppers import (
    because_panel,
    held_panel,
    lists_panel,
    simulate_panel,
    taste_panel,
    timeline_panel,
)
from dashboard.shoppers.asked import OF_ONE, Asked
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.reading import Whom


def main() -> None:
    question = "What does this shopper like, why is each product recommended, and what if the history were another?"
    with frame.page("Shopper", question):
        engine, _ = frame.engine()
        kind = who.control_row(engine, lambda kind: options(engine, kind), OF_ONE)
        k = state.how_many(state.CUT)
        if kind == "basket":
            held = shopping.in_hand(engine)
            whom = Whom(history=tuple(held)) if held else None
        else:
            user_id = who.known(engine)
            hide = state.text(state.HIDE) == "1"
            whom = None if user_id is None else Whom(user_id=user_id, as_of="test" if hide else "now")
        if whom is not None:
            body(Asked.of(engine, whom, k))


def options(engine: Engine, kind: str) -> None:
    """Draw how many are recommended, whether the held-out products are hidden, and how charts are saved."""
    who.how_many()
    if kind == "shopper":
        who.hide(engine)
    controls.chart_format()


def body(asked: Asked) -> None:
    """Draw the timeline, the list beside the history (two below a changed one), the map, and what was held out."""
    timeline_panel.draw(asked)
    if asked.simulated:  # two lists take the whole width
        history, lists = st.container(), st.container()
    else:
        history, lists = st.columns([1, 1.25], gap="large")
    with history:
        simulate_panel.draw(asked)
    with lists, frame.calm():
        lists_panel.draw(asked)
    with frame.calm():
        taste_panel.draw(asked)
    with frame.calm():
        held_panel.draw(asked)
    because_panel.drawer(asked)


main()
