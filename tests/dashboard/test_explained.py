"""What the drawer says of a product, worked out by hand."""

from __future__ import annotations

import doctest
import math
import re

import pytest

from dashboard.components import explained, reasons
from dashboard.components.explained import Bar
from pipeline.retrieval.explain import LABELS, Contribution, WordWorth
from pipeline.retrieval.results import ScorePart

NAN = math.nan


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(reasons).failed == 0


def test_every_kind_of_evidence_has_words() -> None:
    assert set(reasons.PHRASES) == set(LABELS.values())
    for label in LABELS.values():
        for value in (NAN, 0.0, 1.0):
            phrase = reasons.said(label, {name: value for name, own in LABELS.items() if own == label})
            assert "nan" not in phrase.split()


@pytest.mark.parametrize(
    ("label", "features", "phrase"),
    [
        ("words found by BM25", {"bm25": 3.0, "bm25_rank": math.log1p(2)}, "rank 3 of all"),
        ("words found by BM25", {"bm25": 3.0, "bm25_rank": math.log1p(200)}, "not among the first 200"),
        ("words found by BM25", {"bm25": 0.0, "bm25_rank": math.log1p(200)}, "holds none of them"),
        ("meaning (MiniLM)", {"cosine": 0.6789, "cosine_rank": 0.0}, "cosine 0.679, rank 1 of all"),
        ("words and meaning together", {"sum_rank": math.log1p(9)}, "rank 10 of all"),
        ("words of the query in the title", {"title_words": 0.75}, "75 % of them"),
        ("words of the query in the title", {"title_words": 1.0}, "all of them"),
        ("words of the query in the title", {"title_words": NAN}, "none of them"),
        (
            "words of the query in brand, category, description",
            {"beside_weight": 0.5},
            "50 % of them, rare words counting more",
        ),
        ("words of the query anywhere", {"either_weight": 1.0}, "all of them, rare words counting more"),
        ("words side by side", {"phrase": 1.0, "bigrams": 1.0}, "the whole query, in its order"),
        ("words side by side", {"phrase": 0.0, "bigrams": 0.5}, "50 % of the neighbouring pairs"),
        ("words side by side", {"phrase": NAN, "bigrams": NAN}, "a query of one word"),
        ("what the product is", {"head_place": 2.0, "head_within": 1.0}, "the title names it"),
        ("what the product is", {"head_place": 4.0, "head_within": 0.0}, "the title names it only aside"),
        ("what the product is", {"head_place": 32.0, "head_within": 0.0}, "the title lacks the word for it"),
        (
            "numbers, sizes and model codes",
            {"numbers": NAN, "codes": NAN, "measures": NAN, "other_measures": NAN},
            "the query has none",
        ),
        (
            "numbers, sizes and model codes",
            {"numbers": 1.0, "codes": 1.0, "measures": NAN, "other_measures": NAN},
            "all of the query's match",
        ),
        (
            "numbers, sizes and model codes",
            {"numbers": 0.5, "codes": NAN, "measures": 0.0, "other_measures": 1.0},
            "another size than asked for",
        ),
        ("brand", {"brand_named": 1.0, "brand_same": 1.0}, "as the query names"),
        ("brand", {"brand_named": 1.0, "brand_same": 0.0}, "another than the query names"),
        ("brand", {"brand_named": 0.0, "crowd_brand": 0.35}, "shared by 35 % of the first results"),
        ("category", {"crowd_leaf": NAN}, "no category known"),
        ("popularity", {"popularity": math.log1p(412)}, "412 interactions"),
        ("price", {"price_over_crowd": math.log(2)}, "2.00 times the first results'"),
        ("price", {"price_over_crowd": 0.01}, "about that of the first results"),
        ("the query itself", {"query_words": 4.0}, "4 words"),
        ("something new", {"x": 1.0}, ""),
    ],
)
def test_values_are_named_in_words(label: str, features: dict[str, float], phrase: str) -> None:
    assert reasons.said(label, features) == phrase


