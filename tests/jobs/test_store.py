"""Runs start, are found again by a server that starts later, end when they are told to, and stay in their bounds."""

from __future__ import annotations

import fcntl
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import Busy, InvalidRequest, JobError, VersionExists
from pipeline.jobs import store
from pipeline.jobs.asked import Asked
from pipeline.jobs.job import CANCELLED, FAILED, LOST, PUBLISHED, RUNNING, Job
from pipeline.jobs.store import Jobs
from pipeline.readable import Readable
from pipeline.versions import VersionStore
from tests import tiny
from tests.jobs.pretended import pretend, until


@pytest.fixture
def artifacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(store, "ROOT", pretend(tmp_path / "code"))
    (tmp_path / "artifacts").mkdir()
    return tmp_path / "artifacts"


def jobs(artifacts: Path, at_once: int = 1, grace: float = 60.0) -> Jobs:
    """Return the runs as a server that starts now finds them."""
    return Jobs(artifacts, Readable(artifacts), at_once, grace)


def ended(artifacts: Path, job: Job) -> Job:
    return until(lambda: jobs(artifacts).open(job.id), lambda job: job.outcome != RUNNING)


def at_work(artifacts: Path, job: Job) -> Job:
    return until(lambda: jobs(artifacts).open(job.id), lambda job: bool(job.stages and job.stages[0].done))


def test_a_run_goes_from_start_to_published(artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSE_API_KEY", "not to be passed on")
    job = ended(artifacts, jobs(artifacts).start(Asked("sample", "text", "works", seed=3)))
    assert job.outcome == PUBLISHED
    (stage,) = job.stages
    assert (stage.name, stage.done, stage.total, stage.note) == ("prepare", 1, 4, "one")
    assert (stage.seconds, stage.memory_mb, stage.share, stage.ended) == (2.5, 120.0, 1.0, True)
    words = f"run --dataset sample --recipe text --name works --seed 3 --artifacts {artifacts}"
    assert job.log() == f"words: {words}\nsecret: None\n"
    assert (job.dataset, job.recipe, job.name) == ("sample", "text", "works")


def test_one_that_fails_says_why_and_one_that_dies_does_not(artifacts: Path) -> None:
    failed = ended(artifacts, jobs(artifacts).start(Asked("sample", "text", "fails")))
    assert (failed.outcome, failed.reason) == (FAILED, "products.csv has no rows. Put the table there.")
    dead = ended(artifacts, jobs(artifacts).start(Asked("sample", "text", "dies")))
    assert (dead.outcome, dead.reason) == (LOST, "")
    assert not dead.stages[0].ended
    assert dead.stages[0].share == 0.25
    assert [job.id for job in jobs(artifacts).all()] == [dead.id, failed.id]  # the newest first


def test_a_server_that_starts_later_finds_it_and_cancels_it(artifacts: Path) -> None:
    job = at_work(artifacts, jobs(artifacts).start(Asked("sample", "text", "waits")))
    (found,) = jobs(artifacts).all()
    assert (found.id, found.outcome, found.ended) == (job.id, RUNNING, None)
    with (artifacts / "lock-of-the-dataset").open("w") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    jobs(artifacts).cancel(job.id)
    assert ended(artifacts, job).outcome == CANCELLED
    with (artifacts / "lock-of-the-dataset").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # it is free
    assert jobs(artifacts).cancel(job.id).outcome == CANCELLED  # again: nothing


def test_one_that_does_not_listen_is_killed_after_the_grace_period(artifacts: Path) -> None:
    job = at_work(artifacts, jobs(artifacts).start(Asked("sample", "text", "stubborn")))
    jobs(artifacts, grace=0.05).cancel(job.id)
    assert ended(artifacts, job).outcome == CANCELLED


def test_a_process_that_got_its_number_later_is_left_alone(artifacts: Path) -> None:
    """After a restart of the machine, say: the state names a number that another process has by now."""
    job = at_work(artifacts, jobs(artifacts).start(Asked("sample", "text", "waits")))
    real = json.loads((job.folder / "job.json").read_text())
    other = {**real, "process": {**real["process"], "started": real["process"]["started"] - 1}}
    (job.folder / "job.json").write_text(json.dumps(other))
    assert jobs(artifacts).cancel(job.id).outcome == LOST
    (job.folder / "job.json").write_text(json.dumps(real))
    assert jobs(artifacts).open(job.id).outcome == RUNNING  # nobody has touched it
    jobs(artifacts).cancel(job.id)
    assert ended(artifacts, job).outcome == CANCELLED


def test_there_is_a_bound_and_one_run_at_a_time_on_a_dataset(artifacts: Path) -> None:
    (artifacts / "descriptions").mkdir()
    (artifacts / "descriptions" / "products.csv").write_text("product_id,title\nA,Camera\n")
    (artifacts / "descriptions" / "own.toml").write_text(
        'name = "own"\n[products]\npath = "products.csv"\ncolumns = { product_id = "product_id", title = "title" }\n'
    )
    own = Asked("descriptions/own.toml", "text", "waits-too")
    job = at_work(artifacts, jobs(artifacts).start(Asked("sample", "text", "waits")))
    try:
        with pytest.raises(Busy, match="no more may be at once"):
            jobs(artifacts).start(own)
        with pytest.raises(Busy, match='on dataset "sample" already'):
            jobs(artifacts, at_once=2).start(Asked("sample", "history", "another"))
        with pytest.raises(Busy, match='on version "waits" already'):
            jobs(artifacts, at_once=2).start(Asked("descriptions/own.toml", "text", "waits"))
        assert [each.id for each in jobs(artifacts).all()] == [job.id]
    finally:
        jobs(artifacts).cancel(job.id)
    ended(artifacts, job)
    following = jobs(artifacts).start(own)
    assert following.dataset == "own"
    jobs(artifacts).cancel(following.id)
    ended(artifacts, following)


def test_of_two_that_are_started_at_once_one_starts(artifacts: Path) -> None:
    def start(name: str) -> Job | Busy:
        try:
            return jobs(artifacts).start(Asked("sample", "text", name))
        except Busy as error:
            return error

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(start, ["waits-1", "waits-2"]))
    (job,) = [each for each in found if isinstance(each, Job)]
    jobs(artifacts).cancel(job.id)
    ended(artifacts, job)


