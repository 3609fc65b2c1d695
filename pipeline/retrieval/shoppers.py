"""The shoppers of a version: what each interacted with, in order, and in which part of the split."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import stored
from pipeline.errors import UnknownShopper
from pipeline.retrieval.candidates import RowArray

PARTS = ("train", "valid", "test")
UNKNOWN = -(2**62)  # stands for a time that the source does not say
FIRST, LAST = -62_135_596_800_000, 253_402_300_800_000  # ms: the years 1 to 9999, which dates can name
USERS = pa.schema(
    [
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("row", pa.int32(), nullable=False),
        pa.field("timestamp", pa.int64()),
        pa.field("rating", pa.float32()),
        pa.field("part", pa.string(), nullable=False),
    ]
)


@dataclass(frozen=True)
class HistoryItem:
    """One interaction: the product's row, when (None if unknown), the rating (None if unrated), its part."""

    row: int
    when: datetime | None
    rating: float | None
    part: str


class Shoppers:
    """Histories by shopper, oldest first.

    Args:
        users: Table user_id str, row int32, timestamp int64 ms | null, rating float32 | null, part str;
            the rows of one shopper lie together, in order.

    Raises:
        ValueError: They do not, a part is unknown, or a time or rating is none.
    """

    def __init__(self, users: pa.Table) -> None:
        ids = users["user_id"].combine_chunks().dictionary_encode()
        codes = ids.indices.to_numpy()
        self.ids: list[str] = ids.dictionary.to_pylist()
        self.rows: RowArray = users["row"].to_numpy().astype(np.int32)
        self.parts: npt.NDArray[np.int8] = np.array(
            [PARTS.index(part) for part in users["part"].to_pylist()], dtype=np.int8
        )
        self._starts = np.searchsorted(codes, np.arange(len(self.ids) + 1))
        self._index_of = {user_id: index for index, user_id in enumerate(self.ids)}
        self._timestamps = users["timestamp"].combine_chunks()
        self._milliseconds: npt.NDArray[np.int64] = pc.fill_null(self._timestamps, UNKNOWN).to_numpy(
            zero_copy_only=False
        )
        self.ratings: npt.NDArray[np.float32] = users["rating"].to_numpy()
        if (np.diff(codes) < 0).any():
            raise ValueError("the interactions of a shopper lie apart")
        stored.within(self._milliseconds[self._milliseconds != UNKNOWN], FIRST, LAST, "times")
        if np.isinf(self.ratings).any():
            raise ValueError("a rating is not finite")

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, user_id: str) -> bool:
        return user_id in self._index_of

    def span(self, index: int) -> slice:
        """Return where the interactions of shopper number `index` lie in `rows` and `parts`."""
        return slice(int(self._starts[index]), int(self._starts[index + 1]))

    def owners(self) -> npt.NDArray[np.int64]:
        """Return int64 [n_interactions]: the number of the shopper of each entry of `rows`."""
        return np.repeat(np.arange(len(self)), np.diff(self._starts))

    def index(self, user_id: str) -> int:
        """Return the number of a shopper.

        Raises:
            UnknownShopper: No shopper has that id.
        """
        try:
            return self._index_of[user_id]
        except KeyError:
            raise UnknownShopper(
                f'This version knows no shopper "{user_id[:80]}".', "Pick one from the list, or build a basket instead."
            ) from None

    def history(self, user_id: str) -> tuple[HistoryItem, ...]:
        """Return all interactions of a shopper, oldest first.

        Raises:
            UnknownShopper: No shopper has that id.
        """
        span = self.span(self.index(user_id))
        times = self._timestamps[span].to_pylist()
        ratings = [None if np.isnan(rating) else float(rating) for rating in self.ratings[span]]
        return tuple(
            HistoryItem(int(row), None if ms is None else datetime.fromtimestamp(ms / 1000, UTC), rating, PARTS[part])
            for row, part, ms, rating in zip(self.rows[span], self.parts[span], times, ratings, strict=True)
        )

    def before(self, index: int, part: str) -> RowArray:
        """Return the product rows of shopper number `index` that lie in parts earlier than `part`."""
        span = self.span(index)
        earlier: RowArray = self.rows[span][self.parts[span] < PARTS.index(part)]
        return earlier

    @property
    def times(self) -> npt.NDArray[np.int64] | None:
        """int64 [n_interactions], ms; None where the source does not say one of them."""
        return None if (self._milliseconds == UNKNOWN).any() else self._milliseconds

    def times_before(self, index: int, part: str | None) -> npt.NDArray[np.int64] | None:
        """Return the times (ms) of the products of `before`, of all where `part` is None; None where one is unknown."""
        span = self.span(index)
        times = self._milliseconds[span]
        if part is not None:
            times = times[self.parts[span] < PARTS.index(part)]
        return None if (times == UNKNOWN).any() else times

    def within(self, index: int, part: str) -> RowArray:
        """Return the product rows of shopper number `index` that lie in `part`."""
        span = self.span(index)
        same: RowArray = self.rows[span][self.parts[span] == PARTS.index(part)]
        return same

    def ratings_within(self, index: int, part: str) -> npt.NDArray[np.float32]:
        """Return the ratings of shopper number `index` that lie in `part`, not a number where unrated."""
        span = self.span(index)
        same: npt.NDArray[np.float32] = self.ratings[span][self.parts[span] == PARTS.index(part)]
        return same
