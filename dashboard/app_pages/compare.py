"""Compare: which version should ship, for whom, and how sure is that?"""

from __future__ import annotations

import streamlit as st

from dashboard import controls, frame, state
from dashboard.comparing import (
    chosen,
    cost_panel,
    drift_panel,
    handout,
    lists_panel,
    recipes_panel,
    slices_panel,
    units_panel,
    verdict_panel,
    what_if_panel,
)
from dashboard.comparing.chosen import Chosen
from dashboard.comparing.loaded import Group
from dashboard.components import notes
from pipeline.comparing.comparison import Comparison

DRAWN = ("slices", "units", "what-if")  # details with charts, which can be saved


def main() -> None:
    with frame.page("Compare", "Which version should ship, for whom, and how sure is that?"):
        engine, _ = frame.engine()
        found = [*chosen.known(), *chosen.runs()]
        names = chosen.others(engine.manifest, found)
        if not names:
            st.html(
                notes.message(
                    "Choose what to compare with.",
                    f"{engine.name} is the baseline; the sidebar changes it. Versions of the same dataset and split "
                    "come first in the list.",
                    kind="empty",
                )
            )
            return
        asked = chosen.read(engine.manifest, names, found)
        generated = notes.generated(*(each.manifest for each in asked.others))
        if generated and not notes.generated(engine.manifest):  # else it is said above
            st.html(notes.row(generated))
        if not asked.others:
            st.html(
                notes.message(
                    "Pooled with the baseline, there is nothing else to compare.",
                    "Choose a version of another recipe, or stop pooling in the options.",
                    kind="empty",
                )
            )
            return
        compared = verdict_panel.comparisons(asked)
        verdict_panel.draw(asked, compared, lambda: handout.button(asked, compared))
        detail(asked, compared)


def detail(asked: Chosen, compared: dict[str, Comparison]) -> None:
    """Draw the detail that the URL names, about one of the versions."""
    fair = bool(compared)
    sections = {
        "metrics": "Metrics",
        "slices": "Slices",
        "units": asked.plural.capitalize(),
        "lists": "Lists",
        "drift": "Drift",
        "what-if": "What if",
        "recipes": "What differs",
        "cost": "Cost",
    }
    offered = [each for each in sections if fair or each in ("lists", "what-if", "recipes", "cost")]
    kind = controls.pick(state.DETAIL, "In detail", offered, sections)
    with frame.calm():
        if kind == "recipes":
            recipes_panel.draw(asked)
        elif kind == "cost":
            values = {
                name: decided.value for name, one in compared.items() if (decided := verdict_panel.decisive(one, asked))
            }
            cost_panel.draw(asked, {asked.baseline.name: verdict_panel.own_value(asked), **values})
        elif kind == "what-if":
            what_if_panel.draw(asked)
        elif kind == "lists":
            lists_panel.draw(asked, chosen.focus(asked) or asked.others[0])
        elif each := chosen.focus(asked):
            about(kind, asked, each, compared)
    if kind in DRAWN:
        with st.container(width=200):
            controls.chart_format()


def about(kind: str, asked: Chosen, each: Group, compared: dict[str, Comparison]) -> None:
    """Draw a detail of one version against the baseline."""
    if each.name not in compared:
        return
    if kind == "metrics":
        verdict_panel.metrics(asked, each, compared[each.name])
    elif kind == "slices":
        slices_panel.draw(asked, each, compared)
    elif kind == "units":
        units_panel.draw(asked, each)
    else:
        drift_panel.draw(asked, each)


main()
