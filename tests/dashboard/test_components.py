"""The words, numbers and tables that pages are made of, worked out by hand."""

from __future__ import annotations

import doctest

import pytest

from dashboard import results
from dashboard.components import (
    cards,
    charts,
    colours,
    differing,
    export,
    measured,
    overlap,
    own_data,
    runs,
    sliced,
    words,
)
from pipeline.retrieval.catalogue import Product
from pipeline.retrieval.results import Hit, ScorePart


def made(
    product_id: str = "a",
    title: str = "Camera",
    brand: str | None = None,
    category: tuple[str, ...] = (),
    interactions: int = 0,
) -> Product:
    return Product(0, product_id, title, brand, category, None, None, None, None, None, 0, interactions)


@pytest.mark.parametrize("module", [words, overlap, results, differing, own_data, runs])
def test_the_examples_in_the_documentation_hold(module) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.99951, "1.00"),
        (9.996, "10.0"),
        (0.0005153, "0.000515"),
        (-0.0625, "-0.0625"),
        (999.4, "999"),
        (999.6, "1,000"),
        (0, "0"),
        (float("nan"), "–"),
        (None, "–"),
    ],
)
def test_figures_have_three_significant_digits(value: float | None, said: str) -> None:
    assert words.figure(value) == said


def test_foreign_text_is_made_harmless() -> None:
    assert words.escape('<b title="x">&') == "&lt;b title=&quot;x&quot;&gt;&amp;"
    assert words.clean("a\x00b\u202ec\nd  e\u2069") == "abc d e"
    assert words.clean("\u0645\u06cc\u200c\u062e\u0648") == "\u0645\u06cc\u200c\u062e\u0648"  # joiners stay
    assert words.plain("**b** [l](u) :red[x] $m$") == r"\*\*b\*\* \[l\]\(u\) \:red\[x\] \$m\$"


def test_a_card_of_a_bare_product() -> None:
    html = cards.card(made(product_id="<x>", title="\u202e"))
    assert "Untitled product" in html
    assert 'data-product="&lt;x&gt;"' in html
    assert "None" not in html


def test_why_names_the_parts_of_a_fused_score() -> None:
    parts = (ScorePart("bm25", 12.3, 1, 0.4812), ScorePart("minilm", 0.1, None, 0.5))
    product = made(interactions=3)
    assert cards.why(Hit(1, 0, "a", 0.98, parts), product) == "words 0.481 (#1) + meaning 0.500 (not listed)"
    ranked = (ScorePart("ranked", 2.0, 1, 1.0), ScorePart("bm25", 1.0, 3, 0.0), ScorePart("minilm", 0.1, None, 0.0))
    assert cards.why(Hit(1, 0, "a", 1.0, ranked), product) == "ranker 1.00, #3 by words, not listed by meaning"
    assert cards.why(Hit(1, 0, "a", 0.98, parts[:1]), product) == "contains the words"
    assert cards.why(Hit(1, 0, "a", 0.98, parts[:1]), product, (1, 1)) == "contains the word"
    assert cards.why(Hit(1, 0, "a", 0.98, parts[:1]), product, (1, 3)) == "contains 1 of 3 words"
    assert cards.why(Hit(1, 0, "a", 0.98, parts[:1]), product, (0, 1)) == "contains a part of a word"


@pytest.mark.parametrize(
    ("retriever", "product", "reason"),
    [
        ("towers", made(interactions=1), "wanted by similar shoppers"),
        ("towers", made(brand="Norvik", category=("Photo",)), "new: placed by its text, brand and category"),
        ("towers", made(category=("Photo",)), "new: placed by its text and category"),
        ("towers", made(), "new: placed by its text"),
        ("popularity", made(interactions=1), "popular with all shoppers"),
        ("popularity", made(), "new: no shopper knew it yet"),
        ("text", made(), "near in meaning"),
    ],
)
def test_shoppers_are_no_reason_for_a_product_that_none_knew(retriever: str, product: Product, reason: str) -> None:
    assert cards.why(Hit(1, 0, "a", 0.5, (ScorePart(retriever, 0.5, 1, 0.5),)), product) == reason


def reranked(*sources: tuple[str, int]) -> Hit:
    proposed = (ScorePart(who, 0.5, rank, 0.0) for who, rank in sources)
    return Hit(1, 0, "a", 1.0, (ScorePart("reranked", 1.0, 1, 1.0), *proposed))


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ([("linked", 1)], "chosen together (rank 1)"),
        ([("cold", 2), ("towers", 1500)], "new, similar text (rank 2) + towers (rank 1,500)"),
        (
            [("near", 1), ("share", 2), ("alike", 3), ("towers", 4)],
            "chosen soon after (rank 1) + chosen next (rank 2) + similar text (rank 3)",
        ),
        ([("else", 1)], "else (rank 1)"),
        ([], "popular with all shoppers"),
    ],
)
def test_a_re_ranked_product_says_who_proposed_it(sources: list[tuple[str, int]], said: str) -> None:
    assert cards.why(reranked(*sources), made(interactions=3)) == said


def test_a_re_ranked_product_that_no_shopper_knew_is_not_called_popular() -> None:
    assert cards.why(reranked(), made()) == "new: no shopper knew it yet"
    assert cards.why(reranked(("cold", 1)), made()) == "new, similar text (rank 1)"


def test_the_bar_is_a_share_of_the_best() -> None:
    assert 'style="width:50%"' in cards.bar(1.5, 3.0)
    assert 'style="width:0%"' in cards.bar(-1.0, 3.0)
    assert 'style="width:0%"' in cards.bar(0.0, 0.0)


