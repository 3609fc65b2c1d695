"""Price limits in queries, and what looks like one and is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.retrieval.understanding.prices import read_price
from pipeline.retrieval.understanding.understood import limits


@pytest.mark.parametrize(
    ("query", "low", "high", "rest"),
    [
        ("laptop under 500", None, 500, "laptop"),
        ("Laptop Under 500!", None, 500, "Laptop !"),
        ("headphones below $50", None, 50, "headphones"),
        ("less than 50 dollars camera", None, 50, "camera"),
        ("under $50 camera", None, 50, "camera"),
        ("camera over 100", 100, None, "camera"),
        ("camera for at least €100", 100, None, "camera for"),
        ("lens between 50 and 100", 50, 100, "lens"),
        ("lens between 100 and 50", 50, 100, "lens"),
        ("lens 50-100 dollars", 50, 100, "lens"),
        ("lens $50 to $100 wide", 50, 100, "lens wide"),
        ("lens €50\N{EN DASH}100", 50, 100, "lens"),
        ("lens from 50 to 100 euros", 50, 100, "lens"),
        ("tv under 1,500", None, 1500, "tv"),
        ("tv under 1,499.90", None, 1499.9, "tv"),
        ("tv under 49,99 eur", None, 49.99, "tv"),
        ("toys under 20 for kids", None, 20, "toys for kids"),
        ("wh-1000xm4 under 300", None, 300, "wh-1000xm4"),
        ("50 mm lens under 300", None, 300, "50 mm lens"),
        ("cable up to $8", None, 8, "cable"),
        ("price < 30", None, 30, "price"),
        ("under 50", None, 50, ""),
        ("under 500 laptop", None, 500, "laptop"),
        ("Below 1,500 Gaming laptop", None, 1500, "Gaming laptop"),
        ("over 100 camera bag", 100, None, "camera bag"),
        ("between 500 and 100", 100, 500, ""),
        ("between 500 and 100 laptop", 100, 500, "laptop"),
        ("between 500 and 100 euros laptop", 100, 500, "laptop"),
        ("laptop $500-$100", 100, 500, "laptop"),
        ("laptop under 500 over 100", 100, 500, "laptop"),
        ("laptop over $100 and under $500", 100, 500, "laptop and"),
        ("laptop under $1.5k", None, 1500, "laptop"),
        ("laptop under 2k euros", None, 2000, "laptop"),
        ("laptop under USD 500", None, 500, "laptop"),
        ("laptop under €1.499,90", None, 1499.9, "laptop"),
        ("laptop below 500,-", None, 500, "laptop"),
        ("laptop under $500.- new", None, 500, "laptop new"),
        ("laptop 500 or less", None, 500, "laptop"),
        ("laptop $500 or less with ssd", None, 500, "laptop with ssd"),
        ("laptop 500 usd or more", 500, None, "laptop"),
    ],
)
def test_a_price_is_read(query: str, low: float | None, high: float | None, rest: str) -> None:
    price, remaining = read_price(query)
    assert price is not None
    assert (price.low, price.high, remaining) == (low, high, rest)


@pytest.mark.parametrize(
    "query",
    [
        "under armour",
        "under counter light",
        "lens under 50 mm",
        "lens under 50mm",
        "heater over 2000 w",
        "heater over 2000w",
        'tv under 50"',
        "tv under 50 in",
        "under 10%",
        "tv under 4k",
        "game between 2 and 4 players",
        "battery up to 8 hours",
        "hub at least 4 ports",
        "cheap phone",
        "gift card $50",
        "lens 24-70",
        "5 to 10 inch",
        "under 1/2",
        "over-ear headphones",
        "thunder 500",
        "under 5 pounds",
        "under 50 mm lens",
        "over 2000 w heater",
        "under 12 volts adapter",
        "between 2 and 4 players game",
        "over 5 port hub",
        "under 18 inch laptop",
        "under 50 1.8 lens",
        "under 3 year old toys",
        "2 or more ports",
        "hub 4 or more",
        "5 or less ports",
        "tv 4k or less",
    ],
)
def test_what_is_no_price_stays(query: str) -> None:
    assert read_price(query) == (None, query)


def test_limits_in_words() -> None:
    assert limits(None, 500) == "a price of at most 500"
    assert limits(49.9, None) == "a price of at least 49.90"
    assert limits(10, 1500) == "a price from 10 to 1,500"


words = st.sampled_from(
    ["under", "over", "between", "and", "$", "€", "50", "1,000", "9,99", "-", "to", "dollars", "mm"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(words | st.text(max_size=4), max_size=8).map(" ".join))
def test_any_text_is_read_and_bounds_are_in_order(text: str) -> None:
    price, rest = read_price(text)
    if price is None:
        assert rest == text
    else:
        assert price.low is not None or price.high is not None
        assert 0 <= (price.low or 0) <= (float("inf") if price.high is None else price.high)
        assert len(rest) < len(text)
