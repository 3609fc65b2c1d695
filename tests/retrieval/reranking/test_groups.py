"""Which group follows which, by hand."""

import numpy as np
import pytest
from scipy import sparse

from pipeline.retrieval.reranking.groups import PRIOR, RARE, GroupLinks

# Groups: rows 0 and 1 are 1, row 2 is 2, row 3 is 3.
CODES = np.array([1, 1, 2, 3], np.int32)
LINKS = sparse.csr_matrix(
    np.array([[0, 1, 3, 0], [0, 0, 1, 0], [2, 0, 0, 0], [0, 0, 0, 0]], np.float32)
)  # after group 1: itself 1, group 2 4; after group 2: group 1 2; after group 3: nothing
ONE = np.ones(1, np.float32)


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def test_share_is_held_back_where_little_came_after() -> None:
    share, _ = GroupLinks(LINKS, CODES).of(rows(0), ONE, rows(0, 1, 2, 3))
    assert share.tolist() == pytest.approx([1 / (5 + PRIOR), 1 / (5 + PRIOR), 4 / (5 + PRIOR), 0])
    share, _ = GroupLinks(LINKS, CODES).of(rows(2), ONE, rows(1))
    assert share.tolist() == pytest.approx([2 / (2 + PRIOR)])


def test_lift_is_over_how_often_the_group_comes_after_anything() -> None:
    _, lift = GroupLinks(LINKS, CODES).of(rows(0), ONE, rows(1, 2))
    assert lift.tolist() == pytest.approx([0.1 / (3 / 7 + RARE), 0.4 / (4 / 7 + RARE)], rel=1e-5)


def test_a_history_adds_up_by_its_weights() -> None:
    share, _ = GroupLinks(LINKS, CODES).of(rows(0, 2), np.array([0.25, 0.75], np.float32), rows(1, 2))
    assert share.tolist() == pytest.approx([0.25 * 0.1 + 0.75 * 2 / 7, 0.25 * 0.4])


def test_without_links_nothing_follows() -> None:
    share, lift = GroupLinks(sparse.csr_matrix((4, 4), dtype=np.float32), CODES).of(rows(0), ONE, rows(2))
    assert share.tolist() == [0]
    assert lift.tolist() == [0]


def test_products_of_no_group_belong_to_none() -> None:
    # As above, but row 2 is of no group: what is left is the link from group 1 to itself.
    share, lift = GroupLinks(LINKS, np.array([1, 1, 0, 3], np.int32)).of(rows(0), ONE, rows(1, 2, 3))
    assert share.tolist() == pytest.approx([1 / (1 + PRIOR), np.nan, 0], nan_ok=True)
    assert np.isnan(lift[1])
