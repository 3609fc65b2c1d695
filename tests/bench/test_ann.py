"""The benchmark of indexes: its made-up vectors, what it says of the index that would be published, its report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import ann
from pipeline.evaluation.index_curve import IndexCurve, Setting
from pipeline.retrieval import index_choice


def test_made_up_vectors_are_unit_vectors_in_groups_and_repeat(tmp_path: Path) -> None:
    for name in ("a", "b"):
        ann.clustered(3000, 16, tmp_path / f"{name}.npy")
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()
    vectors = np.load(tmp_path / "a.npy")
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3000), abs=1e-5)
    cosines = vectors[:200] @ vectors.T
    cosines[np.arange(200), np.arange(200)] = -1
    assert np.median(cosines.max(axis=1)) > 0.7  # of its group; of all others it is near 0
    assert abs(np.median(cosines)) < 0.15


def test_the_published_index_is_built_opened_and_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_choice.build, "__defaults__", (1000, None))
    (tmp_path / "index").mkdir()
    ann.clustered(3000, 16, tmp_path / "item_vectors.npy")
    found = ann.published(tmp_path, np.asarray(np.load(tmp_path / "item_vectors.npy", mmap_mode="r")), 2.0, queries=200)
    assert found["kind"] == "ivf-flat"
    assert found["recall_of_others"] >= 0.95
    assert found["p50"] <= found["p95"]


def test_the_report_has_a_row_for_each_setting() -> None:
    exact = Setting("flat", 0, 0, 0, 256_000_000, 1.0, 11.6, 12.5, 11.5, 0.3, (0.0, 0.0, 0.0))
    lists = Setting("ivf-flat", 1024, 16, 0, 264_300_000, 0.9861, 0.26, 0.41, 0.27, 0.2996, (0.0004, -0.0002, 0.001))
    text = ann.markdown(IndexCurve(1_000_000, 64, 1000, 50, 0.98, (exact, lists)), "Indexes", None)
    assert "| flat | – | – | – | 1.0000 | 11.600 | 12.500 | 11.500 | 256.0 | 0.3000 |" in text
    assert "| ivf-flat | 1024 | 16 | – | 0.9861 | 0.260 | 0.410 | 0.270 | 264.3 | 0.2996 | +0.0004" in text
    assert "over 50 test shoppers" in text
