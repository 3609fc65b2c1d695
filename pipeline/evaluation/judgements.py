"""The judgements that a version keeps, by query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.evaluation.queries import Judged, gains_of, judged_of
from pipeline.evaluation.search_ranker import SHIPPED, SearchRanker
from pipeline.manifest import Manifest

JUDGEMENTS = "judgements.parquet"  # in a version's `evaluation`, the canonical table as it was prepared


@dataclass(frozen=True)
class Judgements:
    """What was judged of a version's products.

    Args:
        queries: In order of appearance.
        protocol: "open" or "judged", as in `evaluate_queries`.
        learned: Whether the version's search ranker learned from these judgements: its figures on them flatter it.
    """

    queries: Sequence[Judged]
    protocol: str
    learned: bool = False
    _by_text: dict[str, Judged] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_text", {_key(judged.query): judged for judged in self.queries})

    @classmethod
    def load(cls, folder: Path, manifest: Manifest, ids: Sequence[str]) -> Judgements | None:
        """Read what a version keeps; None where it keeps none.

        Args:
            folder: The version's.
            manifest: Its manifest.
            ids: Its product ids, by row.

        Raises:
            OSError: A file cannot be read.
            ValueError: A file is not what it should be.
        """
        judging, path = manifest.dataset.get("judging"), folder / "evaluation" / JUDGEMENTS
        if not judging or not path.exists():
            return None
        table = pq.read_table(path)
        rows = pc.index_in(table["product_id"], value_set=pa.array(ids, pa.string())).to_numpy()
        if np.isnan(rows).any():
            raise ValueError("a judged product is not in the catalogue")
        grades = table["grade"].to_numpy().astype(np.float64)
        gains = gains_of(grades, judging["gain"], judging["min_grade"])
        queries = judged_of(table["query"], rows.astype(np.int32), gains)
        return cls(queries, str(judging["protocol"]), _learned(folder))

    def any_good(self, query: str) -> bool:
        """Return whether a product was judged good for a query: only then can its answers be measured."""
        judged = self.of(query)
        return judged is not None and bool(judged.gains.any())

    def of(self, query: str) -> Judged | None:
        """Return what was judged of a query, whatever its blanks; None where nothing was."""
        return self._by_text.get(_key(query))


def _key(query: str) -> str:
    return " ".join(query.split())


def _learned(folder: Path) -> bool:
    """Return whether the version's search ranker is one that learned from its own judgements."""
    ranker = SearchRanker.of(folder)
    return ranker is not None and ranker.kind != SHIPPED
