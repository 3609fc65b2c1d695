"""What sets a selection apart."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.mapping.colouring import kinds
from dashboard.mapping.selection import Share, apart, in_order, selected, shares

NAMES = ["x", "x", "x", "y", "y", "y", "y", "y", None, "z"]


def test_lift_is_the_share_here_over_the_share_everywhere() -> None:
    # Of 9 products with a name 3 have x, 5 have y; of the selected 5, 3 have x and 2 have y.
    found = shares(NAMES, np.array([0, 1, 2, 3, 4, 8], np.int32))
    (own,) = found  # what fewer than three have is not read
    assert (own.name, own.inside) == ("x", 3)
    assert own.share == pytest.approx(0.6)
    assert own.everywhere == pytest.approx(1 / 3)
    assert own.lift == pytest.approx(1.8)


def test_a_small_selection_is_read_all_the_same() -> None:
    assert [each.name for each in shares(NAMES, np.array([9], np.int32))] == ["z"]
    assert shares(NAMES, np.array([8], np.int32)) == []


def test_what_sets_it_apart_is_frequent_and_lifted() -> None:
    common = Share("common", 90, 0.9, 0.9, 1.0)
    lifted = Share("lifted", 20, 0.2, 0.05, 4.0)
    rare = Share("rare", 3, 0.03, 0.001, 30.0)
    assert apart({"Brand": [common, lifted, rare]}) == [("Brand", lifted)]


def test_bands_of_price_stand_lowest_first() -> None:
    frequent = [Share(name, n, 0, 0, 1) for name, n in (("9 to 10", 5), ("1 to 8", 4), ("11 to 20", 3))]
    ordered = in_order(frequent, ("1 to 8", "9 to 10", "11 to 20"))
    assert [each.name for each in ordered] == ["1 to 8", "9 to 10", "11 to 20"]


def test_groups_that_are_switched_off_are_not_selected() -> None:
    places = np.array([[0, 0], [0.1, 0], [0.2, 0], [9, 9]], np.float64)
    around = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
    groups = kinds(["a", "b", None, "a"])
    assert selected(places, around, groups, []).tolist() == [0, 1, 2]
    assert selected(places, around, groups, [0]).tolist() == [1, 2]
    assert selected(places, around, groups, [0, 2]).tolist() == [1]  # 2 is that of the products in none
    assert selected(places, (), groups, []).tolist() == []
