"""Re-ordering candidates by more than relevance."""

import numpy as np
import pytest

from pipeline.errors import InvalidRequest
from pipeline.retrieval.rebalancing import Rebalance, Traits, chosen, ranks, relevance, reorder, weighted

INF = np.inf
TRAITS = Traits(
    popularity=np.array([1.0, 0.5, 0.0], np.float32),
    price=np.array([0.0, 0.5, 1.0], np.float32),
    freshness=np.array([0.5, 1.0, 0.0], np.float32),
)
ROWS = np.array([0, 1, 2], np.int32)


def test_relevance_is_scaled_shopper_by_shopper() -> None:
    found = relevance(np.array([[4, 2, 0], [3, 3, -INF], [-INF] * 3], np.float32))
    assert found.tolist() == [[1, 0.5, 0], [0, 0, -INF], [-INF] * 3]


def test_ranks_by_hand() -> None:
    np.testing.assert_allclose(ranks(np.array([5.0, np.nan, 9.0, 5.0, 7.0])), [1 / 6, 0.5, 1, 1 / 6, 2 / 3])
    assert ranks(np.array([3.0])).tolist() == [0.5]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Rebalance(), [1, 0.5, 0]),
        (Rebalance(popularity=1), [0, 0, 0]),
        (Rebalance(price=1), [1, 1, 1]),
        (Rebalance(price=-0.5), [1, 0.25, -0.5]),
        (Rebalance(freshness=0.4), [1.2, 0.9, 0]),
    ],
)
def test_weights_by_hand(wish: Rebalance, expected: list[float]) -> None:
    found = weighted(np.array([[1, 0.5, 0]], np.float32), ROWS[None], TRAITS, wish)
    np.testing.assert_allclose(found, [expected], atol=1e-6)


def test_diversity_by_hand() -> None:
    """Two alike on top: at lambda 0.5 the second is 0.45 - 0.5 x 1 = -0.05, the third 0.1 - 0 = 0.1."""
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    score = np.array([[1.0, 0.9, 0.2]], np.float32)

    def similar(places: np.ndarray) -> np.ndarray:
        return vectors[places] @ vectors.T

    assert chosen(score, similar, 0.5, 3).tolist() == [[0, 2, 1]]
    assert chosen(score, similar, 0.0, 3).tolist() == [[0, 1, 2]]
    # At 0.2: 0.72 - 0.2 = 0.52 against 0.16.
    assert chosen(score, similar, 0.2, 2).tolist() == [[0, 1]]


def test_fewer_candidates_than_places() -> None:
    score = np.array([[0.4, -INF, 1.0], [-INF, -INF, -INF]], np.float32)
    nothing = np.zeros((2, 3), np.float32)
    assert chosen(score, lambda places: nothing, 0.3, 3).tolist() == [[2, 0, -1], [-1, -1, -1]]
    assert chosen(score, lambda places: nothing, 1.0, 3).tolist() == [[0, 2, -1], [-1, -1, -1]]
    assert chosen(score, lambda places: nothing, 0.0, 5).tolist() == [[2, 0, -1], [-1, -1, -1]]


def test_many_shoppers_get_what_each_would_get_alone() -> None:
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(50, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    traits = Traits(*(generator.random(50).astype(np.float32) for _ in range(3)))
    rows = np.stack([generator.permutation(50)[:20] for _ in range(7)]).astype(np.int32)
    scores = -np.sort(-generator.normal(size=(7, 20)).astype(np.float32), axis=1)
    wish = Rebalance(0.2, 0.4, -0.3, 0.1)
    score = weighted(relevance(scores), rows, traits, wish)
    everyone = np.arange(7)
    cosines = np.einsum("ncd,nkd->nck", vectors[rows], vectors[rows])
    together = chosen(score, lambda places: cosines[everyone, places], wish.diversity, 10)
    for own in range(7):
        assert reorder(rows[own], scores[own], traits, vectors, wish, 10).tolist() == together[own].tolist()
    assert reorder(rows[0][:0], scores[0][:0], traits, vectors, wish, 10).tolist() == []


def test_weights_out_of_range() -> None:
    with pytest.raises(InvalidRequest, match=r"weight of diversity is 1\.5"):
        Rebalance(diversity=1.5)
    with pytest.raises(InvalidRequest, match="Use 0 to 1"):
        Rebalance(popularity=-0.1)
    assert Rebalance().neutral
    assert not Rebalance(price=-1).neutral
