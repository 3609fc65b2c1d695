"""Slices: the same figures over some of the held-out products, or some of the shoppers.

A slice over products restricts a shopper's targets to those in it: a shopper without any is left out, and ranks stay
what they are among all products. A slice over shoppers restricts the shoppers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.answers import Answers
from pipeline.evaluation.categories import Categories
from pipeline.evaluation.rows import SLICED, Row, chance_values, rows_of, values_of

HISTORY = ((1, 4), (5, 9), (10, 19), (20, None))  # products of a history
CATEGORIES = 20  # at most, the largest


@dataclass(frozen=True)
class Slice:
    """A name as in `evaluation/metrics.json`, and which targets are in it: bool [n, r]."""

    name: str
    inside: npt.NDArray[np.bool_]


def slices(
    answers: Answers,
    interactions: npt.NDArray[np.int64],
    trained: npt.NDArray[np.int64],
    categories: Categories | None = None,
) -> Iterator[Slice]:
    """Return the slices that hold a target, family by family.

    Args:
        answers: Whom and what was asked.
        interactions: int64 [n_products], train interactions of each product.
        trained: int64 [n_shoppers], train interactions of each shopper.
        categories: Of the products; None where they have none.
    """
    found = [*_products(answers.targets, interactions), *_users(answers, trained), *_lengths(answers)]
    found += _popularity(answers.targets, interactions)
    if categories is not None:
        found += category_slices(answers.targets, categories)
    there = answers.targets >= 0
    for each in found:
        inside = each.inside & there
        if inside.any():
            yield Slice(each.name, inside)


def slice_rows(split: str, answers: Answers, which: Slice) -> list[Row]:
    """Return recall@10 and NDCG@10 of every system in a slice, chance beside them."""
    kept = which.inside.any(axis=1)
    inside = which.inside[kept]
    values = {"chance": chance_values(answers.candidates[kept], inside.sum(axis=1), SLICED)}
    for system, ranks in answers.ranks.items():
        values[system] = values_of(np.where(inside, ranks[kept], 0), SLICED)
    return rows_of("recommend", split, values, SLICED, which.name)


def deciles(interactions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return int64 [n_products]: the tenth of the catalogue by train interactions, 1 the least to 10 the most popular.

    Products with as many interactions stay together, in the tenth where the middle of them stands.
    """
    ordered = np.sort(interactions)
    first = np.searchsorted(ordered, interactions, side="left")
    after = np.searchsorted(ordered, interactions, side="right")
    found: npt.NDArray[np.int64] = -(-10 * (first + after) // (2 * len(interactions)))  # rounded up
    return found


def _products(targets: npt.NDArray[np.int32], interactions: npt.NDArray[np.int64]) -> list[Slice]:
    count = interactions[targets]
    return [
        Slice("products: cold (0)", count == 0),
        Slice("products: rare (1-5)", (count >= 1) & (count <= 5)),
        Slice("products: warm (1+)", count >= 1),
    ]


def _users(answers: Answers, trained: npt.NDArray[np.int64]) -> list[Slice]:
    """Return cold shoppers, who came after training, and the others; nothing where none is cold."""
    cold = trained[answers.chosen] == 0
    if not cold.any():
        return []
    return [_of_users("users: cold", cold, answers), _of_users("users: warm", ~cold, answers)]


def _lengths(answers: Answers) -> list[Slice]:
    length = np.array([len(history) for history in answers.histories])
    return [
        _of_users(f"history: {low}+" if high is None else f"history: {low}-{high}", inside, answers)
        for low, high in HISTORY
        for inside in [(length >= low) & (length <= (high or length.max()))]
    ]


def _popularity(targets: npt.NDArray[np.int32], interactions: npt.NDArray[np.int64]) -> list[Slice]:
    own = deciles(interactions)[targets]
    return [Slice(f"popularity: decile {decile}", own == decile) for decile in range(1, 11)]


def category_slices(targets: npt.NDArray[np.int32], categories: Categories) -> list[Slice]:
    """Return the categories with the most targets, largest first.

    Args:
        targets: int32 [n, r], rows of products, -1 where there are fewer.
        categories: Of the products.
    """
    own = np.where(targets >= 0, categories.codes[targets], -1)
    sizes = np.bincount(own[own >= 0], minlength=len(categories.names))
    largest = np.argsort(-sizes, kind="stable")[:CATEGORIES]
    return [Slice(f"category: {categories.names[code]}", own == code) for code in largest]


def _of_users(name: str, inside: npt.NDArray[np.bool_], answers: Answers) -> Slice:
    return Slice(name, np.broadcast_to(inside[:, None], answers.targets.shape))
