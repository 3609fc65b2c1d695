"""What the Evaluation page shows below its figures: slices, differences, lists, the replaced protocol, the index."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from dashboard import controls, downloads, frame, index_panel, loading, segment_slices, state
from dashboard.components import charts, colours, differing, glossary, measured, notes, sliced
from dashboard.components.measured import Column, Row
from dashboard.components.words import counted, listing
from dashboard.controls import pick
from dashboard.differences import differences
from dashboard.evaluating import by_rank_panel, heat_panel, kept, roc_panel, saving, training_panel
from pipeline.evaluation.search_ranker import SHIPPED, SearchRanker
from pipeline.retrieval.engine import Engine

log = logging.getLogger(__name__)
SEGMENTS = "segment"  # a family of slices
DETAILS = {
    "slices": "Slices",
    "heat": "Heat map",
    "ranks": "By rank",
    "differences": "Differences",
    "beyond": "Beyond accuracy",
    "roc": "ROC",
    "replaced": "Replaced protocol",
    "training": "Training",
    "index": "Index",
}


def detail(engine: Engine, task: str, rows: Sequence[Row], chosen: tuple[str, int], systems: Sequence[str]) -> None:
    """Draw the detail that the URL names, of those that this version has.

    Args:
        engine: The version.
        task: recommend or search.
        rows: Its metrics of this task and one split, all slices.
        chosen: The metric and cut-off looked at above.
        systems: Systems in the order of the table above.
    """
    everyone = measured.where(rows, slice="all")
    found = {
        "slices": bool(sliced.families(rows) or segment_slices.known(engine, task)),
        "differences": bool(differences(engine.name, task, *chosen)),
        "beyond": bool(_columns(everyone, _beyond(everyone))),
        "heat": bool(sliced.families(rows)),
        "ranks": task == "recommend" and kept.ranked(engine),
        "roc": any(row["metric"] == "auc" for row in everyone),
        "training": task == "recommend" and engine.has_towers,
        "replaced": bool(_columns(everyone, glossary.REPLACED)),
        "index": True,
    }
    offered = [each for each in DETAILS if found[each]]
    st.subheader("In detail", anchor=False)
    kind = pick(state.DETAIL, "In detail", offered, DETAILS)
    with frame.calm():
        if kind == "slices":
            slices(engine, task, rows, chosen, systems)
        elif kind == "differences":
            compared(engine, task, chosen)
        elif kind == "index":
            index_panel.draw(engine)
        elif kind == "heat":
            heat_panel.draw(engine, task, rows, chosen, systems)
        elif kind == "ranks":
            by_rank_panel.draw(engine, systems)
        elif kind == "roc":
            roc_panel.draw(engine, everyone, systems)
        elif kind == "training":
            training_panel.draw(engine)
        else:
            tabled(engine, task, everyone, _beyond(everyone) if kind == "beyond" else glossary.REPLACED, systems, kind)


def ranker(engine: Engine) -> None:
    """Say how much the search ranker counts, and what the rankers chose that its figures are of."""
    try:
        found = SearchRanker.of(loading.versions().store.path(engine.name))
    except (OSError, ValueError, KeyError):  # the figures stand without it
        log.exception("What %s says of its search ranker cannot be read", engine.name)
        return
    if found:
        st.html(notes.small(weights(found)))


def weights(found: SearchRanker) -> str:
    """Return the weight of a search ranker beside those of the folds, in sentences."""
    said = (
        f"Ranked, as it serves here, counts its ranker {found.weight:g} and words with meaning {1 - found.weight:.2g}"
    )
    if found.kind == SHIPPED and not found.queries:
        return f"{said}; both ranker and weight were learned from generated shops, not from these queries."
    said += f", chosen on all {counted(found.queries, 'judged query', 'judged queries')}."
    if not found.folds:
        return said
    chosen = listing([f"{weight:g}" for weight in found.folds])
    return (
        f"{said} Its figures are those of {len(found.folds)} others, each asked only what it had not learned from: "
        f"they chose {chosen}."
    )


def slices(engine: Engine, task: str, rows: Sequence[Row], chosen: tuple[str, int], systems: Sequence[str]) -> None:
    """Draw one family of slices: the version's own system beside the best baseline and chance, then all systems."""
    families = sliced.families(rows)
    if segment_slices.known(engine, task):
        families.append(SEGMENTS)
    family = pick(state.SLICE, "Slices by", families, {each: glossary.SLICES[each][0] for each in families})
    if family == SEGMENTS:
        with st.spinner("Measuring the segments …"):
            rows = segment_slices.rows(engine, task)
        if not rows:
            words = "No product of a segment was held out from a shopper, so there is nothing to measure."
            st.html(notes.message(words, "Save a larger selection on the Map page.", kind="empty"))
            return
    metric, k = sliced.measured_at(rows, chosen)
    label = f"{glossary.metric_name(metric)}@{k}"
    frame.say(f"{label}. {glossary.SLICES[family][1]} Intervals are 95 %.")
    own = measured.served(task, systems)
    shown = sliced.compared(systems, own)
    parts = sliced.parts(rows, family, metric, k)
    colour = colours.of_versions(engine.name)[engine.name]
    chart = charts.parts(parts, shown, own, label, colour, dark=st.context.theme.type == "dark")
    behaviour = charts.config(controls.saved_as(), downloads.named(engine.manifest, label, family, kind=""))
    st.plotly_chart(chart, theme=None, config=behaviour, key="slices", alt=f"{label} of each slice")
    st.html(sliced.table(parts, systems, own))
    lines = [row for row in rows if row["metric"] == metric and row.get("k") == k]
    saving.save(
        engine, "slices", [dict(row) for row in lines if str(row["slice"]).startswith(family + sliced.SEPARATOR)]
    )


