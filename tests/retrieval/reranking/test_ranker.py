"""The second stage at work on the shop of six products."""

import lightgbm
import numpy as np
import pytest

from pipeline.retrieval.candidates import Request
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.features import Features
from pipeline.retrieval.reranking.ranker import Reranked
from tests.retrieval.reranking import shop
from tests.retrieval.reranking.boosters import by_feature
from tests.retrieval.reranking.shop import request


@pytest.fixture(scope="module")
def made() -> Features:
    return shop.features()


@pytest.fixture(scope="module")
def likest(made: Features) -> Reranked:
    """A ranker that goes by the cosine to the newest product's text."""
    return Reranked(made, by_feature(made.names, "text_last"))


def test_the_best_candidates_by_what_was_learned(likest: Reranked) -> None:
    # From row 1 at 10 degrees, row 0 is 10 away, 2 is 20, 5 30, 3 85 and 4 90.
    assert likest.retrieve(request(1), 3).rows.tolist() == [0, 2, 5]
    assert likest.retrieve(request(1), 100).rows.tolist()[:4] == [0, 2, 5, 3]
    assert likest.retrieve(request(1, allowed=[3, 4, 5]), 2).rows.tolist() == [5, 3]


def test_who_proposed_each(likest: Reranked) -> None:
    found, proposed = likest.explained(request(1), 2)
    assert found.rows.tolist() == [0, 2]
    assert len(proposed) == 2
    assert "linked" in proposed[1]
    assert proposed[1]["linked"][1] == 1  # both came with row 1, and only row 2 right after it
    assert proposed[0]["towers"][1] == 1


def test_an_empty_history_has_no_candidates(likest: Reranked) -> None:
    found, proposed = likest.explained(Request(), 5)
    assert found.rows.tolist() == []
    assert proposed == []
    assert likest.scores(Request()).tolist() == [0] * 6


def test_a_history_of_everything_has_no_candidates(likest: Reranked) -> None:
    assert likest.retrieve(request(0, 1, 2, 3, 4, 5), 5).rows.tolist() == []
    assert likest.scores(request(0, 1, 2, 3, 4, 5)).tolist() == [0] * 6


def test_what_is_no_candidate_comes_last_as_the_towers_order_it(likest: Reranked) -> None:
    # The tower reads the newest product, row 1 at 10 degrees: row 5 is 30 away, 3 is 85 and 4 90.
    scores = likest.scores(request(1, allowed=[0, 2]))
    assert np.argsort(-scores).tolist()[:2] == [0, 2]
    assert scores[1] > scores[5] > scores[3] > scores[4]
    assert scores[[1, 3, 4, 5]].max() < scores[[0, 2]].min()


def test_many_at_once_score_as_one_after_the_other(likest: Reranked) -> None:
    asked = [request(1), Request(), request(0, 1, 2, 3, 4, 5), request(2, 0, allowed=[1, 5])]
    for found, one in zip(likest.scores_many(asked), asked, strict=True):
        np.testing.assert_array_equal(found, likest.scores(one))
    assert likest.scores_many([Request(), Request()]).tolist() == [[0] * 6] * 2


@pytest.mark.parametrize("change", ["shorter", "reversed", "renamed"])
def test_a_ranker_of_other_features_is_refused(made: Features, change: str) -> None:
    names = {"shorter": made.names[:-1], "reversed": made.names[::-1], "renamed": ("other", *made.names[1:])}[change]
    booster = by_feature(names, names[0])
    with pytest.raises(ValueError, match="other features"):
        Reranked(made, booster)


def test_counting_more_keeps_what_was_learned(made: Features) -> None:
    by_count: lightgbm.Booster = by_feature(made.names, "seen")
    plain = Reranked(made, by_count)
    later = Evidence.count(
        np.array([0, 0, 1, 2]), np.array([5, 5, 5, 3], np.int32), None, shop.TEXT
    )  # row 5 three times, row 3 once
    counted = plain.counting(later, "reranked (later)")
    assert (plain.name, counted.name) == ("reranked", "reranked (later)")
    assert counted.retrieve(request(0), 2).rows.tolist() == [5, 3]
    assert set(plain.retrieve(request(0), 2).rows.tolist()) == {1, 2}
