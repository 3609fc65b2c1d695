"""How long each step of a search takes in a version, asked its own judged queries one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from pipeline.bench.search_results import SearchResult, Taken
from pipeline.manifest import Manifest
from pipeline.retrieval.engine import Engine
from pipeline.text.encoder import Encoder
from pipeline.versions import VersionStore

MOST = 200  # queries that are timed


def measured(folder: Path, manifest: Manifest) -> SearchResult:
    """Read a published version's figures, and time its search.

    Raises:
        VersionBroken: It has no figures by query, or cannot be opened.
    """
    result = SearchResult.read(folder, manifest)
    return replace(result, taken=tuple(taken(folder, result.queries)))


def taken(folder: Path, queries: Sequence[str]) -> list[Taken]:
    """Return what encoding a query takes, each step of the default search, all of it, and an explanation of its best.

    Args:
        folder: Of a published version.
        queries: At least one; evenly spaced ones of these are asked, 200 at most.
    """
    Encoder.shared.cache_clear()  # the queries' vectors may be remembered from the evaluation
    engine = Engine.open(folder)
    encoder = Encoder.shared(VersionStore(folder.parent.parent).open(folder.name).encoder_path)
    found: dict[str, list[float]] = {}
    for place in np.linspace(0, len(queries) - 1, min(MOST, len(queries))).astype(int):
        query = queries[place]
        answer = engine.search(query)
        # `encode` remembers nothing; an explanation encodes variants of the query.
        found.setdefault("encode the query alone", []).append(_timed(partial(encoder.encode, [query])))
        for step, milliseconds in answer.timings.items():
            found.setdefault(NAMES.get(step, step), []).append(milliseconds)
        if answer.hits:
            explained = _timed(partial(engine.explain, query, answer.hits[0].product_id))
            found.setdefault("explain the best", []).append(explained)
    return [Taken(step, *np.quantile(values, [0.5, 0.95]).tolist()) for step, values in found.items()]


NAMES = {"minilm": "minilm, with the encoding", "total": "the whole search"}


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return (perf_counter() - began) * 1e3
