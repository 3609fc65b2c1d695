"""The line of stages, each kept by a fingerprint of its inputs, so that an interrupted run goes on where it was."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from pipeline.durable import sync
from pipeline.errors import Busy, ExplorerError
from pipeline.manifest import sums
from pipeline.memory import peak_mb, reset_peak

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
        context: What every stage depends on, as plain values: the versions of the libraries.
    """

    folder: Path
    bar: Callable[[str], Any]
    context: Mapping[str, Any] = field(default_factory=dict)
    timings: list[Timing] = field(default_factory=list)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from working in the same folder.

        Raises:
            Busy: Another one does.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(
                    f'Another run is working on dataset "{self.folder.name}".', "Wait for it to end, or stop it."
                ) from None
            yield

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
        fingerprint = _fingerprint([name, inputs, self.context, _code(code)])
        final = self.folder / f"{name}-{fingerprint[:16]}"
        with self.bar(name) as progress:
            known = _finished(final)
            if known and holds(final):
                self.timings.append(Timing(name, known["seconds"], known["peak_mb"], reused=True))
                progress.reused()
                return final
            partial = self.folder / f".{final.name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.rmtree(final, ignore_errors=True)
            partial.mkdir(parents=True)
            reset_peak()
            began = time.perf_counter()
            try:
                work(partial, progress)
            except Exception as error:
                if (refused := _refusal(error)) is not None:
                    raise refused from error
                raise
            timing = Timing(name, round(time.perf_counter() - began, 2), round(peak_mb(), 1), reused=False)
            took = {"seconds": timing.seconds, "peak_mb": timing.peak_mb, "files": sums(partial)}
            (partial / DONE).write_text(json.dumps(took), "utf-8")
            sync(partial)
            partial.rename(final)
            self.timings.append(timing)
        return final


def _finished(folder: Path) -> dict[str, Any] | None:
    """Return what a stage noted when it finished, None where it did not or where its files have changed since."""
    try:
        known: dict[str, Any] = json.loads((folder / DONE).read_text("utf-8"))
        found = {name: entry for name, entry in sums(folder).items() if name != DONE}
        return known if known["files"] == found else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


# What libraries in C++ write into exceptions of their own when the system refuses a write.
REFUSALS = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO, errno.EROFS)


def _refusal(error: Exception) -> OSError | None:
    """Return the system's own refusal of a write that a library told in its own way; None where it is anything else."""
    if isinstance(error, (OSError, ExplorerError)):
        return None
    told = next((number for number in REFUSALS if os.strerror(number) in str(error)), None)
    return None if told is None else OSError(told, os.strerror(told))


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
