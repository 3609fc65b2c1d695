"""The Map page: values on screen, what the address says, and every error a visitor can meet."""

from __future__ import annotations

import pytest

from dashboard.mapping import component
from dashboard.mapping.queries_panel import lead
from pipeline.evaluation.batch import Answer
from pipeline.versions import VersionStore
from pipeline.workspace.query_sets import QuerySets
from tests import tiny
from tests.dashboard.screens import checked, links, map_told, press, products, screen, source, visit

RIGHT = "0.1_-1.5_2_-1.5_2_1.5_0.1_1.5"  # right of the middle of the circle: products 0, 1, 2, 10 and 11


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store, mapped=True)


class TestMap:
    def test_every_product_has_a_place_and_a_group(self) -> None:
        data = map_told(visit("map"))
        assert [(group["name"], group["count"]) for group in data["colours"]["groups"]] == [
            ("Photo", 6),
            ("Audio", 4),
            ("Accessories", 1),
            ("All others", 1),
        ]
        assert data["area"] == data["off"] == []
        assert data["view"] is data["mark"] is data["star"] is data["rows"] is None
        assert "space=towers&method=umap" in data["places"]["address"]
        assert [name[2] for name in data["names"]] == ["shop", "camera, zoom", "speaker"]

    def test_it_says_how_far_it_can_be_trusted(self) -> None:
        text = screen(visit("map"))
        assert "keeps 50 % of a product's 2 true neighbours near it, on average (chance 18.2 %)" in text
        assert "trustworthiness 0.900 of 1" in text
        assert "the size of a group or the gap between two says little" in text

    def test_a_new_colouring_leaves_the_places_as_they_are(self) -> None:
        before, after = map_told(visit("map")), map_told(visit("map", colour="brand"))
        assert before["places"] == after["places"]
        assert before["colours"]["address"] != after["colours"]["address"]
        assert after["colours"]["groups"][0]["name"] == "Sonara"

    @pytest.mark.parametrize(
        ("way", "groups"),
        [
            ("cluster-fine", ["camera, zoom", "speaker", "All others"]),
            ("evidence", ["New: 0 interactions", "Rare: 1 to 5", "Known: 6 or more", "Not known"]),
            ("hubs", ["2", "No vector"]),
            ("shown", ["0", "1", "2", "3", "Not known"]),
            ("recall", ["0 %", "100 %", "Held out from no one"]),
            ("nonsense", ["Photo", "Audio", "Accessories", "All others"]),
        ],
    )
    def test_what_the_colours_say(self, way: str, groups: list[str]) -> None:
        assert [group["name"] for group in map_told(visit("map", colour=way))["colours"]["groups"]] == groups

    def test_what_a_picture_says_away_from_its_page(self) -> None:
        said = map_told(visit("map", q="usb cable", colour="brand"))["said"]
        assert said["colours"] == "Brand"
        assert said["all"].startswith('Coloured by Brand. The star is the query "usb cable", rings are its results.')
        assert map_told(visit("map"))["said"]["all"].startswith("Coloured by Category")

    def test_density_says_what_it_shows(self) -> None:
        assert "on a logarithmic scale" in screen(visit("map", density="1"))
        assert "on a logarithmic scale" not in screen(visit("map"))

    def test_the_address_restores_the_view(self) -> None:
        data = map_told(
            visit("map", space="text", method="tsne", view="-1_1_-0.5_0.5", off="1", density="1", nameless="1")
        )
        assert "space=text&method=tsne" in data["places"]["address"]
        assert data["view"] == [-1, 1, -0.5, 0.5]
        assert data["off"] == [1]
        assert data["density"]
        assert not data["names_shown"]

    @pytest.mark.parametrize("view", ["1_2_3", "nan_1_2_3", "x_1_2_3", "2_1_0_1", "1" * 9000])
    def test_a_wrong_view_is_the_whole_map(self, view: str) -> None:
        data = map_told(visit("map", view=view, area=view, off="99_x", method="pca", space="other"))
        assert data["view"] is None
        assert data["off"] == []

    def test_a_product_with_its_true_neighbours(self) -> None:
        test = visit("map", product="C1", space="text")
        assert products(test) == ["C1"]
        # "Compact camera" lies between camera and compact; "small" means the same as compact.
        assert "of its 2 true neighbours" in screen(test)
        assert "Small photo camera" in source(test)
        mark = map_told(test)["mark"]
        assert mark["row"] == 0
        assert mark["near"][0] == 2
        assert "product" not in press(test, "unmark").query_params

    def test_from_a_product_to_its_search_results(self) -> None:
        assert links(visit("map", product="C1")) == [
            ("Similar", "similar=C1&version=tiny"),
            ("Search for it", "q=Compact+camera&version=tiny"),
            ("Who finds it", "product=C1&version=tiny"),
        ]

    def test_from_a_search_result_to_the_map(self) -> None:
        test = visit(q="headphones")
        first = f"product={products(test)[0]}&version=tiny"
        assert links(test)[:2] == [("Who finds it", first), ("Show on map", first)]
        assert ("Show on map", "product=C1&version=tiny") in links(visit(similar="C1"))[:2]

    def test_from_a_recommendation_to_the_map(self) -> None:
        test = visit("recommend", shopper="bob")
        first = products(test)[4]
        checked(test.menu_button(key="act-1").click("Show on map").run())
        assert test.title[0].value == "Map"
        assert test.query_params["product"] == first

    def test_a_query_is_a_star_with_spokes(self) -> None:
        test = visit("map", q="usb cable")
        star = map_told(test)["star"]
        assert test.dataframe[0].value["title"].tolist()[:2] == [tiny.SHOP[10].title, tiny.SHOP[11].title]
        assert ("Open these results", "q=usb+cable&version=tiny") in links(test)
        assert star["rows"][:2] == [10, 11]
        assert -1 <= star["x"] <= 1

    def test_a_product_that_is_not_there(self) -> None:
        assert 'This version holds no product "X9".' in screen(visit("map", product="X9"))


