"""Faithfulness by hand, trustworthiness against scikit-learn."""

import numpy as np
import pytest
from sklearn import manifold

from pipeline.maps.faithfulness import faithfulness, on_map, trustworthiness
from pipeline.maps.neighbours import FloatArray, exact_neighbours, unit

RIGHT = np.pi / 180


def on_circle(*degrees: float) -> FloatArray:
    """Return unit vectors that point in these directions."""
    angles = np.array(degrees) * RIGHT
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_neighbours_on_the_map() -> None:
    coordinates = np.array([[0, 0], [1, 0], [3, 0], [7, 0]], np.float32)
    assert on_map(coordinates, 2).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]


def test_a_map_that_keeps_every_neighbour_and_one_that_swaps_two_products() -> None:
    vectors = on_circle(0, 1, 3, 40, 41, 43)
    true = exact_neighbours(vectors, 2)
    kept = np.array([[0, 0], [1, 0], [3, 0], [40, 0], [41, 0], [43, 0]], np.float32)
    assert faithfulness(vectors, true, on_map(kept, 2)).tolist() == [1] * 6
    # Products 2 and 3 change places: 0, 1 and 2 are shown 3 instead of 2 and so on; 2 sees neither of its own.
    swapped = kept[[0, 1, 3, 2, 4, 5]]
    assert faithfulness(vectors, true, on_map(swapped, 2)).tolist() == [0.5, 0.5, 0, 0, 0.5, 0.5]


def test_equally_near_products_count_whichever_is_listed() -> None:
    # Products 1, 2 and 3 are the same: any of them is a true neighbour of 0.
    vectors = on_circle(0, 5, 5, 5, 90)
    true = exact_neighbours(vectors, 1)
    for shown in (1, 2, 3):
        every = np.array([[shown], [2], [3], [1], [1]], np.int32)
        assert faithfulness(vectors, true, every).tolist() == [1, 1, 1, 1, 1]
    assert faithfulness(vectors, true, np.array([[4], [2], [3], [1], [1]], np.int32))[0] == 0


def test_of_equally_near_products_so_many_count_as_there_is_room_for() -> None:
    # The two nearest of 0 are 1 and any one of 2, 3 and 4: a map that shows two of these has kept one.
    vectors = on_circle(0, 2, 5, 5, 5, 90)
    true = exact_neighbours(vectors, 2)
    shown = true.rows.copy()
    found = []
    for own in ([1, 4], [1, 5], [3, 4], [3, 5]):
        shown[0] = own
        found.append(float(faithfulness(vectors, true, shown)[0]))
    assert found == [1, 0.5, 0.5, 0.5]


@pytest.mark.parametrize("k", [1, 5, 15])
def test_trustworthiness_is_that_of_scikit_learn(k: int) -> None:
    generator = np.random.default_rng(1)
    vectors = unit(generator.normal(size=(80, 6)).astype(np.float32))
    # Half a map: two of the directions, and noise.
    coordinates = vectors[:, :2] + generator.normal(scale=0.3, size=(80, 2)).astype(np.float32)
    found = trustworthiness(vectors, on_map(coordinates, k), 1000, seed=0)
    assert found == pytest.approx(manifold.trustworthiness(vectors, coordinates, n_neighbors=k), abs=1e-9)
    assert found < 1
    part = trustworthiness(vectors, on_map(coordinates, k), 60, seed=0)
    assert part != found
    assert part == pytest.approx(found, abs=0.1)


def test_a_faithful_map_is_trusted_whole() -> None:
    vectors = on_circle(0, 1, 3, 7, 15, 31)
    coordinates = np.array([[0, 0], [1, 0], [3, 0], [7, 0], [15, 0], [31, 0]], np.float32)
    assert trustworthiness(vectors, on_map(coordinates, 2), 10, seed=0) == 1
