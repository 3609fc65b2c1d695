"""The Query sets page: make a set, run it, compare, and read what came of it."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import batches, query_set_answers
from dashboard.components import batch
from pipeline.versions import VersionStore
from pipeline.workspace.query_sets import QuerySets
from tests import tiny
from tests.dashboard.screens import labels, press, screen, visit

JUDGED = {"zoom lens": {"C2": 2, "L1": 1, "C1": 2}, "usb": {"U1": 1, "H1": 0, "C1": 1}}


@pytest.fixture(autouse=True)
def sets(store: VersionStore) -> QuerySets:
    tiny.publish(store, judged=JUDGED, ranked=0.5)
    return QuerySets(store.artifacts)


def rows(test: AppTest) -> list[dict[str, object]]:
    """Return the table of answers, the last one on the page."""
    return test.dataframe[-1].value.to_dict("records")


def typed(test: AppTest, name: str, queries: str) -> AppTest:
    test.text_input(key="set-name").set_value(name)
    test.text_area(key="set-typed").set_value(queries)
    return press(test, "save-set")


def test_the_first_set_is_typed_or_the_judged_queries(sets: QuerySets) -> None:
    test = visit("query_sets")
    assert "No query set is saved yet." in screen(test)
    assert "Save the 2 judged queries" in labels(test)
    test = press(test, "save-judged")
    assert sets.open("tiny-shop-judged").queries == ("zoom lens", "usb")
    assert test.query_params["set"] == "tiny-shop-judged"
    assert "2 queries; 2 can be measured by this version's judgements" in screen(test)
    test = typed(test, "My  Cameras", "camera\n\ncamera\ntripod")
    assert sets.open("my-cameras").queries == ("camera", "tripod")
    assert test.query_params["set"] == "my-cameras"
    assert "2 queries; none can be measured by this version's judgements" in screen(test)


@pytest.mark.parametrize(
    ("name", "queries", "sentence"),
    [
        ("../up", "camera", '"../up" cannot name a query set.'),
        ("", "camera", '"" cannot name a query set.'),
        ("a", " ", "There is no query."),
        ("a", "x" * 501, "The query in line 1 has 501 characters; at most 500 are read."),
        ("taken", "camera", 'There is a query set "taken" already.'),
    ],
)
def test_a_set_that_cannot_be_saved_is_said(sets: QuerySets, name: str, queries: str, sentence: str) -> None:
    sets.save("taken", ("usb",))
    test = typed(visit("query_sets"), name, queries)
    assert sentence in screen(test)
    assert test.text_area(key="set-typed").value == queries  # what was typed is not lost
    assert sets.names() == ["taken"]


def test_running_a_set_gives_a_row_for_each_query(sets: QuerySets) -> None:
    sets.save("a", ("zoom lens", "usb", "tripod"))
    test = visit("query_sets", set="a", mode="words")
    assert "Run the query set" in screen(test)
    test = press(test, "run")
    assert test.query_params["run"] == "1"
    zoom, usb, tripod = rows(test)
    # Worked out in tests/evaluation/test_batch.py.
    assert zoom["NDCG@10"] == pytest.approx(0.5364, abs=1e-4)
    assert zoom["Top result"] == "Zoom lens"
    assert zoom["Found"] == 2
    assert zoom["Recall@10"] == pytest.approx(2 / 3)
    assert usb["NDCG@10"] == pytest.approx(0.6131, abs=1e-4)
    assert tripod["NDCG@10"] is None or tripod["NDCG@10"] != tripod["NDCG@10"]
    assert zoom["Open"] == "/search?q=zoom+lens&version=tiny&mode=words"
    assert "Words: NDCG@10 is 0.575" in screen(test)  # (0.5364 + 0.6131) / 2
    styled = test.dataframe[-1].proto.arrow_data.styler.display_values
    assert styled  # three significant digits stand beside the numbers
    assert "Measured on 2 judged queries of 3" in screen(test)


def test_one_mode_stands_beside_words_alone_and_chance(sets: QuerySets) -> None:
    sets.save("a", ("zoom lens", "usb", "tripod"))
    text = screen(visit("query_sets", set="a", run="1", mode="fused"))
    # Of twelve products chance finds something: for "usb", two good ones.
    assert re.search(r"Fused: NDCG@10 is [\d.]+( \([\d.–]+\))?, [\d.]+ times words \(BM25\) alone and", text)
    assert "Words (BM25) 0.575" in text
    assert "Chance 0." in text
    alone = screen(visit("query_sets", set="a", run="1", mode="words"))
    assert "Words (BM25)" not in alone.split("Each query")[0].split("NDCG@10 is")[1]


@pytest.mark.parametrize(
    ("value", "written"), [(0.5364, "0.536"), (0.05, "0.0500"), (None, "–"), (float("nan"), "–"), (1.0, "1.00")]
)
def test_figures_have_three_significant_digits(value: float | None, written: str) -> None:
    styled = query_set_answers.written([{"Query": "a", "NDCG@10": value, "Time": 12.345, "Found": 7}])
    html = styled.to_html()
    assert f">{written}</td>" in html
    assert ">12.3 ms</td>" in html
    assert ">7</td>" in html


def test_two_modes_are_compared_query_by_query(sets: QuerySets) -> None:
    sets.save("a", ("zoom lens", "usb"))
    test = visit("query_sets", set="a", run="1", mode="words", **{"against-mode": "fused"})
    zoom, _ = rows(test)
    one, other = zoom["NDCG@10, Words"], zoom["NDCG@10, Fused"]
    assert zoom["Difference"] == pytest.approx(one - other)
    assert zoom["Shared"] == 2
    assert "against-mode=fused" in zoom["Open"]
    assert "No clear difference" in screen(test)
    assert "Fused" in screen(test)


def test_queries_without_judgements_are_answered_all_the_same(sets: QuerySets) -> None:
    sets.save("a", ("tripod",))
    test = visit("query_sets", set="a", run="1", mode="words")
    assert "1 query answered." in screen(test)
    assert "None of these queries was judged" in screen(test)
    assert not {"NDCG@10", "Unjudged@10"} & set(rows(test)[0])


def test_a_run_is_remembered(sets: QuerySets, monkeypatch: pytest.MonkeyPatch) -> None:
    sets.save("a", ("zoom lens",))
    first = rows(visit("query_sets", set="a", run="1"))
    monkeypatch.setattr(batches, "answers", None)  # asking again would fail
    assert rows(visit("query_sets", set="a", run="1")) == first


def test_renamed_and_deleted(sets: QuerySets) -> None:
    sets.save("a", ("usb",))
    sets.save("b", ("camera",))
    test = visit("query_sets", set="a")
    test.text_input(key="set-new-name").set_value("b")
    test = press(test, "rename-set")
    assert 'There is a query set "b" already.' in screen(test)
    test.text_input(key="set-new-name").set_value("c")
    test = press(test, "rename-set")
    assert test.query_params["set"] == "c"
    test = press(test, "delete-set")
    assert sets.names() == ["b"]
    assert "set" not in test.query_params


def test_a_set_that_is_gone_or_damaged_is_said(sets: QuerySets) -> None:
    sets.save("a", ("usb",))
    assert 'There is no query set "zzz".' in screen(visit("query_sets", set="zzz"))
    assert "cannot name a query set" in screen(visit("query_sets", set="../a"))
    (sets.root / "a.json").write_text("{")
    test = visit("query_sets", set="a")
    assert 'The query set "a" is damaged.' in screen(test)
    press(test, "delete-set")
    assert sets.names() == []


def test_a_mode_that_the_second_version_lacks_is_said(sets: QuerySets, store: VersionStore) -> None:
    tiny.publish(store, "text", towers=False, created="2026-01-01T00:00:00Z")
    sets.save("a", ("usb",))
    asked = {"set": "a", "run": "1", "version": "tiny", "mode": "ranked", "against": "text"}
    assert "This version has no search ranker." not in screen(visit("query_sets", **asked))  # it answers in its own
    assert "This version has no search ranker." in screen(visit("query_sets", **asked, **{"against-mode": "ranked"}))


def test_an_order_that_learned_from_the_judgements_is_not_measured_by_them_in_silence(
    sets: QuerySets, store: VersionStore
) -> None:
    sets.save("a", ("usb",))
    told = "figures flatter it"
    assert told not in screen(visit("query_sets", set="a", run="1", mode="ranked"))  # the shipped one has not seen them
    tiny.publish(store, judged=JUDGED, ranked=0.5, learned=True, replace=True)
    test = visit("query_sets", set="a", run="1", mode="ranked")
    assert told in screen(test)
    assert "on queries that its order learned from." in screen(test)
    assert "times words" not in screen(test)
    assert "Evaluation of tiny" in [link.label for link in test.main.get("page_link")]
    assert told not in screen(visit("query_sets", set="a", run="1", mode="fused"))
    both = screen(visit("query_sets", set="a", run="1", mode="ranked", **{"against-mode": "words"}))
    assert told in both
    assert "Ranked less Words: " in both
    assert not re.search(r"better for|is better than|No clear|, p ", both)
    sets.save("unjudged", ("tripod",))
    assert told not in screen(visit("query_sets", set="unjudged", run="1", mode="ranked"))


def test_a_query_is_no_formula_and_no_markup_in_the_address() -> None:
    assert batch.SHOWN[0] == ("ndcg", 10)
    assert query_set_answers.address("a&b=<c>#", {"mode": "words"}) == "/search?q=a%26b%3D%3Cc%3E%23&mode=words"
