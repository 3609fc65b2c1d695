"""Brand, category and price as numbers."""

import numpy as np
import pytest

from pipeline.retrieval.reranking.attributes import Attributes
from tests.retrieval.reranking import shop


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def test_products_of_one_group_share_a_code_and_none_has_code_0() -> None:
    groups = Attributes.of(shop.catalogue()).groups
    assert groups["brand"].tolist() == [1, 1, 2, 0, 2, 1]
    assert groups["leaf"].tolist() == [1, 1, 2, 3, 0, 1]
    assert groups["parent"].tolist() == [1, 1, 1, 0, 0, 1]  # (w,) has no parent
    assert groups["top"].tolist() == [1, 1, 1, 2, 0, 1]


def test_a_leaf_is_its_whole_path() -> None:
    paths = [["x", "bags"], ["y", "bags"]]
    groups = Attributes.of(shop.catalogue(category=paths, brand=[None] * 2, price=[None] * 2)).groups
    assert groups["leaf"].tolist() == [1, 2]


def test_prices_are_logarithms_and_free_or_unknown_ones_are_not_numbers() -> None:
    made = Attributes.of(shop.catalogue(price=[np.e, 1.0, 0.0, None, 10.0, 100.0]))
    np.testing.assert_allclose(made.log_price, [1, 0, np.nan, np.nan, np.log(10), np.log(100)], rtol=1e-6)


def test_totals_add_up_a_group() -> None:
    totals = Attributes.of(shop.catalogue()).totals(np.array([2, 2, 2, 0, 1, 0], np.float32))
    assert totals["brand"][:3].tolist() == [4, 4, 3]
    assert np.isnan(totals["brand"][3])  # no brand is no brand of its own
    assert totals["top"][:4].tolist() == [6, 6, 6, 0]


def test_shares_of_a_weighted_history() -> None:
    made = Attributes.of(shop.catalogue())
    weights = np.array([0.25, 0.75], np.float32)
    shares = made.shares("brand", rows(5, 4, 3), rows(0, 2), weights)
    assert shares.tolist() == pytest.approx([0.25, 0.75, np.nan], nan_ok=True)
    assert made.shares("leaf", rows(5, 3), rows(0, 1), weights).tolist() == [1, 0]
    # What of the history has no group is in no candidate's group either.
    assert made.shares("brand", rows(5, 3), rows(3, 2), weights).tolist() == pytest.approx([0, np.nan], nan_ok=True)


def test_a_source_that_says_nothing_leaves_every_share_unknown() -> None:
    bare = shop.catalogue(brand=[None] * 6, category=[[]] * 6, price=[None] * 6)
    made = Attributes.of(bare)
    for name in made.groups:
        assert np.isnan(made.shares(name, rows(1, 2), rows(0), np.ones(1, np.float32))).all()
    assert np.isnan(made.log_price).all()
