"""Interactions by day, month or year, and their ratings."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.profile.figures import Period, Rated, Reach
from pipeline.profile.tables import Tables, read
from pipeline.profile.timeline import ratings, timeline
from tests.profile import shop
from tests.profile.shop import DAY, START


def test_days_without_gaps_and_the_reach_of_each_part(tables: Tables) -> None:
    found = timeline(tables, "time")
    assert (found.unit, found.timed, len(found.periods)) == ("day", 10, 9)
    assert found.periods[0] == Period("2020-01-02", 2, 0, 0)
    assert found.periods[2] == Period("2020-01-04", 0, 1, 1)
    assert found.periods[3] == Period("2020-01-05", 0, 0, 0)
    assert found.reaches[0] == Reach("train", START + DAY, START + 8 * DAY)
    assert found.boundaries == (START + 3 * DAY, START + 3 * DAY)
    assert timeline(tables, "leave-one-out").boundaries == ()


@pytest.mark.parametrize(("days", "unit", "periods"), [(120, "month", 4), (12_000, "year", 33)])
def test_longer_times_by_month_and_year(tmp_path: Path, days: int, unit: str, periods: int) -> None:
    deeds = [("u", "a", 0, None, "train"), ("u", "b", days, None, "valid"), ("u", "c", days, None, "test")]
    found = timeline(read(shop.write(tmp_path, deeds=deeds).folder), "given")
    assert (found.unit, len(found.periods)) == (unit, periods)
    assert found.periods[0] == Period("2020-01-01", 1, 0, 0)
    assert found.periods[-1].test == 1


def test_ratings_to_the_nearest_half(tables: Tables) -> None:
    found = ratings(tables)
    assert found.rated == 6
    assert found.mean == pytest.approx((5 + 4 + 4.4 + 5 + 1 + 5) / 6)
    assert found.values == (Rated(1, 1, 0, 0), Rated(4, 1, 0, 0), Rated(4.5, 0, 0, 1), Rated(5, 2, 0, 1))
