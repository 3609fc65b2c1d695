"""What a draft may say."""

from __future__ import annotations

import math

import pytest

from pipeline.errors import InvalidRequest
from pipeline.retrieval.drafts.draft import Draft, table


def test_texts_are_tidied_and_blank_ones_are_none() -> None:
    draft = Draft(" A\tcamera\n\0", "  ", ("Photo", " ", "Cameras "), 3, "\r\n")
    assert draft == Draft("A camera", None, ("Photo", "Cameras"), 3.0, None)
    assert draft.title == "A camera"
    assert draft.category == ("Photo", "Cameras")


def test_the_table_is_the_canonical_one() -> None:
    (record,) = table({"X": Draft("A", "B", ("C",), 2, "D")}).to_pylist()
    assert record == {
        "product_id": "X",
        "title": "A",
        "brand": "B",
        "category": ["C"],
        "price": 2.0,
        "released": None,
        "image_url": None,
        "description": "D",
    }


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"title": " \n"}, "The title is empty."),
        ({"title": "x" * 501}, "The title has 501 characters; at most 500 are read."),
        ({"title": "\ud800"}, "The title is not valid Unicode text."),
        ({"title": "a", "brand": "x" * 101}, "The brand has 101 characters; at most 100 are read."),
        ({"title": "a", "category": ("b",) * 11}, "The category has 11 steps; at most 10 are read."),
        (
            {"title": "a", "category": ("x" * 101,)},
            "The step of the category has 101 characters; at most 100 are read.",
        ),
        ({"title": "a", "description": "x" * 5001}, "The description has 5,001 characters; at most 5,000 are read."),
        *(
            ({"title": "a", "price": price}, "The price is negative, too high or not a number.")
            for price in (-0.01, math.nan, math.inf, -math.inf, 1e10)
        ),
    ],
)
def test_what_is_too_long_or_no_number_is_refused(said: dict, told: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        Draft(**said)
    assert caught.value.problem == told
    assert caught.value.remedy
