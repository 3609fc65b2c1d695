"""What a version lists for many queries: the first hundred products of each, asked once and read many times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.engine import MAX_K, Engine, Mode


@dataclass(frozen=True)
class QueryLists:
    """The lists of n queries.

    Args:
        mode: How they were searched.
        queries: As they were asked.
        words: What was searched: spelling repaired, prices read.
        rows: int32 [n, 100], the products listed, best first, -1 where there are fewer.
        scores: float32 [n, 100], their final scores, -inf where there are fewer.
        among: int64 [n], how many products each list was chosen from.
    """

    mode: Mode
    queries: tuple[str, ...]
    words: tuple[str, ...]
    rows: RowArray
    scores: FloatArray
    among: npt.NDArray[np.int64]

    def ranks(self, row: int) -> npt.NDArray[np.int64]:
        """Return int64 [n]: the rank of a product in each list, 0 where it is not among the first hundred.

        Args:
            row: Of the product.
        """
        return ranks_in(self.rows, row)


def ranks_in(lists: RowArray, row: int) -> npt.NDArray[np.int64]:
    """Return int64 [n]: where a product stands in each list, from 1; 0 where it does not.

    Args:
        lists: int32 [n, k], rows of products, best first.
        row: Of the product.
    """
    there = lists == row
    found: npt.NDArray[np.int64] = np.where(there.any(axis=1), there.argmax(axis=1) + 1, 0)
    return found


def listed(
    engine: Engine, queries: Sequence[str], mode: Mode, advance: Callable[[int], None] = lambda done: None
) -> QueryLists:
    """Ask a version every query, as its Search page does.

    Args:
        engine: The version.
        queries: Each 1 to 500 characters that are not all blank.
        mode: As in `Engine.search`.
        advance: Called with the number of queries done since the last call.

    Raises:
        InvalidRequest: A query or the mode is out of range, or the version lacks what the mode needs.
    """
    n = len(queries)
    rows = np.full((n, MAX_K), -1, np.int32)
    scores = np.full((n, MAX_K), -np.inf, np.float32)
    among, words = np.zeros(n, np.int64), []
    for place, query in enumerate(queries):
        found = engine.search(query, k=MAX_K, mode=mode)
        among[place] = found.among
        words.append(found.understood.words if found.understood else query)
        rows[place, : len(found.hits)] = [hit.row for hit in found.hits]
        scores[place, : len(found.hits)] = [hit.score for hit in found.hits]
        advance(1)
    return QueryLists(mode, tuple(queries), tuple(words), rows, scores, among)
