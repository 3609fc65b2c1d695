"""What a page asks to be run, and whether that may be: every name and path is checked before a process starts."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipeline.data import files
from pipeline.data.dataset import Dataset
from pipeline.data.sources import SPLITS
from pipeline.errors import DatasetError, InvalidRequest, RecipeError
from pipeline.names import check_name
from pipeline.readable import VARIABLE, Readable
from pipeline.recipe import RECIPES, Recipe, TextRecipe

SAMPLE = "sample"
DESCRIBED = "descriptions"  # below the artifacts folder: descriptions made on a page
OWN_RECIPES = "recipes"  # below the artifacts folder: recipes of one's own
ELSEWHERE = f"Pages read what lies in the artifacts folder, or in one that the environment's {VARIABLE} names."


@dataclass(frozen=True)
class Asked:
    """A run as a page asks for it.

    Args:
        dataset: "sample", or the path of a description.
        recipe: A shipped recipe, or the path of one.
        name: The version to publish.
        split: A kind of split; "" keeps the description's.
        seed: Of the training; None keeps the recipe's.
        k_core: None keeps the description's.
        replace: Whether a version of that name gives way.
    """

    dataset: str
    recipe: str
    name: str
    split: str = ""
    seed: int | None = None
    k_core: int | None = None
    replace: bool = False

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def arguments(self) -> list[str]:
        """Return the words behind `python -m pipeline`."""
        words = ["run", "--dataset", self.dataset, "--recipe", self.recipe, "--name", self.name]
        if self.split:
            words += ["--split", self.split]
        if self.seed is not None:
            words += ["--seed", str(self.seed)]
        if self.k_core is not None:
            words += ["--k-core", str(self.k_core)]
        return [*words, "--replace"] if self.replace else words

    def command(self, artifacts: Path) -> str:
        """Return what to type in a terminal, in the folder of the project."""
        words = [*self.arguments(), "--artifacts", str(artifacts)]
        return "python -m pipeline " + shlex.join(words)

    def checked(self, readable: Readable) -> tuple[Asked, str]:
        """Return the same with its paths in full, and the name of its dataset.

        Raises:
            InvalidName: The version or the dataset cannot be called so.
            InvalidRequest: A path leads elsewhere, or a number is outside its range.
            DatasetError, RecipeError: The description or the recipe cannot be used.
        """
        check_name(self.name)
        if self.split and self.split not in SPLITS:
            raise InvalidRequest(f'There is no split "{self.split[:40]}".', f"Choose {', '.join(SPLITS)}.")
        recipe = self._recipe(readable)
        if self.seed is not None:
            _require_seed(recipe, self.seed)
        dataset, name = SAMPLE, SAMPLE
        if self.dataset != SAMPLE:
            path = readable.path(self.dataset, "description of a dataset")
            described = described_below(path, readable)
            described = described.divided(self.split) if self.split else described
            described = described if self.k_core is None else described.cored(self.k_core)
            dataset, name = str(path), described.name
        elif self.k_core is not None and self.k_core < 2:
            raise DatasetError(f"A {self.k_core}-core leaves nothing out.", "Give 2 or more, or leave it out.")
        return replace(self, dataset=dataset, recipe=recipe), name

    def _recipe(self, readable: Readable) -> str:
        """Return the recipe as the command line takes it, having read it."""
        shipped = shipped_recipes()
        if self.recipe in shipped:
            return self.recipe
        if not self.recipe.endswith(".toml"):
            raise RecipeError(f'There is no recipe "{self.recipe[:80]}".', f"Shipped: {', '.join(shipped)}.")
        path = readable.path(self.recipe, "recipe")
        model = Recipe.load(str(path)).text.model
        if model != TextRecipe().model:
            _require_model(path, model, readable)
        return str(path)


def shipped_recipes() -> list[str]:
    """Return the names of the shipped recipes."""
    return sorted(file.stem for file in RECIPES.glob("*.toml"))


def own_recipes(readable: Readable) -> list[str]:
    """Return the recipes below the artifacts folder."""
    return readable.below([readable.artifacts / OWN_RECIPES], (".toml",))


def descriptions(readable: Readable) -> list[str]:
    """Return the descriptions of datasets that a page can offer: those made on one, and those in the data folders."""
    return readable.below([readable.artifacts / DESCRIBED, *readable.more], (".toml",))


def described_below(path: Path, readable: Readable) -> Dataset:
    """Return a dataset all of whose files may be read.

    Raises:
        DatasetError: The description or a file cannot be used.
        InvalidRequest: It names a file that lies elsewhere.
    """
    dataset = Dataset.load(path)
    named = [file for source in dataset.tables.values() for file in _found(dataset, source.path, readable)]
    named += [dataset.folder / dataset.reading.rejects] if dataset.reading else []
    for file in named:
        if not readable.holds(file):
            raise InvalidRequest(f"{path.name} reads {file.name}, which lies elsewhere.", ELSEWHERE)
    return dataset


def _found(dataset: Dataset, path: str, readable: Readable) -> Sequence[Path]:
    """Return the files of a table; what lies elsewhere is refused before it is looked for."""
    start = path[: min((path.find(mark) for mark in "*?[" if mark in path), default=len(path))]
    if not readable.holds(dataset.folder / start):
        raise InvalidRequest(f'The description reads "{path[:200]}", which lies elsewhere.', ELSEWHERE)
    return files.find(dataset.folder, path)


def _require_model(path: Path, model: str, readable: Readable) -> None:
    """Refuse a text model that is not a folder that may be read: a run from a page fetches nothing."""
    folder = Path(model)
    if not (folder.is_absolute() and folder.is_dir() and readable.holds(folder)):
        raise InvalidRequest(
            f'{path.name} reads texts by "{model[:80]}", which a run from a page does not fetch.',
            "Start it from the command line, or name a folder that pages may read.",
        )


def _require_seed(recipe: str, seed: int) -> None:
    """Refuse a seed that no recipe takes, in words for who typed it: the recipe has nothing to correct."""
    own = Recipe.load(recipe)
    try:
        replace(own, seed=seed)
    except RecipeError:
        raise InvalidRequest(
            f"{seed} is no seed: one lies between 0 and 2,147,483,647.", "Give another one, or leave the seed empty."
        ) from None
