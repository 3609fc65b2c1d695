"""Pins in the workspace database."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InvalidRequest, WorkspaceError
from pipeline.workspace import playlist
from pipeline.workspace.playlist import Pin, Playlist

SEARCH = (("q", "usb & <b>"), ("brand", "Corda"), ("brand", "Aldor"), ("version", "tiny"))


def titles(pins: Playlist) -> list[str]:
    return [each.title for each in pins.pins()]


def three(folder: Path) -> Playlist:
    pins = Playlist(folder)
    for place, title in enumerate(("one", "two", "three"), start=1):
        assert pins.add("search", SEARCH, title, "", {}) == place
    return pins


def test_a_pin_is_kept_as_it_was(tmp_path: Path) -> None:
    pins = Playlist(tmp_path)
    assert pins.pins() == []
    pins.add("search", SEARCH, "  A  title ", "Line 1\nLine 2 ", {"tiny": "abc"})
    (kept,) = pins.pins()
    assert kept == Pin(kept.id, "search", SEARCH, "A title", "Line 1\nLine 2", {"tiny": "abc"}, kept.saved)
    assert kept.saved.endswith("+00:00")
    assert pins.edit(kept.id, "Other", "")
    assert [(each.title, each.note, each.parameters) for each in pins.pins()] == [("Other", "", SEARCH)]


def test_pins_are_put_in_order(tmp_path: Path) -> None:
    pins = three(tmp_path)
    one, two, three_ = (each.id for each in pins.pins())
    pins.move(three_, -1)
    assert titles(pins) == ["one", "three", "two"]
    pins.move(one, 1)
    assert titles(pins) == ["three", "one", "two"]
    pins.move(three_, -1)
    pins.move(two, 1)
    pins.move(99, 1)
    assert titles(pins) == ["three", "one", "two"]


def test_what_is_removed_can_be_put_back_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pins = three(tmp_path)
    _, two, _ = (each.id for each in pins.pins())
    pins.remove(two)
    assert titles(pins) == ["one", "three"]
    assert not pins.edit(two, "two, as typed", "")
    assert not pins.edit(99, "never was", "")
    assert titles(pins) == ["one", "three"]
    assert pins.restore(two)
    assert titles(pins) == ["one", "two, as typed", "three"]
    assert not pins.restore(two)
    monkeypatch.setattr(playlist, "REMEMBERED", 1)
    for each in pins.pins():
        pins.remove(each.id)
    assert not pins.restore(two)  # only the one removed last is remembered
    assert pins.restore(3)
    assert titles(pins) == ["three"]


def test_there_is_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playlist, "MOST", 3)
    pins = three(tmp_path)
    with pytest.raises(WorkspaceError, match="3 pins already"):
        pins.add("search", (), "four", "", {})
    pins.remove(1)
    pins.add("search", (), "four", "", {})
    with pytest.raises(WorkspaceError, match="3 pins already"):
        pins.restore(1)


@pytest.mark.parametrize(
    ("page", "parameters", "title", "note", "why"),
    [
        ("//evil.example", (), "t", "", "no address of a page"),
        ("../x", (), "t", "", "no address of a page"),
        ("javascript:alert(1)", (), "t", "", "no address of a page"),
        ("search", (("q&x", "1"),), "t", "", "no address of a page"),
        ("search", (("q", "x" * 4001),), "t", "", "too long to be kept"),
        ("search", (("q", "x" * 3000),) * 3, "t", "", "too long to be kept"),
        ("search", (("q", "x"),) * 61, "t", "", "too long to be kept"),
        ("search", (), "  ", "", "title cannot be used"),
        ("search", (), "t" * 121, "", "title cannot be used"),
        ("search", (), "t\u202e", "", "title cannot be used"),
        ("search", (), "t", "n" * 601, "note is too long"),
        ("search", (("q", "\ud800"),), "t", "", "not valid Unicode"),
    ],
)
def test_what_cannot_be_kept_is_said(
    page: str, parameters: tuple[tuple[str, str], ...], title: str, note: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidRequest, match=why):
        Playlist(tmp_path).add(page, parameters, title, note, {})
    assert Playlist(tmp_path).pins() == []
