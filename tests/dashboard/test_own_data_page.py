"""The page Your data: a file, its columns, what a run would make of it, and the description that comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.data.dataset import Dataset
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import checked, labels, press, screen, source, visit

PRODUCTS = "sku,name,path,cost\nA,Compact camera,Photo > Cameras,19.5\nB,<b>Zoom lens</b>,Photo > Lenses,9\n,No id,,\n"
EVENTS = "customer,sku,when\nann,A,1400000000000\nbob,C,1400000000001\n"


@pytest.fixture
def artifacts(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PSE_ALLOW_UPLOADS", "1")
    monkeypatch.delenv("PSE_ALLOW_RUNS", raising=False)
    tiny.publish(store)
    folder = store.artifacts / "uploads" / "shop"
    folder.mkdir(parents=True)
    (folder / "products.csv").write_text(PRODUCTS)
    (folder / "events.csv").write_text(EVENTS)
    return store.artifacts


FILES = {"products-file": "uploads/shop/products.csv", "interactions-file": "uploads/shop/events.csv"}


def links(test: AppTest) -> list[str]:
    return [link.label for link in test.main.get("page_link")]


def test_the_page_begins_with_a_name_and_a_file(artifacts: Path) -> None:
    test = visit("own_data", own="shop")
    assert "No file of products is chosen." in screen(test)
    chosen = test.selectbox(key="widget-products-file")
    assert chosen.options == ["uploads/shop/events.csv", "uploads/shop/products.csv"]
    test = checked(chosen.set_value("uploads/shop/products.csv").run())
    assert test.query_params["products-file"] == "uploads/shop/products.csv"


def test_columns_are_suggested_and_rows_read_as_by_a_run(artifacts: Path) -> None:
    test = visit("own_data", own="shop", **FILES)
    assert test.selectbox(key="widget-products-product_id").value == "sku"
    assert test.selectbox(key="widget-products-title").value == "name"
    assert test.selectbox(key="widget-products-category").value == "path"
    assert "All 3 rows were read: 2 can be used (66.7 %)." in screen(test)
    (first, _) = test.dataframe[0].value.to_dict("records")
    assert first == {"Product id": "A", "Title": "Compact camera", "Category": "Photo > Cameras", "Price": 19.5}
    test.query_params["look"] = "left-out"
    test = checked(test.run())
    assert "no product id" in screen(test)
    (left,) = test.dataframe[0].value.to_dict("records")
    assert left == {"Row": 3, "Reason": "no product id", "As it was read": "sku: –; name: No id; path: –; cost: –"}
    assert "<b>Zoom" not in source(test)


def test_a_correction_is_in_the_url_and_what_is_needed_is_said(artifacts: Path) -> None:
    test = visit("own_data", own="shop", **FILES)
    test = checked(test.selectbox(key="widget-products-title").set_value("-").run())
    assert test.query_params["products-title"] == "-"
    assert "Say which column is the title: a product needs it." in screen(test)
    assert "save-description" not in [button.key for button in test.button]
    test = checked(test.selectbox(key="widget-products-title").set_value("name").run())
    assert "products-title" not in test.query_params  # as it was suggested


def test_interactions_are_read_beside_the_products(artifacts: Path) -> None:
    test = visit("own_data", own="shop", table="interactions", look="left-out", **FILES)
    assert test.selectbox(key="widget-interactions-unit").value == "ms"
    assert "unknown product" in screen(test)
    alone = visit("own_data", own="shop", table="interactions", **{"interactions-file": FILES["interactions-file"]})
    assert "every id counts" in screen(alone)
    assert "Choose a file of products, or of interactions that carry their product's title." in screen(alone)


def test_the_description_is_saved_and_leads_to_a_run(artifacts: Path) -> None:
    test = press(visit("own_data", own="shop", **FILES), "save-description")
    dataset = Dataset.load(artifacts / "descriptions" / "shop.toml")
    assert dataset.products is not None
    assert dataset.interactions is not None
    assert dict(dataset.products.columns)["price"] == "cost"
    assert dataset.interactions.timestamp_unit == "ms"
    assert (dataset.folder / dataset.products.path).resolve() == artifacts / "uploads" / "shop" / "products.csv"
    assert test.button(key="save-description").disabled
    assert "Start a run with shop" in links(test)
    words = f"run --dataset {artifacts}/descriptions/shop.toml --recipe history --name shop-history"
    assert words in test.code[-1].value  # runs are off: the command instead
    changed = visit("own_data", own="shop", **FILES, **{"products-price": "-"})
    assert "Replace the description" in labels(changed)
    press(changed, "save-description")
    kept = Dataset.load(artifacts / "descriptions" / "shop.toml").products
    assert kept is not None
    assert "price" not in kept.columns
    assert visit("runs", dataset="descriptions/shop.toml").selectbox(key="widget-dataset").value is not None


def test_an_upload_is_kept_and_looked_at(artifacts: Path) -> None:
    test = visit("own_data", own="New shop")
    assert test.button(key="keep-upload").disabled  # no file was chosen, or one that the browser refuses
    assert "Save an Excel sheet as CSV (UTF-8) first." in screen(test)
    file = ("../My file.csv", PRODUCTS.encode(), "text/csv")
    test = test.file_uploader(key="own-upload-products").set_value(file).run()
    test = press(test, "keep-upload")
    assert test.query_params["products-file"] == "uploads/new-shop/My-file.csv"
    assert (artifacts / "uploads" / "new-shop" / "My-file.csv").read_text() == PRODUCTS
    assert "2 can be used" in screen(test)
    test = test.file_uploader(key="own-upload-products").set_value(("a.csv", b"\x89PNG\0", "text/csv")).run()
    assert "a.csv is no text in UTF-8." in screen(press(test, "keep-upload"))


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"products-file": "/etc/passwd"}, 'There is no file "/etc/passwd" that pages may read.'),
        ({"products-file": "../../x.csv"}, "that pages may read."),
        ({"products-file": "workspace.sqlite"}, "that pages may read."),
        ({"products-file": "versions/tiny/users.parquet"}, "is no file that was uploaded."),
        (FILES | {"products-title": "none"}, 'products.csv has no column "none".'),
        (FILES | {"products-scale": "0"}, 'Prices cannot be multiplied by "0".'),
        (FILES | {"interactions-unit": "weeks"}, 'There is no unit of time "weeks".'),
    ],
)
def test_a_wrong_address_is_a_sentence(artifacts: Path, parameters: dict[str, str], sentence: str) -> None:
    assert sentence in screen(visit("own_data", own="shop", **parameters))


def test_switched_off_files_are_looked_at_but_nothing_is_kept(
    artifacts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.delenv("PSE_ALLOW_UPLOADS")
    data = tmp_path_factory.mktemp("data")
    (data / "products.csv").write_text(PRODUCTS)
    monkeypatch.setenv("PSE_DATA_FOLDERS", str(data))
    test = visit("own_data", own="other", **{"products-file": str(data / "products.csv")})
    assert "PSE_ALLOW_UPLOADS=1" in screen(test)
    assert "2 can be used" in screen(test)
    assert test.button(key="save-description").disabled
    assert f'path = "{data}/products.csv"' in test.code[0].value


@pytest.mark.parametrize("name", ["/", "\0", "a/b"])
def test_a_name_that_no_dataset_can_have_is_a_sentence(artifacts: Path, name: str) -> None:
    text = screen(visit("own_data", own=name))
    assert "cannot name a dataset. Use 1 to 64 of a-z" in text
    assert "could not be shown" not in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("sku,name\n", "wrong.csv has no rows. Choose a file with rows below its header."),
        ("sku,name,name\nA,Camera,Lens\n", 'wrong.csv has more than one column "name"'),
        ('sku,name\nA,"Camera\nB,Lens\n', "wrong.csv: the quote opened in the row at line 2 is never closed"),
    ],
)
def test_what_cannot_be_read_cannot_be_saved_and_shows_no_folder(artifacts: Path, content: str, sentence: str) -> None:
    (artifacts / "uploads" / "shop" / "wrong.csv").write_text(content)
    named = {"products-product_id": "sku", "products-title": "name"}
    test = visit("own_data", own="shop", **{"products-file": "uploads/shop/wrong.csv"}, **named)
    assert sentence in screen(test)
    assert "Once the products can be read, the description stands here." in screen(test)
    assert "save-description" not in [button.key for button in test.button]
    assert "/tmp" not in screen(test)


def test_an_array_is_named_without_its_folder(artifacts: Path) -> None:
    (artifacts / "uploads" / "shop" / "array.json").write_text("[{}]")
    text = screen(visit("own_data", own="shop", **{"products-file": "uploads/shop/array.json"}))
    assert "Products: array.json is one JSON array." in text
    assert str(artifacts) not in text


def test_decimal_commas_are_said_with_an_example(artifacts: Path) -> None:
    rows = 'Nr,Bezeichnung,Preis\nA1,Kleine Kamera,"19,90"\n'
    (artifacts / "uploads" / "shop" / "de.csv").write_text(rows)
    test = visit("own_data", own="shop", **{"products-file": "uploads/shop/de.csv"})
    assert test.selectbox(key="widget-products-price").value == "Preis"
    assert "The only row was read: it can be used." in screen(test)
    said = 'Price: 1 of 1 value cannot be read, such as "19,90"; they would be left empty.'
    assert said in screen(test)


def test_why_most_rows_are_left_out_is_said_above_them(artifacts: Path) -> None:
    rows = 'customer,sku,stars\nann,A,"4,5"\nbob,A,"3,0"\ncem,B,5\n'
    (artifacts / "uploads" / "shop" / "stars.csv").write_text(rows)
    named = FILES | {"interactions-file": "uploads/shop/stars.csv", "interactions-rating": "stars"}
    text = screen(visit("own_data", own="shop", table="interactions", **named))
    assert "All 3 rows were read: 1 can be used (33.3 %)." in text
    assert "2 of 3 rows are left out: rating is not a number (row 1, for one)." in text
