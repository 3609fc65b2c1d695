"""How much the ranker counts."""

import numpy as np
import pytest

from pipeline.retrieval.query_ranking.blending import MIXES, WEIGHTS, blend, choose, mixed, share


def test_the_rankers_scores_are_shares_between_worst_and_best() -> None:
    assert share(np.array([-2.0, 0.0, 2.0])).tolist() == [0, 0.5, 1]
    assert share(np.array([3.0, 3.0])).tolist() == [0, 0]
    assert blend(np.array([1.0, 0.2, 0.0]), np.array([-2.0, 0.0, 2.0]), 0.25) == pytest.approx([0.75, 0.275, 0.25])


def test_a_gain_on_every_query_is_taken_with_the_least_weight_that_has_it() -> None:
    values = np.array([[[[0.5, 0.6, 0.6]]], [[[0.3, 0.4, 0.4]]], [[[0.8, 0.9, 0.9]]]])
    assert choose(values) == (0, 0, 1)


def test_a_gain_within_its_error_is_not_taken() -> None:
    # Better by 0.05 in the mean; the standard error of that is 0.35.
    assert choose(np.array([[[[0.5, 0.9]]], [[[0.5, 0.2]]]])) == (0, 0, 0)
    assert choose(np.array([[[[0.1, 0.9]]]])) == (0, 0, 0)  # one query says nothing


def test_of_equals_the_earlier_ranker_is_taken() -> None:
    values = np.tile([[[0.5, 0.6]], [[0.5, 0.6]]], (3, 1, 1, 1))
    assert choose(values) == (0, 0, 1)
    assert choose(values + np.array([[[0, 0]], [[0, 0.1]]])) == (1, 0, 1)


def test_an_uneven_mix_is_taken_where_no_weight_on_the_even_one_reaches_it() -> None:
    values = np.tile([[[0.5, 0.6], [0.7, 0.7]]], (3, 1, 1, 1))
    assert choose(values) == (0, 1, 0)
    assert choose(np.maximum(values, [[[0, 0.7], [0, 0]]])) == (0, 0, 1)


def test_a_mix_is_a_share_of_words() -> None:
    parts = np.array([[1.0, 0.0], [0.5, 0.8]])
    assert mixed(parts, 0.25) == pytest.approx([0.625, 0.6])
    assert MIXES[0] == 0.5


def test_weights_begin_with_none() -> None:
    assert WEIGHTS == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
