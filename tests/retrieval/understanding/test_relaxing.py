"""What is left out when nothing passes the filters, on six products whose right answers can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from pipeline.retrieval.filters import Filters
from pipeline.retrieval.understanding.relaxing import relax
from pipeline.retrieval.understanding.understood import ReadPrice


@dataclass(frozen=True)
class Thing:
    """A product; `match` is how well it matches the query, 0 where it holds none of its words."""

    brand: str
    category: tuple[str, ...]
    price: float
    rating: float
    released: date
    match: float = 0.0

    def passes(self, filters: Filters) -> bool:
        low = 0.0 if filters.price_min is None else filters.price_min
        high = np.inf if filters.price_max is None else filters.price_max
        return (
            (not filters.brands or self.brand in filters.brands)
            and self.category[: len(filters.category)] == filters.category
            and low <= self.price <= high
            and self.rating >= (filters.rating_min or 0)
            and self.released >= (filters.since or date.min)
        )


LATE, EARLY = date(2022, 1, 1), date(2010, 1, 1)
OVER, IN, SPEAKERS = ("Audio", "Headphones", "Over-ear"), ("Audio", "Headphones", "In-ear"), ("Audio", "Speakers")
CABLES = ("Cables",)


def relaxed(
    shop: list[Thing], filters: Filters, asked: Filters | None = None, price: ReadPrice | None = None
) -> tuple[Filters, tuple[str, ...]]:
    match = np.array([thing.match for thing in shop], dtype=np.float32)
    return relax(
        filters,
        filters if asked is None else asked,
        price,
        lambda now: np.array([thing.passes(now) for thing in shop]),
        match > 0 if match.any() else np.ones(len(shop), dtype=bool),
        match,
    )


def test_the_filter_that_is_to_blame_is_left_out_and_not_the_first() -> None:
    # "usb cable", of Norvik, at most 10: Norvik makes no cables. Without the price, its camera would be listed.
    shop = [Thing("Norvik", SPEAKERS, 199, 4, LATE), Thing("Corda", CABLES, 7.99, 4, LATE, match=1.0)]
    filters, sentences = relaxed(shop, Filters(("Norvik",), price_max=10))
    assert filters == Filters(price_max=10)
    assert sentences == ("Nothing was found of Norvik: all brands are searched instead.",)


def test_as_few_as_can_be_are_left_out() -> None:
    # Without rating and day the first one passes, without the brand alone the second one, though it matches less.
    shop = [Thing("Sonara", OVER, 15, 3, EARLY, match=1.0), Thing("Other", OVER, 15, 5, LATE, match=0.2)]
    filters, sentences = relaxed(shop, Filters(("Sonara",), OVER, rating_min=4, since=LATE))
    assert filters == Filters((), OVER, rating_min=4, since=LATE)
    assert len(sentences) == 1


def test_the_best_match_decides_between_two_ways() -> None:
    shop = [Thing("Sonara", OVER, 15, 3, LATE, match=0.5), Thing("Other", OVER, 15, 5, LATE, match=1.0)]
    asked = Filters(("Sonara",), rating_min=4)
    assert relaxed(shop, asked)[0] == Filters(rating_min=4)


@pytest.mark.parametrize(
    ("worse", "kept"), [(0.95, Filters(("Sonara",))), (0.91, Filters(("Sonara",))), (0.89, Filters(rating_min=4))]
)
def test_of_what_matches_nearly_as_well_the_rating_goes_before_the_brand(worse: float, kept: Filters) -> None:
    shop = [Thing("Sonara", OVER, 15, 3, LATE, match=worse), Thing("Other", OVER, 15, 5, LATE, match=1.0)]
    assert relaxed(shop, Filters(("Sonara",), rating_min=4))[0] == kept


def test_the_order_in_which_filters_are_given_up() -> None:
    """Six products, each of which fails one wish alone: the price that was read goes first, and so on."""
    high = ReadPrice("under 20", None, 20)
    own = {"brand": "Sonara", "category": OVER, "price": 15, "rating": 5, "released": LATE, "match": 1.0}
    failing = [
        Thing(**{**own, "price": 25}),  # type: ignore[arg-type]
        Thing(**{**own, "rating": 3}),  # type: ignore[arg-type]
        Thing(**{**own, "released": EARLY}),  # type: ignore[arg-type]
        Thing(**{**own, "price": 5}),  # type: ignore[arg-type]
        Thing(**{**own, "category": IN}),  # type: ignore[arg-type]
        Thing(**{**own, "brand": "Other"}),  # type: ignore[arg-type]
    ]
    asked = Filters(("Sonara",), OVER, 10, None, 4, LATE)
    read = Filters(("Sonara",), OVER, 10, 20, 4, LATE)
    said = [
        'Nothing was found for "under 20": that limit is left out.',
        "Nothing was found with a rating of at least 4: that filter is left out.",
        "Nothing was found that was released since 2022-01-01: that filter is left out.",
        "Nothing was found at a price of at least 10: that filter is left out.",
        "Nothing was found in Audio > Headphones > Over-ear: Audio > Headphones is searched instead.",
        "Nothing was found of Sonara: all brands are searched instead.",
    ]
    left = [
        asked,
        Filters(("Sonara",), OVER, 10, 20, None, LATE),
        Filters(("Sonara",), OVER, 10, 20, 4),
        Filters(("Sonara",), OVER, None, 20, 4, LATE),
        Filters(("Sonara",), OVER[:2], 10, 20, 4, LATE),
        Filters((), OVER, 10, 20, 4, LATE),
    ]
    for place in range(6):
        assert relaxed(failing[place:], read, asked, high) == (left[place], (said[place],))


def test_a_category_gives_way_to_its_parent_before_the_whole_catalogue() -> None:
    shop = [Thing("A", IN, 15, 5, LATE, match=1.0), Thing("A", CABLES, 15, 5, LATE, match=1.0)]
    assert relaxed(shop, Filters(category=OVER))[0] == Filters(category=OVER[:2])
    filters, sentences = relaxed(shop[1:], Filters(category=OVER))
    assert filters == Filters()
    assert sentences == ("Nothing was found in Audio > Headphones > Over-ear: all categories are searched instead.",)
    # The parent holds what only half matches: what the query is about lies elsewhere.
    shop = [Thing("A", IN, 15, 5, LATE, match=0.5), Thing("A", CABLES, 15, 5, LATE, match=1.0)]
    assert relaxed(shop, Filters(category=OVER))[0] == Filters()


def test_what_does_not_match_the_query_is_not_worth_leaving_a_filter_out_for() -> None:
    # Without the rating the speaker passes, but only without rating and brand something that is wanted.
    shop = [Thing("Sonara", SPEAKERS, 15, 3, LATE), Thing("Other", OVER, 15, 3, LATE, match=0.1)]
    filters, sentences = relaxed(shop, Filters(("Sonara",), rating_min=4))
    assert filters == Filters()
    assert len(sentences) == 2


def test_two_that_are_enough_together() -> None:
    shop = [Thing("Sonara", IN, 15, 5, EARLY, match=1.0), Thing("Other", CABLES, 15, 3, EARLY, match=1.0)]
    filters, sentences = relaxed(shop, Filters(("Sonara",), OVER, rating_min=4, since=LATE))
    assert filters == Filters(("Sonara",), OVER[:2], rating_min=4)
    assert [sentence.split(":")[0] for sentence in sentences] == [
        "Nothing was found that was released since 2022-01-01",
        "Nothing was found in Audio > Headphones > Over-ear",
    ]


def test_a_read_price_that_the_request_overrules_is_not_there_to_leave_out() -> None:
    shop = [Thing("Sonara", OVER, 15, 5, LATE, match=1.0)]
    asked = Filters(price_max=10)
    filters, sentences = relaxed(shop, asked, asked, ReadPrice("under 12", None, 12))
    assert filters == Filters()
    assert sentences == ("Nothing was found at a price of at most 10: that filter is left out.",)


def test_many_brands_are_not_all_named() -> None:
    shop = [Thing("Z", OVER, 15, 5, LATE, match=1.0)]
    assert relaxed(shop, Filters(tuple("ABCDE")))[1] == (
        "Nothing was found of A or B or C or others: all brands are searched instead.",
    )
