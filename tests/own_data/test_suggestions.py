"""Which column is which, guessed by name and contents."""

from __future__ import annotations

import pytest

from pipeline.own_data.suggestions import separator_of, suggest, unit_of


def rows(columns: dict[str, list[str]]) -> tuple[list[str], list[dict[str, str | None]]]:
    return list(columns), [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def test_names_of_other_shops_are_known() -> None:
    asked = rows(
        {
            "parent_asin": ["B01", "B02"],
            "Product Name": ["Compact camera", "Zoom lens"],
            "store": ["Norvik", "Aldor"],
            "main_category": ["Photo > Cameras", "Photo > Lenses"],
            "list price": ["$1,199.00", "12.5"],
            "thumb": ["https://a.example/1.jpg", "https://a.example/2.jpg"],
        }
    )
    found = suggest("products", *asked)
    assert found.columns == {
        "product_id": "parent_asin", "title": "Product Name", "brand": "store", "category": "main_category",
        "price": "list price", "image_url": "thumb",
    }  # fmt: skip
    assert found.category_separator == " > "
    assert found.why["price"] == "name and contents"
    assert found.why["title"] == "name"
    assert found.why["image_url"] == "contents"


def test_contents_decide_between_names() -> None:
    asked = rows(
        {
            "user": ["u1", "u2"],
            "asin": ["A", "B"],
            "time": ["morning", "evening"],  # called so, but no time
            "reviewTime": ["2014-05-01", "2014-06-02"],
            "overall": ["5", "4.5"],
            "score": ["80", "95"],  # no rating of 0 to 5
        }
    )
    found = suggest("interactions", *asked)
    assert found.columns == {"user_id": "user", "product_id": "asin", "timestamp": "reviewTime", "rating": "overall"}
    assert found.timestamp_unit == "iso"


def test_each_column_has_one_part() -> None:
    found = suggest("judgements", *rows({"query": ["usb"], "docid": ["A"], "rating": ["3"]}))
    assert found.columns == {"query": "query", "product_id": "docid", "grade": "rating"}
    found = suggest("products", *rows({"id": ["1"], "name": ["x y"]}))
    assert found.columns == {"product_id": "id", "title": "name"}


def test_names_that_say_nothing_leave_the_contents() -> None:
    texts = ["Small camera bag", "Zoom lens", "Tripod for cameras", "Long cable"]
    asked = rows(
        {"c1": ["x9", "x8", "x7", "x6"], "c2": [f"{text}, described in many words" for text in texts], "c3": texts}
    )
    found = suggest("products", *asked)
    assert found.columns == {"product_id": "c1", "title": "c3"}
    assert set(found.why.values()) == {"contents"}
    assert suggest("products", ["a"], []).columns == {}


def test_a_merged_table_offers_its_products_columns() -> None:
    asked = rows({"user_id": ["u"], "asin": ["A"], "title": ["Zoom lens"]})
    assert "title" not in suggest("interactions", *asked).columns
    assert suggest("interactions", *asked, merged=True).columns["title"] == "title"


@pytest.mark.parametrize(
    ("values", "unit"),
    [(["1400000000", "1400000001.5"], "s"), (["1400000000000"], "ms"), (["2014-05-01T10:00:00Z"], "iso"), ([], "s")],
)
def test_the_unit_of_time(values: list[str], unit: str) -> None:
    assert unit_of(values) == unit


@pytest.mark.parametrize(
    ("values", "separator"),
    [
        (["A > B", "A > B > C", "A"], " > "),
        (["A|B", "C|D"], "|"),
        (["Home & Garden", "TV/Audio", "Photo", "Toys", "Books"], None),
        (['["A", "B"]'], None),
        ([], None),
    ],
)
def test_the_separator_of_a_category(values: list[str], separator: str | None) -> None:
    assert separator_of(values) == separator


def test_a_price_is_no_id_though_it_tells_four_rows_apart() -> None:
    rows = [
        {"Preis": price, "Bezeichnung": title}
        for price, title in (("19,90", "Kleine Kamera"), ("5,00", "Großes Objektiv"), ("7,25", "Tasche mit Gurt"))
    ]
    assert suggest("products", ["Preis", "Bezeichnung"], rows).columns == {"title": "Bezeichnung", "price": "Preis"}
    assert suggest("products", ["Preço", "item"], [{"Preço": "7", "item": "A1"}]).columns["product_id"] == "item"
