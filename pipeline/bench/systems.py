"""The systems of a group of versions: values per shopper by seed, and the tests between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.bench.results import Inside, Result
from pipeline.errors import VersionBroken
from pipeline.evaluation.compare import Paired, bootstrap, holm, paired
from pipeline.evaluation.rows import SLICED, Values, chance_values, values_of

BASELINES = ("chance", "popularity", "item-knn", "item-knn+transitions", "ease", "text")
OWN = ("towers", "reranked")  # of a recipe, in this order; others follow
FIGURES = SLICED  # recall@10 and NDCG@10: the columns of all values
WITHIN = (  # what is tested within a recipe
    ("reranked", "towers"),
    ("reranked", "item-knn+transitions"),
    ("reranked", "item-knn"),
    ("reranked", "ease"),
    ("reranked", "text"),
    ("towers", "item-knn+transitions"),
    ("towers", "item-knn"),
    ("towers", "text"),
)
BETWEEN = (("sequence", "history"),)  # recipes whose towers are tested against each other
SLICES = ("products: cold (0)", "products: warm (1+)", "users: cold", "users: warm")


@dataclass(frozen=True)
class System:
    """A system over n shoppers.

    Args:
        name: As in `evaluation/metrics.json`.
        recipe: Whose it is; None of a baseline.
        by_seed: {seed: float64 [n, 2]}, recall@10 and NDCG@10 of each shopper; of a baseline one entry.
    """

    name: str
    recipe: str | None
    by_seed: Mapping[int, Values]

    @property
    def label(self) -> str:
        return f"{self.recipe}: {self.name}" if self.recipe else self.name

    @property
    def per_user(self) -> Values:
        """float64 [n, 2], the mean over seeds of each shopper, to 12 decimals."""
        # The mean of three equal numbers may differ from them in the last digit, and would not count as a tie.
        mean: Values = np.mean(list(self.by_seed.values()), axis=0).round(12)
        return mean

    def interval(self) -> tuple[Values, Values, Values]:
        """Return mean, low and high, float64 [2] each; chance is an expectation, its interval is the value."""
        values = self.per_user
        return (values.mean(axis=0),) * 3 if self.name == "chance" else bootstrap(values)


@dataclass(frozen=True)
class Group:
    """The versions of one dataset and split.

    Args:
        dataset: Its name.
        split: Its kind.
        results: By recipe, in the order of the plan; seeds in its order.

    Raises:
        VersionBroken: Two versions hold different products out, so that they cannot be compared.
    """

    dataset: str
    split: str
    results: Mapping[str, Sequence[Result]]

    def __post_init__(self) -> None:
        for result in self.all:
            if result.ids != self.first.ids or not np.array_equal(result.answers.targets, self.first.answers.targets):
                raise VersionBroken(
                    f'Versions "{self.first.manifest.name}" and "{result.manifest.name}" hold different products out.',
                    "Run the benchmark again with --replace.",
                )

    @property
    def all(self) -> list[Result]:
        return [result for results in self.results.values() for result in results]

    @property
    def first(self) -> Result:
        return self.all[0]

    def systems(self, inside: Inside | None = None) -> list[System]:
        """Return the baselines, of the first version, then each recipe's own systems.

        Args:
            inside: bool [n, r], the held-out products that count; a shopper without any is left out. None means all.
        """
        where = self.first.answers.targets >= 0 if inside is None else inside
        known = {"chance", *self.first.answers.ranks}
        found = [
            System(name, None, {self.first.seed: values(self.first, name, where)})
            for name in BASELINES
            if name in known
        ]
        for recipe, results in self.results.items():
            names = dict.fromkeys(name for result in results for name in result.answers.ranks if name not in BASELINES)
            for name in sorted(names, key=lambda name: OWN.index(name) if name in OWN else len(OWN)):
                by_seed = {each.seed: values(each, served, where) for each in results if (served := serves(each, name))}
                found.append(System(name, recipe, by_seed))
        return found

    def sliced(self) -> Iterator[tuple[str, Inside]]:
        """Return the slices that are reported and hold a product."""
        for name in SLICES:
            if name in self.first.slices:
                yield name, self.first.slices[name]

    def stood_in_for(self) -> list[str]:
        """Return a sentence for every version whose towers stand for a re-ranker that it does without."""
        return [
            f"{each.manifest.name} serves without a re-ranker: its towers stand for {system.label}."
            for system in self.systems()
            if system.recipe
            for each in self.results[system.recipe]
            if serves(each, system.name) != system.name
        ]

    def unequal_baselines(self) -> list[str]:
        """Return a sentence for every baseline that is not the same in all versions."""
        said = []
        for name in BASELINES:
            own = {each.manifest.name: each.answers.ranks[name] for each in self.all if name in each.answers.ranks}
            for other, ranks in own.items():
                if not np.array_equal(ranks, next(iter(own.values()))):
                    said.append(f"The baseline {name} of {other} differs from that of {next(iter(own))}.")
        return said


def serves(result: Result, name: str) -> str | None:
    """Return what stands for a system in a version, None where nothing does: without a re-ranker the towers serve."""
    known = result.answers.ranks
    return name if name in known else "towers" if name.startswith("reranked") and "towers" in known else None


def values(result: Result, system: str, inside: Inside) -> Values:
    """Return float64 [n', 2]: recall@10 and NDCG@10 of the shoppers with a held-out product in `inside`."""
    kept = inside.any(axis=1)
    if system == "chance":
        return chance_values(result.answers.candidates[kept], inside[kept].sum(axis=1), FIGURES)
    return values_of(np.where(inside, result.answers.ranks[system], 0)[kept], FIGURES)


@dataclass(frozen=True)
class Comparison:
    """One paired test, of one slice and figure; `holm` is its p corrected over its table."""

    slice: str
    first: str
    second: str
    metric: str
    found: Paired
    holm: float


def comparisons(systems: Mapping[str, Sequence[System]]) -> list[Comparison]:
    """Return the paired tests on the means over seeds of each shopper, corrected over all that are returned.

    Args:
        systems: By slice.
    """
    found = [
        (slice_, first.label, second.label, f"{metric}@{k}", paired(first.per_user[:, i], second.per_user[:, i]))
        for slice_, own in systems.items()
        for first, second in pairs(own)
        for i, (metric, k) in enumerate(FIGURES)
    ]
    return [Comparison(*each, corrected) for each, corrected in zip(found, holm([p.p for *_, p in found]), strict=True)]


def pairs(systems: Sequence[System]) -> Iterator[tuple[System, System]]:
    """Return which systems are tested against each other, of those that there are."""
    known: dict[tuple[str | None, str], System] = {(each.recipe, each.name): each for each in systems}
    for recipe in dict.fromkeys(each.recipe for each in systems if each.recipe):
        for first, second in WITHIN:
            against = known.get((recipe, second)) or known.get((None, second))
            if (recipe, first) in known and against:
                yield known[recipe, first], against
    for one, other in BETWEEN:
        if (one, "towers") in known and (other, "towers") in known:
            yield known[one, "towers"], known[other, "towers"]