def places(html: str) -> list[tuple[str, float, float]]:
    """Return (for, against or whole, left %, width %) of each bar."""
    found = re.findall(r'class="pse-(for|against|whole)" style="left:([\d.]+)%;width:([\d.]+)%"', html)
    return [(kind, float(left), float(width)) for kind, left, width in found]


def test_bars_lie_on_both_sides_of_zero() -> None:
    html = explained.diverging([Bar("a", "", 0.3), Bar("b", "", -0.1), Bar("c", "", 0.0)])
    # From -0.1 to 0.3, zero lies at a quarter.
    assert places(html) == [("for", 25.0, 75.0), ("against", 0.0, 25.0), ("for", 25.0, 0.0)]
    assert html.count('class="pse-zero" style="left:25.0%"') == 3
    assert re.findall(r'pse-number">([^<]+)', html) == ["+0.300", "-0.100", "0"]


def test_bars_of_one_sign_begin_at_the_edge() -> None:
    assert places(explained.diverging([Bar("a", "", 0.2), Bar("b", "", 0.1)])) == [("for", 0, 100), ("for", 0, 50)]
    assert places(explained.diverging([Bar("a", "", -0.2)])) == [("against", 0, 100)]
    assert places(explained.diverging([Bar("a", "", 0.0)])) == [("for", 0, 0)]


def test_weak_evidence_is_added_up() -> None:
    kinds = [Contribution("brand", 0.5 - 0.1 * place, {}) for place in range(10)]  # 0.5, 0.4 ... -0.4
    html = explained.evidence(kinds, 0.6)
    assert html.count('<div class="pse-reason') == 11
    assert "2 weaker kinds" in html
    # All ten add 0.5: the average candidate has 0.1 of the ranker, this product 0.6.
    assert re.findall(r'pse-number">([^<]+)', html) == [
        *("0.100", "+0.500", "+0.400", "+0.300", "+0.200", "+0.100", "0", "-0.100", "-0.200", "-0.700", "0.600"),
    ]


def test_each_bar_of_a_waterfall_begins_where_the_last_one_ends() -> None:
    html = explained.waterfall(Bar("mean", "", 0.2), [Bar("a", "", 0.3), Bar("b", "", -0.1)], "Whole")
    # From 0 to 0.5: 0.2, then to 0.5, then back to 0.4.
    assert places(html) == [("whole", 0, 40), ("for", 40, 60), ("against", 80, 20), ("whole", 0, 80)]
    assert re.findall(r'pse-number">([^<]+)', html) == ["0.200", "+0.300", "-0.100", "0.400"]
    # Below zero in between: from -0.1 to 0.3, zero lies at a quarter.
    below = explained.waterfall(Bar("mean", "", 0.1), [Bar("a", "", -0.2), Bar("b", "", 0.4)], "Whole")
    assert places(below) == [("whole", 25, 25), ("against", 0, 50), ("for", 0, 100), ("whole", 25, 75)]


def test_words_are_shown_as_text() -> None:
    html = explained.worths([WordWorth("<b>", 0.1), WordWorth("usb", -0.1)])
    assert "<bdi>&lt;b&gt;</bdi>" in html
    assert places(html) == [("for", 50, 50), ("against", 0, 50)]


def test_finders_say_rank_score_and_share() -> None:
    parts = (
        ScorePart("ranked", 0.8, 1, 0.4),
        ScorePart("bm25", 11.37, 1204, 0.1),
        ScorePart("minilm", 0.5, None, 0.3),
    )
    html = explained.finders(parts, 0.8, adds=True)
    assert [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>(.*?)</tr>", html)] == [
        "Found by Rank there Own score Adds",
        "Learned ranker – – 0.400",
        "Words (BM25) 1,204 11.4 0.100",
        "Meaning (MiniLM) not listed cosine 0.500 0.300",
        "Score 0.800",
    ]
    assert re.findall(r'pse-by-(\w+)" style="width:([\d.]+)%', html) == [
        ("ranked", "50.0"),
        ("bm25", "12.5"),
        ("minilm", "37.5"),
    ]
    assert "Adds" not in explained.finders(parts[1:], 0.8, adds=False)
    assert "pse-stack" not in explained.finders(parts[1:], 0.8, adds=False)
