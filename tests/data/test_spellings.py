"""One spelling for one brand and one category step, and never one for two."""

from __future__ import annotations

import json

import pytest

from pipeline.data.prepare import Prepared, summary
from tests.data.folder import Folder

SECTION = (
    '[products]\npath = "products.jsonl"\ncategory_separator = " > "\n'
    'columns = { product_id = "id", title = "title", brand = "brand", category = "category" }\n'
)


def prepared(folder: Folder, brands: list[str | None], categories: list[str | list[str]] | None = None) -> Prepared:
    rows = [
        {"id": str(at), "title": "x", "brand": brand, "category": categories[at] if categories else "A"}
        for at, brand in enumerate(brands)
    ]
    folder.file("products.jsonl", "\n".join(map(json.dumps, rows)))
    return folder.prepare(SECTION)


def test_the_most_frequent_spelling_is_taken(folder: Folder) -> None:
    written = ["SONY", "Sony", "Sony", "sony", "Johnson &amp; Johnson", "Johnson  &  Johnson", "Acme", "ACME", None]
    counts = prepared(folder, written).counts
    # ACME and Acme are equally frequent: capitals come first in the order of characters.
    assert folder.rows("products", "brand") == [
        "Sony", "Sony", "Sony", "Sony", "Johnson & Johnson", "Johnson & Johnson", "ACME", "ACME", None,
    ]  # fmt: skip
    assert counts["respelled"] == {"products.brand": 5}
    assert "placeholders" not in counts
    assert "products.brand, another spelling is more frequent: 5" in summary(counts)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Visit the Sony Store", "Sony"),
        ("Visit the Apple Store Store", "Apple Store"),
        ("Brand: Sony", "Sony"),
        ("Sony by Sony", "Sony"),
        ("SONY BY Sony", "SONY"),
        ("by\n    \n    Anne Rice", "Anne Rice"),
        ("AT&#38;T", "AT&T"),
        ("&amp;lt;b", "&lt;b"),
        ("by Terry", "by Terry"),
        ("by by by", "by"),
        (" by ", "by"),
        ("Visit the Store", "Visit the Store"),
        ("Brand:", "Brand:"),
        ("Generic", "Generic"),
        ("NA", "NA"),
    ],
)
def test_wrappings_go(folder: Folder, written: str, named: str) -> None:
    prepared(folder, [written])
    assert folder.rows("products", "brand") == [named]


def test_brands_that_differ_in_more_than_writing_stay_apart(folder: Folder) -> None:
    brands = [
        "Marc",
        "Marc by Marc Jacobs",
        "Nikon",
        "Nikkon",
        "TP-Link",
        "TP Link",
        "TPLink",
        "Café",
        "Cafe",
        "3M",
        "3-M",
    ]
    counts = prepared(folder, [*brands]).counts
    assert folder.rows("products", "brand") == brands
    assert "respelled" not in counts


def test_placeholders_are_no_brand(folder: Folder) -> None:
    counts = prepared(
        folder, ["Unknown", "N/A", "none", "&nbsp;", "null", "Visit the Unknown Store", "Nonesuch"]
    ).counts
    assert folder.rows("products", "brand") == [None] * 6 + ["Nonesuch"]
    assert counts["placeholders"] == {"products.brand": 6}
    assert "products.brand, a placeholder, left empty: 6" in summary(counts)


def test_steps_of_category_paths(folder: Folder) -> None:
    paths: list[str | list[str]] = [
        "Home &amp; Kitchen > Pots", "home & kitchen > pots", "Home & Kitchen > Pots > Lids", "HOME & Kitchen",
        "&nbsp;", [], "Garden > Pots",
    ]  # fmt: skip
    counts = prepared(folder, [None] * len(paths), paths).counts
    home = "Home & Kitchen"
    assert folder.rows("products", "category") == [
        [home, "Pots"], [home, "Pots"], [home, "Pots", "Lids"], [home], [], [], ["Garden", "Pots"],
    ]  # fmt: skip
    assert counts["respelled"] == {"products.category": 4}
    assert folder.rows("products", "product_id") == [str(at) for at in range(len(paths))]
