"""Placing something new by its neighbours."""

import numpy as np
import pytest

from pipeline.maps.placing import place

MAP = np.array([[0, 0], [2, 0], [0, 4], [9, 9]], np.float32)


def at(*found: tuple[int, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and cosines of neighbours at these distances."""
    rows, distances = zip(*found, strict=True)
    return np.array(rows, np.int32), (1 - np.array(distances) ** 2 / 2).astype(np.float32)


def test_between_two_that_are_equally_near() -> None:
    found = place(MAP, *at((0, 0.5), (1, 0.5), (3, 1.0)))
    assert found is not None
    assert (found.x, found.y) == pytest.approx((1, 0))  # the farthest only bounds the others
    assert found.spread == pytest.approx(1)


def test_the_weights_by_hand() -> None:
    # R = 1: ((1 - 1/4) / (1/4))^2 = 9 and ((1 - 1/2) / (1/2))^2 = 1.
    found = place(MAP, *at((0, 0.25), (1, 0.5), (3, 1.0)))
    assert found is not None
    assert found.x == pytest.approx(0.2, abs=1e-4)
    assert found.spread == pytest.approx(0.6, abs=1e-4)  # sqrt(0.9 * 0.04 + 0.1 * 3.24)


def test_a_product_of_the_map_comes_to_lie_on_its_own_place() -> None:
    found = place(MAP, *at((2, 0.0), (0, 0.4), (3, 0.9)))
    assert found is not None
    assert (found.x, found.y) == pytest.approx((0, 4), abs=1e-3)
    assert found.spread == pytest.approx(0, abs=0.02)


def test_equally_far_from_all_is_in_the_middle() -> None:
    found = place(MAP, *at((0, 1.0), (1, 1.0)))
    assert found is not None
    assert (found.x, found.y) == pytest.approx((1, 0))
    one = place(MAP, *at((3, 1.0)))
    assert one is not None
    assert (one.x, one.y, one.spread) == (9, 9, 0)


def test_without_neighbours_there_is_no_place() -> None:
    assert place(MAP, np.empty(0, np.int32), np.empty(0, np.float32)) is None
