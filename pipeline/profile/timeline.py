"""Interactions over time, and their ratings."""

from __future__ import annotations

import numpy as np

from pipeline.profile.figures import Period, Rated, Ratings, Reach, Timeline
from pipeline.profile.tables import NEVER, PARTS, Tables, by_part

UNITS = (("day", "D", 120), ("month", "M", 360))  # until there are too many of them to draw; then years


def timeline(tables: Tables, split: str) -> Timeline:
    """Return interactions by day, month or year and part, whichever can be drawn, and where parts begin and end.

    Args:
        tables: The interactions.
        split: Its kind; only under "time" is there a boundary that holds for every shopper.
    """
    known = tables.time != NEVER
    if not known.any():
        return Timeline("month", 0, (), (), ())
    times = tables.time[known].astype("datetime64[ms]")
    unit, letter = next(
        ((name, each) for name, each, most in UNITS if _span(times, each) <= most), ("year", "Y")
    )  # fmt: skip
    periods = times.astype(f"datetime64[{letter}]")
    first = periods.min()
    place = np.full(len(tables.time), -1, np.int32)
    place[known] = (periods - first).astype(np.int32)
    counts = by_part(tables, place, int(place.max()) + 1)
    starts = (first + np.arange(len(counts))).astype("datetime64[D]")
    reaches = [
        Reach(part, int(own.min()), int(own.max()))
        for part in PARTS
        if len(own := tables.time[known & tables.of(part)])
    ]
    later = [each.first for each in reaches if each.part != "train"]
    return Timeline(
        unit=unit,
        timed=int(known.sum()),
        periods=tuple(
            Period(str(start), *map(int, row)) for start, row in zip(starts, counts, strict=True)
        ),
        reaches=tuple(reaches),
        boundaries=tuple(later) if split == "time" else (),
    )  # fmt: skip


def _span(times: np.ndarray, letter: str) -> int:
    ends = np.array([times.min(), times.max()]).astype(f"datetime64[{letter}]")
    return int((ends[1] - ends[0]).astype(int)) + 1


def ratings(tables: Tables) -> Ratings:
    """Return how many interactions have which rating, to the nearest half, by part."""
    known = ~np.isnan(tables.rating)
    if not known.any():
        return Ratings(0, None, ())
    halves = np.full(len(tables.rating), -1, np.int32)
    halves[known] = np.rint(2 * tables.rating[known]).astype(np.int32)
    counts = by_part(tables, halves, 11)
    return Ratings(
        rated=int(known.sum()),
        mean=float(tables.rating[known].mean(dtype=np.float64)),
        values=tuple(Rated(at / 2, *map(int, row)) for at, row in enumerate(counts) if row.any()),
    )
