"""BM25 of added products by the statistics of what was published, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.retrieval.live.lexical import LiveLexical, Statistics
from pipeline.text.lexical import LexicalIndex

TEXTS = ["red lamp", "red red chair with arms", "blue lamp", "table"]  # "with" is a stop word: 2, 4, 2 and 1 terms
MEAN = 9 / 4


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex.build(TEXTS)


@pytest.fixture(scope="module")
def statistics(index: LexicalIndex) -> Statistics:
    return Statistics.of(index, TEXTS, range(4))


def test_the_mean_length_is_read_back_from_the_scores(statistics: Statistics) -> None:
    assert statistics.mean_length == pytest.approx(MEAN, rel=1e-5)


def test_a_published_text_weighs_what_the_index_says(index: LexicalIndex, statistics: Statistics) -> None:
    for row, text in enumerate(TEXTS):
        for term, weight in statistics.weigh(text).items():
            assert weight == pytest.approx(float(index.weights(term)[index.rows(term) == row][0]), rel=1e-5)


def test_by_hand(statistics: Statistics) -> None:
    # "red" is in 2 of 4: idf log(1 + 2.5 / 2.5); "plaid" in none: log(1 + 4.5 / 0.5). Three terms, "red" twice.
    usual = 1.2 * (0.25 + 0.75 * 3 / MEAN)
    weights = statistics.weigh("Red plaid red")
    assert weights == pytest.approx({"red": np.log(2) * 2 / (2 + usual), "plaid": np.log(10) / (1 + usual)}, rel=1e-4)


def test_added_ones_stand_behind(index: LexicalIndex, statistics: Statistics) -> None:
    live = LiveLexical(index, [statistics.weigh("red plaid"), statistics.weigh("plaid plaid")])
    assert live.size == 6
    assert (live.knows("plaid"), live.knows("red"), live.knows("green")) == (True, True, False)
    assert live.rows("red").tolist() == [0, 1, 4]
    assert live.rows("plaid").tolist() == [4, 5]
    assert live.rows("green").tolist() == []
    scores = live.scores("red plaid plaid")
    assert scores[:4].tolist() == pytest.approx(index.scores("red plaid plaid").tolist())
    own = statistics.weigh("red plaid")
    assert scores[4] == pytest.approx(own["red"] + 2 * own["plaid"], rel=1e-6)
    assert scores[5] == pytest.approx(2 * statistics.weigh("plaid plaid")["plaid"], rel=1e-6)


def test_an_empty_shop_has_no_mean() -> None:
    index = LexicalIndex.build(["", ""])
    assert Statistics.of(index, ["", ""], [0, 1]).mean_length == 1.0
