"""Clusters of graphs whose communities anyone would name."""

import random

import numpy as np
import pytest

from pipeline.maps.clusters import by_size, cluster, leiden, merged, shared_neighbours
from pipeline.maps.neighbours import exact_neighbours, unit


def test_an_edge_weighs_what_its_ends_share() -> None:
    # The lists are {0, 1}, {1, 2} and {2, 1}: 0 and 1 share one of three, 1 and 2 have the same.
    weights = shared_neighbours(np.array([[1], [2], [1]], np.int32)).toarray()
    np.testing.assert_allclose(weights, [[0, 1 / 3, 0], [1 / 3, 0, 1], [0, 1, 0]])


def test_the_largest_cluster_comes_first_and_of_equal_ones_the_earliest() -> None:
    assert by_size(np.array([4, 9, 9, 2, 2, 9], np.int32)).tolist() == [2, 0, 0, 1, 1, 0]
    assert by_size(np.array([5, 3, 3, 5], np.int32)).tolist() == [0, 1, 1, 0]


def test_groups_are_found_fine_ones_whole_in_coarse_ones() -> None:
    # Nine groups of six who are all each other's nearest, three groups about each of three axes.
    group = np.arange(54) // 6
    axes = np.eye(3)[group // 3] + 0.3 * np.eye(3)[group % 3]
    vectors = unit((axes + 0.001 * np.random.default_rng(0).normal(size=(54, 3))).astype(np.float32))
    found = cluster(vectors, exact_neighbours(vectors, 5).rows, resolution=1.0, seed=0)
    np.testing.assert_array_equal(found.fine, group)
    np.testing.assert_array_equal(found.coarse, group // 3)


def test_what_no_edge_joins_is_joined_by_direction() -> None:
    # Four pairs of products at 0, 10, 90 and 110 degrees: two coarse clusters, by angle.
    angles = np.radians([0, 0, 10, 10, 90, 90, 110, 110])
    vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    found = merged(vectors, np.repeat(np.arange(4), 2).astype(np.int32))
    assert by_size(found).tolist() == [0, 0, 1, 1]
    assert merged(vectors, np.zeros(8, np.int32)).tolist() == [0]


def test_the_graph_decides_and_the_process_keeps_its_own_chance() -> None:
    random.seed(7)
    expected = random.random()
    random.seed(7)
    # Two triangles, joined by one edge of a tenth of the weight.
    rows = np.array([[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4]], np.int32)
    weights = shared_neighbours(rows).tolil()
    weights[2, 3] = weights[3, 2] = 0.1
    assert leiden(weights.tocsr(), 1.0, seed=0).tolist() == [0, 0, 0, 1, 1, 1]
    assert random.random() == expected


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_finds_the_same(seed: int) -> None:
    vectors = unit(np.random.default_rng(3).normal(size=(80, 4)).astype(np.float32))
    rows = exact_neighbours(vectors, 10).rows
    first, second = (cluster(vectors, rows, 4.0, seed) for _ in range(2))
    np.testing.assert_array_equal(first.fine, second.fine)
    np.testing.assert_array_equal(first.coarse, second.coarse)
    assert first.fine.max() >= first.coarse.max() > 0
