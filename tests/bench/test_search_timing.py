"""Timing a version's search: which steps are told."""

from __future__ import annotations

from pathlib import Path

from pipeline.bench.search_timing import taken
from pipeline.versions import VersionStore
from tests import tiny


def test_every_step_and_an_explanation_are_timed(tmp_path: Path) -> None:
    version = tiny.publish(VersionStore(tmp_path), ranked=0.5)
    found = taken(version.path, ["usb cable", "camera", "wireless headphones"])
    assert [each.step for each in found] == [
        "encode the query alone", "understand", "bm25", "minilm, with the encoding", "filter", "rank",
        "the whole search", "explain the best",
    ]  # fmt: skip
    assert all(0 < each.p50 <= each.p95 for each in found)
