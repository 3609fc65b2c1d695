"""Running a query set: answers are remembered, so that a page drawn again does not ask again."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Generic, TypeVar

import streamlit as st

from dashboard.loading import versions
from dashboard.modes import MODES
from dashboard.open_versions import CAPACITY
from pipeline.evaluation.batch import Answer, answers
from pipeline.evaluation.judgements import Judgements
from pipeline.retrieval.engine import Engine
from pipeline.workspace.query_sets import QuerySets

REMEMBERED = 32  # runs, of about 1 MB each with 1,000 queries
STEP = 5  # queries between two looks at the progress bar

log = logging.getLogger(__name__)
Asked = tuple[Engine, str]  # a version, and a mode by its name in the URL
Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Remembers the latest few values. Safe to share between threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._capacity:
                self._values.popitem(last=False)


_runs: Recent[tuple[str, str, tuple[str, ...]], tuple[Answer, ...]] = Recent(REMEMBERED)
_judged: Recent[str, Judgements | bool] = Recent(CAPACITY)


def store() -> QuerySets:
    """Return the query sets beside the versions in view."""
    return QuerySets(versions().store.artifacts)


def run(asked: Sequence[Asked], queries: tuple[str, ...]) -> list[tuple[Answer, ...]]:
    """Return each side's answers to the queries, with a progress bar where they are not remembered.

    Raises:
        InvalidRequest: A side cannot answer in its mode.
    """
    keys = [(engine.manifest.checksum, mode, queries) for engine, mode in asked]
    missing = [place for place, key in enumerate(keys) if _runs.get(key) is None]
    found = [_runs.get(key) or () for key in keys]
    if not missing:
        return found
    whole, done = len(missing) * len(queries), 0
    bar = st.progress(0.0, f"{whole:,} searches")
    try:
        for place in missing:
            engine, mode = asked[place]
            own = []
            for answer in answers(engine, queries, MODES[mode].engine, judgements(engine)):
                own.append(answer)
                done += 1
                if not done % STEP:
                    bar.progress(done / whole, f"{done:,} of {whole:,} searches")
            found[place] = tuple(own)
            _runs.put(keys[place], found[place])
    finally:
        bar.empty()
    return found


def judgements(engine: Engine) -> Judgements | None:
    """Return the judgements that a version keeps; None where it keeps none that can be read."""
    known = _judged.get(engine.manifest.checksum)
    if known is None:
        try:
            folder = versions().store.path(engine.name)
            known = Judgements.load(folder, engine.manifest, engine.catalogue.ids) or False
        except Exception:  # figures are left out; the searches can be shown all the same
            log.exception("The judgements of %s cannot be read", engine.name)
            known = False
        _judged.put(engine.manifest.checksum, known)
    return known if isinstance(known, Judgements) else None


def measurable(engine: Engine, queries: Sequence[str]) -> int | None:
    """Return how many of some queries were judged, a relevant product among them; None without judgements."""
    judgements_ = judgements(engine)
    if judgements_ is None:
        return None
    return sum(map(judgements_.any_good, queries))
