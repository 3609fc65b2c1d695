"""What is left out when nothing passes the filters."""

from datetime import date

from pipeline.retrieval.filters import Filters
from pipeline.retrieval.understanding.relaxing import relax
from pipeline.retrieval.understanding.understood import ReadPrice

ALL = Filters(("Sonara",), ("Audio", "Headphones"), 10.0, 20.0, 4.0, date(2020, 1, 1))


def test_the_first_filter_that_is_enough_alone_is_left_out() -> None:
    filters, sentences = relax(ALL, ALL, None, lambda now: now.since is None)
    assert filters == Filters(("Sonara",), ("Audio", "Headphones"), 10.0, 20.0, 4.0)
    assert sentences == ("Nothing was found that was released since 2020-01-01: that filter is left out.",)


def test_the_category_gives_way_to_its_parent_first() -> None:
    filters, sentences = relax(ALL, ALL, None, lambda now: now.category == ("Audio",))
    assert filters.category == ("Audio",)
    assert sentences == ("Nothing was found in Audio > Headphones: Audio is searched instead.",)
    filters, sentences = relax(ALL, ALL, None, lambda now: not now.category)
    assert sentences == ("Nothing was found in Audio > Headphones: all categories are searched instead.",)
    assert filters.brands == ("Sonara",)


def test_the_price_that_was_read_goes_before_the_filters_of_the_request() -> None:
    asked = Filters(("Sonara",), price_min=5.0)
    price = ReadPrice("under 8", None, 8.0)
    read = Filters(("Sonara",), price_min=5.0, price_max=8.0)
    filters, sentences = relax(read, asked, price, lambda now: now.price_max is None)
    assert filters == asked
    assert sentences == ('Nothing was found for "under 8": that limit is left out.',)


def test_where_one_is_not_enough_they_go_one_after_the_other() -> None:
    filters, sentences = relax(ALL, ALL, None, lambda now: not now.category and now.since is None)
    assert filters == Filters(("Sonara",))
    assert [sentence.split(":")[0] for sentence in sentences] == [
        "Nothing was found with a rating of at least 4",
        "Nothing was found that was released since 2020-01-01",
        "Nothing was found at a price from 10 to 20",
        "Nothing was found in Audio > Headphones",
    ]
    assert sentences[-1].endswith("all categories are searched instead.")
    filters, sentences = relax(ALL, ALL, None, lambda now: not now)
    assert not filters
    assert sentences[-1] == "Nothing was found of Sonara: all brands are searched instead."


def test_many_brands_are_not_all_named() -> None:
    asked = Filters(tuple("ABCDE"))
    assert relax(asked, asked, None, lambda now: not now)[1] == (
        "Nothing was found of A or B or C or others: all brands are searched instead.",
    )
