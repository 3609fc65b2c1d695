"""What lies near on the map."""

from __future__ import annotations

import numpy as np

from dashboard.mapping.labels import cluster_name, labels
from dashboard.mapping.near import on_map
from pipeline.maps.space_map import Cluster
from tests.maps.drawn import circle


def test_the_nearest_on_the_map() -> None:
    places = np.array([[0, 0], [3, 0], [1, 0], [0, 2]], np.float64)
    assert on_map(places, 0, 2).tolist() == [2, 3]
    assert on_map(places, 0, 3).tolist() == [2, 3, 1]


def test_a_label_stands_on_a_product_of_its_cluster() -> None:
    drawn = circle(8)
    places = drawn.coordinates["umap"].astype(np.float64)
    found = labels(drawn, places)
    assert [(each.text, each.size, each.level) for each in found] == [
        ("shop", 8, "coarse"),
        ("camera, zoom", 4, "fine"),
        ("speaker", 4, "fine"),
    ]
    # Products 0 to 3 lie at 0, 45, 90 and 135 degrees: of the medians 0.35 and 0.71, that at 45 is nearest.
    np.testing.assert_allclose([found[1].x, found[1].y], places[1], atol=1e-6)


def test_a_cluster_without_words_is_called_by_its_category_or_number() -> None:
    assert cluster_name(Cluster(2, 5, (), (), (), "Bags", 1.0, None)) == "Bags"
    assert cluster_name(Cluster(2, 5, (), (), (), None, None, None)) == "Cluster 3"
