"""Stages are kept by what they read, and a stage that died is not mistaken for a finished one."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import Busy
from pipeline.stages import Runner


class NoBar:
    def total(self, steps: int) -> None: ...
    def advance(self, steps: int = 1, note: str = "") -> None: ...
    def reused(self) -> None: ...


@contextlib.contextmanager
def no_bar(name: str) -> Iterator[NoBar]:
    yield NoBar()


class Counted:
    """Work that says how often it was done, and dies when told to."""

    def __init__(self) -> None:
        self.done = 0
        self.dies = False

    def __call__(self, out: Path, progress: Any) -> None:
        (out / "half").write_text("half")
        if self.dies:
            raise KeyboardInterrupt
        (out / "result").write_text(f"{self.done}")
        self.done += 1


def test_the_same_inputs_are_not_worked_on_twice(tmp_path: Path) -> None:
    work, runner = Counted(), Runner(tmp_path, no_bar)
    first = runner.run("encode", {"a": 1}, ("names.py",), work)
    second = Runner(tmp_path, no_bar).run("encode", {"a": 1}, ("names.py",), work)
    assert first == second
    assert work.done == 1
    assert (second / "result").read_text() == "0"
    assert not runner.timings[0].reused


@pytest.mark.parametrize(
    ("inputs", "code"), [({"a": 2}, ("names.py",)), ({"a": 1}, ("errors.py",)), ({"a": 1}, ("data",))]
)
def test_other_inputs_or_other_code_make_another_result(
    tmp_path: Path, inputs: dict[str, int], code: tuple[str, ...]
) -> None:
    work, runner = Counted(), Runner(tmp_path, no_bar)
    first = runner.run("encode", {"a": 1}, ("names.py",), work)
    assert runner.run("encode", inputs, code, work) != first
    assert work.done == 2


def test_a_stage_that_died_is_done_again_from_an_empty_folder(tmp_path: Path) -> None:
    work, runner = Counted(), Runner(tmp_path, no_bar)
    work.dies = True
    with pytest.raises(KeyboardInterrupt):
        runner.run("train", {}, (), work)
    work.dies = False
    folder = runner.run("train", {}, (), work)
    assert (folder / "result").exists()
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_result_that_no_longer_holds_is_made_again(tmp_path: Path) -> None:
    work, runner = Counted(), Runner(tmp_path, no_bar)
    runner.run("encode", {}, (), work)
    runner.run("encode", {}, (), work, holds=lambda folder: False)
    assert work.done == 2


@pytest.mark.parametrize("harm", [lambda file: file.write_text("1"), lambda file: file.unlink()])
def test_a_result_that_was_changed_is_made_again(tmp_path: Path, harm) -> None:  # type: ignore[no-untyped-def]
    work, runner = Counted(), Runner(tmp_path, no_bar)
    folder = runner.run("encode", {}, (), work)
    harm(folder / "result")
    again = runner.run("encode", {}, (), work)
    assert again == folder
    assert work.done == 2
    assert (folder / "result").read_text() == "1"


def test_other_libraries_make_another_result(tmp_path: Path) -> None:
    work = Counted()
    for version in ("1.0", "1.0", "1.1"):
        Runner(tmp_path, no_bar, {"numpy": version}).run("encode", {}, (), work)
    assert work.done == 2


def test_two_runs_do_not_work_in_the_same_folder(tmp_path: Path) -> None:
    with Runner(tmp_path / "beauty", no_bar).alone():
        with pytest.raises(Busy, match='working on dataset "beauty"'), Runner(tmp_path / "beauty", no_bar).alone():
            pass
        with Runner(tmp_path / "other", no_bar).alone():
            pass
    with Runner(tmp_path / "beauty", no_bar).alone():
        pass
