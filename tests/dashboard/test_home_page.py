"""Home: versions beside chance, the data, the state, the doors; and the links that led to Search."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import headlines
from pipeline.aliases import Aliases
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import checked, products, screen, source, visit


def links(test: AppTest) -> dict[str, str]:
    """Return the page's own links: what they are called, and where they lead."""
    found = {each.proto.label: f"/{each.proto.page}?{each.proto.query_string}" for each in test.main.get("page_link")}
    return {re.sub(r"^\W+|\W+$", "", label): address for label, address in found.items()}


def test_versions_stand_beside_the_best_baseline_and_chance(store: VersionStore) -> None:
    tiny.publish(store)
    tiny.publish(store, "bare", evaluated=False, generated=False, created="2026-02-01T00:00:00Z")
    Aliases(store.artifacts).set("production", "tiny")
    test = visit("home")
    text = screen(test)
    assert test.title[0].value == "Product Search Explorer"
    # NDCG@10 of the towers is 0.3123 * 0.6 * 1.25, of item-KNN 0.2 of the same, of chance 0.02; of search 0.47.
    assert (
        "tiny production published 1 Mar 2026 tiny-shop leave-one-out generated data "
        "0.234 0.224–0.244 0.150 Item-KNN chance 0.0150 0.352 0.342–0.362 0.307 Words (BM25) chance 0.00750" in text
    )
    assert "bare published 1 Feb 2026 tiny-shop leave-one-out – not measured – – not measured –" in text


def test_the_figures_are_saved_with_where_they_come_from(store: VersionStore) -> None:
    manifests = [tiny.publish(store).manifest, tiny.publish(store, "bare", towers=False, evaluated=False).manifest]
    rows = headlines.as_rows(manifests)
    assert [(row["version"], row["task"]) for row in rows] == [
        ("tiny", "recommend"),
        ("tiny", "search"),
        ("bare", "recommend"),
        ("bare", "search"),
    ]
    assert rows[0]["value"] == pytest.approx(0.3123 * 0.6 * 1.25)
    assert rows[0]["best_baseline"] == "item-knn"
    assert rows[0]["chance"] == pytest.approx(0.02 * 0.6 * 1.25)
    assert rows[0]["fingerprint"] == "0123456789abcdef" * 4
    assert "value" not in rows[2]


def test_the_data_and_the_state_in_brief(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.publish(store)
    tiny.damage(tiny.publish(store, "wreck", created="2025-01-01T00:00:00Z"))
    visit("search", version="wreck")  # which finds the damage
    text = screen(visit("home", version="tiny"))
    assert "Dataset tiny-shop Products 12 Shoppers 4 Interactions 15" in text
    assert "Versions 1 of 2 can be served Not served wreck; the sidebar says why" in text
    assert "Production not set: tiny answers Candidate not set Added products off" in text
    monkeypatch.setenv("PSE_LIVE_PRODUCTS", "on")
    Aliases(store.artifacts).set("candidate", "wreck")
    text = screen(visit("home", version="tiny"))
    assert "Candidate wreck Added products on" in text


def test_three_doors_keep_the_version(store: VersionStore) -> None:
    tiny.publish(store)
    tiny.publish(store, "text", towers=False, created="2026-01-01T00:00:00Z")
    found = links(visit("home", version="text"))
    assert {name: found[name] for name in ("Search", "Compare", "Map")} == {
        "Search": "/search?version=text",
        "Compare": "/compare?version=text&others=tiny",
        "Map": "/map?version=text",
    }


def test_the_door_to_compare_opens_two_versions_only_where_they_may_be_compared(store: VersionStore) -> None:
    tiny.publish(store)
    assert links(visit("home"))["Compare"] == "/compare?"
    tiny.publish(store, "timed", split="time", created="2026-03-02T10:00:00Z")
    assert links(visit("home", version="tiny"))["Compare"] == "/compare?version=tiny"
    tiny.publish(store, "second", created="2026-02-01T10:00:00Z")
    assert links(visit("home", version="tiny"))["Compare"] == "/compare?version=tiny&others=second"


def test_a_version_that_is_gone_is_said_once_and_the_rest_stands(store: VersionStore) -> None:
    tiny.publish(store)
    text = screen(visit("home", version="gone"))
    assert text.count('"gone"') == 1
    assert "Versions 1 of 1 can be served" in text


def test_your_own_data_is_one_click_away(store: VersionStore) -> None:
    tiny.publish(store)
    assert any(
        "Describe your own data" in each and address == "/own-data?" for each, address in links(visit("home")).items()
    )


def test_nothing_published_names_the_command(store: VersionStore) -> None:
    test = visit("home")
    assert "No version is published yet." in screen(test)
    assert test.code[0].value == "python -m pipeline demo\nmake demo"


def test_damaged_aliases_are_said_and_the_rest_stands(store: VersionStore) -> None:
    tiny.publish(store)
    Aliases(store.artifacts).path.write_text("{")
    text = screen(visit("home"))
    assert "are damaged" in text
    assert "0.234 0.224–0.244" in text
    assert "could not be shown" not in text


def test_many_versions_are_cut(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.home.MOST", 1)
    tiny.publish(store)
    tiny.publish(store, "older", towers=False, created="2026-01-01T00:00:00Z")
    test = visit("home", version="tiny")
    assert "The sidebar's list has 1 older version more." in screen(test)
    assert "older" not in re.sub("1 older version", "", screen(test).split("Guided tour")[0])


def test_foreign_words_stay_text(store: VersionStore) -> None:
    tiny.publish(store, dataset="<img src=x onerror=alert(1)>")
    test = visit("home")
    assert "<img src=x onerror=alert(1)>" in screen(test)
    assert "<img" not in source(test)


class TestOldLinks:
    """Search was the first page: links to it with a query lead there still."""

    @pytest.fixture(autouse=True)
    def published(self, store: VersionStore) -> None:
        tiny.publish(store)

    def opened(self, **parameters: object) -> AppTest:
        return visit("home", **parameters)

    def test_a_query_leads_to_search_with_all_it_asks(self) -> None:
        test = self.opened(q="camera", brand=["Norvik", "Aldor"], version="tiny", n="2")
        assert test.title[0].value == "Search"
        assert len(products(test)) == 2
        assert test.query_params == {"q": "camera", "brand": ["Norvik", "Aldor"], "version": "tiny", "n": "2"}

    def test_similar_products_are_part_of_search(self) -> None:
        test = self.opened(similar="C1")
        assert test.title[0].value == "Similar products"
        assert products(test)[0] == "C1"

    def test_a_version_alone_or_something_unknown_stays_at_home(self) -> None:
        assert self.opened(version="tiny").title[0].value == "Product Search Explorer"
        assert self.opened(utm_source="mail").title[0].value == "Product Search Explorer"

    def test_home_can_be_left_and_found_again(self) -> None:
        test = self.opened(q="camera")
        test.switch_page("app_pages/home.py")
        test.query_params.clear()
        assert checked(test.run()).title[0].value == "Product Search Explorer"
