"""Leakage in the small shop, where every kind is there once."""

from __future__ import annotations

from pathlib import Path

from pipeline.profile.figures import HeldOut, Sides
from pipeline.profile.leakage import leakage
from pipeline.profile.tables import Tables, read
from pipeline.profile.timeline import timeline
from tests.profile import shop


def test_each_held_out_part_beside_what_came_before(tables: Tables) -> None:
    found = leakage(tables, timeline(tables, "given"))
    assert found.held_out == (
        HeldOut("valid", 2, known=2, timed=2, older=1, same_moment=0, same_day=0, repeated=0, unseen=2),
        HeldOut("test", 3, known=2, timed=2, older=0, same_moment=1, same_day=2, repeated=1, unseen=2),
    )
    assert found.sides == (Sides("shoppers", 3, 3, 2), Sides("products", 2, 3, 1))
    assert found.late is None
    assert found.future == 1  # w took a on day 8; the middle test interaction is of day 6.5


def test_train_after_the_boundary_of_a_time_split(tables: Tables) -> None:
    # Validation begins on day 3; v took a on day 6 and w on day 8.
    assert leakage(tables, timeline(tables, "time")).late == 2


def test_without_times_no_order_is_claimed(tmp_path: Path) -> None:
    tables = read(shop.write(tmp_path, timed=False).folder)
    found = leakage(tables, timeline(tables, "given"))
    assert [(each.timed, each.older, each.same_moment) for each in found.held_out] == [(0, 0, 0), (0, 0, 0)]
    assert found.future is None
    assert found.held_out[1].repeated == 1
