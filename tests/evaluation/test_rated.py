"""ROC curves and calibration, by hand and against scikit-learn."""

import numpy as np
import pyarrow.compute as pc
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import auc as area
from sklearn.metrics import roc_curve

from pipeline.evaluation.rated import BINS, POINTS, calibration_table, fit, reliability, roc, roc_table, thinned
from pipeline.evaluation.sampled import Sampled, auc

NAN = float("nan")


def duel(own: np.ndarray, other: np.ndarray) -> Sampled:
    return Sampled(np.ones(own.shape, np.int64), own, other, np.full(len(own), 50))


def drawn(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return scores float32 [n, 1] and ratings 5 or 1: the higher the score, the likelier a 5."""
    generator = np.random.default_rng(seed)
    scores = generator.standard_normal((n, 1))
    liked = generator.random((n, 1)) < 1 / (1 + np.exp(-(2 * scores - 0.5)))
    return scores.astype(np.float32), np.where(liked, 5, 1).astype(np.float32)


def test_a_curve_by_hand() -> None:
    across, up = roc(np.array([0.9, 0.5], np.float32), np.array([0.5, 0.2], np.float32))
    # Above 0.9: one of two positives. At 0.5 the other one and a negative come together. Then the last negative.
    assert across.tolist() == [0, 0, 0.5, 1]
    assert up.tolist() == [0, 0.5, 1, 1]


def test_a_curve_is_that_of_scikit_learn_and_its_area_the_auc() -> None:
    scores, ratings = drawn(400)
    liked = ratings[:, 0] >= 4
    across, up = roc(scores[liked, 0], scores[~liked, 0])
    expected = roc_curve(liked, scores[:, 0], drop_intermediate=False)
    np.testing.assert_allclose(across, expected[0])
    np.testing.assert_allclose(up, expected[1])
    found = auc(scores, np.zeros_like(scores), ratings)
    assert found is not None
    assert area(across, up) == pytest.approx(found[0])


def test_a_thinned_curve_keeps_its_ends_and_nearly_its_area() -> None:
    scores, ratings = drawn(5000)
    liked = ratings[:, 0] >= 4
    whole = roc(scores[liked, 0], scores[~liked, 0])
    few = thinned(*whole)
    assert len(few[0]) <= POINTS < len(whole[0])
    assert [few[0][0], few[1][0], few[0][-1], few[1][-1]] == [0, 0, 1, 1]
    assert area(*few) == pytest.approx(area(*whole), abs=1e-3)


def test_the_table_says_of_how_many() -> None:
    scores = np.array([[0.9, 0.2], [0.5, NAN]], np.float32)
    table = roc_table({"a": duel(scores, scores)}, np.array([[5, 1], [4, NAN]], np.float32))
    assert table is not None
    assert table["positives"].to_pylist()[0] == 2
    assert table["negatives"].to_pylist()[0] == 1
    # Nothing is rated: a sampled product stands beside each.
    unrated = roc_table({"a": duel(scores, scores / 2)}, np.full((2, 2), NAN, np.float32))
    assert unrated is not None
    assert unrated["negatives"].to_pylist()[0] == 3
    # Everyone likes what they rate.
    assert roc_table({"a": duel(scores, scores)}, np.array([[5, 5], [4, NAN]], np.float32)) is None


def test_the_scale_is_that_of_logistic_regression() -> None:
    scores, ratings = drawn(20_000)
    liked = ratings[:, 0] >= 4
    found = fit(scores[:, 0].astype(np.float64), liked)
    expected = LogisticRegression(C=np.inf).fit(scores, liked)
    # Platt's targets are one or two products in ten thousand away from 0 and 1.
    assert found.slope == pytest.approx(expected.coef_[0, 0], rel=2e-3)
    assert found.offset == pytest.approx(expected.intercept_[0], abs=2e-3)
    assert found([0.25])[0] == pytest.approx(0.5, abs=0.02)  # 2 * 0.25 - 0.5 = 0


def test_scores_that_part_both_kinds_have_a_finite_scale() -> None:
    found = fit(np.array([0.0, 0.1, 0.9, 1.0]), np.array([False, False, True, True]))
    assert 0 < found.slope < 100
    # Platt's targets: 3/4 and 1/4, which both liked ones and both others share.
    assert found([1.0])[0] > 0.7


def test_bins_hold_as_many_each_and_say_what_was_observed() -> None:
    predicted = np.linspace(0.05, 0.95, 1000)
    liked = np.arange(1000) % 2 == 0
    rows = reliability(predicted, liked)
    assert len(rows) == BINS
    assert [row["n"] for row in rows] == [100] * BINS
    assert rows[0]["observed"] == pytest.approx(0.5)
    # Wilson's interval of 50 of 100.
    assert (rows[0]["low"], rows[0]["high"]) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert len(reliability(np.full(30, 0.3), np.arange(30) < 9)) == 1


def test_what_validation_teaches_test_confirms() -> None:
    (known, wanted), (scores, liked) = drawn(5000, 1), drawn(5000, 2)
    table = calibration_table(({"a": duel(known, known)}, wanted), ({"a": duel(scores, scores)}, liked))
    assert table is not None
    assert table.num_rows == BINS
    apart = pc.abs(pc.subtract(table["predicted"], table["observed"])).to_numpy()
    assert apart.max() < 0.06
    assert table["slope"][0].as_py() == pytest.approx(2, abs=0.15)
    assert calibration_table(({}, wanted), ({"a": duel(scores, scores)}, liked)) is None
    assert calibration_table(({"a": duel(known, known)}, wanted * NAN), ({"a": duel(scores, scores)}, liked)) is None
