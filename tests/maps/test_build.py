"""A map from end to end on two hundred products: five groups, forty of one kind, three without a vector."""

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.maps.build import STEPS, build
from pipeline.maps.description import Described
from pipeline.maps.neighbours import FloatArray
from pipeline.maps.projection import standardised, start
from pipeline.maps.settings import Settings
from pipeline.maps.space_map import SpaceMap

N, NOWHERE = 200, [3, 77, 199]
GROUP = np.arange(N) % 5
WORDS = ("camera", "speaker", "cable", "printer", "tripod")
PRODUCTS = Described(
    [f"{WORDS[group]} number{row} shop" for row, group in enumerate(GROUP)],
    WORDS,
    np.where(np.arange(N) == 8, -1, GROUP).astype(np.int32),
)


@pytest.fixture(scope="module")
def vectors() -> FloatArray:
    generator = np.random.default_rng(7)
    # Lengths differ, as those of the replaced system do.
    made = (np.eye(16)[GROUP] + generator.normal(scale=0.1, size=(N, 16))) * generator.uniform(0.5, 3, size=(N, 1))
    made[GROUP == 4] = made[4]
    made[NOWHERE] = 0
    return made.astype(np.float32)


@pytest.fixture(scope="module")
def steps() -> list[str]:
    return []


@pytest.fixture(scope="module")
def drawn(vectors: FloatArray, steps: list[str]) -> SpaceMap:
    made = build("towers", vectors, PRODUCTS, Settings(), steps.append)
    assert isinstance(made, SpaceMap)
    return made


def test_every_product_has_a_place_and_groups_lie_together(drawn: SpaceMap, steps: list[str]) -> None:
    assert drawn.fits(N)
    assert drawn.methods == ("umap", "tsne")
    assert len(steps) == STEPS == len(drawn.facts["seconds"])
    there = np.setdiff1d(np.arange(N), NOWHERE)
    for method in drawn.methods:
        places = drawn.coordinates[method][there]
        np.testing.assert_allclose(places.mean(axis=0), 0, atol=1e-4)
        assert np.sqrt((places**2).sum(axis=1).mean()) == pytest.approx(1, abs=1e-4)
        # The nearest product on the map is of the same group.
        apart = np.linalg.norm(places[:, None] - places[None], axis=2)
        np.fill_diagonal(apart, np.inf)
        assert (GROUP[there][apart.argmin(axis=1)] == GROUP[there]).mean() > 0.95
        assert drawn.facts["measured"][method]["trustworthiness"] > 0.9
        assert drawn.facts["measured"][method]["chance"] == pytest.approx(15 / 196)
        assert drawn.faithfulness[method][there].mean() > 0.3


def test_a_product_without_a_vector_lies_apart(drawn: SpaceMap) -> None:
    for method in drawn.methods:
        places = drawn.coordinates[method]
        assert (places[NOWHERE] == places[NOWHERE][0]).all()
        assert (places[NOWHERE, 1] < np.delete(places[:, 1], NOWHERE).min()).all()
        assert (drawn.faithfulness[method][NOWHERE] == 0).all()
    assert drawn.cluster_of(3) is None
    assert (drawn.neighbours[NOWHERE] == -1).all()
    assert not np.isin(np.delete(drawn.neighbours, NOWHERE, axis=0), NOWHERE).any()
    assert drawn.occurrences[NOWHERE].tolist() == [0, 0, 0]
    assert drawn.facts["notes"] == ["On the map of the towers vectors, products without a vector lie apart, below: 3."]


def test_clusters_are_the_groups_and_say_so(drawn: SpaceMap) -> None:
    sizes = [cluster.size for cluster in drawn.described["fine"]]
    assert sizes == [40, 40, 39, 39, 39]
    for cluster in drawn.described["fine"]:
        (group,) = set(GROUP[drawn.clusters["fine"] == cluster.code].tolist())
        assert cluster.category == WORDS[group]
        assert cluster.words[0] == WORDS[group]
        assert cluster.purity == 1
        assert drawn.clusters["fine"][cluster.central[0]] == cluster.code
        assert drawn.clusters["coarse"][cluster.central[0]] == cluster.parent
    assert [sum(each.size for each in drawn.described["coarse"]), len(drawn.described["coarse"])] == [
        N - len(NOWHERE),
        2,
    ]
    assert drawn.facts["categories"]["fine_purity"]["value"] == 1
    assert drawn.facts["categories"]["fine_purity"]["chance"] < 0.5
    assert drawn.facts["categories"]["neighbour_purity"]["value"] > 0.95
    assert drawn.facts["categories"]["silhouette"]["value"] > 0.5