class TestShopper:
    def test_a_shopper_stands_among_the_nearest_products(self) -> None:
        test = visit("map", shopper="bob", space="text")
        mark = map_told(test)["shopper"]
        assert mark["had"] == [6, 7, 8, 9]  # H1, H2, S1 and S2
        assert not set(mark["rows"]) & set(mark["had"])
        assert mark["x"] ** 2 + mark["y"] ** 2 <= 1
        text = screen(test)
        assert "Rings are the history, 4 products" in text
        assert "Wireless loudspeaker" in text
        assert ("Recommendations", "shopper=bob&version=tiny") in links(test)
        assert map_told(press(test, "off-map"))["shopper"] is None

    def test_a_basket_and_the_way_from_its_page(self) -> None:
        assert ("Show on map", "basket=C1&basket=C2&version=tiny") in links(visit("recommend", basket=["C1", "C2"]))
        assert ("Show on map", "shopper=bob&version=tiny") in links(visit("recommend", shopper="bob"))
        test = visit("map", basket=["C1", "C2"])
        assert map_told(test)["shopper"]["had"] == [0, 1]
        assert "Rings are the history, 2 products" in screen(test)

    def test_one_who_is_not_known(self) -> None:
        test = visit("map", shopper="zoe")
        assert 'This version knows no shopper "zoe".' in screen(test)
        assert map_told(test)["shopper"] is None


class TestSelection:
    def test_what_sets_it_apart(self) -> None:
        test = visit("map", area=RIGHT)
        text = screen(test)
        assert "5 products selected, 41.7 % of 12" in text
        # Three of the four with a category are cameras, as are three of eleven in all.
        assert "category Photo > Cameras (2.75 times as often)" in text
        assert "Photo > Cameras 75 % 27.3 % 2.75" in text
        assert test.dataframe[0].value["title"].tolist() == [tiny.SHOP[row].title for row in (0, 1, 2, 10, 11)]
        # 199, 449.5, 99, 7.99 and 9.99; of all, the middle of eleven.
        assert "Median price 99.00, of all products 79.00." in text

    def test_a_group_that_is_switched_off_is_left_out(self) -> None:
        assert "2 products selected" in screen(visit("map", area=RIGHT, off="0"))

    @pytest.mark.parametrize(("control", "value"), [("space", "text"), ("method", "tsne")])
    def test_another_drawing_lets_go_of_it(self, control: str, value: str) -> None:
        test = visit("map", area=RIGHT, view="-1_1_-1_1")
        assert (test.query_params["space"], test.query_params["method"]) == ("towers", "umap")
        test = checked(test.segmented_control(key=f"widget-{control}").set_value(value).run())
        assert not {"area", "view"} & set(test.query_params)
        text = screen(test)
        assert "The selection belonged to the other drawing" in text
        assert "Nothing is selected." in text
        assert "belonged to the other drawing" not in screen(checked(test.run()))

    def test_it_can_be_cleared(self) -> None:
        test = press(visit("map", area=RIGHT), "clear-selection")
        assert "area" not in test.query_params
        assert "Nothing is selected." in screen(test)

    def test_an_outline_without_products(self) -> None:
        assert "The outline holds no product that is shown." in screen(visit("map", area="8_8_9_8_9_9"))

    def test_foreign_text_is_text(self) -> None:
        test = visit("map", product="B1", space="text", area="-2_-2_2_-2_2_2_-2_2")
        assert "<img src=x" not in source(test)
        assert "<img src=x" in screen(test)


