"""The journal: whole lines alone count, for every process that looks, and after every crash."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import JournalFailed, JournalFull
from pipeline.retrieval.live import journal as module
from pipeline.retrieval.live.journal import Journal

ROOT = Path(__file__).parents[3]
# Puts products 0, 1, 2, ... and says the number of each once it is answered.
WRITER = """
import itertools, sys
from pathlib import Path
from pipeline.retrieval.live.journal import Journal
journal = Journal(Path(sys.argv[1]))
for number in itertools.count():
    journal.put(f"{sys.argv[2]}{number}", {"title": "x" * 5000})
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "live" / "tiny.jsonl"


def records(path: Path) -> dict[str, dict]:
    return {name: dict(record) for name, record in Journal(path).read().records.items()}


def test_what_is_put_is_there_until_it_is_removed(path: Path) -> None:
    journal = Journal(path)
    assert journal.stamp() is None
    assert not journal.read().records
    journal.put("a", {"title": "A"})
    first = journal.stamp()
    journal.put("b", {"title": "É\n"})
    assert journal.stamp() != first
    journal.put("a", {"title": "AA"})
    assert list(journal.read().records) == ["b", "a"]  # what is replaced goes to the end
    assert journal.remove("b") is True
    assert journal.remove("b") is False
    assert records(path) == {"a": {"title": "AA"}}
    assert len(path.read_bytes().splitlines()) == 4


def test_a_line_says_what_it_is(path: Path) -> None:
    Journal(path).put("a", {"title": "A"})
    said = json.loads(path.read_text())
    assert set(said) == {"event", "sum"}
    assert said["event"]["id"] == "a"
    assert said["event"]["put"] == {"title": "A"}


