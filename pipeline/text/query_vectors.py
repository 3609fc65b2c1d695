"""The vectors of recent queries, remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class QueryVectors:
    """Remembers the vectors of the queries asked last. Safe to share between threads: one encodes at a time.

    Args:
        encode: Turns texts into float32 [n, d].
        capacity: How many vectors are remembered.
    """

    def __init__(self, encode: Callable[[Sequence[str]], Vectors], capacity: int) -> None:
        self._encode = encode
        self._capacity = capacity
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()  # over what is kept, for an instant
        self._encoding = Lock()
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return float32 [n, d] for some different queries; those that are not remembered are encoded together."""
        found = self._remembered(texts)
        self.hits += len(found)
        self.misses += len(texts) - len(found)
        if len(found) < len(texts):
            with self._encoding:
                found |= self._remembered([text for text in texts if text not in found])  # encoded meanwhile
                if missing := [text for text in texts if text not in found]:
                    made = dict(zip(missing, self._encode(missing), strict=True))
                    self._keep(made)
                    found |= made
        return np.stack([found[text] for text in texts])

    def _remembered(self, texts: Sequence[str]) -> dict[str, Vectors]:
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
            for text in found:
                self._kept.move_to_end(text)
        return found

    def _keep(self, made: dict[str, Vectors]) -> None:
        with self._lock:
            self._kept.update(made)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
