"""What is said of one dataset and split, section by section."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from pipeline.bench.markdown import NONE, interval, number, table
from pipeline.bench.results import Result
from pipeline.bench.spaces import spaces_section
from pipeline.bench.systems import BASELINES, FIGURES, Comparison, Group, System, comparisons, serves
from pipeline.manifest import Manifest

NAMES = {"recall": "recall", "ndcg": "NDCG"}
HEADINGS = [f"{NAMES[metric]}@{k}" for metric, k in FIGURES]
REPLACED = {
    "auc": "AUC",
    "sampled_hit": "sampled hit@10",
    "sampled_mrr": "sampled MRR",
    "category_separation": "category separation",
    "category_diversity": "category diversity@10",
    "brand_diversity": "brand diversity@10",
}
BEYOND = ("coverage", "gini", "novelty", "diversity", "popularity_lift", "calibration", "serendipity")
IN_SLICES = ("popularity", "item-knn+transitions", "ease", "text")  # the baselines that slices are reported for


def group_section(group: Group) -> str:
    """Return everything about one dataset and split."""
    systems = group.systems()
    first = group.first
    fingerprint = str(first.manifest.dataset["fingerprint"])[:12]
    held = int((first.answers.targets >= 0).sum())
    parts = first.manifest.dataset["parts"]
    counted = ", ".join(f"{parts[part]:,} {part}" for part in parts)
    notes = [f"{recipe}: {note}" for recipe, results in group.results.items() for note in _notes(results)]
    said = [
        f"Fingerprint `{fingerprint}`. Interactions: {counted}. "
        f"{len(first.ids):,} shoppers with a history and a held-out product; {held:,} products held out.",
        *[f"Note: {note}" for note in (*notes, *group.stood_in_for(), *group.unequal_baselines())],
    ]
    compared = comparisons({"all": systems})
    sections = [
        f"### {group.dataset}, {group.split}",
        *said,
        "#### Systems",
        systems_table(systems),
        "#### Paired tests",
        tests_table(compared) if compared else "No two systems of the plan are tested against each other here.",
        *slices_section(group),
        "#### The replaced system's protocol",
        "Held-out products among 50 sampled ones, AUC by rating (by sampled products where nothing is rated), and how "
        "far vectors keep categories apart; for comparison with that system only: see the chance row.",
        figures_table(group, systems, REPLACED),
        "#### Beyond accuracy",
        "Of the lists of ten. Calibration is a divergence from the history's categories: lower is closer. The lists of "
        "chance are drawn.",
        figures_table(group, systems, {metric: metric.replace("_", " ") for metric in BEYOND}),
        *spaces_section(
            {recipe: [(each.seed, each.spaces) for each in results] for recipe, results in group.results.items()}
        ),
        "#### Cost",
        cost_table(group),
        versions_table(group.all),
    ]
    return "\n\n".join(sections)


def systems_table(systems: Sequence[System]) -> str:
    """Return recall@10 and NDCG@10 of every system: mean, interval, and the value of each seed."""
    columns = ["system", "seeds"]
    for heading in HEADINGS:
        columns += [heading, "95 % interval", "by seed"]
    rows = []
    for system in systems:
        row = [system.label, " ".join(map(str, system.by_seed)) if system.recipe else NONE]
        mean, low, high = system.interval()
        for i in range(len(FIGURES)):
            each = " ".join(number(own[:, i].mean()) for own in system.by_seed.values()) if system.recipe else NONE
            row += [number(mean[i]), _interval(system, low[i], high[i]), each]
        rows.append(row)
    return table(columns, rows, left=2)


def tests_table(found: Sequence[Comparison]) -> str:
    """Return a row per paired test; the slice is named where it is not all."""
    sliced = any(each.slice != "all" for each in found)
    columns = [*(["slice"] if sliced else []), "first", "second", "figure"]
    numbers = ["difference", "95 % interval", "p", "p, Holm", "better", "same", "worse"]
    rows = []
    for each in found:
        name, k = each.metric.split("@")
        own = each.found
        rows.append(
            [
                *([each.slice] if sliced else []),
                each.first,
                each.second,
                f"{NAMES[name]}@{k}",
                f"{own.difference:+.4f}",
                f"{own.low:+.4f} to {own.high:+.4f}",
                number(own.p),
                number(each.holm),
                *(f"{count:,}" for count in (own.wins, own.ties, own.losses)),
            ]
        )
    return table([*columns, *numbers], rows, left=len(columns))


def slices_section(group: Group) -> list[str]:
    """Return figures and tests over some of the held-out products, or some of the shoppers."""
    found = {name: (inside, group.systems(inside)) for name, inside in group.sliced()}
    rows, tested = [], {}
    for name, (inside, systems) in found.items():
        for system in systems:
            if system.recipe or system.name in IN_SLICES:
                mean, low, high = system.interval()
                figures = [cell for i in range(len(FIGURES)) for cell in (number(mean[i]), interval(low[i], high[i]))]
                rows.append([name, system.label, f"{len(system.per_user):,}", f"{inside.sum():,}", *figures])
        tested[name] = [each for each in systems if each.recipe or each.name == "text"]
    if not rows:
        return []
    columns = ["slice", "system", "shoppers", "products"]
    for heading in HEADINGS:
        columns += [heading, "95 % interval"]
    compared = comparisons(tested)
    return [
        "#### Slices",
        "Over the held-out products without train interactions, and over those with; where there are any, over "
        "shoppers without train interactions, and over the others. Ranks are those among all products.",
        table(columns, rows, left=2),
        *([tests_table(compared)] if compared else []),
    ]


def figures_table(group: Group, systems: Sequence[System], metrics: dict[str, str]) -> str:
    """Return figures out of metrics.json, means over seeds; columns that no system has are left out.

    Args:
        group: Whose versions are read.
        systems: The rows.
        metrics: {metric as in metrics.json: heading}.
    """
    kept = {
        metric: title for metric, title in metrics.items() if any(figure(group, s, metric) is not None for s in systems)
    }
    rows = [[system.label, *(number(figure(group, system, metric)) for metric in kept)] for system in systems]
    return table(["system", *kept.values()], rows)


def figure(group: Group, system: System, metric: str) -> float | None:
    """Return one figure of a system, the mean over its seeds; None where its versions have none."""
    results = [group.first] if system.name in BASELINES else group.results[str(system.recipe)]
    found = [each.figures.get((serves(each, system.name) or system.name, metric)) for each in results]
    known = [value for value in found if value is not None]
    return fmean(known) if known else None


def cost_table(group: Group) -> str:
    """Return what each recipe takes: means over seeds, of memory the most."""
    stages = list(dict.fromkeys(stage["name"] for result in group.all for stage in result.manifest.stages))
    columns = ["recipe", "seeds", *(f"{stage} s" for stage in stages), "epochs", "s per epoch", "peak MiB"]
    rows = []
    for recipe, results in group.results.items():
        taken = [seconds(result) for result in results]
        row = [recipe, " ".join(str(result.seed) for result in results)]
        row += [number(_mean([own[stage] for own in taken if stage in own]), 1) for stage in stages]
        row.append(number(_mean([result.epochs for result in results if result.epochs]), 1))
        row.append(
            number(_mean([own["train"] / r.epochs for own, r in zip(taken, results, strict=True) if r.epochs]), 2)
        )
        row.append(f"{max(stage['peak_mb'] for result in results for stage in result.manifest.stages):,.0f}")
        rows.append(row)
    return table(columns, rows)


def versions_table(results: Sequence[Result]) -> str:
    """Return which version each figure is of, and with which code it was made."""
    return made_table([result.manifest for result in results], [result.epochs for result in results])


def made_table(manifests: Sequence[Manifest], epochs: Sequence[int | None]) -> str:
    """Return how each version was made: when, with which code, in which time."""
    rows = []
    for manifest, trained in zip(manifests, epochs, strict=True):
        commit = brief(manifest.environment["git"])
        reused = ", ".join(stage["name"] for stage in manifest.stages if stage["reused"]) or NONE
        taken = sum(float(stage["seconds"]) for stage in manifest.stages)
        rows.append(
            [manifest.name, manifest.created, commit, reused, str(trained) if trained else NONE, number(taken, 1)]
        )
    return table(["version", "made", "git commit", "stages reused", "epochs", "s of all stages"], rows, left=4)


def brief(commit: str | None) -> str:
    """Return the beginning of a commit's name, with its "+" where files were changed since; a dash without one."""
    return commit[:12] + ("+" if commit.endswith("+") else "") if commit else NONE


def seconds(result: Result) -> dict[str, float]:
    """Return what each stage took; of a reused one, in the run that made it."""
    return {stage["name"]: float(stage["seconds"]) for stage in result.manifest.stages}


def _notes(results: Sequence[Result]) -> dict[str, None]:
    """Return what the manifests of a recipe's versions say, each sentence once."""
    return dict.fromkeys(note for result in results for note in result.manifest.notes)


def _interval(system: System, low: float, high: float) -> str:
    return "exact" if system.name == "chance" else interval(low, high)


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
