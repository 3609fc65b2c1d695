"""The report of a benchmark: Markdown, every figure computed from the versions' files."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pipeline.bench.markdown import NONE, number, table
from pipeline.bench.plan import Skipped
from pipeline.bench.results import Result
from pipeline.bench.runs import Outcome
from pipeline.bench.sections import HEADINGS, brief, group_section
from pipeline.bench.systems import Group
from pipeline.environment import describe as environment_now
from pipeline.evaluation.compare import PERMUTATIONS

READING = f"""\
- **Full ranking**: every product is ranked for every shopper, the shopper's own history masked; ties count against the
  held-out product. recall@10 = held-out products among the first ten / held-out products; NDCG@10 has binary gains.
- **Systems**: chance (exact), popularity, item-knn (products that go together), item-knn+transitions (and in which
  order), ease (a linear autoencoder), text (MiniLM, no training). Item-knn and ease are tuned on validation.
  Each recipe has its own towers (the two-tower model) and, where the version has one, its own second stage: reranked.
  Baselines do not depend on the seed; they are read from the first version of a split. Where a seed's version serves
  without a re-ranker, since it did not beat the towers on validation, its towers stand for it, and a note says so.
- **Intervals** are 95 %, by the bootstrap over shoppers of each shopper's mean over seeds. They say how far another
  draw of shoppers might move a figure; of training luck only the values by seed tell.
- **Paired tests**: Fisher's randomisation over shoppers, {PERMUTATIONS:,} sign flips, on each shopper's mean over
  seeds. p cannot be lower than 1/{PERMUTATIONS + 1:,}. The tests are about shoppers, not about training luck. "p, Holm"
  is corrected over all rows of its table. Better, same and worse count shoppers.
- **What is counted**: co-occurrence and popularity count all train interactions, also those that other shoppers made
  after this shopper's newest one; on leave-one-out every published figure does the same. On a split by time train ends
  before test begins. Only "reranked (validation counted)" also counts other shoppers' validation interactions.
- **Cold products**: where a dataset was cut to products with several interactions, a product that is unseen in train is
  bound to be bought later. A ranker can learn that from validation; expect less where new products may stay unsold.
- **AUC** pools shoppers, and the re-ranker's scores compare products for one shopper only: its AUC says little.
- **–** stands for what was not measured, and for a mean over less than half as many shoppers as another system's.
- **Recipe `seed`** knows the shoppers it was trained on; for all others it ranks everything equal: last.
- **Cost**: seconds are means over seeds; those of a reused stage are of the run that made it. Seconds per epoch are
  the train stage, export included, over its epochs. Peak memory is of the whole process, which may have made other
  versions before."""

ELSEWHERE = """\
## Other measurements

- `SEARCH.md`: every way to search, on judged queries.
- `LOAD.md`: searches and recommendations a second, latency at 1, 8 and 32 clients, overload, memory, cold start.
- `ANN.md`: recall, latency and memory of approximate indexes, to a million vectors.
- `AT_SIZE.md`: two million raw reviews to a published version, time and memory of every stage.
- `PREPARE.md`: preparing one, three and ten million reviews.
- `ABLATIONS.md`: what was tried on the way."""


def document(
    outcomes: Sequence[Outcome[Result]], skipped: Sequence[Skipped], command: str, notes: Sequence[str] = ()
) -> str:
    """Return the report.

    Args:
        outcomes: What came of every run, dataset by dataset.
        skipped: Splits that a dataset cannot have.
        command: What was typed.
        notes: What a reader should know of how the versions were made.

    Raises:
        VersionBroken: Versions of one dataset and split cannot be compared.
    """
    groups = groups_of(outcomes)
    parts = ["# Recommendations, measured", header(outcomes, command, notes), READING]
    missing = [f"- {each.dataset}, {each.split}: left out. {each.reason}" for each in skipped]
    missing += [f"- {each.trial.name}: failed. {each.error}" for each in outcomes if each.error]
    if missing:
        parts += ["## Not measured", "\n".join(missing)]
    if groups:
        parts += ["## At a glance", *glance(groups)]
    described = set()
    for group in groups:
        if group.dataset not in described:
            described.add(group.dataset)
            parts += [f"## Dataset {group.dataset}", counts(group)]
        parts.append(group_section(group))
    return "\n\n".join([*parts, ELSEWHERE]) + "\n"


def groups_of(outcomes: Sequence[Outcome[Result]]) -> list[Group]:
    """Return the versions by dataset and split, and in these by recipe, in the order of the plan."""
    found: dict[tuple[str, str], dict[str, list[Result]]] = {}
    for each in outcomes:
        if each.result:
            group = found.setdefault((each.trial.dataset.name, each.trial.split), {})
            group.setdefault(each.trial.recipe.name, []).append(each.result)
    return [Group(dataset, split, results) for (dataset, split), results in found.items()]


def header(outcomes: Sequence[Outcome[Any]], command: str, notes: Sequence[str] = ()) -> str:
    """Return what made the report: command, date, machine, and the libraries that made the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [
        f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d} (UTC). "
        "Every figure is computed from the files of the versions named below.",
        f"Machine: {os.cpu_count()} CPUs, {memory:.0f} GiB of memory, {platform.system()} {platform.machine()}.",
    ]
    made: dict[str, None] = {}
    for each in outcomes:
        if each.result:
            environment = each.result.manifest.environment
            libraries = ", ".join(f"{name} {version}" for name, version in environment["libraries"].items())
            made[f"Python {environment['python']}, {libraries}."] = None
    lines += [f"Versions were made with {each}" for each in made]
    commits = dict.fromkeys(brief(each.result.manifest.environment["git"]) for each in outcomes if each.result)
    present = brief(environment_now()["git"])
    if any(commit != present for commit in commits):
        lines.append(
            f"**The code has changed since**: versions were made at commit {', '.join(commits)}, this report at "
            f"{present}. With `--replace` they are made anew."
        )
    lines += [f"**Note**: {note}" for note in notes]
    return "\n\n".join(lines)


def counts(group: Group) -> str:
    """Return how large a dataset is."""
    data = group.first.manifest.dataset
    mark = "**Generated data: a demonstration, no measure of quality.** " if data["generated"] else ""
    return (
        f"{mark}{data['products']:,} products, {data['shoppers']:,} shoppers, {data['interactions']:,} interactions. "
        "A fingerprint is of the files, their description and the split."
    )


def glance(groups: Sequence[Group]) -> list[str]:
    """Return a table per figure: systems by dataset and split."""
    found = [{system.label: system.per_user.mean(axis=0) for system in group.systems()} for group in groups]
    # Baselines first, whichever group has them; then the recipes' own.
    labels = sorted({label: None for own in found for label in own}, key=lambda label: ": " in label)
    columns = [f"{group.dataset}, {group.split}" for group in groups]
    shown = []
    for i in reversed(range(len(HEADINGS))):
        rows = [[label, *(number(own[label][i]) if label in own else NONE for own in found)] for label in labels]
        shown.append(table([HEADINGS[i], *columns], rows))
    return shown
