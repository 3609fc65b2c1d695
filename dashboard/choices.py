"""What an empty page offers: queries to try, shoppers to look at."""

from __future__ import annotations

import random
from collections import Counter
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.loading import versions
from dashboard.open_versions import CAPACITY
from pipeline.retrieval.engine import Engine

SUGGESTED = 50


def example_queries(engine: Engine, count: int = 5) -> list[str]:
    """Return queries that this version can answer: judged ones, else the names of its largest category leaves."""
    if judged := [query for query in judged_queries(engine) if 3 <= len(query) <= 40][:count]:
        return judged
    leaves = Counter(path[-1] for path in engine.catalogue.categories if path)
    names = [name for name, _ in leaves.most_common(count)]
    return names or [
        " ".join(engine.catalogue.product(row).title.split()[:3]) for row in range(min(3, len(engine.catalogue)))
    ]


def matching_shoppers(engine: Engine, typed: str) -> list[str]:
    """Return the first shopper ids that begin with what was typed, then those that contain it; at most 50."""
    if engine.shoppers is None:
        return []
    typed = typed.casefold()
    begin = list(islice((each for each in engine.shoppers.ids if each.casefold().startswith(typed)), SUGGESTED))
    contain = (each for each in engine.shoppers.ids if typed in each.casefold()[1:] and each not in begin)
    return begin + list(islice(contain, SUGGESTED - len(begin)))


def random_shopper(engine: Engine) -> str | None:
    """Return any shopper, one with a history of three or more products where that is quickly found."""
    if engine.shoppers is None or not len(engine.shoppers):
        return None
    for _ in range(50):
        index = random.randrange(len(engine.shoppers))
        span = engine.shoppers.span(index)
        if span.stop - span.start >= 3:
            break
    return engine.shoppers.ids[index]


def example_shoppers(engine: Engine, count: int = 4) -> list[tuple[str, int]]:
    """Return some shoppers and the lengths of their histories, the same every time."""
    if engine.shoppers is None:
        return []
    some = random.Random(1).sample(range(len(engine.shoppers)), min(200, len(engine.shoppers)))
    lengths = [(engine.shoppers.ids[index], engine.shoppers.span(index)) for index in some]
    ranked = sorted(((name, span.stop - span.start) for name, span in lengths), key=lambda each: (-each[1], each[0]))
    return ranked[:count]


def judged_queries(engine: Engine) -> list[str]:
    """Return the queries that the version was evaluated on, in their order; none where it was not."""
    path = versions().store.root / engine.name / "evaluation" / "per_query.parquet"
    try:
        return _queries(path, path.stat().st_mtime_ns)
    except (OSError, KeyError, pa.ArrowException):
        return []  # examples only: a page can do without


@lru_cache(maxsize=CAPACITY)
def _queries(path: Path, changed: int) -> list[str]:
    return list(dict.fromkeys(pq.read_table(path, columns=["query"])["query"].to_pylist()))
