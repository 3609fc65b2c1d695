"""When products were interacted with: how much was known of each at a moment."""

from __future__ import annotations

from copy import copy

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray, RowArray

DAY = 86_400_000  # ms
SPANS = (30, 90, 365)  # days


class Timeline:
    """The times of every product's train interactions, for questions about the past of a moment.

    Args:
        rows: int [n], the product row of each interaction that has a time.
        times: int64 [n], ms.
        n_products: Products in the catalogue.
    """

    def __init__(self, rows: RowArray, times: npt.NDArray[np.int64], n_products: int) -> None:
        self.rows, self.times = rows, times
        self.first = int(times.min()) if len(times) else 0
        self.last = int(times.max()) if len(times) else 0
        self._step = self.last - self.first + 2
        self._keys = np.sort(rows.astype(np.int64) * self._step + (times - self.first))
        self._start = np.searchsorted(self._keys, np.arange(n_products + 1, dtype=np.int64) * self._step)

    def __len__(self) -> int:
        return len(self._keys)

    def widened(self, n_products: int) -> Timeline:
        """Return the same times over more products, of which those behind its own have none."""
        other = copy(self)
        other._start = np.append(self._start, np.full(n_products + 1 - len(self._start), len(self._keys)))
        return other

    def at(self, rows: RowArray, moment: int) -> FloatArray:
        """Return float32 [n, 5] as of a moment: interactions in the last 30, 90 and 365 days, days since the first
        and since the latest one (NaN for a product without any by then). Later interactions are not read.

        Args:
            rows: int [n].
            moment: ms; one after the last train interaction is read as that one, since nothing is known after it.
        """
        moment = min(moment, self.last)
        base = rows.astype(np.int64) * self._step
        until = self._before(base, moment + 1)
        found = np.empty((len(rows), len(SPANS) + 2), np.float32)
        for column, days in enumerate(SPANS):
            found[:, column] = until - self._before(base, moment + 1 - days * DAY)
        start = self._start[rows]
        known = until > start
        found[:, -2:] = np.nan
        for column, place in ((-2, start[known]), (-1, until[known] - 1)):
            found[known, column] = (moment - self.first - (self._keys[place] - base[known])) / DAY
        return found

    def _before(self, base: npt.NDArray[np.int64], moment: int) -> npt.NDArray[np.int64]:
        """Return int64 [n]: how many keys lie before each product's interactions at or after a moment."""
        since = min(max(moment - self.first, 0), self._step - 1)
        return np.searchsorted(self._keys, base + since)
