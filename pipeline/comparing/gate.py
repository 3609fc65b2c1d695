"""The verdict on one published version against another, as plain values: for a command line, a CI job, a report."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from pipeline.comparing import comparison
from pipeline.comparing.comparable import differences, obstacles, same_but_seed, seed_of, together, trainings
from pipeline.comparing.comparison import DECIDES, WHO, Member
from pipeline.comparing.findings import Finding
from pipeline.comparing.kept import METRICS, Figure, tasks
from pipeline.comparing.runs import find, is_run
from pipeline.comparing.sliced import weakest
from pipeline.comparing.verdict import STATUS, luck, luck_of_run
from pipeline.errors import InvalidRequest
from pipeline.evaluation.rows import CUTOFFS
from pipeline.manifest import Manifest
from pipeline.versions import VersionStore
from pipeline.workspace.segments import Segments


def compared(
    store: VersionStore,
    baseline: str,
    version: str,
    task: str | None = None,
    figure: Figure = DECIDES,
    *,
    pool: bool = False,
) -> dict[str, Any]:
    """Return the verdict and everything behind it, ready for JSON.

    Args:
        store: The published versions.
        baseline: Name of the version, or imported run, that is replaced if the other one ships.
        version: Name of the other one.
        task: recommend or search; None takes the first that both keep values of.
        figure: The metric that decides.
        pool: Whether to count every published training of either recipe, shopper by shopper.

    Returns:
        `status` is the exit status of a gate: 0 ship, 10 hold, 11 can't tell.

    Raises:
        VersionNotFound: A version is not published.
        VersionBroken: A manifest cannot be read, or nothing was measured.
        InvalidRequest: The versions are not of the same dataset and split, or share no task.
    """
    (one, first), (other, second) = find(store, baseline), find(store, version)
    if why := obstacles(first, second):
        raise InvalidRequest(" ".join(why), "Compare versions of the same dataset and split.")
    shared = [each for each in tasks(one) if each in tasks(other)]
    chosen = task or next(iter(shared), None)
    if chosen not in shared:
        raise InvalidRequest("The versions share no values per shopper or query.", "Run both again with --replace.")
    known = [each for each in store.list() if isinstance(each, Manifest)] if pool else []
    pooled = [trainings(each, known) for each in (first, second)]
    if {each.name for each in pooled[0]} & {each.name for each in pooled[1]} and baseline != version:
        raise InvalidRequest("Both are trainings of one recipe: pooled, they are the same.", "Leave out --pool.")
    members = [_member(store, own, chosen) for own in pooled]
    shared_ground = comparison.ground(one, first, members[0], _segments(store, first))
    found = comparison.compare(members[0], members[1], shared_ground, figure)
    seeds = [tuple(seed_of(each) for each in own) for own in pooled]
    same = not pool and same_but_seed(first, second) and seeds[0] != seeds[1]
    return {
        "baseline": baseline,
        "version": version,
        "task": chosen,
        "decides": f"{figure[0]}@{figure[1]}",
        "verdict": found.verdict.answer,
        "status": STATUS[found.verdict.answer],
        "reason": found.verdict.reason,
        "training_luck": luck_of_run(WHO[chosen])
        if is_run(first) or is_run(second)
        else luck(seeds[1], seeds[0], WHO[chosen], same_recipe=same),
        "seeds": {"baseline": seeds[0], "version": seeds[1]},
        "metrics": [_plain(each) for each in found.metrics],
        "slices": [_plain(each) for each in found.slices],
        "weakest": [each.slice for each in weakest(found.slices)],
        "differences": [asdict(each) for each in differences([first, second])],
    }


def figure_of(words: str) -> Figure:
    """Return the metric and cut-off of "ndcg@10".

    Raises:
        InvalidRequest: It is none that versions are compared by.
    """
    metric, _, k = words.casefold().partition("@")
    if metric not in METRICS or not (k.isascii() and k.isdigit()) or int(k[:6]) not in CUTOFFS:
        known = ", ".join(f"{each}@{CUTOFFS[1]}" for each in METRICS)
        raise InvalidRequest(
            f'"{words[:40]}" is no metric that versions keep.',
            f"Use {known}, or the same at {CUTOFFS[0]} or {CUTOFFS[2]}.",
        )
    return metric, int(k)


def _segments(store: VersionStore, baseline: Manifest) -> dict[str, Sequence[str]]:
    """Return the products of the saved segments: the page Compare tests them, and both must come to one verdict."""
    dataset, kept = str(baseline.dataset.get("name", "")), Segments(store.artifacts)
    with suppress(sqlite3.Error):  # slices can do without
        return {each.name: kept.products(dataset, each.name) for each in kept.of(dataset)}
    return {}


def _member(store: VersionStore, own: Sequence[Manifest], task: str) -> Member:
    folders = {each.name: find(store, each.name)[0] for each in own}
    return comparison.member(folders, [seed_of(each) for each in own], task, together(list(folders)))


def _plain(each: Finding) -> dict[str, Any]:
    """Return a finding as JSON has it: no tuple, and nothing that is not a number."""
    return {
        "slice": each.slice,
        "metric": f"{each.figure[0]}@{each.figure[1]}",
        "baseline": each.baseline,
        "value": each.value,
        **asdict(each.paired),
        "p_holm": each.holm,
        "detectable": None if math.isnan(each.detectable) else each.detectable,
        "n": each.n,
    }
