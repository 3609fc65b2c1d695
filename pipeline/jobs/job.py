"""A run that was started, as its folder tells it: nothing but files and the process itself is asked.

So every server, and every one that starts later, sees the same. `job.json` says what was asked and which process that
became, `events.jsonl` what the run told of itself (see `pipeline.events`), `log.txt` what it printed.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline import events
from pipeline.errors import JobError
from pipeline.jobs.process import Process

STATE, EVENTS, LOG = "job.json", "events.jsonl", "log.txt"
ID = re.compile(r"[0-9]{8}-[0-9]{6}(-[0-9]{1,3})?")
TAIL = 2**16  # bytes of a log that are shown
RUNNING, PUBLISHED, FAILED, CANCELLED, LOST = "running", "published", "failed", "cancelled", "lost"


@dataclass(frozen=True)
class Stage:
    """A stage of a run: how far it is, or what it took.

    Args:
        name: The stage.
        done: Steps that are done.
        total: Steps that there will be; None where nobody knows.
        note: What came of the last step.
        seconds: What it took, or has taken so far.
        memory_mb: The peak of its memory in MiB; None where it has not told.
        ended: Whether it is through.
        reused: Whether an earlier run's result was used.
    """

    name: str
    done: int
    total: int | None
    note: str
    seconds: float
    memory_mb: float | None
    ended: bool
    reused: bool

    @property
    def share(self) -> float | None:
        """How much of it is done, 0..1; None where nobody knows."""
        if self.ended:
            return 1.0
        return min(self.done / self.total, 1.0) if self.total else None


@dataclass(frozen=True)
class Job:
    """One run.

    Args:
        folder: Where its files lie.
        state: What `job.json` says.
    """

    folder: Path
    state: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> Job:
        """Read a run.

        Raises:
            JobError: There is none, or its state cannot be read.
        """
        try:
            state = json.loads((folder / STATE).read_text("utf-8"))
            job = cls(folder, state)
            job._check()
            return job
        except FileNotFoundError:
            raise JobError(f'There is no run "{folder.name}".', "Choose one of the list.") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise JobError(f'The run "{folder.name}" cannot be read.', f"Remove {folder}.") from None

    def _check(self) -> None:
        """Read everything once, so that what is damaged is told now."""
        _ = (self.name, self.recipe, self.dataset, self.began, self.process, self.cancelled)

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def name(self) -> str:
        """The version that it publishes."""
        return str(self.state["asked"]["name"])

    @property
    def dataset(self) -> str:
        return str(self.state["dataset"])

    @property
    def recipe(self) -> str:
        return Path(str(self.state["asked"]["recipe"])).stem

    @property
    def began(self) -> float:
        """When it was started, in seconds since 1970."""
        return float(self.state["began"])

    @property
    def process(self) -> Process | None:
        told = self.state["process"]
        return None if told is None else Process(int(told["pid"]), int(told["started"]), str(told["boot"]))

    @property
    def cancelled(self) -> float | None:
        """When somebody cancelled it, in seconds since 1970; None where nobody did."""
        told = self.state.get("cancelled")
        return None if told is None else float(told)

    @cached_property
    def _alive(self) -> bool:
        return self.process is not None and self.process.alive()

    @cached_property
    def events(self) -> Sequence[Mapping[str, Any]]:
        """What the run has told of itself so far."""
        _ = self._alive  # looked at first: what it tells before it ends is then read, too
        return events.read(self.folder / EVENTS)

    @cached_property
    def outcome(self) -> str:
        """running, published, failed, cancelled, or lost: it ended without a word."""
        if self._alive:
            return RUNNING
        told = {each["event"] for each in self.events}
        if "published" in told:
            return PUBLISHED  # also where it was cancelled too late
        if self.cancelled is not None:
            return CANCELLED
        return FAILED if "failed" in told else LOST

    @property
    def reason(self) -> str:
        """Why it failed, in its own words; "" where it said nothing."""
        return next((str(each.get("reason", "")) for each in self.events if each["event"] == "failed"), "")

    @property
    def ended(self) -> float | None:
        """When it ended, in seconds since 1970, as far as is known; None while it runs."""
        if self.outcome == RUNNING:
            return None
        times = [float(each["at"]) for each in self.events]
        return max([*times, self.cancelled or 0.0, self.began])

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return max((self.ended or time.time()) - self.began, 0.0)

    @property
    def stages(self) -> list[Stage]:
        """The stages that it has begun, in their order."""
        found: dict[str, Stage] = {}
        now = self.ended or time.time()
        began: dict[str, float] = {}
        for each in self.events:
            name = str(each.get("stage", ""))
            if each["event"] == "began":
                began[name] = float(each["at"])
                found[name] = Stage(name, 0, None, "", now - began[name], None, ended=False, reused=False)
            elif name in found and each["event"] in ("step", "ended"):
                found[name] = _after(found[name], each)
        stages = list(found.values())
        if stages and self.outcome == RUNNING and self.process and not stages[-1].ended:
            # Some stages tell nothing until they end: what the process holds now is asked of the system.
            held = (self.process.memory_mb() or 0.0, stages[-1].memory_mb or 0.0)
            stages[-1] = replace(stages[-1], memory_mb=max(held) or None)
        return stages

    def log(self) -> str:
        """Return the end of what it printed."""
        try:
            with (self.folder / LOG).open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - TAIL, 0))
                text = file.read().decode("utf-8", errors="replace")
        except OSError:
            return ""
        return text if size <= TAIL else text.partition("\n")[2]


def _after(stage: Stage, event: Mapping[str, Any]) -> Stage:
    """Return a stage as it is after one more event."""
    ended = event["event"] == "ended"
    total = event.get("total", stage.total)
    return Stage(
        stage.name,
        int(event.get("done", stage.done)),
        None if total is None else int(total),
        str(event.get("note") or stage.note),
        float(event["seconds"]) if ended else stage.seconds,
        event.get("memory_mb", stage.memory_mb),
        ended,
        bool(event.get("reused", False)),
    )
