"""Re-ranking presets in the workspace database."""

import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import InvalidName, WorkspaceError
from pipeline.retrieval.rebalancing import Rebalance
from pipeline.workspace.presets import Presets
from pipeline.workspace.votes import Votes

WISH = Rebalance(popularity=0.25, diversity=0.5, price=-0.125)


def test_save_open_replace_delete(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    assert presets.names() == []
    presets.save("fresh", Rebalance(freshness=1))
    presets.save("fair", WISH)
    assert (presets.names(), presets.open("fair")) == (["fair", "fresh"], WISH)
    presets.save("fair", Rebalance(price=1))
    assert presets.open("fair") == Rebalance(price=1)
    presets.delete("fair")
    presets.delete("fair")
    assert presets.names() == ["fresh"]


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    with pytest.raises(WorkspaceError, match="no preset"):
        presets.open("fair")
    presets.save("fair", WISH)
    with pytest.raises(WorkspaceError, match='Did you mean "fair"'):
        presets.open("fairr")
    with pytest.raises(InvalidName):
        presets.save("../x", WISH)


def test_a_broken_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "workspace.sqlite").write_bytes(b"not a database at all, but long enough to look at")
    with pytest.raises(WorkspaceError, match="cannot be used"):
        Presets(tmp_path).names()


def test_the_journal_is_a_write_ahead_log(tmp_path: Path) -> None:
    Presets(tmp_path).save("fair", WISH)
    with sqlite3.connect(tmp_path / "workspace.sqlite") as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()


def test_a_folder_that_is_read_only_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Presets(tmp_path).save("fair", WISH)
    before = sorted(path.name for path in tmp_path.iterdir())
    monkeypatch.setattr("os.access", lambda path, mode: False)  # as on a mount that is read only, even for root
    assert (Presets(tmp_path).names(), Presets(tmp_path).open("fair")) == (["fair"], WISH)
    assert Votes(tmp_path).of("one", "two") == []  # no table of votes was ever made
    assert sorted(path.name for path in tmp_path.iterdir()) == before