def compared(engine: Engine, task: str, chosen: tuple[str, int]) -> None:
    """Draw the difference between every system and the version's own, over the same shoppers or queries."""
    metric, k = chosen
    found = differences(engine.name, task, metric, k)
    who = "query" if task == "search" else "shopper"
    own = glossary.system_name(found[0].own)
    label = f"{glossary.metric_name(metric)}@{k}"
    frame.say(
        f"{label} of each system minus that of {own}, {who} by {who}: above 0 the system is better. p is how often "
        "chance alone, giving each difference either sign, would put the means as far apart."
    )
    st.html(differing.table(found, label, who))
    lines = [
        {"system": each.system, "minus": each.own, "metric": metric, "k": k, **asdict(each.paired), "n": each.n}
        for each in found
    ]
    saving.save(engine, "differences", lines)


def tabled(
    engine: Engine, task: str, rows: Sequence[Row], metrics: Sequence[str], systems: Sequence[str], kind: str
) -> None:
    """Draw metrics as a table, and what each says."""
    columns = _columns(rows, metrics)
    if kind == "beyond":
        frame.say("What the first ten are like, whoever wanted what. No value is right or wrong by itself.")
    else:
        frame.say(
            "The figures that the replaced system reported, so that both can be compared. Sampled candidates flatter "
            "every system, chance too: read them beside chance only."
        )
    st.html(measured.table(task, rows, columns, systems))
    names = [metric for metric, _ in columns]
    known = [metric for metric in names if metric in glossary.METRICS]
    st.html(notes.definitions([glossary.METRICS[metric][:2] for metric in known]))
    with st.popover("Formulas", type="tertiary", key="formulas-detail"):
        st.html(notes.definitions([(glossary.METRICS[each][0], glossary.METRICS[each][2]) for each in known]))
    saving.save(engine, kind, [dict(row) for row in rows if row["metric"] in names])


def _beyond(rows: Sequence[Row]) -> list[str]:
    """Return the metrics of a task that are neither its main ones nor those of the replaced system."""
    measured_ = {str(row["metric"]) for row in rows}
    named = [each for each in glossary.BEYOND if each in measured_]
    return [*named, *sorted(measured_ - {*glossary.MAIN, *glossary.BEYOND, *glossary.REPLACED})]


def _columns(rows: Sequence[Row], metrics: Sequence[str]) -> list[Column]:
    """Return the metrics that were measured, each with its cut-off."""
    cut = {row["metric"]: row.get("k") for row in rows}
    return [(metric, cut[metric]) for metric in metrics if metric in cut]
