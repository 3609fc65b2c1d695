"""The New product page: what a version makes of a product that it does not hold."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import loading
from pipeline.retrieval.drafts.csv_file import read
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import checked, labels, press, screen, source, visit
from tests.retrieval.live.shop import CAMERA, live

JUDGED = {"zoom lens": {"C2": 2, "L1": 1, "C1": 2}, "usb": {"U1": 1, "H1": 0, "C1": 1}, "camera": {"C1": 3}}
DRAFT = {"title": "Quokka compact camera", "brand": "Aldor", "category": "Photo > Cameras", "costs": "999"}


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store, item_tower=True, mapped=True, judged=JUDGED)


def table(test: AppTest) -> list[dict[str, object]]:
    """Return the last table on the page."""
    return test.dataframe[-1].value.to_dict("records")


def test_without_a_title_it_offers_products_to_begin_from() -> None:
    test = visit("new_product")
    assert "It is tried in memory" in screen(test)
    # Trained on: three cameras, three headphones and, of the other departments, one cable with a category.
    assert labels(test)[:3] == ["New Compact camera", "New Wireless headphones", "New USB cable"]
    assert test.text_input(key="widget-category").placeholder == "Photo > Cameras"
    assert test.text_input(key="widget-brand").placeholder == "Norvik"
    test = press(test, "example-0")
    assert test.query_params["title"] == "New Compact camera"
    assert (test.query_params["category"], test.query_params["brand"]) == ("Photo > Cameras", "Norvik")
    assert "Among the first ten of" in screen(test)


def test_what_the_version_makes_of_it() -> None:
    test = visit("new_product", **DRAFT)
    text = screen(test)
    # All three queries list it: twelve products, and the hundred first of them are all.
    assert "Among the first ten of 2 of 3 judged queries" in text or "Among the first ten of 3 of 3" in text
    assert "shown to" in text
    assert "of 4 shoppers asked" in text
    assert "Likely cluster" in text
    assert "% of the map's radius from its nearest products" in text
    assert "0 asked" not in text
    assert "Shoppers, by the towers" in text
    rows = table(test)
    with_it = live(loading.published("tiny"), {"X1": CAMERA})
    expected = {
        query: next(hit.rank for hit in with_it.search(query, k=13).hits if hit.product_id == "X1") for query in JUDGED
    }
    assert {row["query"]: row["rank"] for row in rows} == expected
    assert [row["rank"] for row in rows] == sorted(expected.values())
    assert rows[0]["open"].startswith("/search?q=")


def test_every_detail_has_its_rows() -> None:
    shoppers = table(visit("new_product", **DRAFT, detail="shoppers"))
    assert {row["shopper"] for row in shoppers} <= set(tiny.HISTORIES)
    assert shoppers == sorted(shoppers, key=lambda row: (row["rank"], row["shopper"]))
    displaced = table(visit("new_product", **DRAFT, detail="displaced"))
    assert all(row["places"] >= row["out"] + row["lower"] for row in displaced)
    near = visit("new_product", **DRAFT, detail="neighbours")
    assert [each.value for each in near.subheader] == ["Nearest by shoppers", "Nearest in meaning"]
    assert table(near)[0]["title"] == "Compact camera"
    words = table(visit("new_product", **DRAFT, detail="words"))
    assert [row["word"] for row in words] == ["Quokka", "compact", "camera"]


def test_each_word_without_queries_and_of_a_long_title() -> None:
    test = visit("new_product", title="★ ★ ★", queries="own", detail="words")
    assert [row["word"] for row in table(test)] == ["★"] * 3
    assert "There are no queries made from its own words to ask" in screen(test)
    assert "The title has one word" in screen(visit("new_product", title="★", queries="own", detail="words"))
    test = visit("new_product", title=" ".join(["camera"] * 15), detail="words")
    assert len(table(test)) == 12
    assert "The first 12 of 15 words" in screen(test)
    assert "The first" not in screen(visit("new_product", title="zoom lens", detail="words"))


def test_another_title_changes_ranks_and_neighbours() -> None:
    test = visit("new_product", **DRAFT, detail="title")
    assert "Type another title" in screen(test)
    test = checked(test.text_input(key="widget-edited").set_value("Long USB cable").run())
    assert test.query_params["edited"] == "Long USB cable"
    text = screen(test)
    assert "nearest in meaning stay" in text
    assert 'New: "' in text or "10 of the 10" in text
    changes = {row["query"]: row["change"] for row in table(test)}
    assert changes["usb"] > 0
    assert changes["camera"] < 0


def test_a_near_twin_is_said() -> None:
    text = screen(visit("new_product", title="compact  camera"))
    assert '"Compact camera" has the same title (cosine 1.00): it may be the same product.' in text
    assert "may be the same product" not in screen(visit("new_product", title="Wireless tripod lens"))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"costs": "many"}, '"many" is not a price.'),
        ({"title": "x" * 501}, "The title has 501 characters"),
        ({"queries": "set:gone"}, 'no query set "gone"'),
        ({"brand": "<b>Acme</b>"}, 'No product here is of the brand "<b>Acme</b>"'),
    ],
)
def test_what_cannot_be_asked_is_said(wrong: dict[str, str], told: str) -> None:
    test = visit("new_product", **(DRAFT | wrong))
    assert told in screen(test)
    assert "<b>Acme</b>" not in source(test)


def test_versions_that_lack_something_say_so(store: VersionStore) -> None:
    tiny.publish(store, "text", towers=False)
    test = visit("new_product", **DRAFT, version="text")
    text = screen(test)
    assert 'Version "text" has no maps.' in text
    assert "only product text places it" in text
    assert "queries made from its own words" in text
    assert "This version knows no shoppers." in screen(visit("new_product", **DRAFT, version="text", detail="shoppers"))
    tiny.publish(store, "old")
    text = screen(visit("new_product", **DRAFT, version="old", detail="shoppers"))
    assert "none that reads a product without interactions" in text


def test_a_re_ranked_version_is_asked_as_it_serves(store: VersionStore) -> None:
    tiny.publish(store, "served", item_tower=True, reranked=True)
    test = visit("new_product", **DRAFT, version="served", detail="shoppers")
    assert "Shoppers, as re-ranked and served" in screen(test)
    # The dearest candidate comes first, but for bob, whose latest product has no price.
    assert {row["shopper"]: row["served"] == 1 for row in table(test)} == {
        "ann": True,
        "bob": False,
        "cem": True,
        "dee": True,
    }


def test_many_from_a_file() -> None:
    test = visit("new_product", many="1")
    begun = read(test.text_area(key="drafts-pasted").placeholder)
    assert [(each.title, each.brand) for each in begun.drafts.values()] == [
        ("New Compact camera", "Norvik"),
        ("New Wireless headphones", "Sonara"),
    ]
    assert "Give up to 200 products" in screen(test)
    test = press(test, "try-drafts")
    assert "Nothing was pasted, and no file is chosen." in screen(test)
    pasted = "title,price\nTripod for camera,9\nUSB cord,\n,5\n<b>camera</b>,many\n"
    test.text_area(key="drafts-pasted").set_value(pasted)
    test = press(test, "try-drafts")
    text = screen(test)
    assert "2 products tried on 4 shoppers and 3 judged queries." in text
    aside, found = (each.value.to_dict("records") for each in test.dataframe)
    assert [row["line"] for row in aside] == [4, 5]
    assert [row["nearest"] for row in found] == ["Tripod for camera", "USB cable"]
    assert [row["nearly_same"] for row in found] == ["yes", "yes"]
    assert found[0]["best_query"] == "camera"
    assert found[0]["open"] == "/new-product?title=Tripod+for+camera&costs=9&version=tiny"
    assert "2 products may be in the catalogue already" in text
