"""Aliases: names that stand for versions, written whole or not at all."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.aliases import Aliases
from pipeline.errors import AliasError, InvalidName, VersionBroken, VersionNotFound
from pipeline.versions import VersionStore
from tests import tiny


def test_an_alias_is_set_read_and_removed(tmp_path: Path) -> None:
    aliases, other = Aliases(tmp_path / "artifacts"), Aliases(tmp_path / "artifacts")
    assert aliases.all() == {}
    aliases.set("production", "beauty-2")
    aliases.set("candidate", "beauty-3")
    assert other.all() == {"production": "beauty-2", "candidate": "beauty-3"}
    aliases.set("production", "beauty-3")
    aliases.remove("candidate")
    aliases.remove("candidate")
    assert other.all() == {"production": "beauty-3"}
    assert sorted(path.name for path in aliases.path.parent.iterdir()) == [".aliases.json.lock", "aliases.json"]


@pytest.mark.parametrize(("alias", "version"), [("staging", "a"), ("", "a"), ("production", "../a"), ("candidate", "")])
def test_names_are_checked(tmp_path: Path, alias: str, version: str) -> None:
    with pytest.raises(InvalidName):
        Aliases(tmp_path).set(alias, version)
    assert Aliases(tmp_path).all() == {}


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '"a"', "null", '{"production": 1}', '{"production": "../a"}', '{"staging": "a"}',
     '{"production": "a"}' + " " * 5000, "[" * 4000],
)  # fmt: skip
def test_a_damaged_file_is_said_and_not_written_over(tmp_path: Path, content: str) -> None:
    aliases = Aliases(tmp_path)
    aliases.path.write_text(content)
    for act in (aliases.all, lambda: aliases.set("production", "a"), lambda: aliases.remove("production")):
        with pytest.raises(AliasError, match=r"damaged\. Delete the file"):
            act()
    assert aliases.path.read_text() == content


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    def write(alias: str) -> None:
        for number in range(20):
            Aliases(tmp_path).set(alias, f"{alias}-{number}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ["production", "candidate"]))
    assert Aliases(tmp_path).all() == {"production": "production-19", "candidate": "candidate-19"}


def test_a_write_that_fails_leaves_the_old_aliases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aliases = Aliases(tmp_path)
    aliases.set("production", "old")

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        aliases.set("production", "new")
    assert json.loads(aliases.path.read_text()) == {"production": "old"}


def run(tmp_path: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["alias", *words, "--artifacts", str(tmp_path)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_the_command_lists_sets_and_removes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = VersionStore(tmp_path)
    tiny.publish(store)
    run(tmp_path, "production", "tiny")
    assert Aliases(tmp_path).all() == {"production": "tiny"}
    with pytest.raises(VersionNotFound):
        run(tmp_path, "candidate", "none")
    with pytest.raises(InvalidName):
        run(tmp_path, "staging", "tiny")
    with pytest.raises(InvalidName, match="Name one version"):
        run(tmp_path, "production")
    tiny.damage(tiny.publish(store, "wreck"))
    with pytest.raises(VersionBroken):
        run(tmp_path, "candidate", "wreck")
    run(tmp_path, "production", "--remove")
    assert Aliases(tmp_path).all() == {}
