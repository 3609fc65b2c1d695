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


def test_none_is_another_thing_than_few() -> None:
    found = magnitudes([0, 9, 1, 2, 0, 3, 0, np.nan], lambda value: f"{value:.0f}", bins=3, zero=True)
    assert found.groups == ("0", "1 to 2", "3 to 9")
    assert found.codes.tolist() == [0, 2, 1, 1, 0, 2, 0, NONE]
    assert magnitudes([0, 0], lambda value: f"{value:.0f}", zero=True).groups == ("0",)
    assert magnitudes([5, 6], lambda value: f"{value:.0f}", zero=True).groups == ("5", "6")


def test_no_two_groups_share_a_written_value() -> None:
    # Rounded: 1.0, 3.2, 3.2 and 3.9, 4.0, 4.4; unrounded, 3.16 and 3.24 would be parted.
    found = magnitudes([1, 3.16, 3.24, 3.9, 4.04, 4.4], lambda value: f"{value:.1f}", bins=3, digits=1)
    assert found.groups == ("1.0 to 3.2", "3.9", "4.0 to 4.4")


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of relative luminances."""

    def luminance(colour: str) -> float:
        channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    dark, light = sorted(map(luminance, (first, second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_no_value_is_another_kind_of_colour_than_little(dark: bool) -> None:
    *ramp, unknown = colours.of_groups(6, ordered=True, dark=dark)
    assert len({unknown[1:3], unknown[3:5], unknown[5:7]}) == 1  # no hue
    assert min(contrast(unknown, each) for each in ramp) >= 1.5


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
