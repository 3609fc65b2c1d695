"""Groups of products, and the colours that they wear."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.components.colours import CATEGORIES
from dashboard.mapping import colours
from dashboard.mapping.colouring import NONE, kinds, largest, magnitudes
from pipeline.maps.alignment import Shared


def test_the_largest_kinds_get_a_colour() -> None:
    found = kinds(["b", "a", "b", None, "c", "a", "b"])
    assert found.groups == ("b", "a", "c")
    assert found.codes.tolist() == [0, 1, 0, NONE, 2, 1, 0]
    assert found.counts() == [3, 2, 1, 1]


def test_beyond_eight_kinds_the_rest_is_grey() -> None:
    found = kinds([str(kind) for kind in range(9) for _ in range(9 - kind)])
    assert found.groups == tuple("01234567")
    assert found.counts()[-1] == 1
    assert found.codes.dtype == np.uint8


def test_groups_without_products_are_no_groups() -> None:
    assert largest(np.array([2, 2, -1], np.int32), ["x", "y", "z"]).groups == ("z",)


def test_magnitudes_are_in_groups_of_about_one_size() -> None:
    found = magnitudes([5, 1, 2, np.nan, 4, 3, 6], lambda value: f"{value:.0f}", bins=3)
    assert found.groups == ("1 to 2", "3 to 4", "5 to 6")
    assert found.codes.tolist() == [2, 0, 0, NONE, 1, 1, 2]
    assert found.counts() == [2, 2, 2, 1]


def test_equal_magnitudes_are_in_one_group() -> None:
    found = magnitudes([0, 0, 0, 0, 0, 7], lambda value: f"{value:.0f}")
    assert found.groups == ("0", "7")
    assert found.codes.tolist() == [0, 0, 0, 0, 0, 1]
    assert magnitudes([np.nan, np.nan]).groups == ()


def test_groups_of_another_version_go_by_product() -> None:
    shared = Shared.of(["a", "b", "c"], ["x", "c", "a"])
    own = kinds(["one", "two", "two"]).shared(shared, 3)
    assert own.groups == ("two", "one")
    assert own.codes.tolist() == [NONE, 0, 1]


@pytest.mark.parametrize("dark", [False, True])
def test_no_two_groups_wear_one_colour(dark: bool) -> None:
    for n in range(9):
        shades = colours.of_groups(n, ordered=False, dark=dark)
        assert len(shades) == len(set(shades)) == n + 1
    for n in range(7):
        shades = colours.of_groups(n, ordered=True, dark=dark)
        assert len(shades) == len(set(shades)) == n + 1
    assert colours.of_groups(2, ordered=False, dark=dark)[:2] == list(CATEGORIES[:2])
