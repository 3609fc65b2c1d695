"""What stages made, put together as the files, the notes and the headline of a version."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.data.prepare import Prepared
from pipeline.evaluation.judgements import JUDGEMENTS
from pipeline.maps.loaded import MAPS
from pipeline.notes import notes
from pipeline.profile.kept import FOLDER as PROFILE
from pipeline.recipe import Recipe
from pipeline.retrieval.index_choice import described
from pipeline.retrieval.index_choice import notes as index_notes
from pipeline.work.evaluate import MEASURED
from pipeline.work.map import map_notes

HEADLINE = {"recommend": ("ndcg", 10), "search": ("ndcg", 10)}
OWN = shutil.ignore_patterns("stage.json")  # what the runner writes for itself


@dataclass(frozen=True)
class Made:
    """The folders that stages wrote; `trained` is None without towers, `mapped` is by space."""

    profiled: Path
    encoded: Path
    trained: Path | None
    indexed: Path
    mapped: Mapping[str, Path]
    ranked: Path
    searching: Path
    evaluated: Path


def gather(made: Made, prepared: Prepared, staged: Path) -> None:
    """Copy into a folder what a version consists of, all but its manifest."""
    shutil.copytree(made.indexed, staged, dirs_exist_ok=True, ignore=OWN)
    shutil.copytree(made.profiled, staged / PROFILE, ignore=OWN)
    for stage in (made.ranked, made.searching):
        if (stage / "rankers").exists():
            shutil.copytree(stage / "rankers", staged / "rankers", dirs_exist_ok=True)
    for space, drawn in made.mapped.items():
        shutil.copytree(drawn, staged / MAPS / space, ignore=OWN)
    shutil.copytree(made.evaluated, staged / "evaluation", dirs_exist_ok=True, ignore=OWN)
    if prepared.judging:  # what the figures rest on, so that other lists of queries can be measured by it
        shutil.copy(prepared.folder / JUDGEMENTS, staged / "evaluation")


def headline(metrics: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows of `metrics.json` that lists of versions show."""
    return [row for row in metrics if row["slice"] == "all" and HEADLINE.get(row["task"]) == (row["metric"], row["k"])]


def told(made: Made, prepared: Prepared, recipe: Recipe, metrics: list[dict[str, Any]], staged: Path) -> list[str]:
    """Return what is to be known of a version, in sentences: what it lacks, what decided its rankers and indexes.

    Args:
        made: What the stages wrote; their outcomes are read.
        prepared: The data.
        recipe: What was asked for.
        metrics: The rows of `metrics.json`.
        staged: Where `gather` put the files.
    """
    counts = staged / "evaluation" / MEASURED
    shoppers = read(counts) if counts.exists() else None
    encoder = read(made.encoded / "encoder.json")
    trained = read(made.trained / "outcome.json")["note"] if made.trained else ""
    return [
        *notes(recipe, prepared, metrics, read(made.ranked / "outcome.json"), shoppers),
        read(made.searching / "outcome.json")["why"],
        *(note for note in (encoder.get("note"), trained) if note),
        *(note for drawn in made.mapped.values() for note in map_notes(drawn)),
        *index_notes(described(staged)),
    ]


def read(path: Path) -> Any:
    """Return what a JSON file of a stage holds."""
    return json.loads(path.read_text("utf-8"))
