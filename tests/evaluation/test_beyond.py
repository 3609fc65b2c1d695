"""The figures beyond accuracy, worked out by hand."""

import numpy as np
import pytest

from pipeline.evaluation import beyond

NOTHING = np.empty(0, np.int32)


def rows(*lists: list[int]) -> np.ndarray:
    return np.array(lists, dtype=np.int32)


LISTS = rows([0, 1], [0, 2], [0, -1])  # of five products


def test_coverage_is_the_share_of_products_in_any_list() -> None:
    assert beyond.coverage(LISTS, 5) == pytest.approx(3 / 5)


def test_gini_by_hand() -> None:
    # Shown 0, 0, 1, 1, 3 times: (-4 * 0 - 2 * 0 + 0 * 1 + 2 * 1 + 4 * 3) / (5 * 4).
    assert beyond.gini(LISTS, 5) == pytest.approx(14 / 20)
    assert beyond.gini(rows([0], [0]), 3) == 1
    assert beyond.gini(rows([0, 1], [2, -1]), 3) == 0
    assert beyond.gini(rows([0]), 1) == 0


def test_novelty_is_in_bits() -> None:
    # Seven shoppers; three know product 0, one knows product 1, none knows product 2.
    found = beyond.novelty(LISTS, np.array([3, 1, 0, 0, 0]), 7)
    assert found == pytest.approx([(1 + 2) / 2, (1 + 3) / 2, 1])


def test_diversity_is_one_minus_the_mean_cosine_of_pairs() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32)
    found = beyond.diversity(rows([0, 1, 2], [0, 0, -1], [1, -1, -1]), vectors)
    assert found[0] == pytest.approx(1 - (0 + 0.6 + 0.8) / 3)
    assert found[1] == pytest.approx(0)
    assert np.isnan(found[2])  # one product makes no pair


def test_diversity_equals_the_mean_over_all_pairs() -> None:
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(20, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    lists = np.stack([generator.permutation(20)[:10] for _ in range(5)]).astype(np.int32)
    pairs = [(i, j) for i in range(10) for j in range(i)]
    for found, own in zip(beyond.diversity(lists, vectors), lists, strict=True):
        cosines = [float(vectors[own[i]] @ vectors[own[j]]) for i, j in pairs]
        assert found == pytest.approx(1 - np.mean(cosines), abs=1e-6)


def test_distinct_categories_divided_by_the_length() -> None:
    codes = np.array([0, 0, 1, -1, 2], np.int32)
    found = beyond.distinct(rows([0, 1, 2, 4], [0, 1, -1, -1], [0, 3, 2, -1], [3, -1, -1, -1]), codes)
    assert found[:3] == pytest.approx([3 / 4, 1 / 2, 2 / 2])
    assert np.isnan(found[3])


def test_popularity_lift_is_relative_to_the_history() -> None:
    counts = np.array([8, 4, 2, 0])
    found = beyond.popularity_lift(rows([0, 1], [2, -1], [0, 1]), [rows([2]), rows([1]), rows([3])], counts)  # type: ignore[list-item]
    assert found[:2] == pytest.approx([(6 - 2) / 2, (2 - 4) / 4])
    assert np.isnan(found[2])  # nobody knew what is in this history


def test_calibration_by_hand() -> None:
    # History: two of category 0, one of 1. Lists: the same shares, only category 0, only category 2.
    codes = np.array([0, 1, 2, -1], np.int32)
    history = np.array([0, 0, 1, 3], np.int32)
    lists = rows([0, 0, 1], [0, 0, -1], [2, 3, -1], [3, -1, -1])
    found = beyond.calibration(lists, [history] * 3 + [history], codes)
    p0, p1 = 2 / 3, 1 / 3
    one = p0 * np.log(p0 / (0.99 + 0.01 * p0)) + p1 * np.log(1 / 0.01)
    assert found[:3] == pytest.approx([0, one, -np.log(0.01)], abs=1e-12)
    assert np.isnan(found[3])
    assert np.isnan(beyond.calibration(lists[:1], [np.array([3], np.int32)], codes)[0])
    assert np.isnan(beyond.calibration(lists[:1], [history], np.full(4, -1, np.int32))[0])


def test_serendipity_counts_what_was_wanted_and_not_expected() -> None:
    lists = rows([0, 1, 2, 3], [0, 1, -1, -1])
    targets = rows([1, 2, 9], [0, -1, -1])
    expected = rows([1, 5], [7, 8])
    assert beyond.serendipity(lists, targets, expected) == pytest.approx([1 / 4, 1 / 2])


def test_category_separation_equals_the_mean_over_all_pairs() -> None:
    generator = np.random.default_rng(1)
    vectors = generator.normal(size=(12, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    codes = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, -1, -1, 3], np.int32)
    within, between = [], []
    for i in range(12):
        for j in range(i):
            if codes[i] >= 0 and codes[j] >= 0:
                (within if codes[i] == codes[j] else between).append(float(vectors[i] @ vectors[j]))
    assert beyond.category_separation(vectors, codes) == pytest.approx(np.mean(within) - np.mean(between), abs=1e-6)


def test_category_separation_by_hand_and_where_there_is_none() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    assert beyond.category_separation(vectors, np.array([0, 0, 1], np.int32)) == pytest.approx(1)
    assert beyond.category_separation(vectors, np.array([0, 0, 0], np.int32)) is None
    assert beyond.category_separation(vectors, np.array([0, 1, 2], np.int32)) is None
    assert beyond.category_separation(vectors, np.full(3, -1, np.int32)) is None
