"""Tables of neighbours, against counts made by hand."""

import numpy as np
import pytest

from pipeline.retrieval.reranking import neighbours

# Three shoppers, oldest first: a b c, a c, b.
USERS = np.array([0, 0, 0, 1, 1, 2])
ROWS = np.array([0, 1, 2, 0, 2, 1], dtype=np.int32)


def test_together_counts_shoppers_with_both() -> None:
    assert neighbours.together(USERS, ROWS, 4).toarray().tolist() == [
        [0, 1, 2, 0],
        [1, 0, 1, 0],
        [2, 1, 0, 0],
        [0, 0, 0, 0],
    ]


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


def test_cosine_divides_by_how_often_both_were_seen() -> None:
    table = neighbours.cosine(neighbours.together(USERS, ROWS, 3), np.array([2, 2, 2], np.float32))
    assert table.toarray() == pytest.approx(np.array([[0, 0.5, 1], [0.5, 0, 0.5], [1, 0.5, 0]]))


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
    assert (among > 0).tolist() == [[False, False, True, False], [False, False, True, False], [False] * 4] + [
        [False, False, True, False]
    ]
    assert neighbours.alike(vectors, 3, among=np.empty(0, np.int32)).nnz == 0


def test_strongest_keeps_the_largest_of_each_row() -> None:
    table = neighbours.strongest(neighbours.together(USERS, ROWS, 3), 1)
    assert table.toarray().tolist() == [[0, 0, 2], [1, 0, 0], [2, 0, 0]]


def test_read_adds_the_weighted_rows_of_a_history() -> None:
    found = neighbours.read(
        neighbours.together(USERS, ROWS, 4), np.array([0, 1], np.int32), np.array([1, 0.5], np.float32)
    )
    assert found.tolist() == [0.5, 1, 2.5, 0]
