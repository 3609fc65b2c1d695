"""Room behind published rows, where a row cannot be made."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.retrieval.live.room import LEAST, Room


def test_a_row_that_fails_leaves_the_others_whole() -> None:
    room = Room(np.zeros((2, 1), np.float32))
    things = [object() for _ in range(LEAST)]
    values = {id(thing): np.float32([place + 1]) for place, thing in enumerate(things)}
    expected = [0, 0, *range(1, LEAST + 1)]
    assert room.holding(things, lambda each: values[id(each)])[:, 0].tolist() == expected
    wrong = object()  # one too many for the room, so that all are copied
    with pytest.raises(KeyError):
        room.holding([wrong, *things], lambda each: values[id(each)])
    assert room.holding(things, lambda each: values[id(each)])[:, 0].tolist() == expected
