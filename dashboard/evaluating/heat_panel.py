"""Every slice under every system, one metric."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import frame, segment_slices
from dashboard.components import evaluation_charts, glossary, notes, sliced
from dashboard.components.measured import Row
from dashboard.components.words import clean
from dashboard.evaluating import saving
from pipeline.retrieval.engine import Engine


def draw(engine: Engine, task: str, rows: Sequence[Row], chosen: tuple[str, int], systems: Sequence[str]) -> None:
    """Draw every slice under every system for one metric, with how many each is over; chance is a column."""
    metric, k = sliced.measured_at(rows, chosen)
    name = f"{glossary.metric_name(metric)}@{k}"
    every = [*rows, *segment_slices.rows(engine, task)]
    found = sliced.all_parts(every, metric, k)
    columns = [each for each in systems if any(each in own for *_, own in found)]
    frame.say(f"{name} of every slice under every system, chance among them: the stronger the colour, the higher.")
    drawn = evaluation_charts.heat(found, columns, name, dark=st.context.theme.type == "dark")
    saving.chart(drawn, engine, f"slices-{name}", f"{name} of every slice under every system")
    families = [family for family in glossary.SLICES if any(family == each for each, *_ in found)]
    st.html(notes.definitions([glossary.SLICES[family] for family in families]))
    saving.formula(metric)
    saving.save(
        engine,
        "slices",
        [
            {"slice": clean(part), "family": family, "system": system, "metric": metric, "k": k}
            | {"value": one.value, "low": one.low, "high": one.high, "n": one.n}
            for family, part, _, own in found
            for system, one in own.items()
        ],
    )
