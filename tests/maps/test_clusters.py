"""Clusters of graphs whose communities anyone would name."""

import numpy as np
import pytest

from pipeline.maps.clusters import by_size, cluster, shared_neighbours
from pipeline.maps.neighbours import exact_neighbours, unit


def test_an_edge_weighs_what_its_ends_share() -> None:
    # The lists are {0, 1}, {1, 2} and {2, 1}: 0 and 1 share one of three, 1 and 2 have the same.
    weights = shared_neighbours(np.array([[1], [2], [1]], np.int32)).toarray()
    np.testing.assert_allclose(weights, [[0, 1 / 3, 0], [1 / 3, 0, 1], [0, 1, 0]])


def test_the_largest_cluster_comes_first_and_of_equal_ones_the_earliest() -> None:
    assert by_size(np.array([4, 9, 9, 2, 2, 9], np.int32)).tolist() == [2, 0, 0, 1, 1, 0]
    assert by_size(np.array([5, 3, 3, 5], np.int32)).tolist() == [0, 1, 1, 0]


def test_groups_are_found_fine_ones_whole_in_coarse_ones() -> None:
    # Six groups of six who are all each other's neighbours; each also has one neighbour in the group beside its own.
    # An edge within a group weighs 6 / 8, one between groups 2 / 12.
    group = np.arange(36) // 6
    mates = np.array([[row for row in range(36) if group[row] == group[own] and row != own] for own in range(36)])
    beside = np.arange(36) + np.where(group % 2, -6, 6)
    rows = np.column_stack([mates, beside])
    found = cluster(rows.astype(np.int32), fine=2.0, coarse=0.1, seed=0)
    np.testing.assert_array_equal(found.fine, group)
    np.testing.assert_array_equal(found.coarse, group // 2)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_finds_the_same(seed: int) -> None:
    vectors = unit(np.random.default_rng(3).normal(size=(80, 4)).astype(np.float32))
    rows = exact_neighbours(vectors, 10).rows
    first, second = (cluster(rows, 4.0, 1.0, seed) for _ in range(2))
    np.testing.assert_array_equal(first.fine, second.fine)
    np.testing.assert_array_equal(first.coarse, second.coarse)
    assert first.fine.max() >= first.coarse.max() > 0
