"""Votes: durable, counted once, revocable."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import InvalidRequest
from pipeline.workspace.votes import Vote, Votes

ROOT = Path(__file__).parents[2]
VOTE = Vote(
    ballot="b1",
    voter="kim",
    dataset="shop",
    first="one",
    second="two",
    kind="query",
    asked="usb <b>cable</b>",
    design="sides",
    choice="second",
    reason="fresher",
    first_list=("U1", "U2"),
    second_list=("U2",),
)


def test_a_vote_is_kept_as_it_was_cast(tmp_path: Path) -> None:
    votes = Votes(tmp_path)
    assert votes.of("one", "two") == []
    assert votes.cast(VOTE)
    (kept,) = votes.of("one", "two")
    assert replace(kept, at="") == VOTE
    assert kept.at.endswith("+00:00")


def test_a_ballot_counts_once(tmp_path: Path) -> None:
    votes = Votes(tmp_path)
    assert votes.cast(VOTE)
    assert not votes.cast(replace(VOTE, choice="first"))
    assert [each.choice for each in votes.of("one", "two")] == ["second"]


def test_the_order_of_the_versions_does_not_matter(tmp_path: Path) -> None:
    votes = Votes(tmp_path)
    votes.cast(VOTE)
    votes.cast(replace(VOTE, ballot="b2", choice="tie"))
    found = votes.of("two", "one")
    assert [(each.choice, each.first, each.first_list) for each in found] == [
        ("first", "two", ("U2",)),
        ("tie", "two", ("U2",)),
    ]
    assert votes.of("one", "three") == []


def test_a_vote_taken_back_counts_no_more_but_is_kept(tmp_path: Path) -> None:
    votes = Votes(tmp_path)
    votes.cast(VOTE)
    assert votes.revoke("b1")
    assert not votes.revoke("b1")
    assert votes.of("one", "two") == []
    (kept,) = votes.of("one", "two", revoked=True)
    assert kept.revoked


def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="no choice"):
        Votes(tmp_path).cast(replace(VOTE, choice="third"))
    with pytest.raises(InvalidRequest, match="too long"):
        Votes(tmp_path).cast(replace(VOTE, reason="x" * 501))


WRITER = """
import sys, threading
from pathlib import Path
from pipeline.workspace.votes import Vote, Votes

def work(thread):
    for number in range(int(sys.argv[3])):
        ballot = f"{sys.argv[2]}-{thread}-{number}"
        Votes(Path(sys.argv[1])).cast(Vote(ballot, "", "shop", "one", "two", "query", "usb", "sides", "tie"))
        sys.stdout.write(ballot + "\\n")  # acknowledged
        sys.stdout.flush()

threads = [threading.Thread(target=work, args=(thread,)) for thread in range(8)]
[each.start() for each in threads]
[each.join() for each in threads]
"""


def test_acknowledged_votes_survive_a_killed_process(tmp_path: Path) -> None:
    """200 votes from 8 threads; the first process is killed in the middle, a second one goes on beside readers."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def start(name: str, each: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WRITER, str(tmp_path), name, str(each)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)

    with start("killed", 1000) as first:
        assert first.stdout is not None
        acknowledged = [first.stdout.readline().strip() for _ in range(100)]
        first.send_signal(signal.SIGKILL)
        acknowledged += [line for line in first.stdout.read().split("\n")[:-1] if line]  # the last may be cut off
    assert first.returncode == -signal.SIGKILL
    second = start("after", 13)
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 0
    acknowledged += said.split()
    assert len(acknowledged) >= 204
    kept = [each.ballot for each in Votes(tmp_path).of("one", "two")]
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))
    # A vote may be on disk though its acknowledgement was cut off: at most one a thread.
    assert len(kept) <= len(acknowledged) + 8
