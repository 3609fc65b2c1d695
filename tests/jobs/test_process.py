"""A process is told from another one that has its number."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.jobs.process import Process, supported


def test_this_process_is_alive_and_says_what_it_holds() -> None:
    own = Process.of(os.getpid())
    assert supported()
    assert own is not None
    assert own.alive()
    assert (own.memory_mb() or 0) > 1


def test_a_number_that_was_given_to_another_process_is_not_taken_for_it() -> None:
    own = Process.of(os.getpid())
    assert own is not None
    earlier, before_the_restart = replace(own, started=own.started - 1), replace(own, boot="another")
    for other in (earlier, before_the_restart):
        assert not other.alive()
        other.end(signal.SIGKILL)  # else this test would end here


def test_one_that_ended_is_gone_whether_or_not_it_was_collected() -> None:
    ended = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = Process.of(ended.pid)
    assert process is not None
    assert process.alive()
    assert ended.stdin is not None
    ended.stdin.close()
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)  # ended, and still there as a zombie
    assert not process.alive()
    ended.wait()
    assert not process.alive()
    assert process.memory_mb() is None


def test_a_name_with_brackets_and_blanks_does_not_confuse(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "77").mkdir()
    fields = " ".join(["S", *map(str, range(4, 22)), "4711", "0"])  # fields 3, 4 to 21, 22, 23
    (folder / "77" / "stat").write_text(f"77 (a ) b (c) {fields}")
    monkeypatch.setattr("pipeline.jobs.process.PROC", folder)
    assert Process.of(77) == Process(77, 4711, "")
