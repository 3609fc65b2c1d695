"""Tables of neighbours, against counts made by hand."""

import numpy as np
import pytest
from scipy import sparse

from pipeline.retrieval.reranking import neighbours

# Three shoppers, oldest first: a b c, a c, b.
USERS = np.array([0, 0, 0, 1, 1, 2])
ROWS = np.array([0, 1, 2, 0, 2, 1], dtype=np.int32)


def test_together_counts_shoppers_with_both_less_the_more_they_have() -> None:
    three, two = 1 / np.log(4), 1 / np.log(3)
    assert neighbours.together(USERS, ROWS, 4).toarray() == pytest.approx(
        np.array([[0, three, three + two, 0], [three, 0, three, 0], [three + two, three, 0, 0], [0, 0, 0, 0]])
    )


def test_following_counts_what_came_later_within_the_window() -> None:
    direct = neighbours.following(USERS, ROWS, 3, window=1)
    assert direct.toarray().tolist() == [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    wide = neighbours.following(USERS, ROWS, 3, window=3)
    assert wide.toarray().tolist() == [[0, 1, 1.5], [0, 0, 1], [0, 0, 0]]  # a .. c two places apart counts a half


def test_following_never_joins_two_shoppers() -> None:
    assert neighbours.following(np.array([0, 1]), np.array([0, 1], np.int32), 2).nnz == 0


@pytest.mark.parametrize("build", [neighbours.together, neighbours.following])
def test_no_interactions_make_an_empty_table(build: object) -> None:
    assert build(np.empty(0, np.int64), np.empty(0, np.int32), 3).shape == (3, 3)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("asked", "offered", "expected"), [(0, 0, 6), (0.5, 0.5, 1), (1, 0, 6 / 4), (0, 1, 6 / 9), (0.5, 0, 3)]
)
def test_held_back_divides_by_powers_of_how_often_both_were_seen(asked: float, offered: float, expected: float) -> None:
    counts = sparse.csr_matrix(np.array([[0, 6], [0, 0]], np.float32))
    table = neighbours.held_back(counts, np.array([4, 9], np.float32), asked, offered)
    assert table.toarray()[0, 1] == pytest.approx(expected)


def test_share_divides_a_row_by_its_sum() -> None:
    table = neighbours.share(neighbours.following(USERS, ROWS, 3, window=1))
    assert table.toarray() == pytest.approx(np.array([[0, 0.5, 0.5], [0, 0, 1], [0, 0, 0]]))


def test_alike_keeps_the_nearest_and_leaves_the_product_itself_out() -> None:
    angles = np.deg2rad([0, 10, 30, 100])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    table = neighbours.alike(vectors, 1).toarray()
    assert [row.argmax() for row in table[:3]] == [1, 0, 1]
    assert table[0, 1] == pytest.approx(np.cos(np.deg2rad(10)))
    among = neighbours.alike(vectors, 1, among=np.array([2], np.int32)).toarray()
    third = [False, False, True, False]
    assert (among > 0).tolist() == [third, third, [False] * 4, third]
    assert neighbours.alike(vectors, 3, among=np.empty(0, np.int32)).nnz == 0


def test_strongest_keeps_the_largest_of_each_row() -> None:
    table = neighbours.strongest(sparse.csr_matrix(np.array([[0, 1, 2], [3, 0, 1], [0, 0, 0]], np.float32)), 1)
    assert table.toarray().tolist() == [[0, 0, 2], [3, 0, 0], [0, 0, 0]]


def test_entries_add_up_the_weighted_rows_of_a_history() -> None:
    table = sparse.csr_matrix(np.array([[0, 1, 2], [3, 0, 1], [0, 0, 0]], np.float32))
    entries = neighbours.Entries.of(table, np.array([1, 2, 0, 1], np.int32))
    assert entries.total(np.array([1, 1, 0.5, 1], np.float32)).tolist() == [6, 0.5, 3]
    assert neighbours.Entries.of(table, np.array([2], np.int32)).total(np.ones(1, np.float32)).tolist() == [0, 0, 0]
