"""What a version says of its search ranker: how much it counts, and what the rankers that measure it chose."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FILE = Path("rankers") / "search.json"
SHIPPED = "shipped"  # the kind of a ranker that did not learn from the dataset's own judgements


@dataclass(frozen=True)
class SearchRanker:
    """The ranker that serves.

    Args:
        kind: "shipped", or how it learned from the dataset's own judgements.
        weight: 0..1, beside the scaled sum.
        queries: Judged queries that its weight was chosen on; 0 where there were too few.
        folds: The weight that each fold chose by the queries of the others; () where none was measured so.
    """

    kind: str
    weight: float
    queries: int
    folds: tuple[float, ...]

    @classmethod
    def of(cls, folder: Path) -> SearchRanker | None:
        """Read what a version says; None where it has no search ranker.

        Args:
            folder: The version's.

        Raises:
            OSError: The file cannot be read.
            ValueError: It is not what it should be.
            KeyError: It lacks the weight or the kind.
        """
        path = folder / FILE
        if not path.exists():
            return None
        said = json.loads(path.read_text("utf-8"))
        folds = tuple(float(fold["weight"]) for fold in said.get("folds", ()))
        return cls(str(said["kind"]), float(said["weight"]), int(said.get("queries", 0)), folds)
