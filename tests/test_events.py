"""A run tells a program that watches it, line by line, and nobody where nobody asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import events, report
from pipeline.__main__ import main


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PSE_PROGRESS", str(tmp_path / "events.jsonl"))
    monkeypatch.setattr(events, "SELDOM", 0.0)
    return tmp_path / "events.jsonl"


def without_measures(event: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key not in ("at", "memory_mb", "seconds")}


def test_a_stage_tells_its_beginning_steps_and_end(told: Path) -> None:
    with report.stage_bar("train") as bar:
        bar.total(2)
        bar.advance(note="first")
        bar.advance(note="second")
    with report.stage_bar("encode") as bar:
        bar.reused()
    found = events.read(told)
    assert [without_measures(each) for each in found] == [
        {"event": "began", "stage": "train"},
        {"event": "step", "stage": "train", "done": 0, "total": 2, "note": ""},
        {"event": "step", "stage": "train", "done": 1, "total": 2, "note": "first"},
        {"event": "step", "stage": "train", "done": 2, "total": 2, "note": "second"},
        {"event": "ended", "stage": "train", "reused": False},
        {"event": "began", "stage": "encode"},
        {"event": "ended", "stage": "encode", "reused": True},
    ]
    assert all(each["memory_mb"] > 1 for each in found if each["event"] != "began")


def test_thousands_of_steps_are_told_now_and_then_and_the_last_one_always(
    told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "SELDOM", 3600.0)
    with report.stage_bar("encode") as bar:
        bar.total(1000)
        for _ in range(1000):
            bar.advance()
    assert [each["done"] for each in events.read(told) if each["event"] == "step"] == [0, 1000]


def test_a_stage_that_fails_does_not_tell_that_it_is_through(told: Path) -> None:
    with pytest.raises(ValueError, match="no"), report.stage_bar("train"):
        raise ValueError("no")
    assert [each["event"] for each in events.read(told)] == ["began"]


def test_the_command_line_tells_why_it_ends(told: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words = ["pipeline", "run", "--dataset", "missing.toml", "--name", "a", "--artifacts", str(tmp_path)]
    monkeypatch.setattr("sys.argv", words)
    assert main() == 1
    (failed,) = events.read(told)
    assert failed["event"] == "failed"
    assert failed["reason"].startswith("The dataset description missing.toml cannot be read")


def test_a_mistake_of_ours_is_told_too(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pipeline.__main__.app", fail)
    with pytest.raises(ZeroDivisionError):
        main()
    (failed,) = events.read(told)
    assert failed["reason"] == "It ended in a way that nobody foresaw (ZeroDivisionError); see the log."


def test_nothing_is_told_where_nobody_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PSE_PROGRESS", raising=False)
    monkeypatch.chdir(tmp_path)
    with report.stage_bar("train") as bar:
        bar.advance()
    assert list(tmp_path.iterdir()) == []


def test_that_it_cannot_be_told_stops_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSE_PROGRESS", str(tmp_path / "missing" / "events.jsonl"))
    with report.stage_bar("train") as bar:
        bar.advance()


def test_half_a_line_and_rubbish_are_left_out(tmp_path: Path) -> None:
    whole = {"event": "began", "at": 1.5, "stage": "train"}
    lines = [json.dumps(whole), "[]", '{"event": 1, "at": 2}', '{"event": "began"}', "\x00\xff", '{"event": "sta']
    (tmp_path / "events.jsonl").write_text("\n".join(lines))
    assert events.read(tmp_path / "events.jsonl") == [whole]
    assert events.read(tmp_path / "missing") == []
