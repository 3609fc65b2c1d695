"""One contract for every retriever, on a catalogue with a known answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from pipeline.retrieval.candidates import Request, Retriever, scores_of_many, top_k
from pipeline.retrieval.copurchase import ItemKnn, ItemKnnTransitions
from pipeline.retrieval.ease import Ease
from pipeline.retrieval.fusion import ReciprocalRanks, Sum, ranks, scaled
from pipeline.retrieval.query_ranking.features import QueryFeatures
from pipeline.retrieval.query_ranking.ranker import Ranked
from pipeline.retrieval.query_ranking.words import Words
from pipeline.retrieval.reranking.attributes import Attributes
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.features import Features
from pipeline.retrieval.reranking.ranker import Reranked
from pipeline.retrieval.retrievers import KnownShoppers, Lexical, Popularity, Semantic, Text, Towers
from pipeline.retrieval.tower_search import TowerSearch
from pipeline.retrieval.vectors import VectorIndex
from pipeline.text.lexical import LexicalIndex
from tests.retrieval.reranking.boosters import by_feature
from tests.retrieval.reranking.shop import catalogue

# Two kinds of product: even rows are cameras, odd rows are hoses; a shopper of one kind wants that kind.
TITLES = ["camera zoom", "garden hose", "camera lens", "hose reel", "camera bag", "hose green", "camera", "hose"]
EVEN, ODD = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)
VECTORS = np.array([EVEN, ODD] * 4, dtype=np.float32)
USERS = np.repeat(np.arange(6), 3)
ROWS = np.array([0, 2, 4, 1, 3, 5, 0, 2, 6, 1, 3, 7, 0, 4, 6, 1, 5, 7], dtype=np.int32)
ASKED = Request(text="camera", history=np.array([1, 0], np.int32), shopper=1)
KNOWN = np.array([ODD, 2 * EVEN, 0 * EVEN], dtype=np.float32)  # the vectors of three shoppers; the last has none


class KnownEncoder:
    """Stands for MiniLM: a camera points one way, everything else the other."""

    def encode_query(self, text: str) -> np.ndarray:
        return EVEN if "camera" in text else ODD

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self.encode_query(text) for text in texts])


class Unchanged:
    """Stands for an item tower whose space is that of the texts."""

    def of_text(self, vector: np.ndarray) -> np.ndarray:
        return vector


def last(history: np.ndarray) -> np.ndarray:
    return history[-1]


def lexical() -> Lexical:
    return Lexical(LexicalIndex.build(TITLES))


def semantic() -> Semantic:
    return Semantic(KnownEncoder(), VectorIndex.build(VECTORS))  # type: ignore[arg-type]


def reranked() -> Reranked:
    """Goes by what came right after the newest product."""
    counted = Evidence.count(USERS, ROWS, None, VECTORS)
    stock = catalogue(brand=[None] * 8, category=[[]] * 8, price=[None] * 8)
    features = Features(counted, Attributes.of(stock), VECTORS, VECTORS, lambda history: VECTORS[history[-1]], VECTORS)
    return Reranked(features, by_feature(features.names, "linked_last"))


def ranked() -> Ranked:
    """Goes by meaning, half."""
    blank = [None] * 8
    stock = catalogue(brand=blank, category=[[]] * 8, price=blank, title=TITLES)
    features = QueryFeatures(stock, Words.of(stock), VECTORS)
    return Ranked(features, by_feature(features.names, "cosine", 0, 1), 0.5, lexical(), semantic())


RETRIEVERS: list[Callable[[], Retriever]] = [
    lexical,
    semantic,
    lambda: Towers(VectorIndex.build(VECTORS), last),
    lambda: KnownShoppers(VectorIndex.build(VECTORS), KNOWN),
    lambda: Text(VectorIndex.build(VECTORS)),
    lambda: ItemKnn(USERS, ROWS, len(TITLES)),
    lambda: ItemKnnTransitions(USERS, ROWS, len(TITLES), decay=0.1),
    lambda: Ease(USERS, ROWS, len(TITLES), l2=1.0),
    lambda: Popularity(np.array([9, 0, 8, 0, 7, 0, 6, 0])),
    lambda: Sum([lexical(), semantic()]),
    lambda: ReciprocalRanks([lexical(), semantic()]),
    lambda: TowerSearch(KnownEncoder(), Unchanged(), VectorIndex.build(VECTORS)),  # type: ignore[arg-type]
    reranked,
    ranked,
]


@pytest.mark.parametrize("make", RETRIEVERS)
class TestContract:
    def test_finds_the_right_kind(self, make: Callable[[], Retriever]) -> None:
        found = make().retrieve(replace(ASKED, allowed=np.arange(8) > 1), 3)
        assert found.rows.tolist() != []
        assert all(row % 2 == 0 for row in found.rows.tolist())

    def test_scores_cover_the_catalogue_and_are_finite(self, make: Callable[[], Retriever]) -> None:
        scores = make().scores(ASKED)
        assert scores.dtype == np.float32
        assert scores.shape == (len(TITLES),)
        assert np.isfinite(scores).all()

    def test_the_list_is_the_head_of_the_scores(self, make: Callable[[], Retriever]) -> None:
        retriever = make()
        found, scores = retriever.retrieve(ASKED, 3), retriever.scores(ASKED)
        np.testing.assert_allclose(found.scores, scores[found.rows], rtol=1e-6)
        np.testing.assert_array_equal(found.rows, top_k(scores, 3).rows)

    def test_only_allowed_products_come_back(self, make: Callable[[], Retriever]) -> None:
        allowed = np.zeros(8, dtype=bool)
        allowed[[4, 5]] = True
        assert set(make().retrieve(replace(ASKED, allowed=allowed), 8).rows.tolist()) <= {4, 5}
        nothing = make().retrieve(replace(ASKED, allowed=np.zeros(8, dtype=bool)), 8)
        assert nothing.rows.tolist() == []

    def test_more_than_there_is_may_be_asked(self, make: Callable[[], Retriever]) -> None:
        found = make().retrieve(ASKED, 100)
        assert len(set(found.rows.tolist())) == len(found.rows) <= 8

    def test_the_empty_request_is_answered(self, make: Callable[[], Retriever]) -> None:
        retriever = make()
        assert np.isfinite(retriever.scores(Request())).all()
        retriever.retrieve(Request(), 3)


@pytest.mark.parametrize("shopper", [None, 2])
def test_a_shopper_without_a_vector_is_listed_nothing(shopper: int | None) -> None:
    known = KnownShoppers(VectorIndex.build(VECTORS), KNOWN)
    asked = replace(ASKED, shopper=shopper)
    assert not known.knows(shopper)
    assert known.scores(asked).tolist() == [0] * len(TITLES)
    assert known.retrieve(asked, 3).rows.tolist() == []


def test_known_shoppers_are_scored_by_the_inner_product() -> None:
    known = KnownShoppers(VectorIndex.build(VECTORS * np.arange(8, dtype=np.float32)[:, None]), KNOWN)
    assert known.scores(replace(ASKED, shopper=0)).tolist() == [0, 1, 0, 3, 0, 5, 0, 7]
    assert known.retrieve(ASKED, 2).rows.tolist() == [6, 4]
    assert known.retrieve(ASKED, 2).scores.tolist() == [12, 8]


def test_normalised_vectors_by_hand() -> None:
    index = VectorIndex.build(np.array([[3, 4], [0, 0], [0, 2]], np.float32)).normalised()
    np.testing.assert_allclose(index.vectors, [[0.6, 0.8], [0, 0], [0, 1]], rtol=1e-6)


def test_item_knn_by_hand() -> None:
    # Shoppers {0, 1}, {0, 1}, {0, 2, 3}: c_0 = 3, c_1 = 2, c_2 = 1; the first two weigh 1 / log 3, the third 1 / log 4.
    users, rows = np.array([0, 0, 1, 1, 2, 2, 2]), np.array([0, 1, 0, 1, 0, 2, 3], np.int32)
    c_01, c_02 = 2 / np.log(3), 1 / np.log(4)
    knn = ItemKnn(users, rows, 4, decay=0.8, asked=0.5, offered=0.25)
    one = knn.scores(Request(history=np.array([0], np.int32)))
    np.testing.assert_allclose(one, np.array([0, c_01 / 2**0.25, c_02, c_02]) / np.sqrt(3), rtol=1e-6)
    both = knn.scores(Request(history=np.array([1, 2], np.int32)))
    np.testing.assert_allclose(both[0], (0.8 * c_01 / np.sqrt(2) + c_02) / 3**0.25, rtol=1e-6)
    plain = knn.tuned_to(asked=0.0, offered=0.0, decay=1.0)
    np.testing.assert_allclose(plain.scores(Request(history=np.array([1, 2], np.int32)))[0], c_01 + c_02, rtol=1e-6)
    assert knn.parameters() == {"decay": 0.8, "asked": 0.5, "offered": 0.25}


def test_transitions_count_in_their_direction_only() -> None:
    # Histories 0 > 1, 0 > 1 and 0 > 2 > 3: after 0 came 1 twice and 2 once; after 1 came nothing.
    users, rows = np.array([0, 0, 1, 1, 2, 2, 2]), np.array([0, 1, 0, 1, 0, 2, 3], np.int32)
    c_01, c_02 = 2 / np.log(3), 1 / np.log(4)
    knn = ItemKnnTransitions(users, rows, 4, following=3.0, decay=0.5, asked=0.0, offered=0.0)
    after = knn.scores(Request(history=np.array([0], np.int32)))
    np.testing.assert_allclose(after, [0, c_01 + 3 * 2, c_02 + 3 * 1, c_02], rtol=1e-6)
    before = knn.scores(Request(history=np.array([1], np.int32)))
    np.testing.assert_allclose(before, [c_01, 0, 0, 0], rtol=1e-6)
    held = knn.tuned_to(asked=1.0, offered=0.5).scores(Request(history=np.array([0], np.int32)))
    np.testing.assert_allclose(held[1], (c_01 + 6) / 3 / np.sqrt(2), rtol=1e-6)


@pytest.mark.parametrize("make", RETRIEVERS)
def test_many_requests_at_once_score_as_one_after_the_other(make: Callable[[], Retriever]) -> None:
    retriever = make()
    asked = [ASKED, Request("hose", np.array([3], np.int32)), Request()]
    for found, request in zip(scores_of_many(retriever, asked), asked, strict=True):
        np.testing.assert_allclose(found, retriever.scores(request), atol=1e-6)


def test_text_profile_weighs_recent_products_more() -> None:
    profile = Text(VectorIndex.build(VECTORS)).profile(np.array([0, 1], np.int32))
    np.testing.assert_allclose(profile, np.array([0.8, 1.0]) / np.hypot(0.8, 1.0), rtol=1e-6)


def test_top_k_keeps_row_order_among_equals() -> None:
    scores = np.array([1, 3, 2, 3, 2, 2], np.float32)
    assert top_k(scores, 4).rows.tolist() == [1, 3, 2, 4]
    assert top_k(scores, 2, scores < 3).rows.tolist() == [2, 4]


def test_scaling_and_ranks_by_hand() -> None:
    assert scaled(np.array([-1, 0, 2, 4], np.float32)).tolist() == [0, 0, 0.5, 1]
    assert scaled(np.array([-1, 0], np.float32)).tolist() == [0, 0]
    assert ranks(np.array([5, 9, 5, 1], np.float32)).tolist() == [3, 1, 3, 4]
