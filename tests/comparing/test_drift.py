"""Drift of neighbourhoods."""

import numpy as np

from pipeline.comparing.drift import expected_by_chance, kept, neighbours


def circle(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_neighbours_by_hand() -> None:
    found = neighbours(circle(0, 10, 25, 180) * np.array([[1], [5], [2], [3]], np.float32), 2)  # lengths say nothing
    assert [set(row) for row in found.tolist()] == [{1, 2}, {0, 2}, {0, 1}, {2, 1}]


def test_twins_do_not_push_a_product_into_its_own_neighbours() -> None:
    found = neighbours(circle(*[0] * 6, 90), 3)
    assert all(row not in own for row, own in enumerate(found.tolist()))
    assert found.shape == (7, 3)


def test_a_turned_space_has_not_drifted_and_a_moved_product_has() -> None:
    first = neighbours(circle(0, 10, 20, 100, 110, 120), 2)
    assert kept(first, neighbours(circle(50, 60, 70, 150, 160, 170), 2)).tolist() == [1] * 6
    # The first product moves to the other three: it keeps none; the two it left keep one; the three keep both but the
    # first of them, which has it as near as its own.
    moved = kept(first, neighbours(circle(115, 10, 20, 100, 111, 120), 2))
    assert moved[0] == 0
    assert moved[1:3].tolist() == [0.5, 0.5]


def test_few_products() -> None:
    assert neighbours(circle(0), 10).shape == (1, 0)
    assert kept(neighbours(circle(0), 10), neighbours(circle(5), 10)).tolist() == [1]
    assert neighbours(circle(0, 5, 9), 10).shape == (3, 2)
    assert expected_by_chance(101, 10) == 0.1
    assert expected_by_chance(3, 10) == 1
