"""Recall at every rank, of every system."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import frame
from dashboard.components import colours, evaluation_charts, glossary, measured
from dashboard.components.measured import grid
from dashboard.components.words import counted, escape, figure
from dashboard.evaluating import kept, saving
from pipeline.retrieval.engine import Engine

SHOWN = (1, 5, 10, 20, 50, 100)  # ranks of the table


def draw(engine: Engine, systems: Sequence[str]) -> None:
    """Draw recall@k of every system for k from 1 to 100, chance beside them."""
    found = kept.recall_by_rank(engine)
    own = measured.served("recommend", systems)
    frame.say(
        f"How much of what {counted(found[0].n, 'shopper')} wanted is among the first k. The band around the version's "
        "own line is its 95 % interval; the dashed line is chance."
    )
    dark, colour = st.context.theme.type == "dark", colours.of_versions(engine.name)[engine.name]
    drawn = evaluation_charts.by_rank(found, own, colour, dark=dark)
    saving.chart(drawn, engine, "recall-by-rank", "Recall at every k from 1 to 100")
    ks = [k for k in SHOWN if k <= len(found[0].recall)]
    body = []
    for each in found:
        cells = "".join(cell(float(each.recall[k - 1]), float(each.half[k - 1])) for k in ks)
        kind = ' class="pse-served"' if each.system == own else ""
        body.append(f"<tr{kind}><td>{escape(glossary.system_name(each.system))}</td>{cells}</tr>")
    st.html(grid("Recall at", [f'<th scope="col">{k}</th>' for k in ks], body))
    saving.formula("recall")
    rows = [
        {"system": each.system, "k": k, "recall": float(each.recall[k - 1]), "half_interval": float(each.half[k - 1])}
        | {"n": each.n}
        for each in found
        for k in range(1, len(each.recall) + 1)
    ]
    saving.save(engine, "recall-by-rank", rows)


def cell(value: float, half: float) -> str:
    """Return a value with half of its interval; what is computed has none."""
    return f"<td>{figure(value)}<small>{f'± {figure(half)}' if half else ''}</small></td>"
