"""Evaluating recommendations: every product ranked for every held-out product, the shopper's own history masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.data.lots import lot
from pipeline.evaluation.answers import Answers, collect, rank_table
from pipeline.evaluation.categories import Categories
from pipeline.evaluation.exposure import exposure_table
from pipeline.evaluation.listed import listed_rows, per_user, separation_rows
from pipeline.evaluation.rows import FIGURES, Evaluated, Figure, chance_values, per_unit, rows_of, values_of
from pipeline.evaluation.sampled import Sampled, sampled_rows
from pipeline.evaluation.slices import slice_rows, slices
from pipeline.retrieval.candidates import FloatArray, Retriever
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.shoppers import PARTS, Shoppers

PAIRS = 10**9  # of shopper and product: up to as many, every shopper is measured
DRAWN = 2_000, 20_000  # shoppers drawn past that: as many as make PAIRS, within these bounds


@dataclass(frozen=True)
class Recommended(Evaluated):
    """What was measured of recommendations, and what its ROC curves and calibration are made of.

    Args:
        duels: By system, how the held-out products fared among sampled ones.
        ratings: float32 [n, r], of the held-out products, not a number where there is none.
    """

    duels: Mapping[str, Sampled] = field(default_factory=dict)
    ratings: FloatArray = field(default_factory=lambda: np.empty((0, 0), np.float32))


def evaluable(shoppers: Shoppers, part: str, among: npt.NDArray[np.bool_] | None = None) -> list[int]:
    """Return the shoppers with a product held out in `part` and a history before it.

    Args:
        shoppers: All shoppers.
        part: valid or test.
        among: bool [n_shoppers]; None means all.
    """
    return [
        index
        for index in range(len(shoppers))
        if (among is None or among[index]) and len(shoppers.within(index, part)) and len(shoppers.before(index, part))
    ]


def measured_shoppers(
    shoppers: Shoppers, part: str, n_products: int, among: npt.NDArray[np.bool_] | None = None
) -> list[int]:
    """Return the evaluable shoppers that figures are computed on: all, or, past PAIRS, those of the lowest lots.

    The draw is by a hash of the id, so versions of one dataset are measured on the same people.

    Args:
        shoppers: All shoppers.
        part: valid or test.
        n_products: Products in the catalogue, each of which is ranked for each of them.
        among: bool [n_shoppers]; None means all.
    """
    found = evaluable(shoppers, part, among)
    if len(found) * n_products <= PAIRS:
        return found
    most = min(max(PAIRS // n_products, DRAWN[0]), DRAWN[1])
    return sorted(sorted(found, key=lambda index: lot(shoppers.ids[index]))[:most])


def evaluate_recommendations(
    systems: Sequence[Retriever],
    shoppers: Shoppers,
    n_products: int,
    split: str,
    part: str,
    chosen: Sequence[int],
    advance: Callable[[int], None] = lambda done: None,
    catalogue: Catalogue | None = None,
    vectors: Mapping[str, FloatArray] | None = None,
) -> Recommended:
    """Rank every product for every chosen shopper under every system.

    The history is everything before the part; the targets are the products inside it. Ties count against the target.

    Args:
        systems: Retrievers; each is asked for the score of every product.
        shoppers: All shoppers.
        n_products: Products in the catalogue.
        split: Its kind, for the rows.
        part: valid or test.
        chosen: Numbers of the shoppers to evaluate, at least one.
        advance: Called with the number of shoppers done since the last call.
        catalogue: The products: with them slices, figures beyond accuracy, the replaced system's protocol and what
            each product gets are added; without them there are only the ranking metrics over all.
        vectors: By system ("text", "towers"): float32 [n_products, d], rows L2-normalised, for diversity and
            category separation.
    """
    answers = collect(systems, shoppers, n_products, part, chosen, advance)
    values = {"chance": chance_values(answers.candidates, answers.relevant)}
    values |= {name: values_of(ranks) for name, ranks in answers.ranks.items()}
    rows = rows_of("recommend", split, values)
    figures: list[Figure] = [*FIGURES]
    ratings = _ratings(answers, shoppers, part)
    ids = [shoppers.ids[index] for index in chosen]
    if catalogue is not None:
        categories = Categories.of(catalogue.categories, answers.targets[answers.targets >= 0])
        trained = np.bincount(shoppers.owners()[shoppers.parts == PARTS.index("train")], minlength=len(shoppers))
        for which in slices(answers, catalogue.interactions, trained, categories):
            rows += slice_rows(split, answers, which)
        text = (vectors or {}).get("text")
        listed = per_user(answers, catalogue, int((trained > 0).sum()), categories, text)
        rows += listed_rows(split, answers, listed, n_products)
        rows += sampled_rows(split, answers.duels, ratings)
        if categories is not None:
            rows += separation_rows(split, vectors or {}, categories.codes)
        figures += listed.figures
        values = {name: np.concatenate([own, listed.values[name]], axis=1) for name, own in values.items()}
    products = exposure_table(answers, catalogue.ids) if catalogue is not None else None
    table = per_unit("user_id", ids, values, figures)
    return Recommended(rows, table, rank_table(answers, ids), products, answers.duels, ratings)


def _ratings(answers: Answers, shoppers: Shoppers, part: str) -> npt.NDArray[np.float32]:
    """Return float32 [n, r], the rating of every held-out product, not a number where there is none."""
    found = np.full(answers.targets.shape, np.nan, np.float32)
    for place, index in enumerate(answers.chosen):
        own = shoppers.ratings_within(int(index), part)
        found[place, : len(own)] = own
    return found
