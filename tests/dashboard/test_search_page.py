"""The search page: modes, filters with counts, and why a product is there; on the tiny shop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.retrieval import search_engine
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import (
    checked,
    drawer,
    labels,
    press,
    products,
    screen,
    source,
    unfold,
    visit,
)
from tests.retrieval.test_odd_queries import ODD


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store, ranked=0.5)


@dataclass(frozen=True)
class Dated(tiny.Row):
    """A product with a day of release and a picture."""

    released: date | None = None
    image_url: str | None = None


def options(test: AppTest, kind: str, label: str) -> list[str]:
    """Return the choices of a widget, none where it is not drawn."""
    return next((list(each.options) for each in test.main.get(kind) if each.label == label), [])


def chips(test: AppTest) -> list[str]:
    """Return the filters that can be taken off."""
    return [label.replace("\u2002✕", "") for label in labels(test) if label.endswith("✕")]


class TestModes:
    def test_a_version_with_a_ranker_answers_by_it(self) -> None:
        test = visit(q="usb cable")
        assert test.main.get("button_group")[0].options == ["Ranked", "Fused", "Words", "Meaning"]
        assert test.main.get("button_group")[0].value == "ranked"
        assert "Ranked (learned) A model orders what words and meaning find. The score, 0 to 1, adds" in screen(test)
        # Half of the score is the ranker's, which gives this product nothing.
        assert "words 0.250 (#1) + meaning 0.250 (#1)" in screen(test)
        assert "mode" not in test.query_params

    def test_another_mode_is_in_the_url(self) -> None:
        test = visit(q="usb cable", mode="fused")
        assert "words 0.500 (#1) + meaning 0.500 (#1)" in screen(test)
        test = checked(test.main.get("button_group")[0].set_value("words").run())
        assert test.query_params["mode"] == "words"
        assert set(products(test)) == {"U1", "U2", "H2"}
        assert "mode" not in checked(test.main.get("button_group")[0].set_value("ranked").run()).query_params

    @pytest.mark.parametrize("said", ["", "ranked", "fused", "dance"])
    def test_without_a_ranker_words_and_meaning_are_joined(self, store: VersionStore, said: str) -> None:
        tiny.publish(store, "plain")
        test = visit(q="usb cable", version="plain", mode=said)
        assert test.main.get("button_group")[0].options == ["Fused", "Words", "Meaning"]
        assert "words 0.500 (#1) + meaning 0.500 (#1)" in screen(test)


class TestFilters:
    def test_nothing_is_counted_before_they_are_unfolded(self) -> None:
        assert not visit(q="camera").multiselect

    def test_each_choice_says_how_many_it_leaves(self) -> None:
        test = unfold(visit(q="camera", mode="words"))  # C1, C2, C3, T1, B1
        assert options(test, "selectbox", "Category") == ["Photo (5)"]
        assert options(test, "multiselect", "Brand") == ["Norvik (2)", "Aldor (1)", "Evil & <b>Co</b> (1)"]
        # 199, 449.50, 99, 35 and 25; what would leave nothing is left out.
        assert options(test, "pills", "Price") == [
            "20 to 50 (2)",
            "50 to 100 (1)",
            "100 to 200 (1)",
            "200 and more (1)",
        ]
        # Of them only C2 is rated, a 4.
        assert options(test, "pills", "Mean rating")[0] == "★ 4 or more (1)"
        assert not options(test, "selectbox", "In the catalogue since")  # the tiny shop knows no day of release
        assert "Counted are products that hold a word of the query." in screen(test)

    def test_the_other_filters_narrow_the_counts(self) -> None:
        test = unfold(visit(q="camera", mode="words", brand="Norvik", max="200"))  # C1 is left
        assert options(test, "multiselect", "Brand") == ["Norvik (1)", "Aldor (1)", "Evil & <b>Co</b> (1)"]
        assert options(test, "pills", "Price") == ["100 to 200 (1)", "200 and more (1)"]
        assert test.number_input(key="widget-max").value == 200
        assert products(test) == ["C1"]

    def test_categories_are_walked_down_and_up(self) -> None:
        test = unfold(visit(q="camera", mode="words"))
        test = checked(test.selectbox(key="widget-category").set_value("Photo").run())
        assert test.query_params["category"] == "Photo"
        assert options(test, "selectbox", "Category") == ["Photo (5)", "Cameras (3)", "Bags (1)", "Tripods (1)"]
        test = checked(test.selectbox(key="widget-category").set_value("Photo > Bags").run())
        assert products(test) == ["B1"]
        assert options(test, "selectbox", "Category") == ["↑ Photo (5)", "Bags (1)", "Cameras (3)", "Tripods (1)"]

    def test_choices_are_in_the_url(self) -> None:
        test = unfold(visit(q="camera", mode="words", n="30"))
        checked(test.multiselect(key="widget-brand").set_value(["Norvik", "Aldor"]).run())
        assert test.query_params["brand"] == ["Norvik", "Aldor"]
        assert "n" not in test.query_params
        band = next(each for each in test.main.get("pills") if each.label == "Price")
        checked(band.set_value((100.0, 200.0)).run())
        assert (test.query_params["min"], test.query_params["max"]) == ("100", "200")
        assert products(test) == ["C1"]
        rating = next(each for each in test.main.get("pills") if each.label == "Mean rating")
        assert rating.options == []  # C1 is not rated

    def test_days_of_release(self, store: VersionStore) -> None:
        days = [date(2020, 1, 1), date(2020, 12, 31), date(2022, 6, 1), None]
        shop = tuple(Dated(f"P{place}", "Lamp", None, (), None, day) for place, day in enumerate(days))
        tiny.publish(store, "dated", shop=shop, towers=False)
        test = unfold(visit(q="lamp", version="dated"))
        assert options(test, "selectbox", "In the catalogue since") == ["2022 or later (1)", "2020 or later (3)"]
        assert not test.multiselect  # no brands, and no prices either
        assert not test.main.get("pills")
        checked(test.selectbox(key="widget-since").set_value("2022-01-01").run())
        assert test.query_params["since"] == "2022-01-01"
        assert products(test) == ["P2"]
        test = unfold(visit(q="lamp", version="dated", since="2020-12-31"))
        assert set(products(test)) == {"P1", "P2"}
        assert "31 Dec 2020 or later (2)" in options(test, "selectbox", "In the catalogue since")

    def test_no_day_is_offered_before_the_first_one_of_the_catalogue(self, store: VersionStore) -> None:
        days = [date(1, 1, 1), date(2020, 5, 4), date(2022, 6, 1)]  # the first one stands for "unknown" elsewhere
        shop = tuple(Dated(f"P{place}", "Lamp", None, (), None, day) for place, day in enumerate(days))
        tiny.publish(store, "dated", shop=shop, towers=False)
        test = unfold(visit(q="lamp", version="dated", since="0001-01-01"))
        assert options(test, "selectbox", "In the catalogue since") == ["2022 or later (1)", "4 May 2020 or later (2)"]
        assert chips(test) == ["Since 4 May 2020"]
        assert set(products(test)) == {"P1", "P2"}

    def test_what_cannot_be_counted_is_said(self) -> None:
        test = unfold(visit(q="camera", rating="six"))
        assert screen(test).count('"six" is not a rating.') == 2  # beside the filters, and where the results would be

    def test_price_bounds_in_the_wrong_order_stay_in_their_boxes(self) -> None:
        test = unfold(visit(q="camera", min="50", max="10"))
        assert screen(test).count("Swap the two price bounds.") == 2  # beside the boxes, and where the results would be
        assert (test.number_input(key="widget-min").value, test.number_input(key="widget-max").value) == (50, 10)
        assert options(test, "selectbox", "Category")
        test = checked(test.number_input(key="widget-max").set_value(100.0).run())
        assert "Swap" not in screen(test)
        assert "C3" in products(test)


class TestChips:
    def test_each_filter_can_be_taken_off(self) -> None:
        test = visit(q="camera", brand=["Norvik", "Aldor"], category="Photo > Cameras", max="200")
        assert set(products(test)) == {"C1", "C3"}
        assert chips(test) == [r"Photo \> Cameras", "Norvik", "Aldor", "Price up to 200"]
        test = press(test, "chip-1")
        assert test.query_params["brand"] == "Aldor"
        assert products(test) == ["C3"]
        test = press(press(test, "chip-1"), "chip-1")
        assert "brand" not in test.query_params
        assert "max" not in test.query_params
        assert test.query_params["category"] == "Photo > Cameras"

    def test_all_at_once(self) -> None:
        test = press(visit(q="camera", rating="4", since="2020-01-01", min="5", max="9.5"), "clear-all")
        assert test.query_params == {"q": "camera", "version": "tiny"}

    def test_what_is_wrong_can_be_taken_off_too(self) -> None:
        test = visit(q="camera", since="yesterday", min="nan")
        assert chips(test) == ["Price from nan", "Since yesterday"]
        test = press(press(test, "chip-0"), "chip-0")
        assert len(products(test)) == 10

    def test_a_filter_that_was_left_out_says_so(self) -> None:
        test = visit(q="camera", brand="Norvik", max="1")
        assert chips(test) == ["Norvik", ":gray[~~Price up to 1~~] left out"]
        test = visit(q="camera", brand="Sonara", category="Photo")
        assert chips(test) == ["Photo", ":gray[~~Sonara~~] left out"]
        assert "Sonara" not in source(press(test, "chip-1"))

    def test_a_price_of_the_words_is_a_chip_that_undoes_it(self) -> None:
        test = visit(q="usb cable under 9")
        assert chips(test) == ["Price up to 9, from your words"]
        assert products(test) == ["U1"]
        assert "as a price of at most 9" not in screen(test)  # once is enough
        test = press(test, "chip-0")
        assert test.query_params["q"] == "usb cable"
        assert len(products(test)) == 10
        assert chips(test) == []

    def test_a_price_alone_is_undone_by_searching_it_as_typed(self) -> None:
        test = press(visit(q="under $9"), "chip-0")
        assert test.query_params["typed"] == "1"
        assert test.query_params["q"] == "under $9"

    def test_a_price_of_the_words_that_a_filter_overrules_is_none(self) -> None:
        assert chips(visit(q="camera under 300", max="200")) == ["Price up to 200"]
        # What is as cheap is no cable.
        assert chips(visit(q="usb cable under 1")) == [":gray[~~Price up to 1, from your words~~] left out"]

    def test_none_without_filters(self) -> None:
        assert chips(visit(q="camera")) == []


class TestCards:
    def test_the_words_of_the_query_are_marked(self) -> None:
        html = source(visit(q="cameras bag"))
        assert "Compact <mark>camera</mark></div>" in html
        assert "<mark>camera</mark> <mark>bag</mark></div>" in html
        assert "&lt;img src=x onerror=alert(1)&gt; **bold**" in html

    def test_words_say_how_many_of_them_a_product_holds(self) -> None:
        html = source(visit(q="wireless usb cable", mode="words"))
        reason = dict(re.findall(r'data-product="([^"]+)".*?class="pse-why" title="([^"]+)"', html, re.DOTALL))
        assert (reason["U1"], reason["H1"]) == ("contains 2 of 3 words", "contains 1 of 3 words")

    def test_repaired_words_are_marked(self) -> None:
        assert "USB <mark>cable</mark>" in source(visit(q="cabel"))

    @pytest.mark.parametrize(
        ("url", "loaded"),
        [
            ("https://shop.example/a.jpg?x=1&y=2", "https://shop.example/a.jpg?x=1&amp;y=2"),
            ("HTTP://shop.example/a.jpg", "HTTP://shop.example/a.jpg"),
            ('https://x.example/" onerror="alert(1)', "https://x.example/&quot; onerror=&quot;alert(1)"),
            ("javascript:alert(1)", None),
            ("data:image/png;base64,AAAA", None),
            ("//shop.example/a.jpg", None),
            ("/etc/passwd", None),
            ("", None),
        ],
    )
    def test_pictures(self, store: VersionStore, monkeypatch: pytest.MonkeyPatch, url: str, loaded: str | None) -> None:
        tiny.publish(store, "seen", towers=False, shop=(Dated("P1", "Lamp", None, (), None, None, url),))
        html = source(visit(q="lamp", version="seen"))
        assert ">La<" in html  # the letters, under the picture if there is one
        assert ("<img" in html) == (loaded is not None)
        if loaded is not None:
            assert f'<img src="{loaded}" alt="" loading="lazy" decoding="async">' in html
        monkeypatch.setenv("PSE_PICTURES", "off")
        assert "<img" not in source(visit(q="lamp", version="seen"))


@pytest.mark.parametrize("query", ODD)
def test_odd_queries_are_answered(query: str) -> None:
    test = unfold(visit(q=query, why="U1"))
    assert "could not be shown" not in screen(test) + drawer(test)
    assert "pse-problem" not in source(test)
    assert products(test)
    assert "<script" not in source(test)


def test_a_mode_that_the_version_lacks_is_said(store: VersionStore) -> None:
    tiny.publish(store, "plain", created="2026-01-01T00:00:00Z")
    lacks = visit(q="camera", version="plain", mode="ranked")
    assert 'This version cannot search by "Ranked (learned)"; these are the results of Fused.' in screen(lacks)
    unknown = visit(q="camera", version="plain", mode="<b>x</b>")
    assert "<b>x</b>" not in source(unknown)
    assert "these are the results of Fused." in screen(unknown)
    assert "cannot search by" not in screen(visit(q="camera", version="plain", mode="words"))


def test_what_was_left_out_is_not_said_to_be_passed() -> None:
    assert "that pass the filters" in screen(visit(q="camera", brand="Norvik"))
    relaxed = screen(visit(q="camera", brand="Norvik", max="1"))
    assert "that pass the other filters" in relaxed
    assert "that pass the filters" not in relaxed


@pytest.mark.parametrize("mode", ["ranked", "fused"])
def test_where_nothing_is_near_it_says_so_and_offers_meaning(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(search_engine, "NEAR", 0.97)  # above what the tiny encoder gives to unknown words
    test = visit(q="(", mode=mode)
    assert products(test) == []
    assert "No product holds a word of this, and none is near it in meaning. Try other words" in screen(test)
    assert screen(test).count("none is near it") == 1
    assert "holds no products" not in screen(test)
    test = press(test, "by-meaning")
    assert (test.query_params["q"], test.query_params["mode"]) == ("(", "meaning")
    assert len(products(test)) == 10


def test_words_alone_offer_meaning_too() -> None:
    test = visit(q="zebra", mode="words")
    assert "No product contains these words." in screen(test)
    assert len(products(press(test, "by-meaning"))) == 10
