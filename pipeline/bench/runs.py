"""Running a plan: what is published already is kept, what fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pipeline.bench.plan import Trial
from pipeline.errors import ExplorerError, VersionBroken, VersionExists
from pipeline.manifest import Manifest
from pipeline.recipe import Recipe
from pipeline.run import Run
from pipeline.versions import VersionStore

Read = TypeVar("Read")


@dataclass(frozen=True)
class Outcome(Generic[Read]):
    """What came of a trial: a result, or the sentence that says why there is none."""

    trial: Trial
    result: Read | None
    error: str = ""


def execute(
    trials: Sequence[Trial],
    artifacts: Path,
    *,
    replace: bool,
    bar: Callable[[str], Any],
    read: Callable[[Path, Manifest], Read],
    say: Callable[[str], None] = lambda line: None,
) -> list[Outcome[Read]]:
    """Run every trial whose version is not published yet, and read all versions.

    Args:
        trials: What to run, in this order.
        artifacts: Where versions, encoders and stage results lie.
        replace: Whether what is published already is run again.
        bar: As `Run.execute` takes it.
        read: Returns what a version's files say, from its folder and manifest.
        say: Called with a line about each trial.

    Raises:
        VersionExists: A version of a trial's name is made of something else; found before anything is run.
        DatasetError: A source is missing or cannot be read.
    """
    store = VersionStore(artifacts)
    kept = set() if replace else {trial.name for trial in trials if _published(store, trial)}
    outcomes = []
    for trial in trials:
        say(f"{trial.name}: " + ("published already, kept" if trial.name in kept else f"recipe {trial.recipe.name}"))
        try:
            if trial.name in kept:
                version = store.open(trial.name)
            else:
                version = Run(
                    str(trial.path), trial.recipe, trial.name, artifacts, replace=True, split=trial.split
                ).execute(bar)
            outcomes.append(Outcome(trial, read(version.path, version.manifest)))
        except ExplorerError as error:
            say(str(error))
            outcomes.append(Outcome(trial, None, str(error)))
        except Exception as error:  # whatever it is, the other trials are worth having
            problem = f"It ended unexpectedly ({type(error).__name__}: {error})."
            say(problem)
            outcomes.append(Outcome(trial, None, problem))
    return outcomes


def _published(store: VersionStore, trial: Trial) -> bool:
    """Return whether the version of a trial is there; a damaged one is not, so that it is made again.

    Raises:
        VersionExists: It is there, but made of something else.
    """
    if trial.name not in store.names():
        return False
    try:
        manifest = store.open(trial.name).manifest
    except VersionBroken:
        return False
    if different := _difference(manifest, trial):
        raise VersionExists(
            f'Version "{trial.name}" is published, but its {different} is not the one that the plan asks for.',
            "Run with --replace, or delete that version.",
        )
    return True


def _difference(manifest: Manifest, trial: Trial) -> str:
    """Return in a word what a version was made of that the trial is not, '' when both agree."""
    # Read anew: a recipe published before a key existed means that key's default.
    published = Recipe.parse(manifest.recipe)
    pairs = {
        "split": (manifest.split, trial.split),
        "dataset": (manifest.dataset["fingerprint"], trial.dataset.fingerprint()),
        "recipe": (published, trial.recipe),
    }
    return next((what for what, (made, asked) in pairs.items() if made != asked), "")
