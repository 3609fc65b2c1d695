"""The search page: why a product is there, and what a score means; on the tiny shop."""

from __future__ import annotations

import re

import pytest

from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import (
    checked,
    drawer,
    drawer_source,
    press,
    products,
    screen,
    source,
    visit,
)


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store, ranked=0.5)


class TestWhy:
    def test_it_is_worked_out_when_opened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        test = visit(q="wireless headphones")
        assert drawer(test) == ""
        first = products(test)[0]
        test = press(test, "why-1")
        assert test.query_params["why"] == first
        assert 'for "wireless headphones"' in drawer(test)

    def test_what_the_ranker_weighed_ends_with_what_it_adds(self) -> None:
        html = drawer_source(visit(q="usb cable", why="U2"))
        weighed = html.split("What the ranker weighed")[1].split("</section>")[0]
        start, *added, whole = re.findall(r'pse-number">([^<]+)', weighed)
        assert float(whole) == pytest.approx(float(start) + sum(map(float, added)), abs=2e-3)
        (own,) = re.findall(r"Learned ranker</td><td>–</td><td>–</td><td>([^<]+)", html)
        assert whole == own
        assert "The average candidate" in weighed

    def test_a_link_opens_it(self) -> None:
        test = visit(q="usb cable", why="U1")
        text = drawer(test)
        assert 'USB cable Corda · Cables · 7.99 Rank 1 of 12 for "usb cable"' in text
        assert "Learned ranker – – 0 Words (BM25) 1 " in text
        assert "Meaning (MiniLM) 1 cosine 1.00 0.250 Score 0.500" in text
        assert "What the ranker weighed" in text
        assert "Meaning (MiniLM) cosine 1.00, rank 1 of all -0." in text  # this ranker goes against meaning
        # Both words are in two titles each: without one, half of BM25 and 1 - 1/sqrt(2) of the cosine are lost.
        assert "usb +0.396 cable +0.396" in text

    def test_a_product_that_is_not_listed_is_explained_too(self) -> None:
        test = visit(q="usb cable", why="T1", n="1")
        assert "T1" not in products(test)
        assert "Tripod for camera" in drawer(test)
        assert "Words (BM25) not listed 0 0" in drawer(test)

    def test_the_query_is_explained_as_it_was_understood(self) -> None:
        text = drawer(visit(q="usb cabel under 20", why="U1"))
        # U2 is the other; further in meaning, it is what this ranker puts first, half a point apart: a quarter each.
        assert 'Rank 2 of 2 for "usb cable"' in text
        assert "Meaning (MiniLM) cosine 1.00, rank 1 of all -0.250" in text
        assert "Ranks here count the products that pass the filters" in text
        assert "Ranks here" not in drawer(visit(q="usb cable", why="U1"))
        # A price that was left out, as nothing is as cheap, hides nothing.
        assert 'for "usb cable"' in drawer(visit(q="usb cable under 1", why="U1"))

    @pytest.mark.parametrize(("mode", "rank"), [("words", "1 of 3"), ("meaning", "1 of 12")])
    def test_one_retriever_alone_says_what_it_has(self, mode: str, rank: str) -> None:
        text = drawer(visit(q="usb cable", why="U1", mode=mode))
        assert f'Rank {rank} for "usb cable"' in text
        assert "Adds" not in text
        assert "ranker" not in text
        assert "usb +0.396 cable +0.396" in text

    def test_what_words_do_not_find_is_not_listed(self) -> None:
        assert 'Not listed for "usb cable"' in drawer(visit(q="usb cable", why="C1", mode="words"))

    def test_fused_has_no_ranker(self) -> None:
        text = drawer(visit(q="usb cable", why="U1", mode="fused"))
        assert "Words (BM25) 1 " in text
        assert "Score 1.00" in text
        assert "ranker" not in text

    def test_one_word_has_none_to_leave_out(self) -> None:
        assert "The query has one word" in drawer(visit(q="cable", why="U1"))

    @pytest.mark.parametrize(
        ("parameters", "sentence"),
        [
            ({"why": "<b>X9"}, 'This version holds no product "<b>X9".'),
            ({"why": "U1", "brand": "Sonara"}, "The filters leave this product out. Widen the filters."),
        ],
    )
    def test_what_cannot_be_explained_is_said(self, parameters: dict[str, str], sentence: str) -> None:
        assert sentence in drawer(visit(q="usb cable", **parameters))

    def test_there_is_nothing_to_explain_without_a_query(self) -> None:
        assert drawer(visit(why="U1")) == ""

    def test_another_query_closes_it(self) -> None:
        test = visit(q="usb cable", why="U1")
        checked(test.text_input(key="widget-q").set_value("camera").run())
        assert "why" not in test.query_params


class TestScore:
    def test_each_mode_says_what_its_scores_are(self) -> None:
        html = source(visit(q="usb cable", mode="words"))
        assert "The score, 0 and up, grows with every word" in html.split('class="pse-score" title="')[1].split(">")[0]
        assert "The score, -1 to 1, is the cosine" in screen(visit(q="usb cable", mode="words"))  # one click away
        assert "The score, 0 to 1, adds" in drawer(visit(q="usb cable", why="U1"))
        assert "is the cosine between the texts" in source(visit(similar="C1"))

    def test_one_retriever_alone_shows_its_own_score(self) -> None:
        # "usb" is one of the two meanings of "USB cable": the cosine is 1 / sqrt(2).
        assert '<span class="pse-number">0.707<' in source(visit(q="usb", mode="meaning"))
        assert '<span class="pse-number">1.00<' in source(visit(q="usb", mode="fused"))
