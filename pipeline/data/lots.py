"""Which shoppers are drawn: to be read while tuning, or to be measured where there are too many for all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def tuning_user(user_ids: pa.Array | pa.ChunkedArray | Iterable[str]) -> NDArray[np.bool_]:
    """Return, per user, whether they are among the 20 % whose validation targets every tuning choice reads.

    The re-ranker learns from the other 80 %. The choice is a hash of the id: the same in every run, on every machine,
    whoever else is in the data.
    """
    ids = user_ids.to_pylist() if isinstance(user_ids, pa.Array | pa.ChunkedArray) else user_ids
    return np.array([lot(user_id) % 5 == 0 for user_id in ids], dtype=np.bool_)


def lot(user_id: str) -> int:
    """Return the number, below 2^64, by which a shopper is drawn: a hash of the id."""
    return int.from_bytes(hashlib.blake2b(user_id.encode(), digest_size=8).digest(), "big")
