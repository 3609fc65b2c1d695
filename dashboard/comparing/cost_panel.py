"""What versions cost, beside how good they are."""

from __future__ import annotations

import random
from typing import Any

import streamlit as st

from dashboard import choices, downloads, loading, modes
from dashboard.comparing.chosen import Chosen
from dashboard.components import compare_tables, notes
from dashboard.components.words import counted
from dashboard.modes import MODES
from pipeline.comparing import cost
from pipeline.comparing.cost import Latency
from pipeline.retrieval.engine import Engine

ASKED = 50  # requests whose time is measured
TIMES = "compare-times"  # session key: latencies measured, by task and version


def draw(chosen: Chosen, values: dict[str, float | None]) -> None:
    """Draw cost and quality of every version; times of answers on demand.

    Args:
        chosen: What is compared.
        values: By name of the version: its mean of the metric that decides.
    """
    groups = [each for each in (chosen.baseline, *chosen.others) if not each.is_run]
    known: dict[tuple[str, str], Latency] = st.session_state.setdefault(TIMES, {})
    names = [each.manifest.name for each in groups]
    taken = {name: known[chosen.task, name] for name in names if (chosen.task, name) in known}
    rows = compare_tables.costs(names, [cost.cost(each.manifest) for each in groups], taken)
    for row, each in zip(rows, groups, strict=True):
        row[chosen.label] = values.get(each.name)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if st.button("Measure the time of an answer", key="measure", help=f"Asks each version {ASKED} times, here."):
            with st.spinner(f"Asking {counted(len(names), 'version')} {ASKED} times each"):
                for name in names:
                    known[chosen.task, name] = timed(loading.published(name), chosen.task)
            st.rerun()
        downloads.button(rows, *(each.manifest for each in groups), "cost", key="cost-csv")
    config: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="localized", help=said)
        for name, said in compare_tables.COST_HELP.items()
    }
    config[chosen.label] = st.column_config.NumberColumn(format="%.4f", help="Mean of the metric that decides")
    st.dataframe(rows, hide_index=True, column_config=config, placeholder="–", key="costs")
    st.html(
        notes.small(
            "Training times are of the machine and the load they were taken on. Pooled versions show the first of them."
        )
    )


def timed(engine: Engine, task: str) -> Latency:
    """Return how long a version takes to answer here, one request after the other."""
    if task == "search":
        queries = choices.judged_queries(engine)[:ASKED] or choices.example_queries(engine)
        mode = MODES[modes.offered(engine)[0]].engine
        return cost.latency(lambda query: engine.search(query, mode=mode), queries)
    if engine.shoppers is None:
        return cost.latency(lambda one: engine.recommend(history=[one]), engine.catalogue.ids[:ASKED])
    some = random.Random(0).sample(engine.shoppers.ids, min(ASKED, len(engine.shoppers)))
    return cost.latency(lambda user: engine.recommend(user_id=user, as_of="test"), some)
