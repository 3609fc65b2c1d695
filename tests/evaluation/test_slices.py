"""Slices and categories, on a few shoppers worked out by hand."""

import numpy as np
import pytest

from pipeline.evaluation.answers import Answers
from pipeline.evaluation.categories import Categories
from pipeline.evaluation.slices import deciles, slice_rows, slices

# Train interactions of six products: 0 is cold, 1 and 2 are rare, 3 to 5 are frequent.
COUNTS = np.array([0, 1, 5, 6, 40, 50])


def answers() -> Answers:
    """Three shoppers with one, two and one held-out products, ranked by one system."""
    return Answers(
        chosen=np.array([0, 2, 3]),
        histories=[np.array([4], np.int32), np.arange(5, dtype=np.int32), np.array([1, 2], np.int32)],
        targets=np.array([[0, -1], [5, 0], [3, -1]], np.int32),
        candidates=np.array([5, 1, 4]),
        ranks={"fixed": np.array([[2, 0], [1, 30], [11, 0]])},
        lists={},
        duels={},
    )


TRAINED = np.array([3, 9, 5, 0])  # of four shoppers; the last came after training


def found(categories: Categories | None = None) -> dict[str, list[list[bool]]]:
    return {each.name: each.inside.tolist() for each in slices(answers(), COUNTS, TRAINED, categories)}


def test_slices_over_products_restrict_the_targets() -> None:
    inside = found()
    assert inside["products: cold (0)"] == [[True, False], [False, True], [False, False]]
    assert inside["products: warm (1+)"] == [[False, False], [True, False], [True, False]]
    assert "products: rare (1-5)" not in inside  # no target is


def test_slices_over_shoppers_keep_all_their_targets() -> None:
    inside = found()
    assert inside["users: cold"] == [[False, False], [False, False], [True, False]]
    assert inside["users: warm"] == [[True, False], [True, True], [False, False]]
    assert inside["history: 1-4"] == [[True, False], [False, False], [True, False]]
    assert inside["history: 5-9"] == [[False, False], [True, True], [False, False]]
    assert "history: 20+" not in inside


def test_figures_of_a_slice_leave_out_who_has_no_target_in_it() -> None:
    cold = next(each for each in slices(answers(), COUNTS, TRAINED) if each.name == "products: cold (0)")
    rows = {(row.system, row.metric): row for row in slice_rows("time", answers(), cold)}
    # The first shopper's product stands second, the second shopper's cold one thirtieth.
    recall = rows["fixed", "recall"]
    assert (recall.value, recall.n, recall.k, recall.slice) == (pytest.approx(1 / 2), 2, 10, "products: cold (0)")
    assert rows["fixed", "ndcg"].value == pytest.approx((1 / np.log2(3) + 0) / 2)
    # By chance: one product among five, and one among one.
    discounts = sum(1 / np.log2(place + 1) for place in range(1, 6))
    assert rows["chance", "recall"].value == pytest.approx(1)
    assert rows["chance", "ndcg"].value == pytest.approx((discounts / 5 + 1) / 2)
    assert rows["chance", "ndcg"].low == rows["chance", "ndcg"].high == rows["chance", "ndcg"].value


def test_deciles_keep_equals_together() -> None:
    assert deciles(np.arange(20)).tolist() == [1 + place // 2 for place in range(20)]
    assert deciles(np.array([7, 7, 7, 7])).tolist() == [5, 5, 5, 5]
    # Six of ten share the lowest count: their middle ends the third tenth.
    assert deciles(np.array([0] * 6 + [1, 2, 3, 4])).tolist() == [3] * 6 + [7, 8, 9, 10]


def test_popularity_is_that_of_the_target() -> None:
    inside = found()
    assert inside["popularity: decile 1"] == [[True, False], [False, True], [False, False]]
    assert inside["popularity: decile 10"] == [[False, False], [True, False], [False, False]]


PATHS = [("Shop", "A", "x"), ("Shop", "A", "y"), ("Shop", "B", "x"), ("Shop",), (), ("Other", "C")]


def test_the_first_level_that_divides_the_targets_is_taken() -> None:
    known = Categories.of(PATHS, np.array([0, 1, 2, 3], np.int32))
    assert known is not None
    assert known.names == ["A", "B", "C"]
    assert known.codes.tolist() == [0, 0, 1, -1, -1, 2]
    # With targets under Other the first level divides already.
    first = Categories.of(PATHS, np.array([0, 5], np.int32))
    assert first is not None
    assert (first.names, first.codes.tolist()) == (["Other", "Shop"], [1, 1, 1, 1, -1, 0])


def test_without_a_dividing_level_it_is_the_first_and_without_categories_none() -> None:
    known = Categories.of([("Shop",), ("Shop",)], np.array([0, 1], np.int32))
    assert known is not None
    assert known.names == ["Shop"]
    assert Categories.of([(), ()], np.array([0], np.int32)) is None


def test_categories_are_sliced_largest_first() -> None:
    categories = Categories(["A", "B", "C"], np.array([1, -1, -1, 0, 0, -1], np.int32))
    inside = found(categories)
    assert [name for name in inside if name.startswith("category")] == ["category: B", "category: A"]
    assert inside["category: B"] == [[True, False], [False, True], [False, False]]
