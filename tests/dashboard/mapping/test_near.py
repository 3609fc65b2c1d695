"""What lies near on the map."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from dashboard.mapping.labels import cluster_name, labels
from dashboard.mapping.near import neighbours, on_map
from pipeline.maps.space_map import Cluster
from tests.maps.drawn import circle


def test_the_nearest_on_the_map() -> None:
    places = np.array([[0, 0], [3, 0], [1, 0], [0, 2]], np.float64)
    assert on_map(places, 0, 2).tolist() == [2, 3]
    assert on_map(places, 0, 3).tolist() == [2, 3, 1]


def test_of_copies_those_are_neighbours_that_the_map_shows() -> None:
    # Products 0 to 4 are one, 5 is another; two count, and the map shows 4 and 3 beside 0, or 5 and 4.
    vectors = np.array([[1, 0]] * 5 + [[0, 1]], np.float32)
    hits = [SimpleNamespace(row=row, score=1.0) for row in (1, 2)]
    engine = SimpleNamespace(
        catalogue=SimpleNamespace(ids="abcdef"),
        similar=lambda product, k, space: SimpleNamespace(hits=hits),
        text_vectors=vectors,
    )
    drawn = SimpleNamespace(neighbours=np.array([[1, 2]] * 6), space="text")
    for places, expected in (
        ([0, 9, 9, 2, 1, 9], [(4, True), (3, True)]),
        ([0, 9, 9, 9, 2, 1], [(4, True), (1, False)]),
    ):
        line = np.column_stack([places, np.zeros(6)]).astype(np.float64)
        shown = SimpleNamespace(engine=engine, drawn=drawn, places=SimpleNamespace(coordinates=lambda line=line: line))
        found = neighbours(shown, 0)  # type: ignore[arg-type]
        assert [(each.row, each.shown) for each in found] == expected


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
