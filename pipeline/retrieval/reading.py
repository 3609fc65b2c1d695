"""What is read of a shopper or a basket: which products, what is hidden, and when it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.errors import InvalidRequest
from pipeline.retrieval.candidates import RowArray, no_rows
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.limits import MAX_HISTORY
from pipeline.retrieval.shoppers import Shoppers

AsOf = Literal["now", "test", "valid"]


class Reading(NamedTuple):
    """A history as it is read.

    Args:
        rows: int32 [n], product rows, oldest first.
        hidden: int32 [any], product rows that are hidden from it.
        times: int64 [n], ms; None where one of them is unknown.
    """

    rows: RowArray
    hidden: RowArray
    times: npt.NDArray[np.int64] | None


@dataclass(frozen=True)
class Whom:
    """Whose history is read: a known shopper's or a basket, and what a reader changed in it.

    Args:
        user_id: A known shopper, or None.
        history: Product ids, oldest first, instead of a known shopper (a basket).
        as_of: For a known shopper: "now" reads the whole history, "test" and "valid" hide that part and later ones.
        without: Product ids that are left out.
        added: Product ids put at the end, at its newest time.
    """

    user_id: str | None = None
    history: tuple[str, ...] | None = None
    as_of: AsOf = "now"
    without: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        user_id: str | None,
        history: Sequence[str] | None,
        as_of: AsOf = "now",
        without: Sequence[str] = (),
        added: Sequence[str] = (),
    ) -> Whom:
        return cls(user_id, None if history is None else tuple(history), as_of, tuple(without), tuple(added))

    def read(self, catalogue: Catalogue, shoppers: Shoppers | None) -> Reading:
        """Return the history.

        Args:
            catalogue: The products.
            shoppers: None where the version has none.

        Raises:
            UnknownShopper: There is no such shopper.
            UnknownProduct: The basket, or what is added, names a product that the catalogue lacks.
            InvalidRequest: Both or neither of user_id and history are given, as_of is none of the three, or one of the
                lists is too long.
        """
        rows, hidden, times = self._recorded(catalogue, shoppers)
        if self.without:
            kept = ~np.isin(rows, [catalogue.row(each) for each in self.without if each in catalogue])
            rows, times = rows[kept], None if times is None else times[kept]
        if self.added:
            _require_few(self.added)
            more = np.array([catalogue.row(each) for each in self.added], np.int32)
            if times is not None:
                times = np.concatenate([times, np.full(len(more), times[-1])]) if len(times) else None
            rows = np.concatenate([rows, more])
        return Reading(rows, hidden, times)

    def _recorded(self, catalogue: Catalogue, shoppers: Shoppers | None) -> Reading:
        """Return the history before any change."""
        if self.as_of not in ("now", "test", "valid"):
            raise InvalidRequest(f'There is no point in time "{self.as_of}".', "Use now, test or valid.")
        if (self.user_id is None) == (self.history is None):
            raise InvalidRequest("Give either a shopper or a basket.", "Name one of the two.")
        if self.history is not None:
            _require_few(self.history)
            return Reading(np.array([catalogue.row(each) for each in self.history], np.int32), no_rows(), None)
        if shoppers is None:
            raise InvalidRequest("This version has no shoppers.", "Build a basket instead.")
        index = shoppers.index(str(self.user_id))
        if self.as_of == "now":
            return Reading(shoppers.rows[shoppers.span(index)], no_rows(), shoppers.times_before(index, None))
        hidden = shoppers.within(index, self.as_of)
        return Reading(shoppers.before(index, self.as_of), hidden, shoppers.times_before(index, self.as_of))


def _require_few(ids: Sequence[str]) -> None:
    if len(ids) > MAX_HISTORY:
        raise InvalidRequest(f"A basket holds at most {MAX_HISTORY:,} products.", "Shorten it.")
