"""Places as they are sent, and outlines around them."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.mapping.places import Places, inside

SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))


def test_places_are_sent_as_whole_numbers_between_the_least_and_the_greatest() -> None:
    places = Places.of(np.array([[-1, 10], [0, 20], [1, 30]], np.float32))
    # The middle is half of 65,535 steps, rounded to an even number.
    np.testing.assert_array_equal(places.steps, [[0, 32768, 65535], [0, 32768, 65535]])
    assert places.low == (-1, 10)
    assert places.step == pytest.approx((2 / 65535, 20 / 65535))
    assert places.packed() == b"\x00\x00\x00\x80\xff\xff" * 2
    np.testing.assert_allclose(places.coordinates(), [[-1, 10], [0, 20], [1, 30]], atol=20 / 65535)


def test_places_that_are_all_one_stay_where_they_are() -> None:
    places = Places.of(np.array([[3, 5], [3, 5]], np.float32))
    np.testing.assert_array_equal(places.coordinates(), [[3, 5], [3, 5]])


def test_what_lies_inside_an_outline() -> None:
    places = np.array([[1, 1], [3, 1], [-1, 1], [1, 3], [1.9, 0.1]], np.float64)
    np.testing.assert_array_equal(inside(places, SQUARE), [True, False, False, False, True])
    np.testing.assert_array_equal(inside(places, SQUARE[::-1]), [True, False, False, False, True])


def test_the_inside_of_a_horseshoe_is_not_the_gap_in_it() -> None:
    shoe = ((0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3))
    places = np.array([[0.5, 2], [1.5, 2], [2.5, 2], [1.5, 0.5]], np.float64)
    np.testing.assert_array_equal(inside(places, shoe), [True, False, True, True])
