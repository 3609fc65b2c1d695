"""The Recommend page: values on screen, and every error a visitor can meet."""

from __future__ import annotations

import re

import pytest

from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import checked, labels, press, products, screen, source, visit


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store)


class TestRecommend:
    def test_without_a_shopper_it_offers_some(self) -> None:
        test = visit("recommend")
        assert "4 shoppers are known." in screen(test)
        test = press(test, "shopper-0")
        assert test.query_params["shopper"] == "ann"

    def test_history_beside_recommendations(self) -> None:
        test = visit("recommend", shopper="ann")
        text = screen(test)
        assert "5 products, newest first" in text
        assert "rated 4" in text
        assert "14 Apr 1970" in text
        assert products(test)[:5] == ["C3", "T1", "L1", "C2", "C1"]
        assert set(products(test)[5:]) == {row.product_id for row in tiny.SHOP} - set(tiny.HISTORIES["ann"])
        assert re.search(r" 7 products in [\d.]+ ms", text)

    def test_a_re_ranked_list_says_who_proposed_each_product(self, store: VersionStore) -> None:
        tiny.publish(store, reranked=True, replace=True)
        test = visit("recommend", shopper="ann")
        assert [each for each in products(test)[5:] if each != "S2"] == ["H1", "S1", "H2", "B1", "U2", "U1"]
        assert re.search(r"towers \(rank \d\)", screen(test))
        assert "Propose and put in order" in screen(test)
        assert "wanted by similar shoppers" not in screen(test)

    def test_the_hidden_product_is_looked_for(self) -> None:
        test = visit("recommend", shopper="ann", hide="1")
        assert "The hidden product is found at rank 1." in screen(test)
        assert "the hidden product" in screen(test)
        assert "no held-out product" in screen(visit("recommend", shopper="dee", hide="1"))

    @pytest.mark.parametrize(
        ("split", "switch", "reason"),
        [
            ("leave-one-out", "Hide the last product and", "It takes three products to hold one out."),
            ("time", "Hide the products of the test window and", "None of these products falls into the test window."),
            ("given", "Hide the held-out products and", "The dataset holds none of these products out."),
        ],
    )
    def test_what_is_hidden_depends_on_the_split(
        self, split: str, switch: str, reason: str, store: VersionStore
    ) -> None:
        tiny.publish(store, split=split, replace=True)
        test = visit("recommend", shopper="dee", hide="1")
        assert test.toggle[0].label.startswith(switch)
        assert reason in screen(test)

    def test_a_recommendation_leads_to_similar_products_and_into_the_basket(self) -> None:
        test = visit("recommend", shopper="bob")
        first = products(test)[4]
        checked(test.menu_button(key="act-1").click("Add to basket").run())
        assert "Open the basket (1 product)" in labels(test)
        assert test.query_params["shopper"] == "bob"
        checked(test.menu_button(key="act-1").click("Similar").run())
        assert test.title[0].value == "Similar products"
        assert test.query_params == {"similar": first, "version": "tiny"}

    def test_part_of_an_id_offers_the_matches(self) -> None:
        test = visit("recommend", shopper="E")
        assert '2 shoppers whose id contains "E"' in screen(test)
        assert {"dee", "cem"} <= set(labels(test))

    def test_an_unknown_shopper_is_said(self) -> None:
        assert 'This version knows no shopper "zoe<b>"' in screen(visit("recommend", shopper="zoe<b>"))

    def test_two_versions_beside_each_other(self, store: VersionStore) -> None:
        tiny.publish(store, "text", towers=False, created="2026-01-01T00:00:00Z")
        test = visit("recommend", basket=["C1", "H1"], version="tiny", against="text", k="5")
        text = screen(test)
        assert re.search(r"\d of 5 recommendations are in common|All 5 recommendations", text)
        assert "text: This version has no towers" in text
        assert [each.value for each in test.subheader] == [
            "Basket",
            "tiny",
            "text",
        ]
        assert any(mark in text for mark in ("▲", "▼", "new", "="))

    def test_a_second_version_that_cannot_answer_leaves_the_first(self, store: VersionStore) -> None:
        tiny.publish(store, "text", towers=False, created="2026-01-01T00:00:00Z")
        test = visit("recommend", shopper="ann", version="tiny", against="text")
        assert "This version has no shoppers." in screen(test)
        assert "7 products in" in screen(test)
        tiny.damage(tiny.publish(store, "wreck"))
        test = visit("recommend", shopper="ann", version="tiny", against="wreck")
        assert 'Version "wreck" is damaged' in screen(test)
        assert "7 products in" in screen(test)

    def test_a_basket_is_built_and_emptied(self) -> None:
        test = visit("recommend", **{"for": "basket"})
        assert "The basket is empty." in screen(test)
        assert len(re.findall("pse-message", source(test))) == 1
        assert not test.subheader
        assert "Popular with all shoppers:" in screen(test)
        checked(test.text_input(key="product-query").set_value("usb cable").run())
        test = press(test, "find-1")
        assert test.query_params["basket"] == "U1"
        assert "wanted by similar shoppers" in screen(test)
        test = press(test, "remove-0")
        assert "basket" not in test.query_params
        assert "The basket is empty." in screen(test)

    def test_an_unknown_product_in_the_basket_is_said(self) -> None:
        test = visit("recommend", basket=["C1", "gone"])
        assert 'This version holds no product "gone".' in screen(test)
        assert products(press(test, "take-out"))[0] == "C1"

    @pytest.mark.parametrize(
        ("k", "sentence"), [("0", "0 results cannot be shown."), (str(10**9), "Ask for 1 to 100.")]
    )
    def test_a_number_out_of_range_is_said(self, k: str, sentence: str) -> None:
        assert sentence in screen(visit("recommend", shopper="ann", k=k))

    def test_without_shoppers_it_offers_a_basket(self, store: VersionStore) -> None:
        tiny.publish(store, "text", towers=False)
        test = visit("recommend", version="text")
        assert "This version knows no shoppers." in screen(test)
        assert "Build a basket" in labels(test)
