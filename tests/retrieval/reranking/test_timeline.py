"""What was known of a product at a moment."""

import numpy as np

from pipeline.retrieval.reranking.timeline import DAY, Timeline

ROWS = np.array([0, 0, 0, 1], dtype=np.int32)
TIMES = np.array([0, 60, 400, 380], dtype=np.int64) * DAY
LINE = Timeline(ROWS, TIMES, 3)


def at(day: int) -> list[list[float | None]]:
    found = LINE.at(np.arange(3, dtype=np.int32), day * DAY)
    return [[None if np.isnan(value) else float(value) for value in row] for row in found]


def test_only_the_past_is_read() -> None:
    assert at(60) == [[1, 2, 2, 60, 0], [0, 0, 0, None, None], [0, 0, 0, None, None]]
    assert at(379)[1] == [0, 0, 0, None, None]
    assert at(380)[1] == [1, 1, 1, 0, 0]


def test_spans_end_at_the_moment() -> None:
    assert at(90)[0] == [0, 1, 2, 90, 30]  # the span of 30 days holds days 61 to 90
    assert at(400)[0] == [1, 1, 2, 400, 0]


def test_after_the_last_interaction_nothing_more_is_known() -> None:
    assert at(1000) == at(400)
    assert at(-5) == [[0, 0, 0, None, None]] * 3


def test_without_times_nothing_is_known() -> None:
    empty = Timeline(np.empty(0, np.int32), np.empty(0, np.int64), 2)
    assert len(empty) == 0
    assert np.isnan(empty.at(np.array([0, 1], np.int32), 5)[:, -2:]).all()
