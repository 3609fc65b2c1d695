"""Categories against neighbours, vectors and clusters, by hand."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from pipeline.maps.neighbours import unit
from pipeline.maps.separation import cluster_purity, main_categories, neighbour_purity, silhouette


def codes(*own: int) -> np.ndarray:
    return np.array(own, np.int32)


def test_neighbour_purity() -> None:
    rows = np.array([[1, 2], [0, 4], [3, 0], [0, 1], [0, 1]], np.int32)
    # Product 4 has no category: it has no share, and product 1 is measured on product 0 alone.
    found = neighbour_purity(rows, codes(0, 0, 1, 1, -1))
    assert found is not None
    assert found.value == pytest.approx((1 / 2 + 1 + 1 / 2 + 0) / 4)
    assert found.chance == pytest.approx(2 / 6)  # pairs 01 and 23 of six
    assert found.n == 4


@pytest.mark.parametrize("own", [(0, 0, 0), (0, 1, 2), (-1, -1, -1), (0, -1, -1)])
def test_nothing_to_tell_apart(own: tuple[int, ...]) -> None:
    rows, vectors = np.array([[1, 2], [0, 2], [0, 1]], np.int32), np.eye(3, dtype=np.float32)
    assert neighbour_purity(rows, codes(*own)) is None
    assert silhouette(vectors, codes(*own), 10, 0) is None
    assert cluster_purity(codes(0, 0, 0), codes(*own), 0) is None


def test_silhouette_of_categories_that_lie_apart() -> None:
    vectors = np.eye(2, dtype=np.float32)[[0, 0, 0, 1, 1, 1]]
    found = silhouette(vectors, codes(0, 0, 0, 1, 1, 1), 10, seed=1)
    assert found is not None
    assert found.value == pytest.approx(1)  # a = 0, b = 1
    assert found.chance < 0.5
    assert found.n == 6


def test_silhouette_leaves_out_what_has_no_category_and_samples() -> None:
    vectors = unit(np.random.default_rng(4).normal(size=(40, 3)).astype(np.float32))
    own = np.arange(40, dtype=np.int32) % 3 - 1
    every = silhouette(vectors, own, 100, seed=0)
    known = own >= 0
    assert every is not None
    assert every.value == pytest.approx(silhouette_score(vectors[known], own[known], metric="cosine"))
    some = silhouette(vectors, own, 10, seed=0)
    assert some is not None
    assert some.n == 10


def test_purity_of_clusters() -> None:
    clusters, own = codes(0, 0, 0, 1, 1, 2), codes(1, 1, 0, 0, 0, -1)
    # Cluster 0 has category 1 twice of three, cluster 1 category 0 twice of two, cluster 2 none.
    assert main_categories(clusters, own) == {0: (1, 2, 3), 1: (0, 2, 2)}
    found = cluster_purity(clusters, own, seed=0)
    assert found is not None
    assert found.value == pytest.approx(4 / 5)
    assert found.n == 5
    assert found.chance >= 3 / 5  # however they are dealt, two of cluster 0 and one of cluster 1 agree