def test_a_taken_name_and_a_wrong_path_start_nothing(artifacts: Path) -> None:
    tiny.publish(VersionStore(artifacts), "works", towers=False)
    with pytest.raises(VersionExists):
        jobs(artifacts).start(Asked("sample", "text", "works"))
    with pytest.raises(InvalidRequest):
        jobs(artifacts).start(Asked("../x.toml", "text", "other"))
    assert jobs(artifacts).all() == []
    replaced = jobs(artifacts).start(Asked("sample", "text", "works", replace=True))
    assert ended(artifacts, replaced).outcome == PUBLISHED


@pytest.mark.parametrize("name", ["../versions", "20261122-084500/..", "", "x" * 300, "20261122-084500"])
def test_what_is_no_run_is_said(artifacts: Path, name: str) -> None:
    with pytest.raises(JobError, match="There is no run"):
        jobs(artifacts).open(name)


@pytest.mark.parametrize(
    "state", ["", "[]", "{}", '{"asked": {"name": "a"}}', '{"asked": 1, "dataset": "a", "began": 0, "process": null}']
)
def test_a_damaged_run_is_told_and_left_out_of_the_list(artifacts: Path, state: str) -> None:
    folder = artifacts / "jobs" / "20261122-084500"
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(state)
    with pytest.raises(JobError, match="cannot be read"):
        jobs(artifacts).open(folder.name)
    assert jobs(artifacts).all() == []


def test_a_long_log_is_cut_at_a_line(artifacts: Path) -> None:
    job = ended(artifacts, jobs(artifacts).start(Asked("sample", "text", "works")))
    (job.folder / "log.txt").write_bytes(b"a line\n" * 20_000 + b"\xff the end\n")
    text = job.log()
    assert text.startswith("a line\n")
    assert text.endswith("\N{REPLACEMENT CHARACTER} the end\n")
    assert len(text) < 2**16
