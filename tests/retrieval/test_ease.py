"""EASE on three products, worked out by hand, and against an independent inverse."""

import numpy as np
import pytest

from pipeline.retrieval import ease
from pipeline.retrieval.candidates import Request
from pipeline.retrieval.ease import Ease

# Two shoppers have products 0 and 1, a third has product 2 alone.
USERS, ROWS = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 2], np.int32)


def asked(*history: int) -> Request:
    return Request(history=np.array(history, np.int32))


def test_three_products_by_hand() -> None:
    # X'X + I = [[3, 2, 0], [2, 3, 0], [0, 0, 2]]; its inverse is [[3, -2, 0], [-2, 3, 0], [0, 0, 2.5]] / 5,
    # so B_01 = B_10 = (2/5) / (3/5) = 2/3 and every other weight is 0.
    model = Ease(USERS, ROWS, 3, l2=1.0, decay=0.5)
    assert model.scores(asked(0)) == pytest.approx([0, 2 / 3, 0], abs=1e-6)
    assert model.scores(asked(0, 1)) == pytest.approx([2 / 3, 0.5 * 2 / 3, 0], abs=1e-6)
    assert model.with_decay(0.25).scores(asked(0, 2)) == pytest.approx([0, 0.25 * 2 / 3, 0], abs=1e-6)
    assert model.decay == 0.5


def test_equals_the_dense_solution_whatever_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ease, "BLOCK", 3)
    generator = np.random.default_rng(0)
    seen = generator.random((30, 8)) < 0.3
    users, rows = np.nonzero(seen)
    inverse = np.linalg.inv(seen.T.astype(float) @ seen + 5 * np.eye(8))
    expected = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(expected, 0)
    model = Ease(users, rows.astype(np.int32), 8, l2=5.0)
    for row in range(8):
        np.testing.assert_allclose(model.scores(asked(row)), expected[row], atol=1e-5)


def test_retrieves_allowed_products_only() -> None:
    model = Ease(USERS, ROWS, 3, l2=1.0)
    assert model.retrieve(asked(0), 1).rows.tolist() == [1]
    allowed = np.array([True, False, True])
    found = model.retrieve(Request(history=np.array([0], np.int32), allowed=allowed), 3)
    assert set(found.rows.tolist()) == {0, 2}


def test_the_empty_history_scores_nothing() -> None:
    assert Ease(USERS, ROWS, 3).scores(Request()).tolist() == [0, 0, 0]
