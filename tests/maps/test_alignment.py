"""Two maps laid on each other: a known turn comes back, and shares of neighbours by hand."""

import numpy as np
import pytest
from scipy.spatial import procrustes

from pipeline.maps.alignment import Shared, align, overlap

POINTS = np.random.default_rng(5).normal(size=(30, 2)).astype(np.float32)


def test_a_turned_mirrored_moved_and_scaled_map_comes_back() -> None:
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1, -1])
    moved = (POINTS @ turn * 3 + np.array([5, -2])).astype(np.float32)
    found = align(moved, POINTS)
    np.testing.assert_allclose(found.apply(moved), POINTS, atol=1e-5)
    assert found.scale == pytest.approx(1 / 3)
    assert found.agreement == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("noise", [0.3, 1, 4])
def test_agreement_is_what_the_laid_map_leaves_and_the_spread_that_of_the_map_that_stays(noise: float) -> None:
    other = POINTS + noise * np.random.default_rng(6).normal(size=(30, 2)).astype(np.float32)
    found = align(other, POINTS)
    # scipy brings both to one spread, then shrinks the second to its least squares, sqrt(1 - disparity) of it.
    first, second, disparity = procrustes(POINTS, other)
    left = ((first - second / (1 - disparity) ** 0.5) ** 2).sum() / (first**2).sum()
    assert found.agreement == pytest.approx(max(1 - left, 0), abs=1e-6)
    laid, centred = found.apply(other) - POINTS, POINTS - POINTS.mean(axis=0)
    assert found.agreement == pytest.approx(max(1 - (laid**2).sum() / (centred**2).sum(), 0), abs=1e-5)
    assert found.agreement < 1 - disparity
    np.testing.assert_allclose(found.apply(other).var(axis=0).sum(), POINTS.var(axis=0).sum(), rtol=1e-5)


def test_the_turn_of_shared_products_applies_to_all() -> None:
    quarter = np.array([[0, 1], [-1, 0]], np.float32)
    found = align((POINTS @ quarter)[:10], POINTS[:10])
    np.testing.assert_allclose(found.apply(POINTS @ quarter), POINTS, atol=1e-5)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_no_direction_to_turn_to(n: int) -> None:
    same = np.full((n, 2), 2, np.float32)
    found = align(same, same + 1)
    assert found.agreement == 0
    np.testing.assert_array_equal(found.turn, np.eye(2))
    np.testing.assert_allclose(found.apply(same), same + (1 if n else 0))


def test_overlap_of_neighbours_across_catalogues() -> None:
    shared = Shared.of(["a", "b", "c", "d"], ["d", "c", "b", "x"])
    assert shared.first.tolist() == [1, 2, 3]
    assert shared.second.tolist() == [2, 1, 0]
    first = np.array([[1, 2], [2, 3], [0, 1], [-1, -1]], np.int32)  # of a, b, c; d has no place
    second = np.array([[1, 2], [2, 3], [1, 3], [0, 1]], np.int32)  # of d, c, b, x
    # b: c and d before, c and x now. c: a, which is not there any more, and b before; b and x now. d: none before.
    assert overlap(first, second, shared).tolist() == [0.5, 1, 0]


def test_nothing_in_common() -> None:
    shared = Shared.of(["a"], ["b"])
    assert len(shared.first) == 0
    assert overlap(np.zeros((1, 2), np.int32), np.zeros((1, 2), np.int32), shared).shape == (0,)
