"""What a version lacks and why, in sentences: its manifest's notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.data.prepare import Prepared
from pipeline.evaluation.baselines import EASE_PRODUCTS
from pipeline.recipe import Recipe
from pipeline.work.train import trainable

STEEP = 10  # exponential gains beyond this many grades are most likely not meant


def notes(
    recipe: Recipe,
    prepared: Prepared,
    metrics: list[dict[str, Any]],
    outcome: Mapping[str, Any],
    shoppers: Mapping[str, int] | None = None,
) -> list[str]:
    """Return what a version lacks and why, in sentences.

    Args:
        recipe: What was trained.
        prepared: Its dataset.
        metrics: The rows of its evaluation.
        outcome: Of the stage `rank`.
        shoppers: On how many recommendations are measured, and of how many they were drawn: "measured", "of"; None
            where none can be.
    """
    said = []
    if not prepared.counts["interactions"]:
        said.append("The dataset has no interactions: there are no shoppers and no towers; text serves everything.")
    elif recipe.towers.kind == "none":
        said.append("The recipe trains no towers: recommendations come from product text.")
    elif not trainable(prepared.folder):
        said.append("No shopper has two train interactions, so no towers could be trained; text recommends.")
    elif recipe.towers.kind == "seed":
        said.append(
            "The towers know shoppers by name: baskets, and shoppers without train interactions, get recommendations "
            "from product text."
        )
    elif not outcome["kept"]:
        said.append(f"Recommendations are not re-ranked. {outcome['why']}")
    if prepared.counts["interactions"] and not any(row["task"] == "recommend" for row in metrics):
        said.append("No shopper has both a history and a held-out product: recommendations are not measured.")
    if shoppers and shoppers["measured"] < shoppers["of"]:
        said.append(
            f"Recommendations are measured on {shoppers['measured']:,} of the {shoppers['of']:,} shoppers with a "
            "history and a held-out product, drawn by a hash of their ids."
        )
    systems = {row["system"] for row in metrics if row["task"] == "recommend"}
    if systems and "ease" not in systems:
        said.append(f"The baseline EASE is left out: it is run on at most {EASE_PRODUCTS:,} products.")
    if prepared.judging and prepared.judging["gain"] == "exponential":
        span = prepared.counts["grades"][1] - prepared.judging["min_grade"]
        if span > STEEP:
            said.append(
                f"Grades reach {span:g} above the irrelevant one and gains are 2^grade - 1: the best grade of a query "
                'counts almost alone. With gain = "linear" all of them would.'
            )
    measured = max((row["n"] for row in metrics if row["task"] == "search"), default=0)
    if left_out := prepared.counts["queries"] - measured:
        said.append(f"Judged queries without any relevant product, left out of the figures: {left_out:,}.")
    return said
