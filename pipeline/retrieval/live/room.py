"""Published rows with room behind them: an addition writes its own row, and copies no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Thing = TypeVar("Thing")
LEAST = 256  # rows of room


class Room:
    """An array whose first rows are published ones. Not for several threads at once; what it returns is for any.

    Rows that were handed out are never written again: whoever reads them may go on. So what comes behind all others is
    written into the room, and where something was taken out all is copied.

    Args:
        published: [n, any].
    """

    def __init__(self, published: Array) -> None:
        self._published = published
        self._buffer = published
        self._held: list[Any] = []

    def holding(self, things: Sequence[Thing], row: Callable[[Thing], Array]) -> Array:
        """Return [n + m, any]: the published rows, and those of m things in their order; not to be written to.

        Args:
            things: The same object stands for the same row.
            row: Returns the row of a thing.
        """
        n, known = len(self._published), len(self._held)
        same = known <= len(things) and all(own is other for own, other in zip(self._held, things, strict=False))
        if not same or n + len(things) > len(self._buffer):
            room = max(LEAST, 2 * len(things))
            self._buffer = np.empty((n + room, *self._published.shape[1:]), self._published.dtype)
            self._buffer[:n] = self._published
            known = 0
        self._held = self._held[:known]  # should a row fail, no later call may take the rows of this one for written
        for place, thing in enumerate(things[known:], start=n + known):
            self._buffer[place] = row(thing)
        self._held = list(things)
        return self._buffer[: n + len(things)]


class Seat(Room):
    """Room that is written over: for products that are tried one after the other, and forgotten.

    What it returned before is no longer true after the next call, so one caller has to be done before the next begins.
    """

    def holding(self, things: Sequence[Thing], row: Callable[[Thing], Array]) -> Array:
        self._held = []
        return super().holding(things, row)
