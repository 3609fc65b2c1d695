"""What the Compare page is asked: read from the URL, chosen in its control row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import against, loading, state
from dashboard.comparing import loaded
from dashboard.comparing.loaded import Group
from dashboard.components import glossary
from dashboard.components.words import clean
from dashboard.controls import pick
from pipeline.comparing import kept
from pipeline.comparing.comparable import obstacles, same_but_seed, trainings
from pipeline.comparing.kept import Figure
from pipeline.comparing.runs import find, is_run, manifests
from pipeline.manifest import Manifest

MOST = 4  # versions beside the baseline
CUTS = (5, 10, 20)
TASKS = {"recommend": "Recommend", "search": "Search"}


@dataclass(frozen=True)
class Chosen:
    """What to compare.

    Args:
        baseline: What the others are compared with.
        others: One to four.
        task: recommend or search.
        figure: The metric that decides, and its cut-off.
        obstacles: By name, why an other may not be compared with the baseline; none where it may.
        poolable: Trainings of these recipes that pooling would count besides; 0 where it is done or tells nothing.
    """

    baseline: Group
    others: tuple[Group, ...]
    task: str
    figure: Figure
    obstacles: dict[str, list[str]]
    poolable: int = 0

    @property
    def fair(self) -> list[Group]:
        """The others that may be compared."""
        return [each for each in self.others if not self.obstacles[each.name]]

    @property
    def who(self) -> str:
        return "query" if self.task == "search" else "shopper"

    @property
    def plural(self) -> str:
        return "queries" if self.task == "search" else "shoppers"

    @property
    def label(self) -> str:
        return f"{glossary.metric_name(self.figure[0])}@{self.figure[1]}"

    @property
    def names(self) -> list[str]:
        return [self.baseline.name, *(each.name for each in self.others)]


def known() -> list[Manifest]:
    """Return the manifests of the versions that can be served, newest first."""
    found = [each.manifest for each in loading.versions().listing() if each.manifest is not None and not each.reason]
    return found[::-1]


def runs() -> list[Manifest]:
    """Return the manifests of the imported runs, newest first."""
    return manifests(loading.versions().store)[::-1]


def newest_beside(baseline: Manifest) -> str:
    """Return the newest version that may be compared with another one; "" where there is none."""
    fair = (each.name for each in known() if each.name != baseline.name and not obstacles(baseline, each))
    return next(fair, "")


def others(baseline: Manifest, found: Sequence[Manifest]) -> list[str]:
    """Draw the choice of the others; return those chosen, at most four.

    Args:
        baseline: The version they are compared with.
        found: Of all versions that can be served, and of the imported runs.
    """
    fair = {each.name: not obstacles(baseline, each) for each in found if each.name != baseline.name}
    ordered = sorted(fair, key=lambda name: not fair[name])  # the newest of the same dataset first
    data = {each.name: clean(str(each.dataset.get("name", ""))) for each in found}
    imported = {each.name for each in found if is_run(each)}
    said = [name for name in dict.fromkeys(state.texts(state.OTHERS)) if name in fair][:MOST]
    st.multiselect(
        "Compare with",
        ordered,
        format_func=lambda name: (
            f"{name} (other data or split: {data[name]})"
            if not fair[name]
            else f"{name} (imported run)"
            if name in imported
            else name
        ),
        max_selections=MOST,
        placeholder="Choose one to four versions" if ordered else "There is no other version",
        label_visibility="collapsed",
        disabled=not ordered,
        **state.bound(state.OTHERS, said, forget=(state.FOCUS, state.BOX, state.UNIT, state.KIND)),
    )
    missing = [each for each in dict.fromkeys(state.texts(state.OTHERS)) if each not in data]
    if missing:
        st.html(against.gone(missing))
    return said


def read(baseline: Manifest, names: Sequence[str], found: Sequence[Manifest]) -> Chosen:
    """Draw task, metric and options; return what is chosen.

    Args:
        baseline: The version that the others are compared with.
        names: The others, at least one.
        found: Of all versions that can be served.
    """
    tasks = offered((baseline.name, *names))
    ways, which, cut, options = st.columns([2, 2, 2.4, 1.5], vertical_alignment="center")
    with ways:
        task = pick(state.TASK, "Task", tasks, TASKS)
    with which:
        titles = {metric: glossary.metric_name(metric) for metric in kept.METRICS}
        metric = pick(state.METRIC, "Metric", list(kept.METRICS), titles, default="ndcg")
    with cut:
        k = int(pick(state.CUT, "Cut-off", [str(k) for k in CUTS], {str(k): f"first {k}" for k in CUTS}, default="10"))
    with options.popover("Options", width="stretch"):
        st.toggle(
            "Pool seeds",
            help="Count every training of the same recipe on the same data: the mean over them, one by one.",
            **state.bound(state.POOL, state.text(state.POOL) == "1", forget=(state.FOCUS,)),
        )
    pool = state.text(state.POOL) == "1"
    by_name = {each.name: each for each in found} | {baseline.name: baseline}
    first = loaded.group(baseline, found, pool=pool)
    groups = [loaded.group(by_name[name], found, pool=pool) for name in names]
    # Two trainings of one recipe are one group when pooled.
    distinct = list(
        {frozenset(each.checksums): each for each in groups if set(each.checksums) != set(first.checksums)}.values()
    )
    hindered = {each.name: obstacles(first.manifest, each.manifest) for each in distinct}
    more = 0 if pool else besides([baseline, *(by_name[name] for name in names)], found)
    return Chosen(first, tuple(distinct), task, (metric, k), hindered, more)


def offered(names: Sequence[str]) -> list[str]:
    """Return the tasks that versions can be compared by: those that all of them were measured on, else any."""
    own = [kept.tasks(find(loading.versions().store, name)[0]) for name in names]
    every = [task for task in TASKS if all(task in each for each in own)]
    return every or [task for task in TASKS if any(task in each for each in own)] or list(TASKS)


def besides(picked: Sequence[Manifest], found: Sequence[Manifest]) -> int:
    """Return how many more trainings of the recipes picked there are; 0 where all are of one recipe.

    Args:
        picked: The baseline, then the others.
        found: Of all versions.
    """
    if all(same_but_seed(picked[0], each) for each in picked[1:]):
        return 0  # pooled, nothing would be left to compare
    every = {own.name for each in picked for own in trainings(each, found)}
    return len(every - {each.name for each in picked})


def focus(chosen: Chosen) -> Group | None:
    """Draw the choice of the one that the detail is about, where there are several; None where none may be compared."""
    fair = chosen.fair
    if not fair:
        return None
    if len(fair) == 1:
        return fair[0]
    names = [each.name for each in fair]
    name = pick(state.FOCUS, "In detail", names, {}, show_label=False)
    return next(each for each in fair if each.name == name)
