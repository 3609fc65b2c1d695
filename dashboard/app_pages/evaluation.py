"""Evaluation: how good are a version's answers, against baselines and chance?"""

from __future__ import annotations

import streamlit as st

from dashboard import controls, downloads, evaluated, frame, index_panel, state
from dashboard.components import charts, colours, glossary, measured, notes
from pipeline.retrieval.engine import Engine

LABELS = {"recommend": "Recommend", "search": "Search"}


def main() -> None:
    with frame.page("Evaluation", "How good are this version's answers, beside strong baselines and chance?"):
        engine, _ = frame.engine()
        if engine.metrics:
            report(engine)
        else:
            st.html(
                notes.message(
                    "This version was not evaluated.",
                    "Metrics appear here for versions with held-out products or judged queries.",
                    kind="empty",
                )
            )
            if index_panel.measured(engine):
                st.subheader("Index", anchor=False)
                index_panel.draw(engine)


def report(engine: Engine) -> None:
    """Draw one task at one k: the answer in words, the chart, the table, and what the words mean."""
    ways, which, cut, more = st.columns([2.2, 2.6, 2, 1.4], vertical_alignment="center")
    with ways:
        task = controls.pick(
            state.TASK, "Task", measured.options(engine.metrics, "task", ("recommend", "search")), LABELS
        )
    rows = measured.where(engine.metrics, task=task)
    metrics = [each for each in glossary.MAIN if each in measured.options(rows, "metric")]
    with which:
        names = {metric: glossary.metric_name(metric) for metric in metrics}
        metric = controls.pick(state.METRIC, "Metric", metrics, names, default="ndcg")
    cuts = sorted(measured.options(measured.where(rows, metric=metric), "k"))
    with cut:
        k = int(
            controls.pick(
                state.CUT, "First k", [str(each) for each in cuts], {str(each): f"@{each}" for each in cuts}, "10"
            )
        )
    with more.popover("Details", width="stretch"):
        splits = measured.options(rows, "split")
        split = controls.pick(state.SPLIT, "Split", splits, {}, show_label=True)
        rows = measured.where(rows, split=split)
        every = rows
        rows = measured.where(rows, slice="all")
        downloads.button(
            measured.table_of(every), engine.manifest, task, key="metrics-csv", label="Download these metrics (CSV)"
        )
        controls.chart_format()
        fingerprint = str(engine.manifest.dataset.get("fingerprint", ""))[:12]
        st.html(notes.small(f"Dataset {engine.manifest.dataset.get('name', '–')}, fingerprint {fingerprint or '–'}"))
    ordered = measured.of(rows, metric, k)
    if not ordered:
        st.html(notes.message("Nothing was measured here.", "Choose another metric or cut.", kind="empty"))
        return
    st.html(notes.headline(measured.headline(task, metric, k, ordered)))
    frame.say(measured.provenance(task, split, "all", max(each.n for each in ordered)))
    left, right = st.columns([1, 1.35], gap="medium")
    with left:
        label = f"{glossary.metric_name(metric)}@{k}"
        own = measured.served(task, [each.system for each in ordered])
        colour = colours.of_versions(engine.name)[engine.name]
        chart = charts.dots(ordered, own, label, colour, dark=st.context.theme.type == "dark")
        behaviour = charts.config(controls.saved_as(), downloads.named(engine.manifest, label, kind=""))
        st.plotly_chart(chart, theme=None, config=behaviour, key="chart", alt=f"{label} of each system")
    systems = [each.system for each in ordered]
    right.html(measured.table(task, rows, [(each, k) for each in metrics], systems))
    if task == "search":
        evaluated.ranker(engine)
    evaluated.detail(engine, task, every, (metric, k), systems)
    explain(systems, metrics)


def explain(systems: list[str], metrics: list[str]) -> None:
    """Say what each metric and each system is."""
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.subheader("What the metrics say", anchor=False)
        st.html(notes.definitions([glossary.METRICS[metric][:2] for metric in metrics]))
        with st.popover("Formulas", type="tertiary"):
            st.html(notes.definitions([(glossary.METRICS[each][0], glossary.METRICS[each][2]) for each in metrics]))
    with right:
        st.subheader("What the systems are", anchor=False)
        st.html(notes.definitions([glossary.SYSTEMS[each] for each in systems if each in glossary.SYSTEMS]))


main()
