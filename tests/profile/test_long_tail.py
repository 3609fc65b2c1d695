"""The long tail of five products with 3, 3, 2, 1 and 1 interactions."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.profile.long_tail import STEPS, curve, long_tail, spread
from pipeline.profile.tables import Tables


def test_the_figures_of_the_tail(tables: Tables) -> None:
    found = long_tail(tables)
    # Sorted 1, 1, 2, 3, 3: (-4 - 2 + 0 + 6 + 12) / (4 * 10).
    assert found.gini == pytest.approx(0.3)
    assert found.half == 2  # 3 + 3 is the first sum of 5 or more
    assert found.without == 0
    at = {each.products: each.interactions for each in found.curve}
    assert [at[0.0], at[0.2], at[0.4], at[0.6], at[0.8], at[1.0]] == pytest.approx([0, 0.3, 0.6, 0.8, 0.9, 1])
    assert at[0.1] == pytest.approx(0.15)  # half of the first product


def test_twice_the_area_below_the_curve_tells_the_gini(tables: Tables) -> None:
    found = long_tail(tables)
    area = np.trapezoid([each.interactions for each in found.curve], [each.products for each in found.curve])
    assert found.gini == pytest.approx((2 * area - 1) * 5 / 4)


def test_how_many_each_product_and_shopper_has(tables: Tables) -> None:
    found = long_tail(tables)
    products, shoppers = found.products, found.shoppers
    assert (products.count, products.mean, products.median, products.most) == (5, 2.0, 2.0, 3)
    assert [(each.low, each.high, each.count, each.interactions) for each in products.buckets] == [
        (1, 1, 2, 2),
        (2, 2, 1, 2),
        (3, 4, 2, 6),
    ]
    assert (shoppers.count, shoppers.mean, shoppers.median, shoppers.most) == (4, 2.5, 2.5, 4)


def test_a_product_of_all_interactions_and_one_of_none() -> None:
    found = spread(np.array([0, 250_000]))
    first, *_, last = found.buckets
    assert (first.low, first.high, first.count) == (0, 0, 1)
    assert (last.low, last.high, last.count) == (100_000, None, 1)
    assert curve(np.array([250_000, 250_000]))[-1].interactions == 1
    assert len(curve(np.array([1]))) == len(STEPS)
