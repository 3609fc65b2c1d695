"""A published version as a benchmark reads it: its figures, and every shopper's answers rebuilt from the ranks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from pipeline.bench.spaces import Space, measure
from pipeline.errors import VersionBroken
from pipeline.evaluation.answers import Answers
from pipeline.evaluation.kept import answers_of
from pipeline.evaluation.slices import slices
from pipeline.manifest import Manifest
from pipeline.retrieval.shoppers import PARTS, Shoppers

Inside = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Result:
    """What a version's files say of its recommendations.

    Args:
        manifest: What it is and how it was made.
        figures: {(system, metric): value} over all shoppers, at 10 where a metric is cut.
        ids: The shoppers who were asked.
        answers: Whom and what was asked, and the ranks; lists and duels are not kept in a version.
        slices: {name as in metrics.json: bool [n, r], which held-out products are in it}.
        epochs: How many were trained; None where no towers were.
        spaces: What was measured of its vectors and maps.
    """

    manifest: Manifest
    figures: Mapping[tuple[str, str], float]
    ids: list[str]
    answers: Answers
    slices: Mapping[str, Inside]
    epochs: int | None
    spaces: Mapping[str, Space]

    @property
    def recipe(self) -> str:
        return str(self.manifest.recipe["name"])

    @property
    def seed(self) -> int:
        return int(self.manifest.recipe["seed"])

    @classmethod
    def read(cls, folder: Path, manifest: Manifest) -> Result:
        """Read the files of a version.

        Raises:
            VersionBroken: A file that is needed is not there: nothing was measured, or an older program made it.
        """
        evaluation = folder / "evaluation"
        for needed in (evaluation / "metrics.json", evaluation / "ranks.parquet", folder / "users.parquet"):
            if not needed.exists():
                raise VersionBroken(
                    f'Version "{manifest.name}" has no {needed.relative_to(folder)}, so it cannot be compared.',
                    "Run it again with --replace.",
                )
        shoppers = Shoppers(pq.read_table(folder / "users.parquet"))
        n_products = pq.read_metadata(folder / "products.parquet").num_rows
        ids, answers = answers_of(pq.read_table(evaluation / "ranks.parquet"), shoppers, n_products)
        train = shoppers.parts == PARTS.index("train")
        interactions = np.bincount(shoppers.rows[train], minlength=n_products)
        trained = np.bincount(shoppers.owners()[train], minlength=len(shoppers))
        curves = evaluation / "curves.parquet"
        return cls(
            manifest=manifest,
            figures=figures_of(json.loads((evaluation / "metrics.json").read_text("utf-8"))),
            ids=ids,
            answers=answers,
            slices={each.name: each.inside for each in slices(answers, interactions, trained)},
            epochs=pq.read_metadata(curves).num_rows if curves.exists() else None,
            spaces=measure(folder),
        )


def figures_of(rows: list[dict[str, Any]]) -> dict[tuple[str, str], float]:
    """Return {(system, metric): value} of recommendations over all shoppers, at 10 where a metric is cut.

    A mean over less than half as many shoppers as another system's is of other shoppers than that one: it is left out.
    """
    kept = [row for row in rows if row["task"] == "recommend" and row["slice"] == "all" and row["k"] in (10, None)]
    most: dict[str, int] = {}
    for row in kept:
        most[row["metric"]] = max(most.get(row["metric"], 0), row["n"])
    return {(row["system"], row["metric"]): row["value"] for row in kept if 2 * row["n"] >= most[row["metric"]]}
