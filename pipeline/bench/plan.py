"""A benchmark's plan: which splits, recipes and seeds are run on every dataset; a small TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

from pipeline.data.dataset import Dataset
from pipeline.data.sources import SPLITS
from pipeline.errors import DatasetError, RecipeError, nearest
from pipeline.names import check_name
from pipeline.recipe import Recipe

KEYS = {"split": "a text in quotes", "recipes": "a list of texts", "seeds": "a list of whole numbers"}


@dataclass(frozen=True)
class Trial:
    """One run of a plan.

    Args:
        path: The dataset's description, as it was named.
        dataset: The dataset, divided as the trial asks.
        recipe: What to train, with the trial's seed.
    """

    path: Path
    dataset: Dataset
    recipe: Recipe

    @property
    def split(self) -> str:
        return self.dataset.split.kind

    @property
    def name(self) -> str:
        """The version to publish: bench-<dataset>-<split>-<recipe>-<seed>."""
        return f"bench-{self.dataset.name}-{self.split}-{self.recipe.name}-{self.recipe.seed}"


@dataclass(frozen=True)
class Skipped:
    """A split that a dataset cannot have, and why."""

    dataset: str
    split: str
    reason: str


def load_plan(path: Path) -> list[tuple[str, Recipe]]:
    """Return the kind of split and the recipe, with its seed, of every run, in the order of the file, each once.

    Raises:
        RecipeError: The plan cannot be read; a key is unknown or missing, a value has the wrong type; a split or a
            recipe is unknown; two recipes have one name.
    """
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise RecipeError(f"The plan {path} cannot be read: {error.strerror}.", "Check the path.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path.name} is not valid TOML: {error}.", "Correct that line.") from None
    _known(tree, ("runs",), path.name)
    entries = tree.get("runs")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise RecipeError(f"{path.name} plans no runs.", "Add a section [[runs]] with split, recipes and seeds.")
    found: dict[tuple[str, str, int], tuple[str, Recipe]] = {}
    for entry in entries:
        split, names, seeds = _entry(entry, path.name)
        for recipe in (_recipe(name, path.parent) for name in names):
            for seed in seeds:
                run = (split, changed(recipe, seed=seed))
                if found.setdefault((split, recipe.name, seed), run) != run:
                    raise RecipeError(
                        f'{path.name} names two recipes "{recipe.name}" for the split "{split}".',
                        "Rename one of the files: a version carries its recipe's name.",
                    )
    return list(found.values())


def trials_of(paths: Sequence[Path], plan: Sequence[tuple[str, Recipe]]) -> tuple[list[Trial], list[Skipped]]:
    """Return every run of a plan on every dataset, dataset by dataset, and the splits that a dataset cannot have.

    Raises:
        DatasetError: A description cannot be used, or two have one name.
        InvalidName: The version of a run could not have that name.
    """
    trials: list[Trial] = []
    skipped: dict[tuple[str, str], Skipped] = {}
    names: set[str] = set()
    for path in paths:
        dataset = Dataset.load(path)
        if dataset.name in names:
            raise DatasetError(f'Two datasets are named "{dataset.name}".', "Name each once, under names of their own.")
        names.add(dataset.name)
        for split, recipe in plan:
            try:
                trial = Trial(path, _divided(dataset, split), recipe)
            except DatasetError as error:
                skipped[dataset.name, split] = Skipped(dataset.name, split, error.problem)
                continue
            check_name(trial.name)
            trials.append(trial)
    return trials, list(skipped.values())


def search_trials(paths: Sequence[Path], recipes: Sequence[Recipe]) -> list[Trial]:
    """Return a run of every recipe on every dataset, divided as its description says.

    Raises:
        DatasetError: A description cannot be used, has no judgements, or has the name of another one.
        InvalidName: The version of a run could not have that name.
    """
    trials: dict[str, Trial] = {}
    for path in paths:
        dataset = Dataset.load(path)
        if dataset.judgements is None:
            raise DatasetError(f'Dataset "{dataset.name}" has no judgements.', "Search is measured by judged queries.")
        for recipe in recipes:
            trial = Trial(path, dataset, recipe)
            if check_name(trial.name) in trials:
                raise DatasetError(f'Two runs are named "{trial.name}".', "Name each dataset and recipe once.")
            trials[trial.name] = trial
    return list(trials.values())


def _divided(dataset: Dataset, split: str) -> Dataset:
    if not dataset.interactions:
        raise DatasetError(f'Dataset "{dataset.name}" has no interactions.')
    return dataset.divided(split)


def _entry(entry: dict[str, Any], file: str) -> tuple[str, list[str], list[int]]:
    """Return split, recipes and seeds of one [[runs]], checked."""
    _known(entry, tuple(KEYS), f"[[runs]] of {file}")
    for key, kind in KEYS.items():
        if key not in entry:
            raise RecipeError(f"A section [[runs]] of {file} has no {key}.", f"Give {kind}.")
    split, recipes, seeds = (entry[key] for key in KEYS)
    for key, holds in (
        ("split", isinstance(split, str)),
        ("recipes", _list_of(recipes, str)),
        ("seeds", _list_of(seeds, int)),
    ):
        if not holds:
            raise RecipeError(f"[[runs]] {key} in {file} is {entry[key]!r}.", f"Give {KEYS[key]}.")
    if split not in SPLITS:
        raise RecipeError(
            f'[[runs]] in {file}: there is no split "{split}".', f"Choose {', '.join(SPLITS)}.{nearest(split, SPLITS)}"
        )
    return split, recipes, seeds


def _recipe(name: str, folder: Path) -> Recipe:
    return Recipe.load(str(folder / name) if name.endswith(".toml") else name)


def _list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and bool(value) and all(type(each) is kind for each in value)


def _known(table: dict[str, Any], allowed: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in allowed:
            raise RecipeError(
                f'Unknown key "{key}" in {where}.{nearest(key, allowed)}', f"Known: {', '.join(allowed)}."
            )
