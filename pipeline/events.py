"""What a run tells a program that watches it: a line of JSON for each event, in the file that PSE_PROGRESS names.

The terminal's progress bars are for people. A page, or any other program, reads these lines instead:

    {"event": "began", "at": 1772366400.0, "stage": "train"}
    {"event": "step", "at": ..., "stage": "train", "done": 3, "total": 30, "note": "NDCG@10 0.06", "memory_mb": 1830.2}
    {"event": "ended", "at": ..., "stage": "train", "seconds": 61.5, "reused": false, "memory_mb": 1902.7}
    {"event": "published", "at": ..., "version": "beauty-history"}
    {"event": "failed", "at": ..., "reason": "products.csv has no column \\"titel\\" (named for title)."}

`at` is in seconds since 1970, `total` null where nobody knows it, `memory_mb` the peak of the stage so far in MiB.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipeline.memory import peak_mb

VARIABLE = "PSE_PROGRESS"
SELDOM = 0.25  # seconds between two steps of a stage that are told: thousands a second say no more


def tell(event: str, **details: Any) -> None:
    """Append an event to the file, if there is one; that it cannot be written stops no run."""
    if path := os.environ.get(VARIABLE):
        line = json.dumps({"event": event, "at": round(time.time(), 3), **details}) + "\n"
        with suppress(OSError), Path(path).open("a", encoding="utf-8") as file:
            file.write(line)


class Told:
    """A stage as it is told: how far it is, and what came of it.

    Args:
        stage: Its name.
    """

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.was_reused = False
        self._done, self._last = 0, 0.0
        self._total: int | None = None
        self._began = time.monotonic()

    def total(self, steps: int) -> None:
        """Say how many steps there will be."""
        self._total = steps
        self._step("", at_once=True)

    def advance(self, steps: int, note: str) -> None:
        """Say that steps were done, and in a few words what came of them."""
        self._done += steps
        self._step(note, at_once=self._done == self._total)

    def reused(self) -> None:
        """Say that an earlier run's result is used."""
        self.was_reused = True

    def ended(self) -> None:
        """Say that the stage is through."""
        seconds = round(time.monotonic() - self._began, 2)
        tell("ended", stage=self.stage, seconds=seconds, reused=self.was_reused, memory_mb=round(peak_mb(), 1))

    def _step(self, note: str, *, at_once: bool) -> None:
        if at_once or time.monotonic() - self._last >= SELDOM:
            self._last = time.monotonic()
            memory = round(peak_mb(), 1)
            tell("step", stage=self.stage, done=self._done, total=self._total, note=note, memory_mb=memory)


@contextmanager
def told(stage: str) -> Iterator[Told]:
    """Tell that a stage begins and, unless it fails, that it is through."""
    tell("began", stage=stage)
    telling = Told(stage)
    yield telling
    telling.ended()


def read(path: Path) -> list[dict[str, Any]]:
    """Return the events in a file so far; a line that is not whole yet, or none of ours, is left out."""
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        with suppress(ValueError):
            event = json.loads(line)
            known = isinstance(event, dict) and isinstance(event.get("event"), str)
            if known and isinstance(event.get("at"), int | float):
                found.append(event)
    return found