def test_copies_occur_alike(drawn: SpaceMap) -> None:
    # Product 199 has no vector; the 39 others of the last group are one another's neighbours, and nobody else's.
    copies = np.flatnonzero((GROUP == 4) & (np.arange(N) != 199))
    assert drawn.occurrences[copies].tolist() == [38] * 39


def test_identical_products_are_near_duplicates(drawn: SpaceMap) -> None:
    pairs = drawn.facts["duplicates"]
    # 40 of the last group, less product 199, which has no vector: 39 * 38 / 2 pairs, 90 neighbours being looked up.
    assert pairs["pairs"] == pairs["listed"] == len(drawn.duplicates) == 741
    assert set(GROUP[drawn.duplicates.ravel()]) == {4}


def test_the_same_vectors_give_the_same_map(drawn: SpaceMap, vectors: FloatArray, tmp_path: Path) -> None:
    again = build("towers", vectors, PRODUCTS, Settings())
    assert isinstance(again, SpaceMap)
    for method in drawn.methods:
        np.testing.assert_array_equal(again.coordinates[method], drawn.coordinates[method])
    np.testing.assert_array_equal(again.clusters["fine"], drawn.clusters["fine"])
    drawn.save(tmp_path)
    facts = json.loads((tmp_path / "map.json").read_text())
    assert facts["parameters"]["perplexity"] == 30
    assert facts["libraries"]["openTSNE"]
    loaded = SpaceMap.load(tmp_path)
    assert loaded is not None
    assert loaded.described == drawn.described


def test_a_small_catalogue_and_one_too_large_for_t_sne(vectors: FloatArray) -> None:
    few = Described(PRODUCTS.texts[:25], WORDS, PRODUCTS.codes[:25])
    made = build("text", vectors[:25], few, Settings(tsne_products=23))
    assert isinstance(made, SpaceMap)
    assert made.fits(25)
    assert made.methods == ("umap",)
    assert (
        made.facts["notes"][1] == "The map of the text vectors is drawn by UMAP alone: 24 products take t-SNE too long."
    )
    assert made.facts["parameters"]["near"] == 11  # fewer than half of the 23 others


@pytest.mark.parametrize("n", [0, 1, 19, 200])
def test_too_few_different_vectors_are_not_drawn(n: int) -> None:
    same = np.ones((n, 4), np.float32)
    products = Described(["camera"] * n, [], np.full(n, -1, np.int32))
    assert build("text", same, products, Settings()) == (
        "There is no map of the text vectors: fewer than 20 of them differ from one another."
    )


def test_a_large_catalogue_takes_more_steps_on_a_finer_grid() -> None:
    few, many = (Settings(exaggerated=1, steps=2, cell=3, large=4, steps_large=5).tsne(n) for n in (4, 5))
    assert few == {"early_exaggeration_iter": 1, "n_iter": 2, "ints_in_interval": 3}
    assert many == {"early_exaggeration_iter": 1, "n_iter": 5, "ints_in_interval": 1}


def test_the_start_is_the_principal_components() -> None:
    # Along (1, 1) they lie 9 apart, along (1, -1) 1 apart.
    along, aside = np.array([1, 1]) / np.sqrt(2), np.array([1, -1]) / np.sqrt(2)
    points = np.array([9 * along, -9 * along, aside, -aside], np.float32)
    found = start(points, seed=0) * points.dot(along).std()
    np.testing.assert_allclose(found[:, 0], [9, -9, 0, 0], atol=0.05)
    np.testing.assert_allclose(np.abs(found[:, 1]), [0, 0, 1, 1], atol=0.05)
    one = start(np.ones((5, 1), np.float32), seed=0)
    assert len(np.unique(one, axis=0)) == 5  # even the same vector five times


def test_a_map_that_is_no_number_is_refused() -> None:
    with pytest.raises(FloatingPointError):
        standardised(np.array([[0, np.nan]]))
    np.testing.assert_allclose(standardised(np.array([[0, 0], [2, 0]])), [[-1, 0], [1, 0]])
