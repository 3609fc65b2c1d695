"""Exact search: the same list as comparing every allowed row, however many are left out."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.retrieval.vectors import FEW, VectorIndex

ROWS = 4 * FEW


@pytest.mark.parametrize("left_out", [0, 1, FEW - 1, FEW, FEW + 1, ROWS - 3, ROWS])
def test_the_nearest_allowed_rows_are_listed_in_order(left_out: int) -> None:
    generator = np.random.default_rng(left_out)
    # Small whole numbers: sums are exact, and many scores equal.
    vectors = generator.integers(-2, 3, (ROWS, 8)).astype(np.float32)
    query = generator.integers(-2, 3, 8).astype(np.float32)
    scores = vectors @ query
    allowed = np.ones(ROWS, bool)
    allowed[np.argsort(-scores)[:left_out]] = False  # the best, which a search without a mask would list
    found = VectorIndex.build(vectors).search(query, 10, allowed)
    expected = np.sort(scores[allowed])[::-1][:10]
    assert np.array_equal(found.scores, expected)
    assert np.array_equal(scores[found.rows], expected)
    assert allowed[found.rows].all()
    assert np.array_equal(np.lexsort((found.rows, -found.scores)), np.arange(len(expected)))
