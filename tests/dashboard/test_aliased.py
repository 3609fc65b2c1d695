"""Aliases in service: followed without a restart, and never two versions in one answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

import pytest

from dashboard.open_versions import Versions
from pipeline.errors import VersionBroken, VersionNotFound
from pipeline.retrieval.engine import Engine
from pipeline.versions import VersionStore
from tests import tiny


@pytest.fixture
def versions(store: VersionStore) -> Versions:
    tiny.publish(store, "one", created="2026-01-01T00:00:00Z")
    tiny.publish(store, "two", created="2026-02-01T00:00:00Z")
    return Versions(store)


def until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def test_the_default_is_what_is_in_production(versions: Versions, monkeypatch: pytest.MonkeyPatch) -> None:
    assert versions.default().name == "two"
    versions.aliases.set("production", "one")
    until(lambda: versions.default().name == "one")  # which is opened first
    assert versions.engine("production").name == "one"
    monkeypatch.setenv("PSE_VERSION", "two")
    assert versions.default().name == "two"
    monkeypatch.setenv("PSE_VERSION", "candidate")
    versions.aliases.set("candidate", "two")
    assert versions.default().name == "two"


def test_an_alias_that_is_not_set_is_a_version_that_is_not_there(versions: Versions) -> None:
    with pytest.raises(VersionNotFound):
        versions.engine("candidate")


def test_a_switch_is_followed_once_the_new_version_is_open(versions: Versions, monkeypatch: pytest.MonkeyPatch) -> None:
    versions.aliases.set("production", "one")
    assert versions.default().name == "one"
    go, original = Event(), Engine.open

    def slow(path):
        go.wait(10)
        return original(path)

    monkeypatch.setattr(Engine, "open", slow)
    versions.aliases.set("production", "two")
    assert versions.default().name == "one"  # answered at once, by the version before
    go.set()
    until(lambda: versions.default().name == "two")
    versions.aliases.set("production", "one")
    assert versions.default().name == "one"  # still open: followed at once


def test_a_switch_to_what_cannot_be_served_leaves_the_version_before(versions: Versions, store: VersionStore) -> None:
    versions.aliases.set("production", "one")
    assert versions.default().name == "one"
    tiny.damage(store.open("two"))
    for target in ("two", "gone"):
        versions.aliases.set("production", target)
        for _ in range(5):
            assert versions.default().name == "one"
            time.sleep(0.05)
    fresh = Versions(store)
    with pytest.raises(
        VersionBroken, match=r'The alias production cannot be followed\. No version "gone" is published'
    ):
        fresh.default()
    fresh.aliases.set("production", "two")
    with pytest.raises(VersionBroken):
        fresh.default()


def test_a_first_alias_to_what_cannot_be_served_leaves_the_default(versions: Versions, store: VersionStore) -> None:
    assert versions.default().name == "two"
    tiny.damage(store.open("one"))
    versions.aliases.set("production", "one")
    for _ in range(5):
        assert versions.default().name == "two"
        time.sleep(0.05)


def test_the_default_and_the_alias_are_one_version_in_one_answer(versions: Versions) -> None:
    versions.aliases.set("production", "one")
    assert versions.default().name == "one"
    versions.aliases.set("production", "two")
    view = versions.view()
    before = view.engine()  # "two" is being opened
    until(lambda: versions.default().name == "two")
    assert view.engine("production") is view.engine() is before


def test_damaged_aliases_are_told_once_and_the_old_default_stands(
    versions: Versions, caplog: pytest.LogCaptureFixture
) -> None:
    versions.aliases.path.write_text("{")
    for _ in range(3):
        assert versions.default().name == "two"
    assert [each.getMessage() for each in caplog.records if "aliases" in each.getMessage()] == [
        f"The aliases in {versions.aliases.path} are damaged. Delete the file, and set them again: "
        "python -m pipeline alias production VERSION"
    ]


def test_aliases_that_are_damaged_while_it_serves_stay_as_they_were(versions: Versions) -> None:
    versions.aliases.set("production", "one")
    assert versions.default().name == "one"
    versions.aliases.path.write_text('{"produc')
    assert versions.default().name == versions.engine("production").name == "one"
    versions.aliases.path.write_text('{"production": "two"}')
    until(lambda: versions.default().name == "two")


def test_one_answer_sees_one_state_of_the_aliases(versions: Versions) -> None:
    versions.aliases.set("production", "one")
    versions.aliases.set("candidate", "two")
    versions.engine("two")
    view = versions.view()
    assert view.engine("production").name == "one"
    versions.aliases.set("production", "two")
    versions.aliases.set("candidate", "one")
    assert [view.engine(name).name for name in ("production", None, "candidate")] == ["one", "one", "two"]
    assert [versions.view().engine(name).name for name in ("production", None, "candidate")] == ["two", "two", "one"]
