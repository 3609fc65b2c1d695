"""Saved segments as slices of a version's figures: measured when they are looked at, from the ranks that it keeps."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pyarrow.parquet as pq

from dashboard.batches import Recent
from dashboard.components.measured import Row
from dashboard.loading import versions
from dashboard.mapping import segments
from dashboard.open_versions import CAPACITY
from pipeline.evaluation.answers import Answers
from pipeline.evaluation.kept import answers_of, segment_rows
from pipeline.retrieval.engine import Engine
from pipeline.workspace.segments import Segment

MOST = 30  # segments that are measured, the first by name
_measured: Recent[tuple[str, str, str], list[Row]] = Recent(CAPACITY * MOST)
_answers: Recent[str, Answers] = Recent(CAPACITY)


def known(engine: Engine, task: str) -> list[Segment]:
    """Return the segments that a version can be measured by; none of a version without ranks of held-out products."""
    if task != "recommend" or engine.shoppers is None or not ranks(engine).exists():
        return []
    return segments.kept().of(segments.dataset(engine))[:MOST]


def rows(engine: Engine, task: str) -> list[Row]:
    """Return the rows of every segment, as those of other slices are in `evaluation/metrics.json`."""
    found: list[Row] = []
    for each in known(engine, task):
        key = (engine.manifest.checksum, each.name, each.created)
        own = _measured.get(key)
        if own is None:
            products = {each.name: segments.rows_of(engine, each.name)}
            own = [asdict(row) for row in segment_rows(engine.manifest.split, answers(engine), products)]
            _measured.put(key, own)
        found += own
    return found


def answers(engine: Engine) -> Answers:
    """Return whom and what a version was asked, and the ranks that it gave."""
    found = _answers.get(engine.manifest.checksum)
    if found is None:
        assert engine.shoppers is not None
        found = answers_of(pq.read_table(ranks(engine)), engine.shoppers, len(engine.catalogue))[1]
        _answers.put(engine.manifest.checksum, found)
    return found


def ranks(engine: Engine) -> Path:
    return versions().store.root / engine.name / "evaluation" / "ranks.parquet"
