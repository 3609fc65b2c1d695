"""A published version as the search benchmark reads it: every query's figures, by system."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import VersionBroken
from pipeline.evaluation.compare import Paired, bootstrap, holm, paired
from pipeline.evaluation.rows import Values
from pipeline.manifest import Manifest
from pipeline.retrieval.query_ranking.blending import EVEN

SYSTEMS = ("chance", "bm25", "minilm", "towers", "rrf", "sum", "ranked")
FIGURES = {
    "ndcg@10": "NDCG@10",
    "mrr@10": "MRR@10",
    "recall@100": "recall@100",
    "zero_result@10": "zero results",
    "unjudged@10": "unjudged in ten",
}
TESTED = ("ndcg@10", "mrr@10")
PAIRS = (("ranked", "sum"), ("ranked", "bm25"), ("ranked", "minilm"), ("sum", "bm25"), ("sum", "minilm"))


@dataclass(frozen=True)
class Taken:
    """Median and 95th percentile of a step, in ms."""

    step: str
    p50: float
    p95: float


@dataclass(frozen=True)
class SearchResult:
    """What a version's files say of its search.

    Args:
        manifest: What it is and how it was made.
        queries: Those that were asked, in order.
        values: {system: {figure: float64 [n_queries]}}, not a number where a query has no value.
        weight: Of the learned order beside the scaled sum in what the version serves; None where none serves.
        words: Share of words in that sum, beside meaning.
        taken: How long the steps of a search take; empty where that was not timed.
    """

    manifest: Manifest
    queries: list[str]
    values: Mapping[str, Mapping[str, Values]]
    weight: float | None
    words: float = EVEN
    taken: tuple[Taken, ...] = ()

    @classmethod
    def read(cls, folder: Path, manifest: Manifest) -> SearchResult:
        """Read the files of a version.

        Raises:
            VersionBroken: It has no figures by query: its dataset has no judgements, or an older program made it.
        """
        path = folder / "evaluation" / "per_query.parquet"
        known = pq.read_table(path) if path.exists() else None
        if known is None or not set(FIGURES) <= set(known.column_names):
            raise VersionBroken(
                f'Version "{manifest.name}" has no figures of judged queries.',
                "Name datasets with judgements, and run again with --replace.",
            )
        values = {}
        for system in SYSTEMS:
            own = known.filter(pc.equal(known["system"], system))
            if own.num_rows:
                values[system] = {
                    figure: own[figure].to_numpy(zero_copy_only=False).astype(np.float64) for figure in FIGURES
                }
        queries = known.filter(pc.equal(known["system"], "chance"))["query"].to_pylist()
        ranker = folder / "rankers" / "search.json"
        if not ranker.exists():
            return cls(manifest, queries, values, None)
        said = json.loads(ranker.read_text("utf-8"))
        return cls(manifest, queries, values, said["weight"], said.get("words", EVEN))

    def interval(self, system: str, figure: str) -> tuple[float, float, float] | None:
        """Return mean, low and high over the queries that have a value; None where none has."""
        own = self.values[system][figure]
        own = own[~np.isnan(own)]
        if not len(own):
            return None
        if system == "chance":  # an expectation
            return (float(own.mean()),) * 3
        mean, low, high = bootstrap(own[:, None])
        return float(mean[0]), float(low[0]), float(high[0])


@dataclass(frozen=True)
class Tested:
    """One paired test over queries; `holm` is its p corrected over all that were made of its version."""

    first: str
    second: str
    figure: str
    found: Paired
    holm: float


def paired_tests(result: SearchResult) -> list[Tested]:
    """Return the paired tests of a version's systems."""
    made = list(_tests(result))
    corrected = holm([found.p for *_, found in made])
    return [Tested(*each, p) for each, p in zip(made, corrected, strict=True)]


def _tests(result: SearchResult) -> Iterator[tuple[str, str, str, Paired]]:
    for first, second in PAIRS:
        if first in result.values and second in result.values:
            for figure in TESTED:
                yield first, second, figure, paired(result.values[first][figure], result.values[second][figure])
