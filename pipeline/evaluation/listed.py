"""The figures beyond accuracy of every system's lists of ten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluation import beyond
from pipeline.evaluation.answers import LIST, Answers, best
from pipeline.evaluation.categories import Categories
from pipeline.evaluation.rows import Figure, Row, Values, rows_of
from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.catalogue import Catalogue


@dataclass(frozen=True)
class Listed:
    """Values per user of every system's lists: float64 [n, n_figures] by system, a column per figure."""

    figures: list[Figure]
    values: dict[str, Values]


def per_user(
    answers: Answers,
    catalogue: Catalogue,
    n_shoppers: int,
    categories: Categories | None,
    text: FloatArray | None,
) -> Listed:
    """Return what can be said of every user's list; a metric whose column the catalogue lacks is left out.

    Args:
        answers: The lists.
        catalogue: The products.
        n_shoppers: Shoppers with train interactions.
        categories: Of the products; None where they have none.
        text: float32 [n_products, d], text vectors, rows L2-normalised; None where there are none.
    """
    counts = catalogue.interactions
    popular = np.stack([best(counts.astype(np.float32), history) for history in answers.histories])

    def metrics(lists: RowArray) -> dict[str, Values]:
        found = {"novelty": beyond.novelty(lists, counts, n_shoppers)}
        if text is not None:
            found["diversity"] = beyond.diversity(lists, text)
        if categories is not None:
            found["category_diversity"] = beyond.distinct(lists, categories.codes)
        if catalogue.brands:
            found["brand_diversity"] = beyond.distinct(lists, catalogue.brand_codes)
        found["popularity_lift"] = beyond.popularity_lift(lists, answers.histories, counts)
        if categories is not None:
            found["calibration"] = beyond.calibration(lists, answers.histories, categories.codes)
        found["serendipity"] = beyond.serendipity(lists, answers.targets, popular)
        return found

    each = {system: metrics(lists) for system, lists in answers.lists.items()}
    figures: list[Figure] = [(metric, LIST) for metric in each["chance"]]
    return Listed(figures, {system: np.stack(list(found.values()), axis=1) for system, found in each.items()})


def listed_rows(split: str, answers: Answers, listed: Listed, n_products: int) -> list[Row]:
    """Return the figures: means over users with intervals, then coverage and Gini, which are of all lists together.

    The lists of chance are drawn, so its figures have intervals too; coverage and Gini have none.
    """
    rows = rows_of("recommend", split, listed.values, listed.figures, exact=())
    for system, lists in answers.lists.items():
        for metric, value in (
            ("coverage", beyond.coverage(lists, n_products)),
            ("gini", beyond.gini(lists, n_products)),
        ):
            rows.append(Row("recommend", split, "all", system, metric, LIST, value, value, value, len(lists)))
    return rows


def separation_rows(split: str, vectors: Mapping[str, FloatArray], codes: npt.NDArray[np.int32]) -> list[Row]:
    """Return how far the vectors of each system hold categories apart, beside 0 for vectors that know none.

    Args:
        split: The kind of split.
        vectors: By system: float32 [n_products, d], rows L2-normalised.
        codes: int32 [n_products], the category of each product, -1 where it has none.
    """
    known = {name: beyond.category_separation(own, codes) for name, own in vectors.items()}
    found = {"chance": 0.0} | {name: value for name, value in known.items() if value is not None}
    n = int((codes >= 0).sum())
    if len(found) == 1:
        return []
    return [
        Row("recommend", split, "all", name, "category_separation", None, value, value, value, n)
        for name, value in found.items()
    ]
