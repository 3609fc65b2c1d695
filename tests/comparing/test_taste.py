"""Interleaving and the sign test."""

import pytest

from pipeline.comparing.taste import Drafted, credited, tally, team_draft


def test_each_team_picks_its_best_that_is_left() -> None:
    """Whoever begins a round: a and b are both first picks, then c and d; e is left to the second."""
    for seed in range(20):
        drafted = team_draft("acx", "bde", 4, seed)
        assert {each.entry for each in drafted[:2]} == {"a", "b"}
        assert {each.entry for each in drafted[2:]} == {"c", "d"}
        assert {each.entry: each.team for each in drafted} == {"a": 0, "b": 1, "c": 0, "d": 1}


def test_who_begins_picks_what_both_want() -> None:
    """Both want a: who begins gets it, and the other picks its next one."""
    teams = [{each.entry: each.team for each in team_draft("ab", "ac", 2, seed)} for seed in range(200)]
    assert all(found in ({"a": 0, "c": 1}, {"a": 1, "b": 0}) for found in teams)
    assert 60 < sum(found["a"] == 0 for found in teams) < 140  # a fair coin: 100 expected, standard deviation 7


def test_a_short_list_and_the_same_list() -> None:
    assert [each.entry for each in team_draft("", "ab", 5, 0)] == ["a", "b"]
    assert team_draft("", "", 5, 0) == []
    same = team_draft("abcdef", "abcdef", 5, 3)
    assert [each.entry for each in same] == list("abcde")
    assert len(team_draft("abc", "xyz", 3, 1)) == 3


def test_the_same_seed_gives_the_same_list() -> None:
    assert team_draft("abcdef", "fedcba", 6, 9) == team_draft("abcdef", "fedcba", 6, 9)


def test_credit_by_hand() -> None:
    drafted = [Drafted("a", 0), Drafted("b", 1), Drafted("c", 0)]
    assert credited(drafted, ["a", "c", "b"]) == "first"
    assert credited(drafted, ["b"]) == "second"
    assert credited(drafted, ["a", "b"]) == "tie"
    assert credited(drafted, []) == "bad"


def test_the_sign_test_by_hand() -> None:
    """8 of 10 for the second: p = 2 (C(10,8) + C(10,9) + C(10,10)) / 2^10 = 112 / 1024."""
    found = tally(["second"] * 8 + ["first"] * 2 + ["tie"] * 5 + ["bad"])
    assert (found.votes, found.decided, found.share) == (16, 10, 0.8)
    assert found.p == pytest.approx(112 / 1024)
    # Clopper and Pearson's table for 8 of 10 at 95 %.
    assert (found.low, found.high) == (pytest.approx(0.4439, abs=1e-4), pytest.approx(0.9748, abs=1e-4))


def test_no_votes_and_one_sided_votes() -> None:
    nothing = tally(["tie"])
    assert (nothing.share, nothing.low, nothing.high, nothing.p) == (None, 0, 1, 1)
    all_ = tally(["second"] * 5)
    assert all_.high == 1
    assert all_.low == pytest.approx(0.025 ** (1 / 5))  # the exact bound where all of n agree
