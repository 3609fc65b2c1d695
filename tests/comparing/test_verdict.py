"""Tests between versions, and the verdict that they support."""

import numpy as np
import pytest

from pipeline.comparing.findings import Finding, corrected, finding, of_metrics
from pipeline.comparing.kept import Kept
from pipeline.comparing.verdict import luck, verdict

NDCG, RECALL = ("ndcg", 10), ("recall", 10)


def measured(slice_: str, figure: tuple[str, int], share: float, n: int = 400) -> Finding:
    """Return a test in which `share` of n users gain 1 (lose 1, where it is below 0) over a baseline of 0.5."""
    moved = np.zeros(n)
    moved[: round(abs(share) * n)] = np.sign(share)
    found = finding(slice_, figure, np.full(n, 0.5), 0.5 + moved)
    assert found is not None
    return found


def answer(*tests: Finding) -> tuple[str, str]:
    found = verdict(corrected(tests), NDCG, "shoppers")
    return found.answer, found.reason


def test_a_test_by_hand_leaves_out_who_has_no_value() -> None:
    found = finding("all", NDCG, np.array([0.0, 1, np.nan, 0]), np.array([1.0, 1, 1, 0]))
    assert found is not None
    assert (found.n, found.baseline, found.value) == (3, pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (found.paired.wins, found.paired.ties, found.paired.losses) == (1, 2, 0)
    assert finding("all", NDCG, np.array([np.nan]), np.array([1.0])) is None


def test_metrics_that_both_have_are_measured() -> None:
    ids = ("a", "b")
    first = Kept("one", "recommend", "towers", (0,), ids, {NDCG: np.zeros(2), RECALL: np.ones(2)})
    second = Kept("two", "recommend", "towers", (0,), ids, {NDCG: np.ones(2)})
    (found,) = of_metrics(first, second)
    assert (found.figure, found.paired.difference) == (NDCG, 1)


def test_p_values_are_corrected_over_all_tests() -> None:
    """Of three tests the smallest p counts three times, the next twice, the largest once."""
    tests = [measured("all", NDCG, 0.1), measured("all", RECALL, 0.02), measured("x", NDCG, 0.0)]
    p = [each.paired.p for each in tests]
    assert p[0] < p[1] < p[2]
    assert [each.holm for each in corrected(tests)] == pytest.approx([3 * p[0], 2 * p[1], p[2]])


def test_ship() -> None:
    said, reason = answer(measured("all", NDCG, 0.1), measured("brand: A", NDCG, 0.0))
    assert said == "ship"
    assert reason == "NDCG@10 is higher by more than chance explains: +0.1 (+20.0 %). Nothing tested is worse."


def test_hold_where_it_is_worse_and_the_worst_slices_are_named() -> None:
    said, reason = answer(
        measured("all", NDCG, -0.1), measured("brand: A", NDCG, -0.3, 90), measured("brand: B", NDCG, -0.2, 200)
    )
    assert said == "hold"
    assert reason == ("NDCG@10 is lower by more than chance explains: -0.1 (-20.0 %). Worst hit: brand: B; brand: A.")


def test_hold_where_the_gain_is_paid_by_some() -> None:
    said, reason = answer(measured("all", NDCG, 0.1), measured("brand: A", NDCG, -0.3))
    assert said == "hold"
    assert reason == "NDCG@10 is higher: +0.1 (+20.0 %), but it is certainly worse in brand: A."
    said, reason = answer(measured("all", NDCG, 0.0), measured("all", RECALL, -0.3))
    assert said == "hold"
    assert reason.endswith("and it is certainly worse in Recall@10.")


def test_no_telling() -> None:
    said, reason = answer(measured("all", NDCG, 0.005))
    assert said == "unsure"
    assert "chance alone could well do" in reason
    assert "show a difference of" in reason
    said, reason = answer(measured("all", NDCG, 0.0))
    assert said == "unsure"
    assert reason == "NDCG@10 is the same for all 400 shoppers: there is no difference to judge."


def test_the_figure_that_decides_must_be_measured() -> None:
    with pytest.raises(ValueError, match="not tested"):
        verdict([], NDCG, "shoppers")


def test_what_is_said_of_luck() -> None:
    assert luck((1,), (1,), "shoppers").startswith("One training seed tests shoppers, not training luck")
    assert "against one: the version, trained again," in luck((1,), (1, 2), "shoppers")
    assert "against one: the baseline, trained again," in luck((1, 2, 3), (1,), "shoppers")
    assert luck((1, 2, 3), (4, 5), "shoppers").startswith("The mean over 3 against 2 training seeds")
    same = luck((1,), (2,), "shoppers", same_recipe=True)
    assert "a difference here is training luck" in same
    assert "can be pooled" not in same
