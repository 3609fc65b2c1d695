"""The Taste test: blind, counted once, revocable."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.versions import VersionStore
from pipeline.workspace.votes import Votes
from tests import tiny
from tests.dashboard.screens import checked, press, products, screen, visit

JUDGED = {"zoom lens": {"L1": 2}, "usb": {"U1": 1}, "camera": {"C1": 2}}


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store, "plain", judged=JUDGED, created="2026-03-01T10:00:00Z")
    tiny.publish(store, "odd", judged=JUDGED, ranked=0.9, created="2026-03-02T10:00:00Z")  # against meaning


def taste(**more: object) -> AppTest:
    return visit("taste", version="plain", against="odd", **more)


def test_it_asks_for_a_second_version() -> None:
    assert "Choose a second version." in screen(visit("taste", version="plain"))


def test_lists_stand_side_by_side_without_a_name() -> None:
    test = taste()
    text = screen(test)
    assert "Query:" in text
    assert "plain" not in text
    assert "odd" not in text
    assert len(products(test)) > 4
    assert [button.label for button in test.main.button][-5:] == [
        "Left is better",
        "Right is better",
        "Tie",
        "Both bad",
        "Skip",
    ]


def test_a_vote_is_credited_to_the_version_behind_the_side(store: VersionStore) -> None:
    test = taste()
    shown = products(test)
    left = tuple(shown[: len(shown) // 2])
    test.text_input(key="nickname").set_value("kim")
    test.text_input(key="taste-reason").set_value("has what I asked for")
    test = press(test, "vote-0")
    (vote,) = Votes(store.artifacts).of("plain", "odd")
    assert (vote.voter, vote.reason, vote.design) == ("kim", "has what I asked for", "sides")
    assert {"first": vote.first_list, "second": vote.second_list}[vote.choice] == left
    assert test.query_params["ballot"] != "1"
    assert "Your vote is kept." in screen(test)
    test = press(test, "take-back")
    assert Votes(store.artifacts).of("plain", "odd") == []


def test_the_same_person_counts_once_per_ballot(store: VersionStore) -> None:
    for choice in ("vote-2", "vote-3"):
        test = taste(ballot="1")
        test.text_input(key="nickname").set_value("kim")
        test = press(test, choice)
    assert "You voted on this before: the first vote stands." in screen(test)
    assert "take-back" not in [button.key for button in test.button]  # it may be another kim's
    assert [each.choice for each in Votes(store.artifacts).of("plain", "odd")] == ["tie"]


def test_people_without_a_nickname_are_told_apart(store: VersionStore) -> None:
    for choice in ("vote-2", "vote-3"):
        assert "Your vote is kept." in screen(press(taste(ballot="1"), choice))
    assert [each.choice for each in Votes(store.artifacts).of("plain", "odd")] == ["tie", "bad"]


def test_a_vote_that_was_taken_back_can_be_cast_anew(store: VersionStore) -> None:
    test = press(press(taste(ballot="1"), "vote-2"), "take-back")
    test.query_params["ballot"] = "1"
    test = press(test.run(), "vote-3")
    assert "Your vote is kept." in screen(test)
    kept = Votes(store.artifacts)
    assert [each.choice for each in kept.of("plain", "odd")] == ["bad"]
    assert [each.choice for each in kept.of("plain", "odd", revoked=True)] == ["tie", "bad"]


def test_an_interleaved_list_credits_the_team_of_what_is_marked(store: VersionStore) -> None:
    test = taste(design="interleaved")
    shown = products(test)
    assert len(shown) == len(set(shown))
    test.checkbox[0].check()
    test = press(test, "vote-0")
    (vote,) = Votes(store.artifacts).of("plain", "odd")
    assert vote.wanted == (shown[0],)
    assert vote.choice in ("first", "second")
    picked = {"first": vote.first_list, "second": vote.second_list}[vote.choice]
    assert picked[0] == shown[0]
    test = press(taste(design="interleaved", ballot="2"), "vote-0")
    assert "No product is marked." in screen(test)
    press(test, "vote-1")
    assert [each.choice for each in Votes(store.artifacts).of("plain", "odd")][-1] == "bad"


def test_shoppers_are_asked_with_their_history(store: VersionStore) -> None:
    tiny.publish(store, "reranked", reranked=True, created="2026-03-03T10:00:00Z")
    test = visit("taste", version="plain", against="reranked", kind="shopper")
    assert "Shopper:" in screen(test)


def test_the_tally_and_a_revoked_vote(store: VersionStore) -> None:
    assert "0 votes, none decided yet." in screen(taste(tally="1"))
    press(taste(), "vote-0")
    test = taste(tally="1")
    assert "1 decided vote" in screen(test)
    (button,) = [each for each in test.button if each.label == "Revoke"]
    test = checked(button.click().run())
    assert "0 votes" in screen(test)
    assert len(Votes(store.artifacts).of("plain", "odd", revoked=True)) == 1


def test_wrong_numbers_and_names_in_the_address() -> None:
    assert "Query:" in screen(taste(ballot="x", design="upside-down", kind="nothing"))
    assert "Choose a second version." in screen(visit("taste", version="plain", against="gone"))
