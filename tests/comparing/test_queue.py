"""What to judge next, and what grades say."""

import math

import pytest

from pipeline.comparing.queue import DISCOUNT, graded_value, ideal, queue, swing


def test_the_swing_by_hand() -> None:
    whole = DISCOUNT.sum()
    assert swing("ab", "ab", ()) == 0  # every product moves both lists alike
    assert swing("ab", "ba", ()) == pytest.approx(2 * (1 - 1 / math.log2(3)) / whole)
    assert swing("ab", "ba", "a") == pytest.approx((1 - 1 / math.log2(3)) / whole)
    assert swing("a", "b", ()) == pytest.approx(2 / whole)
    assert swing("a", "b", "ab") == 0
    assert swing("abcdefghij", "klmnopqrst", ()) == pytest.approx(2)


def test_the_most_telling_comes_first() -> None:
    lists = {"same": ("abc", "abc"), "apart": ("abc", "xyz"), "swapped": ("abc", "acb"), "often": ("abc", "acb")}
    found = queue(lists, {}, {"often": 5})
    assert [each.asked for each in found] == ["apart", "often", "swapped", "same"]
    apart = found[0]
    assert (apart.disagreement, apart.frequency, apart.open, apart.listed) == (1, 1, 6, 6)
    assert apart.priority == pytest.approx(apart.swing)
    assert found[-1].priority == 0
    # What is graded moves nothing any more.
    assert queue({"apart": ("abc", "xyz")}, {"apart": "abcxyz"})[0].priority == 0


def test_ndcg_of_grades_by_hand() -> None:
    """Gains 7 and 1: a list of the 1 first has (1 + 7 / log2(3)) / (7 + 1 / log2(3))."""
    grades = {"a": 3.0, "b": 1.0, "c": 0.0}
    assert graded_value("ab", grades) == pytest.approx(1)
    assert graded_value("ba", grades) == pytest.approx((1 + 7 / math.log2(3)) / (7 + 1 / math.log2(3)))
    assert graded_value("xc", grades) == 0
    assert graded_value("xc", {"c": 0.0}) is None
    assert graded_value("xc", {}) is None


def test_the_ideal_order() -> None:
    assert ideal({"c": 1, "a": 2.5, "b": 2.5, "d": 0}) == ["a", "b", "c"]