class TestQueries:
    def test_the_queries_that_lead_to_a_selection(self, store: VersionStore) -> None:
        QuerySets(store.artifacts).save("winter", ("usb cable", "wireless speaker"))
        test = visit("map", area=RIGHT, detail="queries")
        text = screen(test)
        # The lists hold ten of twelve products; the selection five of twelve, U1 and U2 among them.
        assert "2 queries of 2 lead into the selection" in text
        assert "as many products drawn at random would take 41.7 %" in text
        found = test.dataframe[0].value
        assert found["Query"].tolist()[0] == "usb cable"
        assert found["Best rank"].tolist()[0] == 1
        assert "q=usb+cable&version=tiny" in found["Open"].tolist()[0]

    def test_without_a_selection_or_without_queries(self, store: VersionStore) -> None:
        assert "There are no queries to look for." in screen(visit("map", detail="queries"))
        QuerySets(store.artifacts).save("winter", ("usb cable",))
        assert "Nothing is selected." in screen(visit("map", detail="queries"))

    def test_leading_queries_by_hand(self) -> None:
        answers = [
            Answer("a", ("C1", "C2"), 12, 1.0),
            Answer("b", ("H1", "C2"), 12, 1.0),
            Answer("c", ("C2", "C1"), 12, 1.0),
            Answer("d", ("H1",), 12, 1.0),
        ]
        assert [(each["query"], each["inside"], each["best"]) for each in lead(answers, {"C2", "C1"})] == [
            ("a", 2, 1),
            ("c", 2, 1),
            ("b", 1, 2),
        ]


class TestDetail:
    def test_clusters_and_one_of_them(self) -> None:
        test = visit("map", detail="clusters")
        text = screen(test)
        assert "2 clusters of vectors" in text
        # Of lists drawn at random 0.02, a quarter more at 10 than at 5.
        assert "by chance 2.50 % (n = " in text
        assert list(test.dataframe[0].value.columns) == ["label", "products", "category", "purity", "found", "asked"]
        assert test.dataframe[0].value["label"].tolist() == ["camera, zoom", "speaker"]
        test = visit("map", detail="clusters", cluster="1")
        text = screen(test)
        assert "6 products, 50.0 % of all, 75 % Photo. " in text
        # Faithfulness goes evenly from 0 to 1 over twelve products: of the first six (0 + 5) / 2 / 11.
        assert "On this map 23 % of its true neighbours are kept, on average." in text
        assert "Within: shop." in text
        assert products(test) == ["C2", "C1", "C3"]
        assert map_told(test)["rows"] == "AAAAAAEAAAACAAAAAwAAAAQAAAAFAAAA"
        assert "1 cluster of vectors" in screen(visit("map", detail="clusters", level="coarse"))

    def test_hubs_and_orphans(self) -> None:
        text = screen(visit("map", detail="hubs"))
        assert "Gini 0, chance 0.400; 0 of 12 products (0 %) are near no other" in text
        assert "Every product is in a list." in text
        assert "Photo 6 0 0.0 %" in text

    def test_what_is_recommended_and_what_never_is(self) -> None:
        test = visit("map", detail="hubs", lists="recommended")
        text = screen(test)
        # Sorted, the last four of twelve are shown 1, 2, 2 and 3 times: (5 * 1 + 7 * 2 + 9 * 2 + 11 * 3) / (11 * 8).
        assert "Gini 0.795, chance 0; 8 of 12 products (66.7 %) are never recommended" in text
        assert test.dataframe[0].value["times"].tolist()[:5] == [3, 2, 2, 1, 0]
        assert test.dataframe[0].value["title"].tolist()[0] == "Compact camera"
        assert len(test.dataframe[1].value) == 8
        # Of six in Photo one is shown, three times.
        assert "Photo 6 1.00 83.3 %" in text

    def test_a_version_that_was_not_measured_has_no_recommendations_to_count(self, store: VersionStore) -> None:
        tiny.publish(store, "unmeasured", mapped=True, evaluated=False)
        text = screen(visit("map", version="unmeasured", detail="hubs", lists="recommended", colour="shown"))
        assert "near no other" in text

    def test_near_duplicates(self) -> None:
        test = visit("map", detail="duplicates")
        assert "1 pair of near-duplicates: cosine above 0.98" in screen(test)
        assert test.dataframe[0].value["other"].tolist() == ["Zoom lens camera"]


class TestWhatTheMapTells:
    @pytest.mark.parametrize(
        ("before", "after"), [("queries", "queries"), ("versions", "versions"), ("hubs", None), ("clusters", None)]
    )
    def test_a_selection_stays_with_the_details_that_read_it(
        self, monkeypatch: pytest.MonkeyPatch, before: str, after: str | None
    ) -> None:
        address = {"detail": before, "segment": "old"}
        monkeypatch.setattr(component.st, "query_params", address)
        said = {"event": "area", "value": [[0, 1], [2.5, 1], [2, 3]]}
        monkeypatch.setattr(component.st, "session_state", {"map": {"told": said}})
        component._heed("map", ["C1"], leads=True)
        assert address.pop("detail", None) == after
        assert address == {"area": "0_1_2.5_1_2_3"}
