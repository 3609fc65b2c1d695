"""Exact neighbours, against comparing everything by hand."""

import numpy as np

from pipeline.maps.neighbours import chords, exact_neighbours, identical, unit


def test_neighbours_are_those_of_the_full_matrix() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32))
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -2)
    found = exact_neighbours(vectors, 7)
    np.testing.assert_array_equal(found.rows, np.argsort(-cosines, axis=1)[:, :7])
    np.testing.assert_allclose(found.cosines, -np.sort(-cosines, axis=1)[:, :7], atol=1e-6)
    assert found.first(3).rows.shape == found.first(3).cosines.shape == (60, 3)


def test_products_of_one_vector_have_one_number() -> None:
    vectors = unit(np.array([[1, 0], [0, 1], [2, 0], [1, 1e-2], [3, 0], [0, 5]], np.float32))
    assert identical(exact_neighbours(vectors, 2)).tolist() == [0, 1, 0, 2, 0, 1]


def test_a_product_is_never_its_own_neighbour_among_identical_ones() -> None:
    vectors = np.tile(np.array([[0.6, 0.8]], np.float32), (12, 1))
    found = exact_neighbours(vectors, 4)
    assert found.rows.shape == (12, 4)
    assert not (found.rows == np.arange(12)[:, None]).any()
    np.testing.assert_allclose(found.cosines, 1, atol=1e-6)


def test_unit_vectors_and_those_that_cannot_be_one() -> None:
    vectors = np.array([[3, 4], [0, 0], [np.nan, 1], [np.inf, 0], [1e-30, 0]], np.float32)
    np.testing.assert_allclose(unit(vectors), [[0.6, 0.8], [0, 0], [0, 0], [0, 0], [1, 0]], atol=1e-6)


def test_distances_of_unit_vectors() -> None:
    # The same, at a right angle, opposite; rounding above 1 is no distance.
    np.testing.assert_allclose(chords(np.array([1, 1.0000001, 0, -1], np.float32)), [0, 0, np.sqrt(2), 2], atol=1e-6)
