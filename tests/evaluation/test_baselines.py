"""Which systems a report compares."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation import tuning
from pipeline.evaluation.baselines import recommenders
from pipeline.evaluation.tuning import tuned
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.retrievers import Text
from pipeline.versions import VersionStore
from tests import tiny


def test_all_systems_are_there_with_what_was_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = tiny.publish(VersionStore(tmp_path))
    contents = Contents.load(version.path, tmp_path / "encoders" / tiny.ENCODER)
    shoppers = contents.shoppers
    assert shoppers is not None
    chosen = tuned(shoppers, Text(contents.text), len(contents.catalogue), [0, 1])
    systems = {system.name: system for system in recommenders(contents, shoppers, chosen)}
    assert list(systems) == ["popularity", "item-knn", "item-knn+transitions", "ease", "text", "towers"]
    assert {name: systems[name].parameters() for name in chosen} == chosen  # type: ignore[attr-defined]
    assert chosen["item-knn"]["decay"] in tuning.DECAYS
    assert chosen["item-knn+transitions"]["following"] in tuning.FOLLOWING
    assert chosen["ease"]["l2"] in tuning.L2
    monkeypatch.setattr(tuning, "EASE_PRODUCTS", len(tiny.SHOP) - 1)
    chosen = tuned(shoppers, Text(contents.text), len(contents.catalogue), [])
    assert "ease" not in [system.name for system in recommenders(contents, shoppers, chosen)]


def test_a_second_stage_is_measured_after_the_towers(tmp_path: Path) -> None:
    version = tiny.publish(VersionStore(tmp_path), reranked=True)
    contents = Contents.load(version.path, version.encoder_path)
    assert contents.shoppers is not None
    chosen = tuned(contents.shoppers, Text(contents.text), len(contents.catalogue), [])
    assert [system.name for system in recommenders(contents, contents.shoppers, chosen)][-2:] == ["towers", "reranked"]
