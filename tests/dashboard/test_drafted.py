"""The words and rows of New product and Reverse search, by hand."""

from __future__ import annotations

import numpy as np

from dashboard.components import drafted, reached
from dashboard.components.short_names import shorter
from pipeline.comparing.reach import Measured
from pipeline.retrieval.drafts.audience import Audience
from pipeline.retrieval.drafts.displaced import Displaced
from pipeline.retrieval.drafts.wins import Win, Wins
from pipeline.retrieval.drafts.words import Without

NOTHING = np.empty(0, np.int32)


def win(query: str, rank: int) -> Win:
    return Win(0, query, rank, 1.0, NOTHING, NOTHING)


def test_every_figure_stands_beside_chance() -> None:
    # 40 products: by chance a list of ten holds a quarter of them, one of a hundred all.
    won = Wins((win("a", 1), win("b", 10), win("c", 11)), of=8, promising=5, asked=4)
    shown = Audience("towers", np.arange(20), 80, np.array([1, 10, 11, *[0] * 17]))
    rows = drafted.facts(40, won, [shown], {"queries": [Displaced(3, 1, 1, 2), Displaced(4, 1, 0, 1)]})
    assert [(row.name, row.values) for row in rows] == [
        ("Shoppers, by the towers alone", ("2", "20", "10.0 %", "5.00")),
        ("Queries, first ten", ("2", "8", "25.0 %", "2.00")),
        ("Queries, first hundred", ("3", "8", "37.5 %", "8.00")),
        ("Displaced, lists of queries", ("2", "8", "–", "–")),
    ]
    assert rows[0].said == "20 of 80 shoppers, drawn by a hash of their id"
    assert rows[1].said == "5 may list it; the 4 likeliest of them were searched"
    assert rows[3].said == "1 product leaves the first ten of a list; the others stand lower in one"
    (row,) = drafted.facts(40, None, [shown], {"shoppers": [Displaced(3, 1, 1, 2)]})[1:]
    assert row.values == ("1", "20", "–", "–")  # of the shoppers whose lists are compared
    assert row.said.startswith("By the towers alone. 1 product leaves")


def test_two_titles_beside_each_other() -> None:
    first = Wins((win("a", 1), win("b", 10)), of=8, promising=2, asked=2)
    second = Wins((win("b", 4), win("c", 90)), of=8, promising=2, asked=2)
    assert drafted.changes(first, second) == [
        {"query": "a", "first": 1, "second": None, "change": -100},
        {"query": "c", "first": None, "second": 90, "change": 11},
        {"query": "b", "first": 10, "second": 4, "change": 6},
    ]
    sides = [drafted.facts(40, own, [], {}) for own in (first, second)]
    assert [row.values for row in drafted.differences(*sides)] == [("2", "1", "-1"), ("2", "2", "0")]


def test_a_word_left_out() -> None:
    effects = [Without("zoom", "lens", 3, 9, (0, 12)), Without("lens", "zoom", 7, 10, (1, 4))]
    rows = drafted.word_rows(effects, 5, [1, 5])
    assert [(row["shoppers_change"], row["queries_kept"], row["places"]) for row in rows] == [(-2, 0, 107), (2, 2, -1)]
    assert "shoppers" not in drafted.word_rows([Without("a", "b", None, 1, ())], None, [])[0]


def test_what_may_be_the_same_product() -> None:
    assert drafted.same(0.95, "Lens", "Zoom")
    assert drafted.same(0.2, " compact CAMERA", "Compact  camera")
    assert not drafted.same(0.94, "Lens", "Zoom")


def test_who_finds_a_product() -> None:
    ranks = np.array([1, 0, 11, 10])
    first, hundred = reached.queries([(ranks, 40), (None, 40)])
    assert first.values == ("2 of 4\n50.0 %; by chance 1.00", "–")
    assert hundred.values == ("3 of 4\n75.0 %; by chance 4.00", "–")
    shown, held = reached.evaluated([(Measured("towers", 8, 3, {"ann": 4, "bob": 11}), 40), (None, 40)])
    assert shown.values == ("3 of 8\ntowers alone\nby chance 2.00", "–")
    assert held.values == ("1 of 2\ntowers alone", "–")
    assert reached.evaluated([(Measured("towers", 8, None, {}), 40)])[0].values == ("–",)
    now, _ = reached.shoppers([(ranks, 40, "reranked"), (ranks, 40, "text")])
    assert now.values == ("2 of 4\nre-ranked\n50.0 %; by chance 1.00", "2 of 4\ntext alone\n50.0 %; by chance 1.00")


def test_names_of_versions_lose_what_they_share() -> None:
    assert shorter(["bench-beauty-history-1", "bench-beauty-seed-1"]) == ["…history-1", "…seed-1"]
    assert shorter(["sample-history", "sample-text"]) == ["sample-history", "sample-text"]
    assert shorter(["bench-beauty-3-a", "bench-beauty-3-b", "bench-beauty-2-a"]) == ["…3-a", "…3-b", "…2-a"]
    assert shorter(["bench-beauty-history-1"]) == ["bench-beauty-history-1"]
    assert shorter([]) == []


def test_long_names_of_versions_lose_their_middle_and_are_still_told_apart() -> None:
    names = ["sample", "beauty-leave-one-out-sequence-1", "beauty-leave-one-out-sequence-2", "beauty-time-sequence-1"]
    short = shorter(names)
    assert short == ["sample", "…one-out-sequence-1", "…one-out-sequence-2", "beauty-time-sequence-1"]
    assert shorter(["a" * 40], 11) == ["aaaaa…aaaaa"]
    tight = shorter(names[1:], 12)
    assert len(set(tight)) == 3
