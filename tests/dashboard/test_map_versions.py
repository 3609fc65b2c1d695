"""The Map page: two versions beside each other, and segments."""

from __future__ import annotations

import pytest

from pipeline.versions import VersionStore
from pipeline.workspace.segments import Segments
from tests import tiny
from tests.dashboard.screens import checked, labels, links, map_told, press, screen, visit

RIGHT = "0.1_-1.5_2_-1.5_2_1.5_0.1_1.5"  # right of the middle of the circle: products 0, 1, 2, 10 and 11


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store, mapped=True)


class TestVersions:
    @pytest.fixture(autouse=True)
    def second(self, store: VersionStore) -> None:
        tiny.publish(store, "other", mapped=True, created="2026-01-01T00:00:00Z", shop=tiny.SHOP[::-1])
        tiny.publish(store, "plain", created="2026-01-01T00:00:00Z")

    def test_the_second_map_is_laid_on_the_first(self) -> None:
        test = visit("map", version="tiny", against="other", detail="versions", area=RIGHT)
        second = map_told(test, 1)
        assert "onto=tiny" in second["places"]["address"]
        assert "like=tiny" in second["colours"]["address"]
        # Products 0, 1, 2, 10 and 11 are the last and the first of a shop in the opposite order.
        assert sorted(trail[2] for trail in second["trails"]) == [0, 1, 9, 10, 11]
        assert [group["count"] for group in second["colours"]["groups"]] == [6, 4, 1, 1]
        text = screen(test)
        # Beside each product on the circle stand the same two, in either order of the shop.
        assert "100 % of a product's 2 nearest are the same in both versions (chance 18.2 %)" in text
        assert "the two agree in 100 % of their variance" in text
        assert len(test.dataframe[0].value) == 5

    def test_a_drawing_that_the_other_version_lacks(self, store: VersionStore) -> None:
        tiny.publish(store, "words", mapped=True, towers=False, created="2026-01-01T00:00:00Z")
        pair = {"version": "tiny", "against": "words"}
        both = visit("map", **pair)
        assert "space=text" in map_told(both)["places"]["address"]
        assert "onto=tiny" in map_told(both, 1)["places"]["address"]
        test = visit("map", **pair, space="towers", area=RIGHT)
        assert 'Version "words" has no map of the vectors "Shoppers".' in screen(test)
        assert "Switch to Text" in labels(test)
        test = press(test, "switch-drawing")
        assert len(test.get("bidi_component")) == 2
        assert "area" not in test.query_params
        assert "The selection belonged to the other drawing" in screen(test)

    def test_a_product_that_the_second_version_alone_holds(self, store: VersionStore) -> None:
        tiny.publish(store, "less", mapped=True, created="2026-01-01T00:00:00Z", shop=tiny.SHOP[:6], towers=False)
        test = visit("map", version="less", against="tiny", product="U1")
        title = next(each.title for each in tiny.SHOP if each.product_id == "U1")
        text = screen(test)
        assert f'"{title}" is new in version "tiny".' in text
        assert "holds no product" not in text
        assert map_told(test)["mark"] is None
        assert map_told(test, 1)["mark"]["row"] == 10
        assert "product" not in press(test, "unmark").query_params

    def test_a_version_of_another_dataset(self, store: VersionStore) -> None:
        tiny.publish(store, "foreign", mapped=True, created="2026-01-01T00:00:00Z", dataset="elsewhere")
        test = visit("map", version="tiny", against="foreign")
        assert 'Version "foreign" is of another dataset, "elsewhere"; the map in view is of "tiny-shop".' in screen(
            test
        )
        assert len(test.get("bidi_component")) == 1

    def test_a_version_without_maps(self) -> None:
        text = screen(visit("map", version="plain"))
        assert 'Version "plain" has no maps.' in text
        assert 'Version "plain" has no maps to lay beside this one.' in screen(
            visit("map", version="tiny", against="plain")
        )
        assert {name for name, _ in links(visit(version="plain", q="camera"))} == {"Who finds it"}  # no way to a map


class TestSegments:
    def test_saved_shown_on_another_version_and_forgotten(self, store: VersionStore) -> None:
        tiny.publish(store, "other", mapped=True, created="2026-01-01T00:00:00Z", shop=tiny.SHOP[:3], towers=False)
        test = visit("map", version="tiny", area=RIGHT)
        checked(test.text_input(key="segment-name").set_value("To *the* right").run())
        test = press(test, "save-segment")
        assert "Segment To *the* right: 5 products, 41.7 % of 12" in screen(test)
        assert test.query_params["segment"] == "To *the* right"
        assert "area" not in test.query_params
        test = visit("map", version="other")
        assert "To \\*the\\* right (5 products)" in labels(test)
        test = press(test, "segment-0")
        assert "Segment To *the* right: 3 products, 100 % of 3" in screen(test)
        test = press(press(test, "clear-selection"), "forget-0")
        assert "segment-0" not in [button.key for button in test.button]

    def test_one_of_that_name_is_not_replaced_unasked(self, store: VersionStore) -> None:
        kept = Segments(store.artifacts)
        kept.save("tiny-shop", "Right", ["H1"])
        test = visit("map", area=RIGHT)
        test = checked(test.text_input(key="segment-name").set_value("  Right ").run())
        assert 'There is a segment "Right" with 1 product.' in screen(test)
        assert kept.products("tiny-shop", "Right") == ["H1"]
        press(test, "replace-segment")
        assert len(kept.products("tiny-shop", "Right")) == 5

    def test_one_of_that_name_is_asked_about_even_where_typed_and_saved_at_once(self, store: VersionStore) -> None:
        kept = Segments(store.artifacts)
        kept.save("tiny-shop", "Right", ["H1"])
        test = visit("map", area=RIGHT)
        test.text_input(key="segment-name").set_value("Right")
        test = press(test, "save-segment")
        assert 'There is a segment "Right" with 1 product.' in screen(test)
        assert kept.products("tiny-shop", "Right") == ["H1"]

    def test_without_a_name_it_is_not_saved(self) -> None:
        test = press(visit("map", area=RIGHT), "save-segment")
        assert "A segment needs a name." in screen(test)
        assert "5 products selected" in screen(test)

    def test_one_that_is_not_there(self) -> None:
        text = screen(visit("map", segment="none"))
        assert 'There is no segment "none".' in text
        assert "Nothing is selected." in text
