"""Stage `evaluate`: what the second stage may count when it is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.retrieval.contents import Contents
from pipeline.versions import Version, VersionStore
from pipeline.work.evaluate import _validation_counted
from tests import tiny


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    return VersionStore(tmp_path_factory.mktemp("artifacts"))


def opened(version: Version) -> Contents:
    return Contents.load(version.path, version.encoder_path)


def seen(evidence_seen: np.ndarray) -> dict[str, int]:
    """Return how often each product was counted, those that were."""
    return {row.product_id: int(n) for row, n in zip(tiny.SHOP, evidence_seen, strict=True) if n}


def test_what_serves_counts_train_and_the_variant_validation_too_but_never_test(store: VersionStore) -> None:
    contents = opened(tiny.publish(store, reranked=True))
    assert contents.reranked is not None
    (variant,) = _validation_counted(contents)
    train = {"C1": 2, "C2": 1, "L1": 1, "H1": 2, "H2": 1, "U1": 1, "U2": 1}
    assert seen(contents.reranked._features.evidence.seen) == train
    # Validation: T1 of ann, S1 of bob, H2 of cem. Test, C3, S2 and C1 of cem, is in neither.
    assert seen(variant._features.evidence.seen) == train | {"T1": 1, "S1": 1, "H2": 2}  # type: ignore[attr-defined]
    assert variant._features.evidence.timeline.last == tiny.DAY * 103  # type: ignore[attr-defined]
    assert variant.name == "reranked (validation counted)"
    assert contents.reranked.name == "reranked"


def test_a_version_without_a_second_stage_has_no_such_variant(store: VersionStore, tmp_path: Path) -> None:
    assert _validation_counted(opened(tiny.publish(store, "single"))) == []
    assert _validation_counted(opened(tiny.publish(store, "text", towers=False))) == []
