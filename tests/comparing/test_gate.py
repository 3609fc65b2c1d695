"""The verdict as plain values."""

import json
from pathlib import Path

import pytest

from pipeline.comparing.gate import compared
from pipeline.errors import InvalidRequest, VersionNotFound
from pipeline.versions import VersionStore
from pipeline.workspace.segments import Segments
from tests import tiny
from tests.comparing import shop


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    made = VersionStore(tmp_path)
    shop.publish(made, "first", photo=3, audio=3, seed=1)
    shop.publish(made, "better", photo=1, audio=1, dataset="tiny-shop")
    shop.publish(made, "worse", photo=9, audio=3)
    shop.publish(made, "copy", photo=3, audio=3, seed=2)
    return made


def test_the_status_of_each_verdict(store: VersionStore) -> None:
    found = {name: compared(store, "first", name) for name in ("better", "worse", "copy")}
    assert {name: (each["verdict"], each["status"]) for name, each in found.items()} == {
        "better": ("ship", 0),
        "worse": ("hold", 10),
        "copy": ("unsure", 11),
    }
    assert "category: Photo" in found["worse"]["weakest"]
    assert found["better"]["weakest"] == []


def test_it_is_json_and_the_figures_are_those_of_the_versions(store: VersionStore) -> None:
    found = json.loads(json.dumps(compared(store, "first", "better"), allow_nan=False))
    ndcg = next(each for each in found["metrics"] if each["metric"] == "ndcg@10")
    assert (ndcg["baseline"], ndcg["value"], ndcg["wins"], ndcg["n"]) == (0.5, 1, 80, 80)
    assert found["differences"] == [{"part": "recipe", "name": "seed", "values": [1, 0]}]
    assert "training luck" in found["training_luck"]


def test_saved_segments_are_tested_as_on_the_page(store: VersionStore) -> None:
    dataset = str(store.manifest("first").dataset["name"])
    before = {each["slice"] for each in compared(store, "first", "worse")["slices"]}
    Segments(store.artifacts).save(dataset, "mine", ["C1", "C2", "C3"])
    assert {each["slice"] for each in compared(store, "first", "worse")["slices"]} == before | {"segment: mine"}


def test_a_version_against_itself_is_no_other_training(store: VersionStore) -> None:
    found = compared(store, "first", "first")
    assert (found["status"], {each["difference"] for each in found["metrics"]}) == (11, {0.0})
    assert "differ by their seed" not in found["training_luck"]


def test_what_cannot_be_compared_is_refused(store: VersionStore) -> None:
    shop.publish(store, "other", photo=1, audio=1, split="time")
    with pytest.raises(InvalidRequest, match='by the split "time"'):
        compared(store, "first", "other")
    tiny.publish(store, "text", towers=False)
    with pytest.raises(InvalidRequest, match="share no values"):
        compared(store, "first", "text")
    with pytest.raises(VersionNotFound):
        compared(store, "first", "gone")
