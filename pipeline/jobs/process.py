"""A process told from any other one that later gets its number: by when it began, since which start of the machine.

Source: proc(5): field 22 of /proc/<pid>/stat is the start time in clock ticks after boot.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
STATE, STARTED = 0, 19  # fields 3 and 22, counted behind the name, which may hold blanks and brackets
GONE = ("Z", "X")  # ended, and not yet collected by its parent


@dataclass(frozen=True)
class Process:
    """One process, the leader of its group.

    Args:
        pid: Its number.
        started: When it began, in clock ticks after boot.
        boot: Which start of the machine that was.
    """

    pid: int
    started: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> Process | None:
        """Return the process that has this number now; None where there is none, or where nothing can tell."""
        fields = _fields(pid)
        return cls(pid, int(fields[STARTED]), _boot()) if fields else None

    def alive(self) -> bool:
        """Return whether this very process is still at work."""
        fields = _fields(self.pid)
        return bool(fields) and int(fields[STARTED]) == self.started and _boot() == self.boot

    def memory_mb(self) -> float | None:
        """Return its resident memory in MiB; None once it has ended."""
        with suppress(OSError, IndexError, ValueError):
            return int((PROC / str(self.pid) / "status").read_text().split("VmRSS:")[1].split()[0]) / 1024
        return None

    def end(self, how: signal.Signals) -> None:
        """Send a signal to its group, unless it has ended: its number may be somebody else's by now."""
        if self.alive():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, how)

    def make_sure(self, grace: float) -> None:
        """Wait until it has ended; what is still there after `grace` seconds is killed."""
        until = time.monotonic() + grace
        while self.alive() and time.monotonic() < until:
            time.sleep(0.05)
        self.end(signal.SIGKILL)


def supported() -> bool:
    """Return whether this machine tells processes apart."""
    return Process.of(os.getpid()) is not None


def _fields(pid: int) -> list[str]:
    """Return what the kernel says of a process, behind its name; nothing once it has ended."""
    try:
        fields = (PROC / str(pid) / "stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
    return fields if len(fields) > STARTED and fields[STATE] not in GONE else []


def _boot() -> str:
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
