"""Names of brands and categories in queries."""

import pytest

from pipeline.retrieval.understanding.names import Named, Names
from pipeline.retrieval.understanding.wording import replace

NAMES = Names(
    {"Canon": 5, "CANON": 2, "Under Armour": 3, "Hewlett-Packard": 4, "On": 2, "Nestlé": 1},
    {
        ("Photo",): 9,
        ("Photo", "Cameras"): 6,
        ("Photo", "Accessories"): 1,
        ("Phones", "Accessories"): 3,
        ("Phones",): 3,
        ("Photo", "Cameras", "Compact Cameras"): 2,
        ("Phones", "Cases & Bags"): 2,
    },
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("canon battery", [Named(("canon",), "Canon")]),
        ("under armour bag", [Named(("under", "armour"), "Under Armour")]),
        ("hewlett packard", [Named(("hewlett", "packard"), "Hewlett-Packard")]),
        ("nestle", [Named(("nestle",), "Nestlé")]),
        ("clip on", []),
        ("compact camera", [Named(("compact", "camera"), paths=(("Photo", "Cameras", "Compact Cameras"),))]),
        ("cases & bags", [Named(("cases", "bags"), paths=(("Phones", "Cases & Bags"),))]),
        ("accessory", [Named(("accessory",), paths=(("Phones", "Accessories"), ("Photo", "Accessories")))]),
        ("Canon camera", [Named(("canon",), "Canon"), Named(("camera",), paths=(("Photo", "Cameras"),))]),
        ("", []),
        ("( % 🙂", []),
    ],
)
def test_names_are_found(query: str, found: list[Named]) -> None:
    assert NAMES.find(query) == found


def test_a_brand_and_a_category_of_one_name_are_both_found() -> None:
    names = Names({"Orange": 1}, {("Food", "Oranges"): 1})
    assert names.find("orange") == [Named(("orange",), "Orange"), Named(("orange",), paths=(("Food", "Oranges"),))]


def test_words_are_replaced_in_place() -> None:
    assert replace("Noice-canceling  Head phones!", ["head", "phones"], "headphones") == "Noice-canceling headphones!"
    assert replace("a Café table", ["cafe"], "coffee") == "a coffee table"
    assert replace("under armour", ["arm"], "leg") == "under armour"
    assert replace("Canon battery", ["canon"], "") == "battery"
