"""The Data page, over the small shop whose figures are worked out by hand in tests/profile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.data.prepare import Prepared
from pipeline.versions import VersionStore
from pipeline.work.profile import profile
from tests import tiny
from tests.dashboard.screens import checked, screen, source, visit
from tests.profile import shop

PANELS = ("overview", "tail", "time", "groups", "columns", "left-out", "leakage", "drift")


def every_panel(**parameters: object) -> Iterator[tuple[str, AppTest]]:
    """Yield every panel in turn; each could be shown."""
    test = visit("data", **parameters)
    for panel in PANELS:
        test.query_params["about"] = panel
        test = checked(test.run())
        assert "could not be shown" not in screen(test)
        yield panel, test


@pytest.fixture(autouse=True)
def published(store: VersionStore, tmp_path: Path) -> Prepared:
    prepared = shop.write(tmp_path / "prepared")
    tiny.publish(store, "told", data=lambda out: profile(prepared, out))
    return prepared


def test_the_overview_says_how_much_there_is_and_what_to_know() -> None:
    test = visit("data")
    text = screen(test)
    assert "10 interactions of 4 shoppers with 5 of 5 products." in text
    assert "Interactions from 2 Jan 2020 to 10 Jan 2020." in text
    assert "Train What the model learned from 5 50.0 % 3 75.0 % 2 40.0 % 1.67" in text
    assert "1 held-out interaction (25.0 %) is older than what the shopper's history holds" in text
    assert "1 held-out interaction also stands in an earlier part: its answer is known." in text
    assert "The most popular 20 % of products have 30.0 % of the interactions; Gini 0.300." in text
    assert "4 of 21 rows of the source (19.0 %) could not be used." in text
    assert "2 products share 1 title with another one." in text
    assert test.query_params == {"version": "told"}


def test_the_long_tail_of_products_and_of_shoppers() -> None:
    text = screen(visit("data", about="tail"))
    assert "Top 20 % of products 30.0 %" in text
    assert "Products with half of it The fewest that have half of the interactions 2 40.0 %" in text
    assert "Mean Interactions divided by how many there are 2 2.50" in text
    test = visit("data", about="tail", kind="shopper")
    assert "Shoppers" in str(test.get("plotly_chart")[1].proto)


def test_time_and_ratings() -> None:
    text = screen(visit("data", about="time"))
    assert "The source says which part each belongs to." in text
    assert "Test 4 Jan 2020 10 Jan 2020" in text
    assert "Mean 4.07; 60.0 % of the interactions are rated." in text


def test_boundaries_of_a_time_split(store: VersionStore, tmp_path: Path) -> None:
    prepared = shop.write(tmp_path / "timed", split="time")
    tiny.publish(store, "timed", data=lambda out: profile(prepared, out))
    text = screen(visit("data", version="timed", about="time"))
    assert "For everyone, validation begins on 4 Jan 2020 and test on 4 Jan 2020" in text
    assert "2 train interactions are at or after the boundary, 4 Jan 2020." in screen(
        visit("data", version="timed", about="leakage")
    )


def test_groups_in_a_table() -> None:
    test = visit("data", about="groups", grouped="brand")
    assert "2 brands; Aldor leads with 60.0 % of the interactions and 40.0 % of the products." in screen(test)
    assert "20.0 % of the products have none, and with them 20.0 % of the interactions." in screen(test)
    table = test.dataframe[0].value
    assert table["name"].tolist() == ["Aldor", "Norvik", "none"]
    assert table["interactions"].tolist() == [6, 2, 2]


def test_columns_and_their_coverage() -> None:
    test = visit("data", about="columns")
    assert (
        "Of 9 columns, 2 are complete; rating is known of 60.0 %; release date, picture and description are"
        in screen(test)
    )
    table = test.dataframe[0].value.set_index("column")
    assert (table.loc["price", "of_rows"], table.loc["price", "of_interactions"]) == (80, 90)


def test_what_was_left_out_with_its_rows() -> None:
    test = visit("data", about="left-out")
    text = screen(test)
    assert "Interactions 15 rows read, 10 kept 3 20.0 %" in text
    assert "– unknown product Of the rows of interactions 2 13.3 %" in text
    assert "Values left empty: products.price They could not be read 1" in text
    assert "All 4 rows, with their columns as they were understood." in text
    assert test.dataframe[0].value["row"].tolist() == [6, 2, 3, 9]
    assert "2 products (40.0 %) bear one of 1 title" in text
    few = visit("data", about="left-out", reason="no time")
    assert few.dataframe[0].value["record"].tolist() == ["{}"]
    assert "<img" not in source(test)


def test_leakage_by_part_and_side() -> None:
    text = screen(visit("data", about="leakage"))
    assert "1 held-out interaction (25.0 %) is older than what the shopper's history holds" in text
    assert "At the same moment Tied with that interaction: nothing tells which came first 0 0 % 1 50.0 %" in text
    assert "Product not in train Only its text can bring it into a list 2 100 % 2 66.7 %" in text
    assert "3 3 2 66.7 %" in text  # shoppers of train, of test and of both
    assert "20.0 % of the train interactions are later than half of the test interactions." in text


def test_drift_of_each_attribute() -> None:
    test = visit("data", about="drift")
    text = screen(test)
    assert "66.7 % of the test interactions are with products that train has not seen." in text
    assert "Popularity How many other train interactions the product has 0.749" in text
    assert "Category The first level of the category's path 0 " in text
    assert "Test differs most from train in brand: distance 0.678, where chance alone makes" in text
    assert test.selectbox(key="widget-feature").value == "brand"
    checked(test.selectbox(key="widget-feature").set_value("popularity").run())
    assert test.query_params["feature"] == "popularity"


def test_junk_in_the_url_falls_back() -> None:
    junk = {"about": "<b>", "kind": "x", "grouped": "y", "reason": "z", "feature": "%"}
    assert "10 interactions of 4 shoppers" in screen(visit("data", **junk))
    assert len(list(every_panel(**junk))) == len(PANELS)


def test_a_catalogue_without_interactions(store: VersionStore, tmp_path: Path) -> None:
    counts = {"products": 5, "read": {"products": 5}, "rejected": {"products": {}}}
    bare = [(product_id, title, None, [], None) for product_id, title, *_ in shop.CATALOGUE]
    prepared = shop.write(tmp_path / "bare", catalogue=bare, deeds=None, counts=counts)
    tiny.publish(store, "bare", towers=False, data=lambda out: profile(prepared, out))
    texts = {panel: screen(test) for panel, test in every_panel(version="bare")}
    assert "5 products and no interactions: nothing was learned from shoppers." in texts["overview"]
    assert "Nothing is held out, so nothing can leak." in texts["leakage"]


def test_a_version_without_a_profile_says_how_to_get_one(store: VersionStore) -> None:
    tiny.publish(store, "old")
    test = visit("data", version="old", about="drift")
    assert "This version has no profile of its data." in screen(test)
    assert "Products In the catalogue, with or without interactions 12" in screen(test)
    assert test.code[0].value == "python -m pipeline run --dataset DATASET.toml --recipe history --name old --replace"


def changed(prepared: Prepared, change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    """Return what writes a profile and changes it."""

    def write(out: Path) -> None:
        profile(prepared, out)
        said = json.loads((out / "profile.json").read_text())
        change(said)
        (out / "profile.json").write_text(json.dumps(said))

    return write


def test_a_damaged_profile_is_one_sentence(store: VersionStore, published: Prepared) -> None:
    tiny.publish(store, "wreck", data=changed(published, lambda said: said.pop("drift")))
    text = screen(visit("data", version="wreck"))
    assert 'What version "wreck" says of its data cannot be read. Publish it again with --replace.' in text
    assert "Interactions Each is one shopper with one product" in text  # the manifest still has its counts


def test_damaged_samples_leave_the_rest_of_the_panel(store: VersionStore, published: Prepared) -> None:
    def write(out: Path) -> None:
        profile(published, out)
        (out / "rejects.parquet").write_bytes(b"PAR1")

    tiny.publish(store, "wreck", data=write)
    text = screen(visit("data", version="wreck", about="left-out"))
    assert 'What version "wreck" says of its data cannot be read.' in text
    assert "2 products (40.0 %) bear one of 1 title" in text


def test_names_that_attack_stay_text(store: VersionStore, published: Prepared) -> None:
    attack = "<img src=x onerror=alert(1)> **b**"

    def poison(said: dict[str, Any]) -> None:
        said["groupings"][0]["groups"][0]["name"] = attack
        said["coverage"][0]["column"] = attack
        said["read"][0]["rejected"][0]["reason"] = attack
        said["timeline"]["periods"][0]["start"] = attack
        said["timeline"]["reaches"][0]["first"] = 2**53
        said["leakage"]["sides"][0]["what"] = attack
        said["groupings"][0]["kind"] = attack

    tiny.publish(store, "evil", data=changed(published, poison))
    for _, test in every_panel(version="evil", grouped=attack):
        assert "<img" not in source(test)
