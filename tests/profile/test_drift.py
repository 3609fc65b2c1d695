"""Drift between train (a three times, b twice) and test (b, d, e)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial import distance

from pipeline.profile.drift import by_chance, drifts, jensen_shannon, stability
from pipeline.profile.figures import Drift
from pipeline.profile.groups import coded
from pipeline.profile.tables import Tables


def test_the_distance_is_that_of_its_formula_and_of_scipy() -> None:
    # m = (3/4, 1/4): KL(p, m) = log2(4/3), KL(q, m) = log2(2/3) / 2 + log2(2) / 2.
    expected = math.sqrt((math.log2(4 / 3) + math.log2(2 / 3) / 2 + 0.5) / 2)
    assert jensen_shannon([4, 0], [1, 1]) == pytest.approx(expected)
    random = np.random.default_rng(1)
    for _ in range(5):
        first, second = random.integers(0, 9, 12), random.integers(0, 9, 12)
        assert jensen_shannon(first, second) == pytest.approx(distance.jensenshannon(first, second, base=2))
    assert jensen_shannon([1, 0], [0, 7]) == 1
    assert jensen_shannon([1, 2], [2, 4]) == 0


def test_the_stability_index_counts_half_more_in_every_bin() -> None:
    # (3.5, 1.5) / 5 and (1.5, 3.5) / 5: twice 0.4 ln(7 / 3).
    assert stability(np.array([3, 1]), np.array([1, 3])) == pytest.approx(0.8 * math.log(7 / 3))
    assert stability(np.array([2, 2]), np.array([2, 2])) == 0


def test_chance_is_what_two_samples_of_one_distribution_make() -> None:
    random = np.random.default_rng(2)
    shares = random.dirichlet(np.ones(50))
    first, second = random.multinomial(4000, shares), random.multinomial(1000, shares)
    assert jensen_shannon(first, second) == pytest.approx(by_chance(first, second), rel=0.35)
    assert by_chance(first, second) < by_chance(first // 10, second // 10)


@pytest.fixture
def found(tables: Tables) -> dict[str, Drift]:
    return {each.feature: each for each in drifts(tables, coded(tables))}


def test_a_train_interaction_does_not_count_itself(found: dict[str, Drift]) -> None:
    # a has three train interactions, so each has two others; b has two, so each has one other.
    popularity = found["popularity"]
    assert [(each.name, each.train, round(each.test, 3)) for each in popularity.bins] == [
        ("0", 0.0, 0.667),
        ("1", 0.4, 0.0),
        ("2–4", 0.6, 0.333),
    ]
    assert popularity.distance == pytest.approx(jensen_shannon([0, 2, 3], [2, 0, 1]))


def test_what_has_no_value_is_left_out(found: dict[str, Drift]) -> None:
    assert found["category"].distance == 0  # d has none, all others of either side are of Home
    assert (found["category"].train, found["category"].test) == (5, 2)
    brand = found["brand"]
    assert [(each.name, each.train, round(each.test, 3)) for each in brand.bins] == [
        ("Aldor", 1.0, 0.333),
        ("Norvik", 0.0, 0.667),
    ]
    assert brand.distance == pytest.approx(jensen_shannon([5, 0], [1, 2]))


def test_prices_by_tenths_of_train_and_ratings_by_halves(found: dict[str, Drift]) -> None:
    # Train paid 1 three times and 2 twice: the tenths end at 1 and 2. Test paid 2 and 5; d has no price.
    assert [(each.name, each.train, each.test) for each in found["price"].bins] == [
        ("up to 1.00", 0.6, 0.0),
        ("1.00–2.00", 0.4, 0.5),
        ("above 2.00", 0.0, 0.5),
    ]
    assert [(each.name, each.train, each.test) for each in found["rating"].bins] == [
        ("1", 0.25, 0.0),
        ("4", 0.25, 0.0),
        ("4.5", 0.0, 0.5),
        ("5", 0.5, 0.5),
    ]
