"""The vectors of recent queries, remembered; those that are asked for at once are encoded together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
TOGETHER = 8  # queries encoded at once: most of the time of one goes into reading the encoder's weights


class QueryVectors:
    """Remembers the vectors of the queries asked last. Safe to share between threads.

    One thread encodes at a time, and takes along the queries that others have come with meanwhile. Nobody waits for
    company: alone, a query is encoded at once.

    Args:
        encode: Turns texts into float32 [n, d].
        capacity: How many vectors are remembered.
    """

    def __init__(self, encode: Callable[[Sequence[str]], Vector], capacity: int) -> None:
        self._encode = encode
        self._capacity = capacity
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._wanted: dict[str, None] = {}
        self._lock = Lock()  # over what is kept and wanted, for an instant
        self._encoding = Lock()
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __call__(self, text: str) -> Vector:
        """Return float32 [d] for one query; not to be written to."""
        with self._lock:
            if text in self._kept:
                self.hits += 1
                self._kept.move_to_end(text)
                return self._kept[text]
            self.misses += 1
            self._wanted[text] = None
        with self._encoding:
            with self._lock:
                if text in self._kept:  # another thread took it along
                    return self._kept[text]
                together = [text, *(other for other in self._wanted if other != text)][:TOGETHER]
            try:
                vectors = self._encode(together)
                vectors.flags.writeable = False
            finally:
                with self._lock:
                    for each in together:
                        self._wanted.pop(each, None)
            with self._lock:
                for each, vector in zip(together, vectors, strict=True):
                    self._kept[each] = vector
                while len(self._kept) > self._capacity:
                    self._kept.popitem(last=False)
        first: Vector = vectors[0]
        return first
