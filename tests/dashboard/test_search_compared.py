"""The Search page with two lists beside each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import checked, drawer, press, products, screen, source, visit


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store)


def test_two_modes_of_one_version() -> None:
    test = visit(q="zoom lens", mode="words", **{"against-mode": "fused"}, n="5")
    found = products(test)
    assert found[:2] == ["L1", "C2"]  # words find no more
    assert len(found) == 7
    assert "2 of 5 results are in common" in screen(test)
    assert [each.value for each in test.subheader] == ["Words", "Fused"]
    assert source(test).count("pse-lines") == 1
    assert "new" in screen(test)
    assert not [button for button in test.button if button.key == "similar-1"]


def test_nothing_is_compared_with_itself() -> None:
    assert not visit(q="camera", mode="fused", **{"against-mode": "fused"}).subheader
    assert not visit(q="camera", against="tiny").subheader
    assert not visit(q="camera", **{"against-mode": "bogus"}).subheader


def test_the_choice_is_in_the_url_and_can_be_undone() -> None:
    test = visit(q="camera")
    checked(test.selectbox(key="widget-against-mode").set_value("meaning").run())
    assert test.query_params["against-mode"] == "meaning"
    assert [each.value for each in test.subheader] == ["Fused", "Meaning"]
    test = press(test, "stop-comparing")
    assert test.query_params == {"q": "camera", "version": "tiny"}
    assert not test.subheader


def test_two_versions_whose_products_are_others(store: VersionStore) -> None:
    shop = tuple(replace(row, product_id=f"x{row.product_id}") for row in tiny.SHOP)
    tiny.publish(store, "other", towers=False, shop=shop, created="2026-01-01T00:00:00Z", dataset="another-shop")
    test = visit(q="camera", version="tiny", against="other", n="3")
    assert "None of the 3 results is in common." in screen(test)
    assert "of the 3 on the left the other version holds none" in screen(test)
    assert [each.value for each in test.subheader] == ["tiny", "other"]
    assert "pse-lines" not in source(test)
    test = visit(q="camera", version="tiny", against="other", **{"against-mode": "words"}, n="3")
    assert [each.value for each in test.subheader] == ["tiny, Fused", "other, Words"]


def test_one_that_cannot_answer_leaves_the_other() -> None:
    test = visit(q="camera", **{"against-mode": "ranked"})
    assert "This version has no search ranker." in screen(test)
    assert len(products(test)) == 10


def test_a_version_without_the_mode_answers_in_its_own(store: VersionStore) -> None:
    tiny.publish(store, "learned", ranked=0.5)
    test = visit(q="camera", version="learned", against="tiny")
    assert [each.value for each in test.subheader] == ["learned, Ranked", "tiny, Fused"]
    assert len(products(test)) == 20


def test_an_empty_list_says_so() -> None:
    test = visit(q="photography", mode="words", **{"against-mode": "meaning"}, n="3")
    assert "No result here." in screen(test)
    assert len(products(test)) == 3


def test_filters_hold_for_both() -> None:
    test = visit(q="camera", brand="Norvik", mode="fused", **{"against-mode": "meaning"})
    assert sorted(products(test)) == ["C1", "C1", "C2", "C2"]
    assert "All 2 results are" in screen(test)


def test_both_lists_mark_the_words_and_say_what_was_left_out() -> None:
    test = visit(q="camera", max="1", mode="words", **{"against-mode": "fused"})
    html = source(test)
    assert html.count("<mark>camera</mark>") > 5
    assert [button.label for button in test.button if "left out" in button.label] == [
        ":gray[~~Price up to 1~~] left out\u2002✕"
    ]


def test_each_card_has_its_reason_and_what_is_similar(store: VersionStore) -> None:
    test = visit(q="zoom lens", mode="words", **{"against-mode": "fused"})
    test = checked(test.menu_button(key="act-1-2").click("Why").run())
    assert (test.query_params["why"], test.query_params["why-side"]) == (products(test)[3], "2")
    assert 'Rank 2 of 12 for "zoom lens"' in drawer(test)
    assert "Fused: words and meaning count half each." in drawer(test)
    test = visit(q="zoom lens", mode="words", why="L1", **{"against-mode": "fused"})
    assert 'Rank 1 of 2 for "zoom lens"' in drawer(test)
    assert "Words (BM25): only what holds" in drawer(test)
    test = checked(test.menu_button(key="act-0-1").click("Similar").run())
    assert test.query_params["similar"] == "L1"
    assert "similar-of" not in test.query_params


def test_what_is_similar_is_asked_of_the_version_that_holds_it(store: VersionStore) -> None:
    shop = tuple(replace(row, product_id=f"x{row.product_id}") for row in tiny.SHOP)
    tiny.publish(store, "other", towers=False, shop=shop, created="2026-01-01T00:00:00Z")
    test = visit(q="camera", version="tiny", against="other", n="3")
    test = checked(test.menu_button(key="act-1-1").click("Similar").run())
    assert (test.query_params["similar-of"], test.query_params["version"]) == ("other", "tiny")
    assert products(test)[0].startswith("x")
    test = press(test, "back")
    assert test.query_params == {"q": "camera", "version": "tiny", "against": "other"}


def test_from_either_list_to_the_map_of_its_version(store: VersionStore) -> None:
    tiny.publish(store, "other", mapped=True, created="2026-01-01T00:00:00Z")
    test = visit(q="camera", version="tiny", against="other", n="3")
    first = products(test)[0]
    test = checked(test.menu_button(key="act-1-1").click("Show on map").run())
    assert test.title[0].value == "Map"
    assert (test.query_params["version"], test.query_params["product"]) == ("other", first)


def test_a_price_that_one_side_read_is_said_and_can_be_undone(store: VersionStore) -> None:
    shop = tuple(replace(row, price=None) for row in tiny.SHOP)
    tiny.publish(store, "unpriced", shop=shop, created="2026-01-01T00:00:00Z")
    for version, against in (("unpriced", "tiny"), ("tiny", "unpriced")):
        test = visit(q="camera under 100", version=version, against=against)
        (chip,) = (button for button in test.button if button.key == "chip-0")
        assert chip.label == "Price up to 100, from your words, on one side\u2002✕"
        assert 'tiny: Read "under 100" as a price of at most 100.' in screen(test)
        test = press(test, "as-typed")
        assert test.query_params["typed"] == "1"
        assert "a price of at most" not in screen(test)
    both = visit(q="camera under 100", version="tiny", **{"against-mode": "words"})
    assert "a price of at most" not in screen(both)  # the chip says it for both


def test_the_list_that_is_left_has_a_name_a_count_and_a_download(store: VersionStore) -> None:
    shop = tuple(replace(row, product_id=f"x{row.product_id}", brand="Canon") for row in tiny.SHOP)
    tiny.publish(store, "other", towers=False, shop=shop, created="2026-01-01T00:00:00Z")
    test = visit(q="camera", version="tiny", against="other", brand="Canon", n="3")
    assert 'The version tiny holds no brand "Canon".' in screen(test)
    assert [each.value for each in test.subheader] == ["other"]
    assert "The best 3 of 12 products that pass the filters" in screen(test)
    assert [each.label for each in test.main.get("download_button")] == ["Download CSV"]
    test = press(test, "similar-1")
    assert test.query_params["similar-of"] == "other"
    assert 'holds no product "x' not in screen(test)
