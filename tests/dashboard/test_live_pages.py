"""Pages where products were added: Search and Recommend show them, what was measured or drawn knows none."""

from __future__ import annotations

import pytest

from dashboard import loading
from pipeline.retrieval.drafts.draft import Draft
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import labels, screen, source, visit

TITLE = "Quokka compact camera <script>alert(1)</script>"
NOTE = "Added after the version was published: "


@pytest.fixture(autouse=True)
def added(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    loading._live.cache_clear()
    monkeypatch.setenv("PSE_LIVE_PRODUCTS", "on")
    tiny.publish(store, item_tower=True, reranked=True, ranked=0.2, mapped=True)
    products = loading.added(loading.published("tiny"))
    products.put("X1", Draft(TITLE, "Zorbco", ("Photo", "Cameras"), 999.0))


def links(test, label: str) -> int:  # type: ignore[no-untyped-def]
    return sum(each.proto.label == label for each in test.main.get("page_link"))


@pytest.mark.parametrize("mode", ["ranked", "fused", "words", "meaning"])
def test_search(mode: str) -> None:
    test = visit(q="quokka compact camera", mode=mode)
    assert "Quokka compact camera" in screen(test)
    assert NOTE in screen(test)
    assert "<script" not in source(test)


def test_an_added_product_has_no_link_to_the_map() -> None:
    own = visit(q="quokka", mode="words")
    assert NOTE in screen(own)
    assert links(own, "Show on map") == 0
    assert links(visit(q="usb cable", mode="words"), "Show on map") == 3  # the products that hold one of the words
    similar = visit(similar="X1", space="text")
    assert "Quokka" in screen(similar)
    assert NOTE not in screen(similar)  # it is not among its own neighbours


def test_filters_offer_its_brand() -> None:
    test = visit(q="quokka compact camera", brand="Zorbco")
    assert "Quokka compact camera" in screen(test)
    assert "Compact camera 4" not in screen(test)


def test_recommend() -> None:
    test = visit("recommend", basket=["C1", "C3"])
    assert "Quokka compact camera" in screen(test)
    test = visit("recommend", basket=["X1"])
    assert "Compact camera" in screen(test)
    assert labels(test)


@pytest.mark.parametrize("page", ["map", "query_sets", "compare", "taste", "judge", "evaluation"])
def test_what_was_measured_or_drawn_knows_none(page: str) -> None:
    test = visit(page, version="tiny")
    assert "Quokka" not in screen(test)
    assert "could not be shown" not in screen(test)


def test_a_basket_that_holds_one_is_no_shopper_of_the_map() -> None:
    test = visit("map", version="tiny", basket=["X1"])
    assert 'This version holds no product "X1".' in screen(test)
    test = visit("map", version="tiny", product="X1")
    assert "could not be shown" not in screen(test)
