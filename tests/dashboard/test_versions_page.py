"""The Versions page: what is listed, what may be done, and what must not."""

from __future__ import annotations

import pytest

from dashboard import publishing
from dashboard.components import version_words
from pipeline.aliases import Aliases
from pipeline.errors import InvalidRequest
from pipeline.manifest import Manifest
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import drawer, press, screen, visit


@pytest.fixture(autouse=True)
def published(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(publishing.PROMOTE, raising=False)
    monkeypatch.delenv(publishing.DELETE, raising=False)
    tiny.publish(store, "new", created="2026-03-01T10:00:00Z", seed=3)
    tiny.publish(store, "old", towers=False, created="2026-01-01T00:00:00Z")


def disabled(page, key: str) -> bool:  # type: ignore[no-untyped-def]
    return bool(page.button(key=key).disabled)


def test_every_version_is_listed_newest_first_with_what_it_is_made_of(store: VersionStore) -> None:
    Aliases(store.artifacts).set("production", "old")
    text = screen(visit("versions"))
    assert "2 versions are published. production stands for old. Where no version is named, old answers." in text
    assert text.index("new tiny-shop (generated) leave-one-out history, seed 3") < text.index("old production")
    assert "1 Mar 2026" in text
    assert "MB in" in text
    assert "Fingerprint 0123456789abcdef" in text


def test_broken_versions_are_listed_with_the_reason(store: VersionStore) -> None:
    (store.root / "wreck").mkdir()
    (store.root / "wreck" / "manifest.json").write_text("{")
    text = screen(visit("versions", version="wreck"))
    assert "and 1 cannot be served" in text
    assert 'wreck The manifest of version "wreck" is missing or damaged.' in text
    assert "wreck cannot be served." in text


def test_verifying_says_whole_or_damaged(store: VersionStore) -> None:
    test = press(visit("versions", version="new"), "verify")
    assert "new is whole:" in screen(test)
    tiny.damage(tiny.publish(store, "wreck"))
    test = press(visit("versions", version="wreck"), "verify")
    assert 'Version "wreck" is damaged: products.parquet differs from what was published.' in screen(test)


def test_a_version_that_is_not_there_is_said_and_no_other_takes_its_place(store: VersionStore) -> None:
    text = screen(visit("versions", version="nope"))
    assert '"nope" is not published here.' in text
    assert "2 versions are published." in text
    assert "Is it whole?" not in text
    Aliases(store.artifacts).set("production", "old")
    assert visit("versions", version="production").selectbox(key="look-at").value == "old"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("verify", "old was not verified: it is no longer published."),
        ("promote-production", 'No version "old" is published.'),
        ("delete", '"old" is not published here.'),
    ],
)
def test_an_action_is_about_the_version_that_was_drawn(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch, key: str, said: str
) -> None:
    monkeypatch.setenv(publishing.PROMOTE, "1")
    monkeypatch.setenv(publishing.DELETE, "1")
    test = visit("versions", version="old")
    store.delete("old")
    test = press(test, key)
    text = screen(test)
    assert said in text
    assert '"old" is not published here.' in text
    assert "new is whole" not in text
    assert drawer(test) == ""
    assert Aliases(store.artifacts).all() == {}
    assert store.names() == ["new"]


def test_aliases_are_switched_only_where_enabled(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    test = visit("versions", version="new")
    assert disabled(test, "promote-production")
    assert "Off: set PSE_ALLOW_PROMOTE=1" in screen(test)
    with pytest.raises(InvalidRequest, match="PSE_ALLOW_PROMOTE"):
        publishing.promote("production", "new")
    monkeypatch.setenv(publishing.PROMOTE, "1")
    test = press(visit("versions", version="new"), "promote-candidate")
    assert "Candidate now stands for new." in screen(test)
    assert Aliases(store.artifacts).all() == {"candidate": "new"}
    assert "Candidate stands for nothing now." in screen(press(test, "demote-candidate"))
    assert Aliases(store.artifacts).all() == {}


def test_a_damaged_version_is_not_promoted(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(publishing.PROMOTE, "1")
    tiny.damage(tiny.publish(store, "wreck"))
    test = press(visit("versions", version="wreck"), "promote-production")
    assert "is damaged" in screen(test)
    assert Aliases(store.artifacts).all() == {}


def test_deleting_asks_twice_and_only_where_enabled(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    test = visit("versions", version="old")
    assert disabled(test, "delete")
    assert "Off: set PSE_ALLOW_DELETE=1" in screen(test)
    monkeypatch.setenv(publishing.DELETE, "1")
    test = press(visit("versions", version="old"), "delete")
    test.text_input(key="delete-name").set_value("new")
    test = press(test, "delete-sure")
    assert "What was typed is not the name of the version. Type old." in drawer(test)
    assert store.names() == ["new", "old"]
    test.text_input(key="delete-name").set_value("old")
    test = press(test, "delete-sure")
    assert store.names() == ["new"]
    assert drawer(test) == ""
    assert "old is deleted." in screen(test)


def test_what_something_stands_for_is_never_deleted(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(publishing.DELETE, "1")
    Aliases(store.artifacts).set("candidate", "old")
    test = visit("versions", version="old")
    assert disabled(test, "delete")
    assert "The alias candidate stands for it" in screen(test)
    with pytest.raises(InvalidRequest, match="candidate stands for it"):
        publishing.delete("old", "old")
    with pytest.raises(InvalidRequest, match="not the name"):
        publishing.delete("new", "old")
    monkeypatch.setenv("PSE_VERSION", "new")
    with pytest.raises(InvalidRequest, match="PSE_VERSION names it"):
        publishing.delete("new", "new")
    (store.artifacts / "aliases.json").write_text("{")
    monkeypatch.delenv("PSE_VERSION")
    assert "damaged" in publishing.held_by("new")
    assert store.names() == ["new", "old"]


def test_without_versions_it_says_what_to_run(store: VersionStore) -> None:
    for name in store.names():
        store.delete(name)
    assert "No version is published yet." in screen(visit("versions"))


def test_figures_stand_with_interval_and_chance() -> None:
    row = {"task": "recommend", "metric": "ndcg", "k": 10, "n": 9}
    manifest = Manifest(
        name="a", created="2026-01-01T00:00:00+00:00", dataset={"name": "d"}, split="time", recipe={"name": "r"},
        encoder={"id": "e", "files": {"model.onnx": {"bytes": 3 * 2**20}}}, environment={"libraries": {"x": "1"}},
        stages=[{"name": "train", "seconds": 90.0, "peak_mb": 512.0, "reused": True}],
        headline=[
            {**row, "system": "towers", "value": 0.5, "low": 0.4, "high": 0.6},
            {**row, "system": "chance", "value": 0.01, "low": 0.01, "high": 0.01},
        ],
        files={"products.parquet": {"bytes": 2**20}},
    )  # fmt: skip
    cells = version_words.figures(manifest, "recommend")
    assert cells == "<td>0.500<small>0.400–0.600</small><small>chance 0.0100</small></td>"
    assert version_words.figures(manifest, "search") == "<td>–</td>"
    assert version_words.flat(manifest, {"production": "a"})["recommend_chance"] == 0.01
    assert version_words.stage_facts(manifest)[0].values == ("90.0 s", "512 MB")
    assert version_words.size_facts(manifest)[0] == ("On disk", "1.00 MB in 1 file")
    assert version_words.environment_facts(manifest.environment) == [("x", "1")]