def test_moves_between_two_lists() -> None:
    badges = overlap.moves(["a", "b", "c"], ["c", "b", "d"])
    assert {name: html.split(">")[1].split("<")[0] for name, html in badges.items()} == {
        "c": "▲ 2",
        "b": "=",
        "d": "new",
    }
    assert list(overlap.gone(["a", "b", "c"], ["c", "b", "d"])) == ["a"]
    assert overlap.in_common(["a", "b"], ["a", "b"]) == "All 2 recommendations are the same, in the same order."
    assert (
        overlap.in_common(["a", "b"], ["b", "a"]) == "All 2 recommendations are in common; 0 of them at the same rank."
    )
    assert overlap.in_common(["a", "b"], ["c", "b"]) == "1 of 2 recommendations is in common; 1 is at the same rank."
    assert overlap.in_common(["a", "b"], ["c", "d"]) == "None of the 2 recommendations is in common."
    assert overlap.in_common([], []) == "Neither list holds a recommendation."
    assert overlap.in_common(["a"], ["a"], "result") == "The only result is the same."
    assert overlap.in_common(["a"], ["b"], "result") == "No result is in common."
    assert overlap.in_common(["a", "b", "c"], ["c"], "result") == (
        "1 of 3 results is in common; none is at the same rank."
    )


def test_a_version_keeps_its_colour_beside_any_other() -> None:
    names = [f"version-{place}" for place in range(20)]
    for first in names:
        alone = colours.of_versions(first)
        for second in names:
            both = colours.of_versions(first, second)
            assert alone.items() <= both.items()
            assert len(set(both.values())) == len({first, second})  # two in view can be told apart
            if colours.of_versions(second)[second] != alone[first]:
                assert both[second] == colours.of_versions(second)[second]


def test_the_headline_compares_with_the_best_baseline_and_chance() -> None:
    rows = [
        {"system": "chance", "metric": "recall", "k": 10, "value": 0.01, "low": 0.01, "high": 0.01, "n": 5},
        {"system": "popularity", "metric": "recall", "k": 10, "value": 0.05, "low": 0.04, "high": 0.06, "n": 5},
        {"system": "towers", "metric": "recall", "k": 10, "value": 0.2, "low": 0.1, "high": 0.3, "n": 5},
    ]
    found = measured.of(rows, "recall", 10)
    assert [each.system for each in found] == ["towers", "popularity", "chance"]
    assert measured.headline("recommend", "recall", 10, found) == (
        "Two towers: Recall@10 is 0.200 (0.100–0.300), 4.00 times the best baseline, Popularity, and 20.0 times chance."
    )
    assert measured.interval(found[2]) == ""  # computed, not sampled
    assert measured.interval(measured.Measured("text", -0.2, -0.25, 0.1, 5)) == "-0.250 to 0.100"


def test_one_shopper_gives_no_interval() -> None:
    assert measured.provenance("recommend", "leave-one-out", "all", 1) == (
        "Measured on 1 shopper; the last product of each shopper is held out: one alone gives no interval."
    )


def test_no_axis_passes_1() -> None:
    for value, end in ((0.1, 0.135), (0.9, 1.0), (0.0, 1.0)):
        row = measured.Measured("towers", value, None, None, 5)
        figure = charts.dots([row], "towers", "NDCG@10", colours.BLUE, dark=False)
        assert figure.layout.xaxis.range == (0, pytest.approx(end))


@pytest.mark.parametrize("kind", charts.FORMATS)
def test_a_chart_is_saved_in_the_chosen_format(kind: str) -> None:
    assert charts.config(kind, "a")["toImageButtonOptions"]["format"] == kind


def test_a_spreadsheet_runs_nothing_from_the_csv() -> None:
    row = {"task": "search", "slice": "=cmd()", "system": "bm25", "metric": "ndcg", "k": 5, "value": -0.5, "x": 1}
    text = export.as_csv(measured.table_of([row])).decode("utf-8-sig")
    assert text.splitlines()[1] == "search,,'=cmd(),bm25,ndcg,5,-0.5,,,"


def sliced_row(name: str, system: str, value: float, metric: str = "recall") -> dict[str, object]:
    return {"slice": name, "system": system, "metric": metric, "k": 10, "value": value, "low": value, "high": 1, "n": 7}


def test_slices_are_grouped_by_family() -> None:
    rows = [
        sliced_row("all", "towers", 0.3),
        sliced_row("history: 1-4", "towers", 0.1),
        sliced_row("history: 20+", "towers", 0.2),
        sliced_row("history: 20+", "chance", 0.01),
        sliced_row("products: cold (0)", "towers", 0.0),
    ]
    assert sliced.families(rows) == ["products", "history"]
    assert sliced.measured_at(rows, ("recall", 5)) == ("recall", 10)
    assert sliced.measured_at(rows, ("mrr", 5)) == ("recall", 10)
    found = sliced.parts(rows, "history", "recall", 10)
    assert [(part.name, part.n, sorted(part.systems)) for part in found] == [
        ("1-4", 7, ["towers"]),
        ("20+", 7, ["chance", "towers"]),
    ]
    drawn = charts.parts(found, ["towers", "chance"], "towers", "Recall@10", colours.BLUE, dark=False)
    assert [list(trace.x) for trace in drawn.data] == [[0.1, 0.2], [0.01]]
    assert drawn.layout.yaxis.categoryarray == ("20+", "1-4")  # the first slice stands on top
    assert len({trace.marker.symbol for trace in drawn.data}) == 2


def test_slices_compare_with_the_best_baseline_and_chance() -> None:
    assert sliced.compared(["towers", "ease", "item-knn", "chance"], "towers") == ["towers", "ease", "chance"]
    assert sliced.compared(["text"], "text") == ["text"]
