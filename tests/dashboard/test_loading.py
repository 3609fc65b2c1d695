"""Opening versions: cached, bounded, and never stale."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest

from dashboard.open_versions import NothingPublished, Versions
from pipeline.errors import InvalidName, VersionBroken, VersionNotFound
from pipeline.retrieval.engine import Engine
from pipeline.versions import VersionStore
from tests import tiny


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were opened from disk, in order."""
    names: list[str] = []
    original = Engine.open

    def counted(path):
        names.append(path.name)
        return original(path)

    monkeypatch.setattr(Engine, "open", counted)
    return names


def test_an_engine_is_opened_once_and_shared_by_threads(store: VersionStore, opened: list[str]) -> None:
    tiny.publish(store)
    versions = Versions(store)
    with ThreadPoolExecutor(8) as pool:
        engines = list(pool.map(lambda _: versions.engine("tiny"), range(16)))
    assert len(set(map(id, engines))) == 1
    assert opened == ["tiny"]


def test_a_replaced_version_is_picked_up(store: VersionStore) -> None:
    tiny.publish(store)
    versions = Versions(store)
    assert len(versions.engine("tiny").catalogue) == 12
    tiny.publish(store, shop=tiny.SHOP[:6], towers=False, replace=True)
    assert len(versions.engine("tiny").catalogue) == 6


def test_a_broken_version_is_remembered_and_recovers(store: VersionStore, opened: list[str]) -> None:
    version = tiny.publish(store)
    path = version.path / "products.parquet"
    whole = path.read_bytes()
    tiny.damage(version)
    versions = Versions(store)
    for _ in range(3):
        with pytest.raises(VersionBroken, match=r"products\.parquet differs"):
            versions.engine("tiny")
    assert opened == ["tiny"]  # the sums were not computed again
    path.write_bytes(whole)
    assert versions.engine("tiny").name == "tiny"


def test_damage_after_opening_is_noticed_and_others_stay_up(store: VersionStore) -> None:
    version = tiny.publish(store)
    tiny.publish(store, "other")
    versions = Versions(store)
    versions.engine("tiny")
    tiny.damage(version)
    with pytest.raises(VersionBroken):
        versions.engine("tiny")
    assert versions.engine("other").name == "other"
    assert {each.name: each.reason is None for each in versions.listing()} == {"tiny": False, "other": True}


def test_the_least_recently_used_engine_is_let_go(store: VersionStore, opened: list[str]) -> None:
    for name in ("a", "b", "c"):
        tiny.publish(store, name)
    versions = Versions(store, capacity=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        versions.engine(name)
    assert opened == ["a", "b", "c", "b"]  # c pushed b out, a stayed
    assert [each.name for each in versions.listing() if each.loaded] == ["a", "b"]


def test_the_default_is_the_newest_with_towers_that_can_be_served(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = Versions(store)
    with pytest.raises(NothingPublished, match="python -m pipeline demo"):
        versions.default()
    tiny.publish(store, "text", towers=False, created="2026-05-01T00:00:00Z")
    assert versions.default().name == "text"
    tiny.publish(store, "old", created="2026-01-01T00:00:00Z")
    newest = tiny.publish(store, "new", created="2026-02-01T00:00:00Z")
    assert versions.default().name == "new"
    tiny.damage(newest)
    assert versions.default().name == "old"
    monkeypatch.setenv("PSE_VERSION", "new")
    with pytest.raises(VersionBroken):
        versions.default()


def test_names_that_cannot_be_served(store: VersionStore) -> None:
    versions = Versions(store)
    with pytest.raises(VersionNotFound):
        versions.engine("nowhere")
    with pytest.raises(InvalidName):
        versions.engine("../../etc")


@pytest.mark.parametrize(
    "wrong",
    [
        {"created": 5}, {"created": None}, {"created": "yesterday"}, {"dataset": []}, {"dataset": {"name": 5}},
        {"recipe": None}, {"notes": "none"}, {"notes": [5]}, {"stages": [5]}, {"headline": {}}, {"files": {"a": 5}},
        {"index": 5}, {"environment": None}, {"split": 5}, {"schema": "1"},
    ],
)  # fmt: skip
def test_a_manifest_of_other_kinds_is_refused_and_the_others_serve(
    store: VersionStore, wrong: dict[str, object]
) -> None:
    tiny.publish(store, towers=False, evaluated=False)
    folder = store.root / "evil"
    folder.mkdir()
    manifest = replace(store.manifest("tiny"), name="evil", **wrong)
    said = asdict(manifest) | {"checksum": manifest.sum()}
    (folder / "manifest.json").write_text(json.dumps(said))
    versions = Versions(store)
    assert versions.default().name == "tiny"
    found = {each.name: each.reason for each in versions.listing()}
    assert found["tiny"] is None
    assert "missing or damaged" in str(found["evil"])


def test_a_pipe_for_a_manifest_is_not_waited_for(store: VersionStore) -> None:
    tiny.publish(store, towers=False, evaluated=False)
    (store.root / "evil").mkdir()
    os.mkfifo(store.root / "evil" / "manifest.json")
    versions = Versions(store)
    assert versions.default().name == "tiny"
    with pytest.raises(VersionBroken, match="missing or damaged"):
        versions.engine("evil")
