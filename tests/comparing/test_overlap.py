"""Overlap of ranked lists."""

import pytest

from pipeline.comparing.overlap import overlap, rank_biased_overlap


def test_overlap_by_hand() -> None:
    assert overlap("abcd", "dxay", 4) == 2 / 4
    assert overlap("abcd", "dxay", 2) == 0
    assert overlap("ab", "abcd", 10) == 2 / 4
    assert overlap("", "", 10) == 1
    assert overlap("", "a", 10) == 0


def test_the_same_list_and_a_disjoint_one() -> None:
    for p in (0.5, 0.9, 0.98):
        assert rank_biased_overlap("abcdefghij", "abcdefghij", p) == pytest.approx(1)
        assert rank_biased_overlap("abcde", "vwxyz", p) == 0
    assert rank_biased_overlap("", "", 0.9) == 1
    assert rank_biased_overlap("", "a", 0.9) == 0


def test_two_swapped_entries_by_hand() -> None:
    """X_1 = 0, X_2 = 2: (1 - p) / p x p^2 + p^2 = p (1 - p) + p^2 = p."""
    assert rank_biased_overlap("ab", "ba", 0.9) == pytest.approx(0.9)
    assert rank_biased_overlap("ab", "ba", 0.5) == pytest.approx(0.5)


def test_a_published_value() -> None:
    """The example of two known implementations, rankmeasures and gespeR: 0.828 at p = 0.9."""
    assert rank_biased_overlap([1, 2, 3, 4, 5], [2, 3, 4, 1, 5], 0.9) == pytest.approx(0.828, abs=5e-4)


def test_lists_of_different_lengths_by_hand() -> None:
    """S = a, L = a b: X_1 = X_2 = 1, s = 1, l = 2, p = 0.5.

    (1 - p) / p = 1; sum of X_d / d p^d = 0.5 + 0.125; the second sum is 1 x 1 / 2 x 0.25 = 0.125;
    ((1 - 1) / 2 + 1) x 0.25 = 0.25: in all 1, as nothing seen disagrees.
    """
    assert rank_biased_overlap("a", "ab", 0.5) == pytest.approx(1)
    # S = b, L = a b: X_1 = 0, X_2 = 1, X_s = 0: 1 x (0 + 0.125) + 0 + (1 / 2 + 0) x 0.25 = 0.25.
    assert rank_biased_overlap("b", "ab", 0.5) == pytest.approx(0.25)
    assert rank_biased_overlap("ab", "b", 0.5) == pytest.approx(0.25)


def test_a_difference_on_top_weighs_more_than_one_further_down() -> None:
    assert rank_biased_overlap("abcdef", "bacdef") < rank_biased_overlap("abcdef", "abcdfe")
