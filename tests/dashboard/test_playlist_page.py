"""The playlist on pages: pinned, put in order, presented, handed out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.playlists import handout, links, pinning, said
from dashboard.views import View
from pipeline.versions import VersionStore
from pipeline.workspace.playlist import Pin, Playlist
from tests import tiny
from tests.dashboard.screens import checked, follow, plain, press, products, screen, source, visit

EVIL = "<img src=x onerror=alert(1)> [a](http://evil.example)"
PAGES = {"search": "Search", "recommend": "Recommend", "evaluation": "Evaluation", "gone": "gone", "data": "Data"}


@pytest.fixture
def pins(store: VersionStore) -> Playlist:
    tiny.publish(store)
    return Playlist(store.artifacts)


def sums(store: VersionStore, *names: str) -> dict[str, str]:
    return {name: store.manifest(name).checksum for name in names}


def pin(page: str, title: str = "A view", note: str = "", **parameters: str) -> Pin:
    asked = tuple((name.replace("_", "-"), value) for name, value in parameters.items())
    return Pin(1, page, asked, title, note, {"tiny": "x"}, "2026-03-01T00:00:00+00:00")


def shown_order(test: AppTest) -> list[str]:
    return re.findall(r"<b>\d+\. ([^<]+)</b>", source(test))


class TestPinning:
    def test_a_view_is_pinned_with_its_address_and_its_version(self, pins: Playlist, store: VersionStore) -> None:
        test = visit("search", q="camera", brand=["Norvik", "Aldor"], junk="1")
        checked(test.text_area(key="pin-note").set_value("Look at the first").run())
        test = press(test, "pin")
        (kept,) = pins.pins()
        assert (kept.page, kept.title, kept.note) == ("search", "Search: camera", "Look at the first")
        assert set(kept.parameters) == {
            ("q", "camera"),
            ("brand", "Norvik"),
            ("brand", "Aldor"),
            ("version", "tiny"),
        }
        assert kept.versions == sums(store, "tiny")
        assert "Pinned. The playlist holds 1 view." in plain("".join(each.body for each in test.sidebar.get("html")))

    def test_what_is_around_a_page_is_not_kept(self, pins: Playlist) -> None:
        test = visit("recommend", shopper="ann", tour="2")
        checked(test.text_input(key="pin-title").set_value("Ann").run())
        press(test, "pin")
        assert pinning.view(pins.pins()[0]).address() == "/recommend?shopper=ann&version=tiny"
        assert pins.pins()[0].title == "Ann"

    @pytest.mark.parametrize(
        ("page", "asked", "title"),
        [
            ("new_product", {"title": "Quokka camera"}, "New product: Quokka camera"),
            ("shopper", {"shopper": "ann"}, "Shopper: ann"),
            ("reverse_search", {"q": "zoom", "product": "L1"}, "Reverse search: Zoom lens"),
            ("reverse_search", {"product": "nope"}, "Reverse search: nope"),
            ("home", {}, "Home"),
        ],
    )
    def test_a_pin_is_called_by_what_its_view_is_about(
        self, pins: Playlist, page: str, asked: dict[str, str], title: str
    ) -> None:
        assert visit(page, **asked).text_input(key="pin-title").placeholder == title

    def test_a_page_that_names_no_version_keeps_the_one_in_view(self, pins: Playlist) -> None:
        press(visit("query_sets"), "pin")
        assert dict(pins.pins()[0].parameters)["version"] == "tiny"

    def test_files_and_columns_of_own_data_are_kept(self, pins: Playlist) -> None:
        asked = {
            "own": "t6",
            "products-file": "uploads/t6/products.csv",
            "products-product_id": "sku",
            "interactions-file": "uploads/t6/events.csv",
            "interactions-unit": "ms",
            "interactions-title": "name",
            "version": "tiny",
        }
        press(visit("own_data", **asked, **{"products-junk": "1"}), "pin")
        (kept,) = pins.pins()
        assert dict(kept.parameters) == asked
        assert pinning.view(kept).by_name == {name: [value] for name, value in asked.items()}

    def test_what_cannot_be_kept_is_said(self, pins: Playlist) -> None:
        test = press(visit("search", q="x" * 4100), "pin")
        assert "too long to be kept" in plain("".join(each.body for each in test.sidebar.get("html")))
        assert pins.pins() == []


class TestThePage:
    def test_nothing_is_pinned_yet(self, pins: Playlist) -> None:
        assert "Nothing is pinned yet." in screen(visit("playlist"))

    def test_order_edit_remove_undo(self, pins: Playlist, store: VersionStore) -> None:
        for title in ("one", "two", "three"):
            pins.add("search", (("q", "camera"),), title, "", sums(store, "tiny"))
        test = visit("playlist")
        assert shown_order(test) == ["one", "two", "three"]
        assert test.button(key="up-1").disabled
        assert test.button(key="down-3").disabled
        test = press(test, "up-3")
        assert shown_order(test) == ["one", "three", "two"]
        checked(test.text_input(key="title-3").set_value(EVIL).run())
        test = press(test, "save-3")
        assert pins.pins()[1].title == EVIL
        assert "<img" not in source(test)
        test = press(test, "remove-1")
        assert 'Removed "one".' in screen(test)
        assert len(pins.pins()) == 2
        test = press(test, "undo")
        assert shown_order(test)[0] == "one"
        assert "Removed" not in screen(test)

    def test_an_edit_of_what_another_tab_removed_is_said_and_not_lost(self, pins: Playlist) -> None:
        pins.add("search", (), "one", "", {})
        test = visit("playlist")
        pins.remove(1)
        test.text_input(key="title-1").set_value("mine")
        test.text_area(key="note-1").set_value("typed")
        test = press(test, "save-1")
        assert '"one" was removed meanwhile. Undo puts it back with what you typed.' in screen(test)
        assert pins.pins() == []
        press(test, "undo")
        assert [(each.title, each.note) for each in pins.pins()] == [("mine", "typed")]

    def test_a_version_that_is_gone_or_new_is_said(self, pins: Playlist, store: VersionStore) -> None:
        pins.add("search", (("version", "old"),), "gone", "", {"old": "1"})
        pins.add("search", (("version", "tiny"),), "new", "", {"tiny": "other"})
        pins.add("search", (("version", "tiny"),), "same", "", sums(store, "tiny"))
        text = screen(visit("playlist"))
        assert "old is no longer published." in text
        assert text.count("tiny was published anew since: figures may differ.") == 1

    def test_links_lead_to_pages_of_this_app_only(self, pins: Playlist) -> None:
        pins.add(
            "search", (("q", "a&b=c#d"), ("brand", "x"), ("brand", "y"), ("evil", "1"), ("tour", "2")), "one", "", {}
        )
        pins.add("elsewhere", (), "two", "", {})
        test = visit("playlist")
        found = {each.proto.label: (each.proto.page, each.proto.query_string) for each in test.main.get("page_link")}
        assert found["Open"] == ("search", "q=a%26b%3Dc%23d&brand=x&brand=y")
        assert "which is no longer there" in screen(test)


class TestPresenting:
    @pytest.fixture(autouse=True)
    def pinned(self, pins: Playlist, store: VersionStore) -> None:
        pins.add("search", (("q", "camera"), ("version", "tiny")), "First", "Note one", sums(store, "tiny"))
        pins.add("elsewhere", (), "Nowhere", "", {})
        pins.add("recommend", (("shopper", "ann"), ("version", "gone")), "Second", "Note two", {"gone": "1"})

    def test_next_and_back_through_what_can_be_shown(self) -> None:
        test = visit("search", q="camera", version="tiny", present="1")
        assert "View 1 of 2 First Note one" in screen(test)
        assert products(test)
        test = press(test, "stage-next")
        assert test.title[0].value == "Recommend"
        assert dict(test.query_params) | {"shopper": "ann"} == dict(test.query_params)
        text = screen(test)
        assert "View 2 of 2 Second Note two gone is no longer published." in text
        assert 'No version "gone" is published.' in text
        test = press(test, "stage-back")
        assert test.query_params["present"] in ("1", ["1"])
        assert follow(test, "End").title[0].value == "Playlist"

    def test_a_view_that_is_none_is_said(self) -> None:
        assert "The playlist has no such view. It has 2." in screen(visit("search", present="3"))


class TestHandout:
    def test_each_view_says_what_it_shows(self, pins: Playlist, store: VersionStore) -> None:
        html = handout.page(
            [
                pin("search", "Cameras", "A note\nwith lines", q="compact camera", version="tiny", n="3"),
                pin("recommend", "Ann", shopper="ann", version="tiny"),
                pin("evaluation", "Figures", version="tiny", task="search"),
                pin("data", "Data", version="tiny"),
                pin("gone", "Gone", version="nowhere"),
                pin("search", "Lost", q="camera", version="nowhere"),
            ],
            PAGES,
            "https://shop.example",
        )
        text = plain(html)
        assert '"compact camera" finds: Rank Fused Score 1 Compact camera' in text
        assert "1. Cameras A note with lines tiny was published anew since" in text
        assert "Shopper ann is recommended:" in text
        # 0.47, 0.41 and 0.01 of 0.6 * 1.25
        assert "Fused: NDCG@10 is 0.352 (0.342–0.362), 1.15 times the best baseline, Words (BM25), and 47.0" in text
        assert "Products 12" in text
        assert 'No version "nowhere" is published.' in text
        assert "tiny was published anew since" in text  # its checksum is another
        assert 'href="https://shop.example/search?q=compact+camera&amp;version=tiny&amp;n=3"' in html
        assert "Version tiny, published 1 Mar 2026; dataset tiny-shop (generated), fingerprint 0123456789ab." in text

    def test_it_opens_without_a_server_and_foreign_words_stay_text(self, pins: Playlist) -> None:
        html = handout.page([pin("search", EVIL, EVIL, q="bag", version="tiny")], PAGES, "")
        assert not re.search(r"<(script|link|iframe|img|object)\b|\bsrc=\"|@import|url\(", html)
        assert re.findall(r'href="([^"]*)"', html) == ["/search?q=bag&amp;version=tiny"]
        assert tiny.MARKUP in plain(html)

    def test_a_comparison_and_a_map_say_theirs(self, pins: Playlist, store: VersionStore) -> None:
        tiny.publish(store, "two", mapped=True, recipe="sequence", seed=1, created="2026-01-01T00:00:00Z")
        text = plain(handout.page([pin("map", version="two")], {"map": "Map"}, ""))
        assert re.search(r"12 products in \d+ clusters?\. This map keeps", text)
        text = plain(handout.page([pin("compare", version="tiny", others="two")], {"compare": "Compare"}, ""))
        assert "two" in text
        assert "could not be told" not in text

    def test_two_lists_stand_side_by_side(self, pins: Playlist) -> None:
        from dashboard.loading import published

        view = View("search", (("q", "camera"), ("version", "tiny"), ("mode", "words"), ("against-mode", "meaning")))
        text = plain(said.of(view, published))
        assert "Rank Words Score Meaning Score" in text
        assert re.search(r"\d+ of \d+ results are in common", text)
        assert plain(said.of(View("home"), published)) == " This view opens by its link only. "


class TestLinks:
    def test_markdown_and_csv(self, pins: Playlist, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = [pin("search", "A [b](c)", "=1+1\n\nmore", q="x) (y", version="tiny")]
        monkeypatch.setattr(links.downloads, "today", lambda: date(2026, 3, 2))
        assert links.markdown(asked, PAGES, "https://shop.example").replace("\\", "") == (
            "1. [A [b](c)](<https://shop.example/search?q=x%29+%28y&version=tiny>)\n   =1+1\n   more\n"
            "   Search, tiny (checksum x), pinned 1 Mar 2026\n\n"
            "- Version tiny, published 1 Mar 2026; dataset tiny-shop (generated), fingerprint 0123456789ab. "
            "Saved on 2 Mar 2026.\n"
        )
        assert "[A \\[b\\]\\(c\\)](<" in links.markdown(asked, PAGES, "")
        (row,) = links.rows(asked, PAGES, "")
        assert (row["page"], row["of_version"], row["data_fingerprint"], row["saved_on"]) == (
            "Search",
            "tiny",
            "0123456789ab",
            "2026-03-02",
        )
        assert row["link"] == "/search?q=x%29+%28y&version=tiny"
        content = links.export.as_csv([row]).decode("utf-8-sig")
        (cells,) = csv.DictReader(io.StringIO(content, newline=""))
        assert cells["note"].startswith("'=1+1")

    def test_pages_are_called_as_on_screen_though_the_file_is_made_outside_the_session(self, pins: Playlist) -> None:
        for page in ("", "shopper"):
            pins.add(page, (("version", "tiny"),), page or "home", "", {})
        made = {}

        def kept(label: str, data: Callable[[], bytes], *args: object, **more: object) -> None:
            made[label] = data

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(links.st, "download_button", kept)
            visit("playlist")
        content = made["Links (CSV)"]().decode("utf-8-sig")
        assert [each["page"] for each in csv.DictReader(io.StringIO(content, newline=""))] == ["Home", "Shopper"]
