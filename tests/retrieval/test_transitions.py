"""Transition counts, worked out by hand."""

import numpy as np
import pytest

from pipeline.retrieval.transitions import Transitions

# Histories 0 > 1 > 2, 0 > 1, 0 > 2 and a lone 3: after 0 came 1, 1 and 2; after 1 came 2; nothing came after 2 or 3.
USERS = np.array([7, 7, 7, 8, 8, 9, 9, 10])
ROWS = np.array([0, 1, 2, 0, 1, 0, 2, 3], np.int32)


def test_rows_are_shares_of_what_came_next() -> None:
    found = Transitions(USERS, ROWS, 4)
    expected = np.zeros((4, 4))
    expected[0, 1], expected[0, 2], expected[1, 2] = 2 / 3, 1 / 3, 1
    np.testing.assert_allclose(found.matrix.toarray(), expected, rtol=1e-6)
    assert found.counts.toarray()[0].tolist() == [0, 2, 1, 0]


def test_scores_start_from_the_newest_product() -> None:
    found = Transitions(USERS, ROWS, 4)
    history = np.array([0, 1], np.int32)
    assert found.scores(history).tolist() == [0, 0, 1, 0]
    assert found.scores(history, last=2, decay=0.6) == pytest.approx([0, 0.6 * 2 / 3, 1 + 0.6 / 3, 0])
    assert found.scores(np.empty(0, np.int32)).tolist() == [0, 0, 0, 0]
    assert found.scores(np.array([3], np.int32)).tolist() == [0, 0, 0, 0]


def test_without_interactions_nothing_follows() -> None:
    found = Transitions(np.empty(0, np.int64), np.empty(0, np.int32), 2)
    assert found.matrix.shape == (2, 2)
    assert found.scores(np.array([1], np.int32)).tolist() == [0, 0]
