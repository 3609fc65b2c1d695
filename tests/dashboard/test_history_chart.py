"""A history on a timeline, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from dashboard.components import history_chart
from dashboard.components.history_chart import LANES, NONE, OTHERS, Event


def event(day: int | None, category: str = "A", change: str = "", rating: float | None = None) -> Event:
    when = None if day is None else datetime(2026, 1, day, tzinfo=UTC)
    return Event("A <b>title</b>", (category,) if category else (), when, rating, "train", change)


def test_the_largest_categories_have_a_line_each() -> None:
    events = [event(1, chr(65 + place)) for place in range(LANES + 2) for _ in range(LANES + 2 - place)]
    lanes = history_chart.lanes([*events, event(1, "")])
    assert lanes[0] == "A"
    assert len(set(lanes)) == LANES + 1
    assert lanes[-1] == OTHERS
    assert history_chart.lanes([event(1, ""), event(2, "B")]) == [NONE, "B"]


def test_order_stands_in_for_days_that_are_not_known_or_all_the_same() -> None:
    assert history_chart.dated([event(1), event(2), event(None, change="added")])
    assert not history_chart.dated([event(1), event(None)])
    assert not history_chart.dated([event(1), event(1)])
    drawn = history_chart.timeline([event(1), event(1)], dark=False)
    assert drawn.data[0].x == (1, 2)


def test_what_lies_on_one_day_is_drawn_apart_and_what_was_added_comes_last() -> None:
    events = [event(1), event(1), event(20), event(None, change="added")]
    drawn = history_chart.timeline(events, dark=True)
    train, added = drawn.data
    assert (train.name, added.name) == ("Train", "Added here")
    assert train.y == (0.0, 0.13, 0.0)
    assert added.x[0].isoformat() == "2026-01-21"


def test_hovering_reads_as_a_sentence_with_the_title_escaped() -> None:
    drawn = history_chart.timeline([event(1, rating=4.5), event(3)], dark=False)
    assert drawn.data[0].hovertext[0] == "A &lt;b&gt;title&lt;/b&gt;<br>1 Jan 2026, rated 4.5, train"
    assert drawn.data[0].text == ("★4.5", "")
