"""What a version keeps of one task: a value per shopper or query of the system that it serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import InvalidRequest, VersionBroken

# What is served, best first; the first one that was measured is the version's own. "run" is an imported run's.
SERVED = {"recommend": ("reranked", "towers", "text", "run"), "search": ("ranked", "sum", "rrf", "run")}
FILES = {"recommend": ("per_user.parquet", "user_id"), "search": ("per_query.parquet", "query")}
METRICS = ("recall", "ndcg", "mrr")  # of which more is better

Values = npt.NDArray[np.float64]
Figure = tuple[str, int]


@dataclass(frozen=True)
class Kept:
    """Values per shopper or query, of one version or the mean over versions of several seeds.

    Args:
        name: What it is called.
        task: recommend or search.
        system: The system measured, as in `evaluation/metrics.json`.
        seeds: Of training, one per version pooled.
        ids: Shopper ids, or queries.
        values: {(metric, k): float64 [n]}, not a number where there is none.
    """

    name: str
    task: str
    system: str
    seeds: tuple[int, ...]
    ids: tuple[str, ...]
    values: Mapping[Figure, Values]

    @property
    def figures(self) -> list[Figure]:
        return list(self.values)

    def at(self, rows: npt.NDArray[np.int64]) -> Kept:
        """Return the values of some shoppers or queries.

        Args:
            rows: int64 [m], their places.
        """
        ids = tuple(self.ids[row] for row in rows)
        values = {figure: own[rows] for figure, own in self.values.items()}
        return Kept(self.name, self.task, self.system, self.seeds, ids, values)


def served(task: str, systems: Sequence[str]) -> str | None:
    """Return what a version serves for a task, of the systems that were measured."""
    return next((system for system in SERVED[task] if system in systems), None)


def tasks(folder: Path) -> list[str]:
    """Return the tasks that a version keeps values of."""
    return [task for task, (file, _) in FILES.items() if (folder / "evaluation" / file).exists()]


def read(folder: Path, name: str, task: str, seed: int = 0) -> Kept:
    """Read what a version keeps.

    Args:
        folder: The version's.
        name: What to call it.
        task: recommend or search.
        seed: It was trained with.

    Raises:
        VersionBroken: It keeps nothing of this task, or nothing of what it serves.
    """
    file, key = FILES[task]
    path = folder / "evaluation" / file
    broken = VersionBroken(
        f'Version "{name}" keeps no values per {"query" if task == "search" else "shopper"}.',
        "Run it again with --replace on a dataset that can be evaluated.",
    )
    if not path.exists():
        raise broken
    try:
        return _read(path, name, task, key, seed, broken)
    except (OSError, KeyError, pa.ArrowException) as error:
        raise VersionBroken(
            f'What version "{name}" keeps of its evaluation cannot be read ({type(error).__name__}).',
            "Run it again with --replace.",
        ) from None


def _read(path: Path, name: str, task: str, key: str, seed: int, broken: VersionBroken) -> Kept:
    names = pq.read_schema(path).names
    figures = [
        (metric, int(k)) for metric, at, k in (column.partition("@") for column in names) if at and metric in METRICS
    ]
    table = pq.read_table(path, columns=[key, "system", *(f"{metric}@{k}" for metric, k in figures)])
    system = served(task, pc.unique(table["system"]).to_pylist())
    if system is None:
        raise broken
    own = table.filter(pc.field("system") == system)
    values = {(metric, k): _floats(own[f"{metric}@{k}"]) for metric, k in figures}
    return Kept(name, task, system, (seed,), tuple(own[key].cast(pa.string()).to_pylist()), values)


def _floats(column: pa.ChunkedArray) -> Values:
    found: Values = pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy()
    return found


def aligned(sides: Sequence[Kept]) -> list[Kept]:
    """Return the values of the shoppers or queries that all sides hold, in the order of the first side.

    Raises:
        InvalidRequest: There is none.
    """
    if all(side.ids == sides[0].ids for side in sides):
        return list(sides)
    places = [{unit: row for row, unit in enumerate(side.ids)} for side in sides]
    common = [unit for unit in sides[0].ids if all(unit in own for own in places)]
    if not common:
        raise InvalidRequest("These versions were measured on different shoppers.", "Choose versions of one dataset.")
    return [
        side.at(np.array([own[unit] for unit in common], np.int64)) for side, own in zip(sides, places, strict=True)
    ]


def pooled(name: str, sides: Sequence[Kept]) -> Kept:
    """Return the mean over versions that differ by their seed, shopper by shopper.

    Args:
        name: What to call them together.
        sides: At least one.
    """
    sides = aligned(sides)
    first = sides[0]
    shared = [figure for figure in first.figures if all(figure in side.values for side in sides)]
    values = {figure: np.mean([side.values[figure] for side in sides], axis=0) for figure in shared}
    seeds = tuple(seed for side in sides for seed in side.seeds)
    return Kept(name, first.task, first.system, seeds, first.ids, values)
