"""Clusters of graphs whose communities anyone would name."""

import random

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from pipeline.maps.clusters import Clusters, by_size, cluster, leiden, locally, merged, shared_neighbours
from pipeline.maps.neighbours import FloatArray, exact_neighbours, identical, unit
from pipeline.maps.settings import Settings


def clustered(vectors: FloatArray, settings: Settings | None = None) -> Clusters:
    """Return the clusters of vectors as a map has them."""
    chosen = settings or Settings()
    near = exact_neighbours(vectors, chosen.read(len(vectors)))
    return cluster(vectors, near, identical(near), chosen)


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
    vectors = unit((axes + 0.01 * np.random.default_rng(0).normal(size=(54, 3))).astype(np.float32))
    found = clustered(vectors, Settings(near=5))
    np.testing.assert_array_equal(found.fine, group)
    np.testing.assert_array_equal(found.coarse, group // 3)


@pytest.mark.parametrize("n", [60, 100, 200, 1000])
@pytest.mark.parametrize("dimension", [8, 64])
@pytest.mark.parametrize("seed", [0, 1])
def test_ten_groups_are_ten_clusters_however_many_products(n: int, dimension: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    group = np.arange(n) % 10
    centres = unit(generator.normal(size=(10, dimension)).astype(np.float32))[group]
    vectors = unit((centres + 0.3 / dimension**0.5 * generator.normal(size=(n, dimension))).astype(np.float32))
    found = clustered(vectors)
    assert 10 <= found.fine.max() + 1 <= 11
    assert adjusted_rand_score(group, found.fine) > 0.95


@pytest.mark.parametrize("copies", [50, 300])
def test_copies_of_a_product_lie_in_one_cluster(copies: int) -> None:
    # More copies than neighbours are listed, too: then a copy knows of no product but copies.
    vectors = np.random.default_rng(2).normal(size=(copies + 45, 16)).astype(np.float32)
    vectors[:copies] = vectors[0]
    found = clustered(unit(vectors))
    assert set(found.fine[:copies].tolist()) == {0}
    assert not (found.fine[copies:] == 0).any()  # a cluster by themselves: the others lie elsewhere
    assert 3 <= found.fine.max() <= 9


def test_a_few_copies_lie_where_one_would() -> None:
    # Two groups of thirty about two axes, three copies of one product of the second among them.
    group = np.arange(60) // 30
    vectors = np.eye(8)[group] + 0.1 * np.random.default_rng(4).normal(size=(60, 8))
    vectors[57:] = vectors[57]
    found = clustered(unit(vectors.astype(np.float32)))
    (own,) = set(found.fine[57:].tolist())
    assert set(group[found.fine == own].tolist()) == {1}
    assert (found.fine == own).sum() > 3


def test_two_vectors_are_two_clusters() -> None:
    vectors = np.repeat(np.eye(2, dtype=np.float32), 20, axis=0)
    found = clustered(vectors)
    assert found.fine.tolist() == [0] * 20 + [1] * 20
    assert found.coarse.tolist() == [0] * 40


def test_an_edge_that_is_long_for_its_ends_weighs_little() -> None:
    # 0 and 1 are 60 degrees apart, so d^2 = 1, and exp(-1 / (1 * 1/2)); 0 and 2 are opposite: d^2 = 4, exp(-4 / 2).
    vectors = np.array([[1, 0], [0.5, 0.75**0.5], [-1, 0]], np.float32)
    weights = shared_neighbours(np.array([[1], [0], [0]], np.int32))
    found = locally(weights, vectors, np.array([1, 0.5, 2], np.float32)).toarray()
    np.testing.assert_allclose(found, [[0, np.exp(-2), np.exp(-2) / 3], [np.exp(-2), 0, 0], [np.exp(-2) / 3, 0, 0]])


def test_the_resolution_grows_with_the_catalogue() -> None:
    chosen = Settings()
    assert [chosen.fineness(n) for n in (60, 900, 3600, 48_629)] == [1, 2, 4, 8]
    assert [chosen.joined(n) for n in (3, 60, 12_101)] == [1, 8, 15]


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
    first, second = (clustered(vectors, Settings(seed=seed)) for _ in range(2))
    np.testing.assert_array_equal(first.fine, second.fine)
    np.testing.assert_array_equal(first.coarse, second.coarse)
    assert first.fine.max() >= first.coarse.max() > 0
