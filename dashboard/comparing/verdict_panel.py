"""The verdict on each version, and every metric behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import streamlit as st

from dashboard import downloads, loading, state
from dashboard.comparing import loaded
from dashboard.comparing.chosen import Chosen
from dashboard.comparing.loaded import Group
from dashboard.components import compare_tables, notes
from dashboard.components.words import counted, escape, listing
from pipeline.comparing.comparable import same_but_seed
from pipeline.comparing.comparison import Comparison
from pipeline.comparing.findings import EVERYONE, Finding
from pipeline.comparing.verdict import luck, luck_of_run
from pipeline.errors import ExplorerError


def comparisons(chosen: Chosen) -> dict[str, Comparison]:
    """Return what is found of every version that may be compared; one that cannot is told on the spot."""
    found = {}
    for each in chosen.fair:
        try:
            found[each.name] = loaded.compared(chosen.baseline, each, chosen.task, chosen.figure)
        except ExplorerError as error:
            st.html(notes.message(error.problem, error.remedy))
    return found


def draw(chosen: Chosen, found: dict[str, Comparison], more: Callable[[], None]) -> None:
    """Draw a verdict per version in words, then all of them as a table.

    Args:
        chosen: What is compared.
        found: What was found of each version that may be compared.
        more: Draws what else is offered beside the table's file.
    """
    warned(chosen)
    sentences = [sentence(chosen, each, found[each.name]) for each in chosen.fair if each.name in found]
    if sentences:
        st.html(f'<div class="pse-verdicts">{"".join(sentences)}</div>')
    st.html(table(chosen, found))
    saved = [
        {"verdict": one.verdict.answer, "reason": one.verdict.reason, **row}
        for name, one in found.items()
        if (decided := decisive(one, chosen))
        for row in compare_tables.as_rows([decided], name, chosen.baseline.name)
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        downloads.button(
            saved, *(each.manifest for each in (chosen.baseline, *chosen.fair)), "verdicts", key="verdicts-csv"
        )
        more()
        if chosen.poolable:
            st.button(
                f"Pool {counted(chosen.poolable, 'more training seed')}",
                key="pool-seeds",
                type="tertiary",
                help="Compare the mean over every training of each recipe, one by one, instead of one training.",
                on_click=state.write,
                args=(state.POOL, True),
            )


def table(chosen: Chosen, found: Mapping[str, Comparison]) -> str:
    """Return the baseline and every version, those that may not be compared without figures, as HTML."""
    rows = []
    for each in chosen.others:
        one = found.get(each.name)
        last = compare_tables.badge(one.verdict) if one else "not comparable"
        rows.append((each.name, decisive(one, chosen) if one else None, last))
    return compare_tables.verdicts(chosen.label, chosen.baseline.name, own_value(chosen), rows, chance(chosen))


def own_value(chosen: Chosen) -> float | None:
    """Return the baseline's mean of the metric that decides."""
    try:
        values = loaded.member(chosen.baseline, chosen.task).kept.values.get(chosen.figure)
    except ExplorerError:
        return None
    known = [] if values is None else [value for value in values.tolist() if not math.isnan(value)]
    return sum(known) / len(known) if known else None


def chance(chosen: Chosen) -> float | None:
    """Return what chance reaches in the metric that decides; None where the baseline's evaluation does not say."""
    if chosen.baseline.is_run:
        return None
    metric, k = chosen.figure
    for row in loading.engine(chosen.baseline.manifest.name).metrics:
        asked = {"task": chosen.task, "slice": EVERYONE, "system": "chance", "metric": metric, "k": k}
        if asked.items() <= row.items():
            return float(row["value"])
    return None


def decisive(one: Comparison, chosen: Chosen) -> Finding | None:
    return next((each for each in one.metrics if each.figure == chosen.figure), None)


def warned(chosen: Chosen) -> None:
    """Say loudly which versions may not be compared, and why."""
    for name, why in chosen.obstacles.items():
        if why:
            st.html(
                notes.message(
                    f"{name} is not measured as {chosen.baseline.name} is: no differences are shown.",
                    f"{' '.join(why)} Means over other {chosen.plural} or other held-out products say nothing of "
                    "which version is better.",
                )
            )


def sentence(chosen: Chosen, each: Group, one: Comparison) -> str:
    """Return what to do with a version, and why, as HTML."""
    same = len(each.manifests) == 1 and same_but_seed(chosen.baseline.manifest, each.manifest)
    same = same and each.seeds != chosen.baseline.seeds  # a copy is no other training
    chance = (
        luck_of_run(chosen.plural)
        if each.is_run
        else luck(each.seeds, chosen.baseline.seeds, chosen.plural, same_recipe=same)
    )
    return (
        f'<p class="pse-headline">{compare_tables.badge(one.verdict)} <bdi>{escape(each.name)}</bdi></p>'
        f"{notes.sentence(one.verdict.reason)}{notes.small(chance)}"
    )


def metrics(chosen: Chosen, each: Group, one: Comparison) -> None:
    """Draw every metric of a version against the baseline."""
    tested = len(one.metrics) + len(one.slices)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(
            notes.sentence(
                f"{each.name} against {chosen.baseline.name}. p is corrected (Holm) over all "
                f"{counted(tested, 'test')} of this comparison: "
                f"{listing([counted(len(one.metrics), 'metric'), counted(len(one.slices), 'slice')])}."
            ),
            width="content",
        )
        rows = compare_tables.as_rows(one.metrics, each.name, chosen.baseline.name)
        downloads.button(rows, chosen.baseline.manifest, each.manifest, "metrics", key="metrics-csv")
    st.html(compare_tables.findings("Metric", one.metrics))
    with st.popover("What the columns say", type="tertiary"):
        st.html(notes.definitions(list(compare_tables.HELP.items())))
