"""Raw files on the command line: read once, kept for the next run, prepared; mistakes are one sentence."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline import report
from pipeline.__main__ import app
from pipeline.errors import DatasetError
from pipeline.run import Run
from tests.data.amazon.shop import lines, old_reviews, write_shop


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The line ends where the tables are prepared; gets (run, dataset, prepared, whether reading was kept) of each."""
    found: list[Any] = []

    def line(self: Run, store: object, dataset: Any, runner: Any) -> Any:
        prepared = self._prepare(dataset, runner)
        found.append(SimpleNamespace(run=self, dataset=dataset, prepared=prepared, kept=runner.timings[0].reused))
        return SimpleNamespace(manifest=SimpleNamespace(name=self.name))

    monkeypatch.setattr(Run, "_line", line)
    monkeypatch.setattr(report, "show_version", lambda version: None)
    return found


def command(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=True)


def test_raw_files_are_read_once(tmp_path: Path, stages: list[Any]) -> None:
    _, meta = write_shop(tmp_path, "2018")
    rows = old_reviews({"verified": True})
    (tmp_path / "1.json").write_bytes(lines(rows[:5]))
    (tmp_path / "2.json").write_bytes(lines(rows[5:]))
    words = ["run", "--reviews", tmp_path / "1.json", tmp_path / "2.json", "--meta", *meta]
    words += ["--name", "x", "--recipe", "text", "--artifacts", tmp_path / "a", "--max-rejected", "0.3"]
    for kept in (False, True):
        done = command(*words, "--dataset-name", "shop")
        assert done.exit_code == 0, done.output
        assert "Read as Amazon Reviews 2018 (detected): reviews 1.json, 2.json; metadata" in done.output
        assert stages[-1].kept is kept
    assert stages[-1].dataset.name == "shop"
    assert stages[-1].prepared.counts["interactions"] == 6
    assert list((tmp_path / "a" / "datasets" / "shop").glob("read-*/dataset.toml"))


@pytest.mark.parametrize("words", [["{}"], ["--dataset", "{}"], ["--reviews", "{}", "--format", "auto"]])
def test_a_merged_table_is_found_by_its_columns(tmp_path: Path, stages: list[Any], words: list[str]) -> None:
    ((merged,), _) = write_shop(tmp_path, "merged")
    named = [word.format(merged) for word in words]
    done = command(
        "run",
        *named,
        "--name",
        "x",
        "--artifacts",
        tmp_path / "a",
        "--max-rejected",
        1,
        "--split",
        "leave-one-out-shuffled",
    )
    assert done.exit_code == 0, done.output
    assert stages[0].prepared.counts["products"] == 3
    assert stages[0].prepared.split["kind"] == "leave-one-out-shuffled"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Name one dataset"),
        (["--dataset", "sample", "--reviews", "x"], "Name one dataset"),
        (["sample", "--dataset", "sample"], "Name one dataset"),
        (["--dataset", "sample", "--meta", "x"], "belong to raw files"),
        (["--dataset", "sample", "--format", "2018"], "belong to raw files"),
        (["--reviews", "nowhere.json", "--meta", "x"], "nowhere.json"),
    ],
)
def test_mistakes(tmp_path: Path, words: list[str], told: str) -> None:
    done = command("run", *words, "--name", "x", "--artifacts", tmp_path)
    assert isinstance(done.exception, DatasetError)
    assert told in str(done.exception)