@pytest.mark.parametrize("kept", [1, 20, -2, -1])
def test_a_torn_last_line_is_left_out_and_said(path: Path, kept: int, caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal(path)
    journal.put("a", {"title": "A"})
    whole = path.read_bytes()
    journal.put("b", {"title": "B"})
    last = path.read_bytes()[len(whole) :]
    path.write_bytes(whole + last[:kept])
    again = Journal(path)
    state = again.read()
    assert (dict(state.records), state.torn) == ({"a": {"title": "A"}}, True)
    assert "the last line is cut short" in caplog.text
    again.put("c", {"title": "C"})  # the next one does not grow from the torn one
    assert records(path) == {"a": {"title": "A"}, "c": {"title": "C"}}
    assert path.read_bytes().startswith(whole + b'{"event": {"id": "c"')


@pytest.mark.parametrize("place", [0, 12, 60, -3])
def test_a_damaged_line_is_left_out_and_said(path: Path, place: int, caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal(path)
    journal.put("a", {"title": "A"})
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    journal.put("b", {"title": "B"})
    path.write_bytes(bytes(content) + path.read_bytes()[len(content) :])
    state = Journal(path).read()
    assert (list(state.records), state.damaged) == (["b"], 1)
    assert "is damaged, and left out" in caplog.text


@pytest.mark.parametrize("line", [b"", b"[]", b"null", b'{"event": 1, "sum": 2}', b"\xff", b"[" * 100_000, b"\0" * 99])
def test_lines_that_are_no_events_are_left_out(path: Path, line: bytes) -> None:
    Journal(path).put("a", {"title": "A"})
    with path.open("ab") as file:
        file.write(line + b"\n")
    state = Journal(path).read()
    assert (list(state.records), state.damaged) == (["a"], 1)


def test_another_process_sees_a_change_and_its_own_go_behind(path: Path) -> None:
    one, other = Journal(path), Journal(path)
    one.put("a", {"title": "A"})
    assert list(other.read().records) == ["a"]
    other.put("b", {"title": "B"})
    one.put("c", {"title": "C"})
    assert list(one.read().records) == list(other.read().records) == ["a", "b", "c"]
    record = one.read().records["a"]
    one.remove("b")
    assert one.read().records["a"] is record
    path.unlink()
    assert not one.read().records


def test_two_writers_do_not_mix_their_lines(path: Path) -> None:
    journals = [Journal(path) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: journals[n % 4].put(f"p{n}", {"title": "x" * 2000}), range(80)))
    state = Journal(path).read()
    assert (len(state.records), state.damaged, state.torn) == (80, 0, False)


def test_killed_between_write_and_answer(path: Path) -> None:
    """What was on disk is there, though no one was told; the lock is free."""
    script = """
import os, signal, sys
from pathlib import Path
from pipeline.retrieval.live import journal
own = journal.Journal(Path(sys.argv[1]))
own.put("a", {"title": "A"})
fsync = os.fsync
journal.os.fsync = lambda handle: (fsync(handle), os.kill(os.getpid(), signal.SIGKILL))
own.put("b", {"title": "B"})
print("answered")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "")
    assert records(path) == {"a": {"title": "A"}, "b": {"title": "B"}}
    Journal(path).put("c", {"title": "C"})
    assert set(records(path)) == {"a", "b", "c"}


@pytest.mark.parametrize("answered", [1, 4])
def test_two_processes_killed_at_any_moment(path: Path, answered: int) -> None:
    """What was answered is there, and what is there is whole."""
    command = [sys.executable, "-c", WRITER, str(path)]
    names = ("doomed-", "other-")
    writers = [subprocess.Popen([*command, name], cwd=ROOT, stdout=subprocess.PIPE, text=True) for name in names]
    told = []
    for writer in writers:
        assert writer.stdout is not None
        told.append(int([writer.stdout.readline() for _ in range(answered)][-1]))
        writer.send_signal(signal.SIGKILL)
        told[-1] = max([told[-1], *map(int, writer.stdout.read().split())])
        writer.wait()
        writer.stdout.close()
    state = Journal(path).read()
    assert state.damaged == 0
    for name, last in zip(names, told, strict=True):
        held = [each for each in state.records if each.startswith(name)]
        assert len(held) in (last + 1, last + 2)  # the last one may be written and not answered
        assert held == [f"{name}{number}" for number in range(len(held))]
    Journal(path).put("after", {"title": "A"})  # no lock is left behind
    assert "after" in records(path)


def test_it_is_bounded(path: Path) -> None:
    journal = Journal(path, most=2)
    journal.put("a", {"title": "A"})
    journal.put("b", {"title": "B"})
    with pytest.raises(JournalFull, match="takes 2 added products at most"):
        journal.put("c", {"title": "C"})
    journal.put("a", {"title": "AA"})
    journal.remove("b")
    journal.put("c", {"title": "C"})
    assert records(path) == {"a": {"title": "AA"}, "c": {"title": "C"}}


def test_its_bytes_are_bounded_and_what_is_past_makes_room(path: Path) -> None:
    journal = Journal(path, largest=3000)
    for number in range(40):
        journal.put("a", {"title": f"{number} {'x' * 500}"})
    assert path.stat().st_size <= 3000
    assert records(path)["a"]["title"].startswith("39 ")
    journal.put("b", {"title": "x" * 1500})
    with pytest.raises(JournalFull, match="MiB at most"):
        journal.put("c", {"title": "x" * 1500})
    assert set(records(path)) == {"a", "b"}


def test_what_is_past_is_cleared_away_when_it_is_opened(path: Path) -> None:
    one, other = Journal(path), Journal(path)
    one.put("a", {"title": "A"})
    assert list(other.read().records) == ["a"]
    for number in range(150):
        one.put("b", {"title": str(number)})
    assert len(path.read_bytes().splitlines()) == 151
    state = Journal(path).read()
    assert dict(state.records) == {"a": {"title": "A"}, "b": {"title": "149"}}
    assert len(path.read_bytes().splitlines()) == 2
    assert dict(other.read().records) == dict(one.read().records) == dict(state.records)  # though the file is another
    other.put("c", {"title": "C"})
    assert list(one.read().records) == ["a", "b", "c"]


def test_a_full_disk_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(path)
    journal.put("a", {"title": "A"})
    whole = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(module.os, "fsync", full)
        with pytest.raises(JournalFailed, match="No space left on device"):
            journal.put("b", {"title": "B"})
    assert path.read_bytes() == whole
    journal.put("b", {"title": "B"})
    assert set(records(path)) == {"a", "b"}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "live").write_text("a file")
    with pytest.raises(JournalFailed, match="nothing was changed"):
        Journal(tmp_path / "live" / "tiny.jsonl").put("a", {"title": "A"})
