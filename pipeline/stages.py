"""The line of stages, each kept by a fingerprint of its inputs, so that an interrupted run goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

CODE = Path(__file__).parent
DONE = "stage.json"


class Progress(Protocol):
    """How a stage tells how far it is."""

    def total(self, steps: int) -> None:
        """Say how many steps there will be."""

    def advance(self, steps: int = 1, note: str = "") -> None:
        """Say that steps were done, and in a few words what came of them."""


@dataclass(frozen=True)
class Timing:
    """What a stage took: seconds, peak memory in MiB, whether an earlier run's result was reused."""

    name: str
    seconds: float
    peak_mb: float
    reused: bool


@dataclass
class Runner:
    """Runs stages below a folder and remembers what each took.

    Args:
        folder: Where results are kept, one folder per stage and fingerprint.
        bar: Called with a stage's name; returns its progress bar and what closes it.
    """

    folder: Path
    bar: Callable[[str], Any]
    timings: list[Timing] = field(default_factory=list)

    def run(
        self,
        name: str,
        inputs: Mapping[str, Any],
        code: tuple[str, ...],
        work: Callable[[Path, Progress], None],
        holds: Callable[[Path], bool] = lambda folder: True,
    ) -> Path:
        """Return the folder with the stage's result, made now or by an earlier run with the same inputs.

        The result is written aside and renamed: a folder that is there is whole.

        Args:
            name: The stage.
            inputs: What the result depends on, as plain values; fingerprints of earlier stages among them.
            code: Modules of `pipeline`, as paths below it, whose change makes the result stale.
            work: Writes the result into the empty folder it is given.
            holds: Whether a result of an earlier run can still be used.
        """
        fingerprint = _fingerprint([name, inputs, _code(code)])
        final = self.folder / f"{name}-{fingerprint[:16]}"
        with self.bar(name) as progress:
            if (final / DONE).exists() and holds(final):
                known = json.loads((final / DONE).read_text("utf-8"))
                self.timings.append(Timing(name, known["seconds"], known["peak_mb"], reused=True))
                progress.reused()
                return final
            partial = self.folder / f".{final.name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.rmtree(final, ignore_errors=True)
            partial.mkdir(parents=True)
            _reset_peak()
            began = time.perf_counter()
            work(partial, progress)
            timing = Timing(name, round(time.perf_counter() - began, 2), round(_peak_mb(), 1), reused=False)
            (partial / DONE).write_text(json.dumps({"seconds": timing.seconds, "peak_mb": timing.peak_mb}), "utf-8")
            partial.rename(final)
            self.timings.append(timing)
        return final


def _fingerprint(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


@cache
def _code(modules: tuple[str, ...]) -> str:
    """Return a SHA-256 over the source of modules, folders included."""
    digest = hashlib.sha256()
    for module in modules:
        path = CODE / module
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in (".py", ".toml"):
                digest.update(file.relative_to(CODE).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _reset_peak() -> None:
    """Let the kernel count the peak memory of this process anew, where it can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak_mb() -> float:
    """Return the peak resident memory of this process in MiB, since the last reset where the kernel tells."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError, ValueError):
        unit = 1024 if os.uname().sysname == "Linux" else 1024**2
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
