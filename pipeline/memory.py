"""How much memory this process has taken, as the system counts it."""

from __future__ import annotations

import os
import resource
from pathlib import Path


def reset_peak() -> None:
    """Let the kernel count the peak memory of this process anew, where it can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_mb() -> float:
    """Return the peak resident memory of this process in MiB, since the last reset where the kernel tells."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError, ValueError):
        unit = 1024 if os.uname().sysname == "Linux" else 1024**2
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
