"""The runs below an artifacts folder: start one, list them, cancel one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict
from pathlib import Path
from signal import SIGTERM
from threading import Thread
from typing import Any

from pipeline import events
from pipeline.durable import locked, write_whole
from pipeline.errors import Busy, JobError
from pipeline.jobs.asked import Asked
from pipeline.jobs.job import EVENTS, ID, LOG, RUNNING, STATE, Job
from pipeline.jobs.process import Process
from pipeline.readable import Readable
from pipeline.versions import VersionStore

ROOT = Path(__file__).parents[2]
AT_ONCE = 1  # runs; each takes every core and a few GB
GRACE = 10.0  # seconds that a cancelled run has to end by itself
KEPT = 200  # runs that a list goes back
NICE = 5  # how far a run stands back behind what serves
SECRETS = ("PSE_API_KEY", "PSE_LOGIN")  # no run needs them


class Jobs:
    """The runs of an artifacts folder. Safe to share between threads and processes.

    Args:
        artifacts: The folder; runs lie below it, in jobs/.
        readable: What runs may read.
        at_once: How many may be at work at once.
        grace: Seconds that a cancelled run has to end by itself.
    """

    def __init__(self, artifacts: Path, readable: Readable, at_once: int = AT_ONCE, grace: float = GRACE) -> None:
        self.artifacts = artifacts.resolve()
        self.root = self.artifacts / "jobs"
        self._readable, self._at_once, self._grace = readable, at_once, grace

    def all(self) -> list[Job]:
        """Return the runs, the newest first; what cannot be read is left out."""
        with suppress(OSError):
            names = sorted((path.name for path in self.root.iterdir() if ID.fullmatch(path.name)), reverse=True)
            return [job for name in names[:KEPT] if (job := _readable_job(self.root / name)) is not None]
        return []

    def open(self, job_id: str) -> Job:
        """Return a run.

        Raises:
            JobError: There is none of that name, or it cannot be read.
        """
        if not ID.fullmatch(job_id):
            raise JobError(f'There is no run "{job_id[:80]}".', "Choose one of the list.")
        return Job.load(self.root / job_id)

    def start(self, asked: Asked) -> Job:
        """Start a run in a process of its own, detached from this one.

        Raises:
            Busy: As many are at work as may be, or one on the same dataset.
            ExplorerError: What is asked for may not be run: see `Asked.checked`; or the name is taken.
        """
        checked, dataset = asked.checked(self._readable)
        VersionStore(self.artifacts).require_free(checked.name, replace=checked.replace)
        with self._lock():
            self._require_room(checked, dataset)
            folder = self._new_folder()
            words = [sys.executable, "-m", "pipeline", *checked.arguments(), "--artifacts", str(self.artifacts)]
            state = {"asked": checked.as_dict(), "dataset": dataset, "began": round(time.time(), 3), "process": None}
            _write(folder, state)
            process = _detached(words, folder)
            _write(folder, state | {"process": asdict(process) if process else None})
        return Job.load(folder)

    def cancel(self, job_id: str) -> Job:
        """Ask a run to end, and kill it if it has not after the grace period; of one that has ended, nothing.

        What it has published stays as it is, and what its stages have finished is there for the next run.

        Raises:
            JobError: There is no such run.
        """
        with self._lock():
            job = self.open(job_id)
            if job.outcome != RUNNING or job.process is None:
                return job
            _write(job.folder, {**job.state, "cancelled": round(time.time(), 3)})
        job.process.end(SIGTERM)
        Thread(target=job.process.make_sure, args=(self._grace,), daemon=True).start()
        return self.open(job_id)

    def _require_room(self, asked: Asked, dataset: str) -> None:
        """Refuse a run for which there is no room."""
        running = [job for job in self.all() if job.outcome == RUNNING]
        for job in running:
            if job.dataset == dataset or job.name == asked.name:
                what = f'dataset "{dataset}"' if job.dataset == dataset else f'version "{asked.name}"'
                raise Busy(f"A run is at work on {what} already.", "Wait for it to end, or cancel it.")
        if len(running) >= self._at_once:
            many = "A run is at work" if len(running) == 1 else f"{len(running)} runs are at work"
            raise Busy(
                f"{many}, and no more may be at once.",
                "Wait for one to end, or cancel it; the environment's PSE_RUNS_AT_ONCE allows more.",
            )

    def _new_folder(self) -> Path:
        """Return a new empty folder; its name tells when it was made, and so sorts by time."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        for name in (stamp, *(f"{stamp}-{place:03}" for place in range(1, 1000))):
            with suppress(FileExistsError):
                (self.root / name).mkdir()
                return self.root / name
        raise Busy("A thousand runs were started in this second.", "Try again in a moment.")

    def _lock(self) -> AbstractContextManager[None]:
        """Hold the runs against another thread or process that starts or cancels one."""
        return locked(self.root / ".lock")


def _detached(words: list[str], folder: Path) -> Process | None:
    """Start a program in a session of its own, so that it outlives this process; None where it ended at once."""
    environment = {key: value for key, value in os.environ.items() if key not in SECRETS}
    environment |= {events.VARIABLE: str(folder / EVENTS), "PYTHONUNBUFFERED": "1", "COLUMNS": "110"}
    with (folder / LOG).open("ab") as log:
        started = subprocess.Popen(
            words,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process = Process.of(started.pid)
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, started.pid, NICE)
    Thread(target=started.wait, daemon=True).start()  # collects it when it ends, so that its number is given back
    return process


def _write(folder: Path, state: Mapping[str, Any]) -> None:
    write_whole(folder / STATE, json.dumps(state, indent=1))


def _readable_job(folder: Path) -> Job | None:
    with suppress(JobError):
        return Job.load(folder)
    return None
