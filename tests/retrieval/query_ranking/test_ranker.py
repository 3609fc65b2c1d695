"""The learned order, blended."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest

from pipeline.retrieval.candidates import Candidates, FloatArray, Request
from pipeline.retrieval.fusion import Sum
from pipeline.retrieval.query_ranking.folds import folds_of
from pipeline.retrieval.query_ranking.out_of_fold import OutOfFold
from pipeline.retrieval.query_ranking.ranker import Ranked
from tests.retrieval.query_ranking import shop
from tests.retrieval.reranking.boosters import by_feature

BM25 = np.array([2, 4, 0, 0, 0], np.float32)
COSINE = np.array([0.5, 1, 0.25, 0.25, 0.1], np.float32)


class Fixed:
    """Answers everything alike."""

    def __init__(self, name: str, scores: FloatArray) -> None:
        self.name, self._scores = name, scores

    def retrieve(self, request: Request, k: int) -> Candidates:
        raise NotImplementedError

    def scores(self, request: Request) -> FloatArray:
        return self._scores


PAIR = Fixed("bm25", BM25), Fixed("minilm", COSINE)


def ranked(weight: float, share: float = 0.5) -> Ranked:
    features = shop.features()
    return Ranked(features, by_feature(features.names, "cosine_below", 0, 1), weight, *PAIR, share)


def test_without_weight_it_is_the_scaled_sum() -> None:
    asked = Request(text="camera")
    assert ranked(0).scores(asked) == pytest.approx(Sum(PAIR).scores(asked))


def test_the_sum_may_lean_on_words_or_on_meaning() -> None:
    asked = Request(text="camera")
    assert ranked(0, share=1).scores(asked) == pytest.approx(BM25 / 4)
    assert ranked(0, share=0.25).scores(asked) == pytest.approx(0.25 * BM25 / 4 + 0.75 * COSINE)


def test_with_all_weight_it_is_the_rankers_order() -> None:
    found = ranked(1).retrieve(Request(text="camera"), 5)
    assert found.rows.tolist() == [4, 2, 3, 0, 1]  # the lower the cosine, the better
    assert found.scores[[0, -1]].tolist() == [1, 0]


def test_between_them_it_is_the_mean() -> None:
    asked = Request(text="camera")
    assert ranked(0.5).scores(asked) == pytest.approx((ranked(0).scores(asked) + ranked(1).scores(asked)) / 2, abs=1e-6)


def test_what_is_not_allowed_is_no_candidate() -> None:
    allowed = np.array([True, False, True, False, False])
    found = ranked(1).retrieve(Request(text="camera", allowed=allowed), 5)
    assert found.rows.tolist() == [2, 0]
    assert found.scores.tolist() == [1, 0]  # the best and the worst of two


def test_contributions_add_up_to_what_the_ranker_adds() -> None:
    asked = Request(text="camera")
    one, other = (ranked(0.5).explained(asked, [BM25, COSINE], row)[1:] for row in (4, 1))
    place = shop.features().names.index("cosine_below")
    assert one[0][place] == pytest.approx(0.9)
    assert np.flatnonzero(one[1]).tolist() == [place]
    # The best and the worst candidate lie as far apart as the weight.
    assert one[1][place] - other[1][place] == pytest.approx(0.5, abs=1e-4)


def test_contributions_are_against_the_mean_of_the_candidates() -> None:
    asked = Request(text="camera")
    added = np.array([ranked(0.5).explained(asked, [BM25, COSINE], row)[2] for row in range(len(COSINE))])
    assert np.abs(added).max() > 0.1
    assert added.sum(axis=0) == pytest.approx(0, abs=1e-6)  # every product of this shop is a candidate


def test_a_product_that_is_no_candidate_has_no_contributions() -> None:
    asked = Request(text="camera", allowed=np.array([True, False, False, False, False]))
    _, values, added = ranked(0.5).explained(asked, [BM25, COSINE], 4)
    assert np.isnan(values).all()
    assert not added.any()


def test_a_ranker_of_other_features_is_refused() -> None:
    other = lightgbm.train({"verbose": -1}, lightgbm.Dataset(np.zeros((2, 1)), np.zeros(2), feature_name=["x"]), 1)
    with pytest.raises(ValueError, match="other features"):
        Ranked(shop.features(), other, 0.5, *PAIR)


def test_every_query_is_answered_by_the_ranker_of_its_fold() -> None:
    queries = ["camera", "camera bag", "hose", "memory card", "sd card", "norvik"]
    rankers = [ranked(weight / 10) for weight in range(5)]
    measured = OutOfFold(rankers)
    for query, fold in zip(queries, folds_of(queries), strict=True):
        asked = Request(text=query)
        assert measured.scores(asked).tolist() == rankers[fold].scores(asked).tolist()
    assert len(set(folds_of(queries).tolist())) > 1
